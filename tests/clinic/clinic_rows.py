"""Literal clinic sessions for tests: staged rows of little curves, and the tables that are made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from vocabulary.tables.clinic import STAGED_TABLES
from warehouse.frames import reference_steps
from warehouse.marts.clinic import clinic_steps
from warehouse.plan import frame_step, needed_for, sql_steps

Rows = Sequence[Mapping[str, Any]]

_DEFAULTS: dict[str, dict[str, Any]] = {
    "patient": {"age_years": 40, "sex": "F", "indication": "depression"},
    "session": {
        "patient_id": "p", "session_number": 1, "day_offset": 0, "drug": "ketamine", "route": "intravenous",
        "dose_mg": 40.0, "dose_mg_per_kg": 0.5, "completed": True,
    },
    "vital": {},
    "scale": {"scale": "CADSS"},
    "event": {"severity": 1, "serious": False, "action": "none", "outcome": "recovered"},
}  # fmt: skip


def staged(table: str, rows: Rows) -> pl.DataFrame:
    """Rows as they are staged; what a row does not give is a default, or null."""
    schema = STAGED_TABLES[table].polars_schema
    own = {"clinic_id": "c", "batch_id": "b", "revision": 1} | _DEFAULTS[table]
    full = [{"source_line": number, **own, **row} for number, row in enumerate(rows, start=2)]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in full], schema=schema)


def warehouse(
    tables: Mapping[str, pl.DataFrame | Rows], targets: Sequence[str], minimum: int = 11
) -> duckdb.DuckDBPyConnection:
    """A connection in which the targets are made from staged rows; patients come of the sessions if not given."""
    connection = duckdb.connect()
    for name in ("work", "staged", "clinic"):
        connection.execute(f"ATTACH ':memory:' AS {name}")
    for schema in ("core", "mart", "meta", "clinic.core", "clinic.mart"):
        connection.execute(f"CREATE SCHEMA {schema}")
    given = dict(tables)
    if "patient" not in given:
        session = (
            staged("session", given["session"]) if not isinstance(given["session"], pl.DataFrame) else given["session"]
        )
        pairs = session.select("clinic_id", "batch_id", "patient_id").unique().sort("patient_id")
        given["patient"] = pairs.to_dicts()
    for table in STAGED_TABLES:
        rows = given.get(table, ())
        frame = rows if isinstance(rows, pl.DataFrame) else staged(table, rows)
        connection.register("literal", frame)
        connection.execute(f"CREATE TABLE staged.clinic_{table} AS SELECT * FROM literal")
        connection.unregister("literal")
    none = frame_step("clinic.core.clinic_batch", lambda _: pl.DataFrame())
    made = [*sql_steps(), *reference_steps(), *clinic_steps(minimum), none]
    wanted = {*targets}
    every = {step.target: step for step in made}
    needed: list[str] = []
    while wanted:  # the steps that are needed, so that a test need not bring FAERS
        name = wanted.pop()
        if name in every and name not in needed:
            needed.append(name)
            wanted |= every[name].reads
    for step in needed_for(targets, [every[name] for name in needed]):
        step.run(connection)
    return connection
