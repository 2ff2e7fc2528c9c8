"""What a table was made from, as a short hash: the same code over the same inputs gives the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import duckdb
import polars as pl

import reference
from vocabulary.quarter import Quarter
from warehouse.content import content_of
from warehouse.parts.base import is_of_patients
from warehouse.plan import Step

COUNTABLE_ROWS = 3_000_000
"""Up to so many rows it is worth looking whether a table made anew holds what it held: if so, nothing after changes."""


def key_of(code: str, step: Step, contents: Mapping[str, str], quarters: str) -> str:
    """Key of a step: the code, what it reads, and what those hold."""
    parts = [code, step.target]
    for name in sorted(step.reads):
        if name.startswith("staged."):
            parts.append(f"{name} {quarters}")
        else:
            parts.append(f"{name} {contents[name]}")
    read = step.reference if step.reference is not None else ("*",)
    parts += [f"reference {name} {reference.version(name)}" for name in read]
    return short(parts)


def corrected_fingerprints(
    quarters: Iterable[Quarter], staged: Mapping[Quarter, str], corrections: pl.DataFrame
) -> dict[Quarter, str]:
    """What stands in each quarter: what was staged, and what is corrected of it."""
    return {
        quarter: short([staged.get(quarter, ""), corrections.filter(quarter=str(quarter)).write_csv()])
        for quarter in quarters
    }


def of_quarters(fingerprints: Mapping[Quarter, str]) -> str:
    """What is staged, as one hash."""
    return short(f"{quarter} {fingerprint}" for quarter, fingerprint in sorted(fingerprints.items()))


def content_or_key(connection: duckdb.DuckDBPyConnection, target: str, key: str) -> str:
    """What a table holds, where that is cheap to say and ever asked; else what it was made from."""
    if is_of_patients(target):
        return key
    database, schema, name = _parts(connection, target)
    rows = connection.execute(
        "SELECT estimated_size FROM duckdb_tables() WHERE database_name = ? AND schema_name = ? AND table_name = ?",
        [database, schema, name],
    ).fetchall()
    if rows and rows[0][0] <= COUNTABLE_ROWS:
        return content_of(connection, target)
    return key


def short(parts: Iterable[str]) -> str:
    """Sixteen hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _parts(connection: duckdb.DuckDBPyConnection, target: str) -> tuple[str, str, str]:
    *database, schema, name = target.split(".")
    if database:
        return database[0], schema, name
    if schema == "work":
        return "work", "main", name
    ((current,),) = connection.execute("SELECT current_database()").fetchall()
    return current, schema, name
