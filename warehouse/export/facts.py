"""What a build says of itself, for the papers of an export. Times are left out: the same build, the same bytes."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import duckdb

_SOFTWARE = ("ketavigil", "duckdb", "polars", "pyarrow", "pandas", "pyreadstat", "xlsxwriter")
_BUILD = (
    "build_id",
    "code_version",
    "reference_version",
    "first_quarter",
    "last_quarter",
    "quarter_count",
    "is_simulated",
    "has_incomplete_quarter",
    "clinic_batch_count",
    "clinic_minimum_cell",
)


def facts_of(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The build, its source files, and how many reports came through each stage."""
    build = dict(
        zip(_BUILD, connection.execute(f"SELECT {', '.join(_BUILD)} FROM meta.build").fetchall()[0], strict=True)
    )
    ((cases, universe),) = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE is_in_universe) FROM core.report"
    ).fetchall()
    excluded = connection.execute(
        "SELECT reason, sum(sighting_count)::BIGINT FROM meta.exclusion_count GROUP BY reason ORDER BY reason"
    ).fetchall()
    zips = connection.execute(
        "SELECT quarter, file_name, source, sha256, size_bytes FROM meta.source_file WHERE is_in_build ORDER BY quarter"
    ).fetchall()
    return {
        "build": build,
        "cases": cases,
        "universe": universe,
        "excluded": excluded,
        "sightings": cases + sum(count for _, count in excluded),
        "zips": [
            {"quarter": quarter, "file": name, "source": source, "sha256": digest, "bytes": size}
            for quarter, name, source, digest, size in zips
        ],
    }


def software() -> dict[str, str]:
    """Versions that can change a byte."""
    found = {"python": platform.python_version()}
    for name in _SOFTWARE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def sha256(path: Path) -> str:
    """Of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
