"""Shared fixtures: literal tables become staged views, and only the steps under test run on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from vocabulary.tables import staged
from warehouse.contexts import context_steps
from warehouse.corrections import correct_staged, reviewed_corrections
from warehouse.duplicates import no_duplicate_steps
from warehouse.plan import Step, needed_for, sql_steps

# No test depends on how fast the machine is, or on which examples an earlier run met.
settings.register_profile(
    "ketavigil", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.load_profile("ketavigil")

Rows = Sequence[Mapping[str, Any]]


@pytest.fixture
def literal_warehouse() -> Iterator[Callable[..., duckdb.DuckDBPyConnection]]:
    """Gives ``make(tables, targets, steps=(), corrections=None)``: staged rows in, ``targets`` made."""
    connection = duckdb.connect()
    connection.execute("ATTACH ':memory:' AS work")
    connection.execute("ATTACH ':memory:' AS staged")
    for schema in ("core", "mart", "meta"):
        connection.execute(f"CREATE SCHEMA {schema}")

    def make(
        tables: Mapping[str, Rows],
        targets: Sequence[str],
        steps: Sequence[Step] = (),
        corrections: pl.DataFrame | None = None,
    ) -> duckdb.DuckDBPyConnection:
        for table in (*staged.FAERS_TABLES.values(), staged.DELETED_CASE):
            schema = {**table.polars_schema, "quarter": pl.String()}
            rows = [
                {"source_line": number, "source_part": 1, **row}
                for number, row in enumerate(tables.get(table.name, ()), start=2)
            ]
            frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
            connection.register("literal_frame", frame)
            connection.execute(f"CREATE TABLE staged.literal_{table.name} AS SELECT * FROM literal_frame")
            connection.execute(f"CREATE VIEW staged.{table.name} AS SELECT * FROM staged.literal_{table.name}")
            connection.unregister("literal_frame")
        none = reviewed_corrections(is_simulated=True)
        correct_staged(connection, none if corrections is None else corrections)
        replaced = {step.target for step in steps}
        made = (*sql_steps(), *context_steps(), *no_duplicate_steps())
        every = [*(step for step in made if step.target not in replaced), *steps]
        for step in needed_for(targets, _closed(every)):
            step.run(connection)
        return connection

    yield make
    connection.close()


def _closed(steps: Sequence[Step]) -> list[Step]:
    """Drop steps that read what no step makes, so that a test need not bring the whole warehouse."""
    kept = list(steps)
    while True:
        targets = {step.target for step in kept}
        closed = [step for step in kept if all(read in targets or read.startswith("staged.") for read in step.reads)]
        if len(closed) == len(kept):
            return closed
        kept = closed
