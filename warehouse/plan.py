"""Steps of a build and the order in which they run, derived from the tables that each one reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb
import polars as pl

from vocabulary.errors import BuildError
from vocabulary.table import Table
from vocabulary.tables import clinic_core, clinical, core, mart, meta

SQL_FOLDER = Path(__file__).parent / "sql"
MACRO_FOLDER = SQL_FOLDER / "macro"
"""Macros are no tables: they are created when all tables are there, see warehouse/macros.py."""
VIEW_FOLDER = SQL_FOLDER / "view"
"""Nor are views, see warehouse/views.py."""

DECLARED: dict[str, Table] = {
    table.full_name: table for table in (*core.TABLES, *clinical.TABLES, *mart.TABLES, *meta.TABLES)
}
"""Every table that the published file may hold."""

PRIVATE: dict[str, Table] = {
    f"clinic.{table.full_name}": replace(table, schema=f"clinic.{table.schema}")
    for table in (*clinic_core.TABLES, *mart.clinic.TABLES)
}
"""Every table of the file beside it, which stays in the house: rows of patients, and answers before disclosure control.
While a build runs it is the database ``clinic``; in the file itself tables are ``core.clinic_session`` and so on."""

_COMMENT = re.compile(r"--[^\n]*")
_REFERENCE = re.compile(
    r"\b(?:FROM|JOIN)\s+((?:staged|work|(?:clinic\.)?(?:core|mart)|deduplicated|meta)\.\w+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Step:
    """One table to make: what it reads and how it is made."""

    target: str
    reads: frozenset[str]
    run: Callable[[duckdb.DuckDBPyConnection], None]
    select: str | None = None
    """The SELECT that makes it, where it is one."""
    reference: tuple[str, ...] | None = None
    """The reviewed tables of ``reference/`` that it is made with; None is all of them."""
    is_always_made: bool = False
    """Made from what only this build knows, so that no earlier one is any use."""


def sql_steps() -> list[Step]:
    """One step per file ``sql/<schema>/<table>.sql``; what it reads is read from its text."""
    return [
        _sql_step(path) for path in sorted(SQL_FOLDER.rglob("*.sql")) if path.parent not in {MACRO_FOLDER, VIEW_FOLDER}
    ]


def in_order(steps: Iterable[Step]) -> list[Step]:
    """The steps such that each comes after those that make what it reads; ties by name, so the order is stable.

    Raises:
        BuildError: two steps make one table, one reads what none makes, or they form a circle.
    """
    by_target: dict[str, Step] = {}
    for step in steps:
        if step.target in by_target:
            raise BuildError(f"Two steps make {step.target}. Remove one of them.")
        by_target[step.target] = step
    for step in by_target.values():
        unknown = sorted(name for name in step.reads if name not in by_target and not name.startswith("staged."))
        if unknown:
            raise BuildError(f"{step.target} reads {', '.join(unknown)}, which no step makes.")
    sorter = TopologicalSorter(
        {name: sorted(read for read in by_target[name].reads if read in by_target) for name in sorted(by_target)}
    )
    try:
        return [by_target[name] for name in sorter.static_order()]
    except CycleError as error:
        raise BuildError(f"The tables read one another in a circle: {' -> '.join(error.args[1])}.") from error


def needed_for(targets: Iterable[str], steps: Iterable[Step]) -> list[Step]:
    """The steps that ``targets`` need, themselves included, in order."""
    ordered = in_order(steps)
    wanted = set(targets)
    for step in reversed(ordered):
        if step.target in wanted:
            wanted |= step.reads
    return [step for step in ordered if step.target in wanted]


def query(connection: duckdb.DuckDBPyConnection, select: str) -> pl.DataFrame:
    """The result of a SELECT as a Polars frame."""
    frame: pl.DataFrame = connection.sql(select).pl()
    return frame


def fill(connection: duckdb.DuckDBPyConnection, target: str, select: str) -> None:
    """Make ``target`` from a SELECT: with its declared columns, or as it comes for a scratch table."""
    table = DECLARED.get(target) or PRIVATE.get(target)
    if table is None:
        connection.execute(f"CREATE TABLE {target} AS {select}")
        return
    create(connection, target, select)
    insert(connection, target, select)


def create(connection: duckdb.DuckDBPyConnection, target: str, select: str) -> None:
    """Make ``target`` without rows: with its declared columns and their words, or as a scratch table of a SELECT."""
    table = DECLARED.get(target) or PRIVATE.get(target)
    if table is None:
        connection.execute(f"CREATE TABLE {target} AS SELECT * FROM ({select}) LIMIT 0")
        return
    connection.execute(table.create_sql)
    for statement in table.comment_sql:
        connection.execute(statement)


def insert(connection: duckdb.DuckDBPyConnection, target: str, select: str) -> None:
    """Add the rows of a SELECT to ``target``, by the names of its columns."""
    connection.execute(f"INSERT INTO {target} BY NAME {select}")


def frame_step(
    target: str,
    make: Callable[[duckdb.DuckDBPyConnection], pl.DataFrame],
    *reads: str,
    reference: tuple[str, ...] | None = None,
    is_always_made: bool = False,
) -> Step:
    """A step that fills ``target`` from a Polars frame; see ``Step`` for what it depends on."""

    def run(connection: duckdb.DuckDBPyConnection) -> None:
        # Sorted as people shall read it, and ORDER BY keeps it so whatever runs beside it.
        connection.register("made_frame", make(connection).with_row_index("made_order"))
        try:
            fill(connection, target, "SELECT * EXCLUDE (made_order) FROM made_frame ORDER BY made_order")
        finally:
            connection.unregister("made_frame")

    return Step(target, frozenset(reads), run, None, reference, is_always_made)


def _sql_step(path: Path) -> Step:
    target = ".".join(path.relative_to(SQL_FOLDER).with_suffix("").parts)
    select = path.read_text(encoding="utf-8")
    reads = frozenset(name.lower() for name in _REFERENCE.findall(_COMMENT.sub("", select)))

    def run(connection: duckdb.DuckDBPyConnection) -> None:
        fill(connection, target, select)

    return Step(target, reads, run, select, reference=())
