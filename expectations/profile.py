"""Rows and shares of nulls of a staged quarter: what the next quarter of the era is compared with."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

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
    """Profile of every table that a staged quarter has, measured on its files with any DuckDB."""
    return {name: _table_profile(connection, manifest, name) for name in STAGED_TABLES if name in manifest.tables}


def keep_profile(profile: dict[str, TableProfile], manifest: Manifest, folder: Path) -> None:
    """Keep a profile for the next quarter's sake, so that its columns need not be read again."""
    content = {"fingerprint": manifest.fingerprint, "tables": {name: asdict(table) for name, table in profile.items()}}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{manifest.quarter}.json"
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text(json.dumps(content) + "\n", encoding="utf-8")
    scratch.replace(path)


def earlier_profile(connection: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path) -> dict[str, TableProfile]:
    """Profile of an earlier quarter: the kept one if it is of these very files, else measured anew."""
    return _kept_profile(folder / f"{manifest.quarter}.json", manifest.fingerprint) or profile_of(connection, manifest)


def _kept_profile(path: Path, fingerprint: str) -> dict[str, TableProfile] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["fingerprint"] != fingerprint:
            return None
        return {name: TableProfile(**table) for name, table in content["tables"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        # Not there, or not whole: it can always be made again.
        return None


def _table_profile(connection: duckdb.DuckDBPyConnection, manifest: Manifest, table: str) -> TableProfile:
    """From the Parquet footers where they count nulls, which takes no reading; the other columns are read."""
    files = [str(part.path) for part in manifest.tables[table]]
    footers = count_rows(connection, "null_share", files=files)
    rows = max((row["row_count"] for row in footers), default=0)
    if not rows:
        return TableProfile(0, {})
    nulls = {row["column_name"]: row["null_rows"] for row in footers if row["is_complete"]}
    unknown = [row["column_name"] for row in footers if not row["is_complete"]]
    if unknown:
        counts = ", ".join(f'count("{column}")' for column in unknown)
        counted = connection.execute(
            f"SELECT {counts} FROM read_parquet($files, hive_partitioning = false)", {"files": files}
        ).fetchall()
        nulls |= {column: rows - filled for column, filled in zip(unknown, counted[0], strict=True)}
    return TableProfile(rows, {row["column_name"]: nulls[row["column_name"]] / rows for row in footers})
