"""All cases, slice by slice: each slice is the cases whose current report is in some quarters that follow each other.

A join of a slice fits into the memory where that of all cases does not, and its hash tables fit into the caches. The
result is the same: rows of a case depend on no other case, and counts add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from vocabulary.quarter import Quarter
from vocabulary.tables import staged
from warehouse.parts.grain import ADDED_UP, BY_CASE, BY_QUARTER, WEIGHED
from warehouse.parts.sources import over
from warehouse.plan import Step, create, insert

SLICE_SIGHTINGS = 1_000_000
"""Sightings in a slice, more or less: with fewer, the work done once per slice grows; with more, the memory, of which
this many need less than 4 GB."""

CURRENT = "work.current_report"
"""The one table that tells which slice a case is in; its rows are in the order of the quarters."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some quarters that follow each other."""

    number: int
    quarters: tuple[Quarter, ...]
    sighting_count: int

    @property
    def schema(self) -> str:
        """Where its views are."""
        return f"staged.slice_{self.number}"


STAGED = (*(table.name for table in staged.FAERS_TABLES.values()), staged.DELETED_CASE.name)
"""Tables that staging gives, as ``staged.<table>``."""

_WITH_QUARTER = (*STAGED, "dropped_report", "dropped_row")
"""Those with a column quarter: what corrections drop has one too."""


def show_staged(connection: duckdb.DuckDBPyConnection, folders: Mapping[Quarter, Path]) -> None:
    """Views ``staged.<table>`` over the Parquet parts of all quarters, with the quarter from the folder's name."""
    for table in STAGED:
        connection.execute(f"CREATE VIEW staged.{table} AS {_files(table, folders)}")


def show_quarters(connection: duckdb.DuckDBPyConnection, schema: str, folders: Mapping[Quarter, Path]) -> None:
    """Views ``<schema>.<table>`` over some quarters of what is staged, with its corrections."""
    views = connection.execute("SELECT view_name FROM duckdb_views() WHERE database_name = 'staged'").fetchall()
    corrected = {name.removesuffix("_as_loaded") for (name,) in views if name.endswith("_as_loaded")}
    named = ", ".join(f"'{quarter}'" for quarter in sorted(folders))
    for table in _WITH_QUARTER:
        if table in STAGED and table not in corrected:
            rows = _files(table, folders)  # half as long as letting DuckDB choose among all files
        else:
            rows = f"SELECT * FROM staged.main.{table} WHERE quarter IN ({named})"
        connection.execute(f"CREATE OR REPLACE VIEW {schema}.{table} AS {rows}")


def _files(table: str, folders: Mapping[Quarter, Path]) -> str:
    found = [sorted((folder / table).glob("*.parquet")) for _, folder in sorted(folders.items())]
    files = ", ".join("'" + str(part).replace("'", "''") + "'" for parts in found for part in parts)
    return f"SELECT * FROM read_parquet([{files}], hive_partitioning = true, hive_types = {{'quarter': VARCHAR}})"


def cut(folders: Mapping[Quarter, Path], sightings: int = SLICE_SIGHTINGS) -> list[Slice]:
    """The quarters, cut into slices of about as many sightings; a quarter is never cut."""
    groups: list[dict[Quarter, int]] = [{}]
    for quarter, folder in sorted(folders.items()):
        rows = sum(pq.read_metadata(part).num_rows for part in (folder / "report").glob("*.parquet"))
        if groups[-1] and sum(groups[-1].values()) + rows > sightings:
            groups.append({})
        groups[-1][quarter] = rows
    return [Slice(number, tuple(group), sum(group.values())) for number, group in enumerate(groups)]


class Slices:
    """Makes tables slice by slice; with one slice, as a whole."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folders: Mapping[Quarter, Path], slices: Sequence[Slice]):
        self.sighting_count = sum(one.sighting_count for one in slices)
        self._slices = slices if len(slices) > 1 else ()
        self._sliced: set[str] = set()
        """Tables whose rows lie slice after slice."""
        for one in self._slices:
            connection.execute(f"CREATE SCHEMA {one.schema}")
            show_quarters(connection, one.schema, {quarter: folders[quarter] for quarter in one.quarters})

    def run(self, step: Step, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the table of a step on a connection that nobody else uses meanwhile."""
        if not (self._slices and step.select is not None and self._can_be_sliced(step)):
            step.run(connection)
            if step.target == CURRENT:
                self._show_current(connection)
            return
        create(connection, step.target, self._select(step, self._slices[0]))
        end = 0
        for one in self._slices:
            insert(connection, step.target, self._select(step, one))
            start, end = end, _count(connection, step.target)
            _show(connection, one, step.target, f"rowid >= {start} AND rowid < {end}")
        if step.target in ADDED_UP:
            _add_up(connection, step.target)
        else:
            self._sliced.add(step.target)

    def _can_be_sliced(self, step: Step) -> bool:
        if step.target in BY_QUARTER:
            return all(name in self._sliced or name.startswith("staged.") for name in step.reads)
        if not any(step.target in parts for parts in (BY_CASE, ADDED_UP, WEIGHED)):
            return False
        parted = {name for name in step.reads if name in BY_CASE or name in BY_QUARTER}
        if step.target not in WEIGHED:
            parted |= step.reads & ADDED_UP.keys()
        return bool(parted) and all(name in self._sliced and name in BY_CASE for name in parted)

    def _select(self, step: Step, one: Slice) -> str:
        sources = {name: _view(one, name) for name in step.reads if name in self._sliced}
        sources |= {name: f"{one.schema}.{name.partition('.')[2]}" for name in step.reads if name.startswith("staged.")}
        assert step.select is not None
        return over(step.select, sources)

    def _show_current(self, connection: duckdb.DuckDBPyConnection) -> None:
        for one in self._slices:
            _show(connection, one, CURRENT, f"quarter BETWEEN '{one.quarters[0]}' AND '{one.quarters[-1]}'")
        self._sliced.add(CURRENT)


def _show(connection: duckdb.DuckDBPyConnection, one: Slice, target: str, condition: str) -> None:
    connection.execute(
        f"CREATE VIEW {_view(one, target)} AS SELECT * FROM {placed(connection, target)} WHERE {condition}"
    )


def _count(connection: duckdb.DuckDBPyConnection, target: str) -> int:
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {target}").fetchall()
    return int(rows)


def _add_up(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in ADDED_UP[target])
    connection.execute(
        f"CREATE OR REPLACE TABLE {target} AS SELECT * EXCLUDE ({', '.join(ADDED_UP[target])}), {sums} "
        f"FROM {target} GROUP BY ALL"
    )


def placed(connection: duckdb.DuckDBPyConnection, target: str) -> str:
    """The name of a table with its database, which a view in another database needs."""
    ((database,),) = connection.execute("SELECT current_database()").fetchall()
    return target if target.startswith(("work.", "staged.")) else f'"{database}".{target}'


def _view(one: Slice, target: str) -> str:
    return f"{one.schema}.{target.replace('.', '__')}"
