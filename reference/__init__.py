"""Reviewed reference data: small CSVs changed by review, never inside code.

``read("substance")`` is the one way in; every column is text, every cell is trimmed, blank is null.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import polars as pl

from vocabulary.errors import ReferenceDataError

FOLDER = Path(__file__).parent


@cache
def read(name: str) -> pl.DataFrame:
    """One reference table, all columns text.

    Raises:
        ReferenceDataError: there is no such table.
    """
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        raise ReferenceDataError(f"There is no reference table {name!r} in {FOLDER.name}/.")
    return pl.read_csv(path, infer_schema=False).with_columns(pl.all().str.strip_chars().replace("", None))


@cache
def version() -> str:
    """Sixteen hexadecimal digits that change with any reference table."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
