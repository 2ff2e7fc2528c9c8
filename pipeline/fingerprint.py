"""What a result depends on, as a short hash: the same inputs, code and reference data give the same one."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

STAGING_CODE = (
    "transforms/staging/*.py",
    "vocabulary/table.py",
    "vocabulary/tables/staged.py",
    "reference/layout.csv",
    "reference/code.csv",
    "reference/country.csv",
)
"""What decides how a zip becomes staged tables."""

CLINIC_CODE = (
    "transforms/clinic/*.py",
    "transforms/privacy/*.py",
    "vocabulary/table.py",
    "vocabulary/tables/clinic.py",
)
"""What decides how a clinic batch becomes staged tables."""

BUILD_CODE = (
    "transforms/**/*.py",
    "vocabulary/**/*.py",
    "warehouse/*.py",
    "warehouse/duplicates/*.py",
    "warehouse/marts/**/*.py",
    "warehouse/parts/*.py",
    "warehouse/sql/**/*.sql",
)
"""What decides how staged tables become a warehouse; reference data has a version of its own."""


@cache
def of_code(patterns: tuple[str, ...]) -> str:
    """Hash of the project's files that match, names included."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def of_parts(*parts: str) -> str:
    """Hash of texts in order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
