"""Rows and shares of nulls of a staged quarter, read from the Parquet footers in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from expectations.counting import count_rows
from expectations.manifest import Manifest
from expectations.rules import STAGED_TABLES


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One staged table.

    Attributes:
        rows: Rows it has.
        null_shares: Share of nulls per column, 0 to 1; empty where there are no rows.
    """

    rows: int
    null_shares: dict[str, float]


def profile_of(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> dict[str, TableProfile]:
    """Profile of every table that a staged quarter has, from the footers of its files."""
    return {name: _table_profile(connection, manifest, name) for name in STAGED_TABLES if name in manifest.tables}


def _table_profile(connection: duckdb.DuckDBPyConnection, manifest: Manifest, table: str) -> TableProfile:
    files = [str(part.path) for part in manifest.tables[table]]
    if not files:
        return TableProfile(0, {})
    columns = {row["column_name"]: row for row in count_rows(connection, "null_share", files=files)}
    rows = max((row["row_count"] for row in columns.values()), default=0)
    if not rows:
        return TableProfile(0, {})
    if not all(row["is_complete"] for row in columns.values()):
        # A writer that leaves null counts out of its footers: read the columns instead.
        counted = connection.execute("SELECT count(COLUMNS(*)) FROM read_parquet($files)", {"files": files})
        names = [column[0] for column in counted.description or ()]
        (filled,) = counted.fetchall()
        return TableProfile(rows, {name: 1 - count / rows for name, count in zip(names, filled, strict=True)})
    return TableProfile(rows, {name: row["null_rows"] / rows for name, row in columns.items()})
