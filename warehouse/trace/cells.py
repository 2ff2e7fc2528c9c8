"""From a cell to counts of cases, each proven equal to what the mart says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from vocabulary.errors import QueryError
from vocabulary.table import Table
from warehouse.asking import ask, check_reads
from warehouse.trace.marts import MARTS, MartTrace
from warehouse.trace.questions import Question, Row, literal
from warehouse.views import DECLARED_VIEWS

USUAL = {
    "definition": "label_style",
    "role_scope": "suspect",
    "context": "all",
    "route_group": "all",
    "comparator": "rest",
    "duplicates": "kept",
    "literature": "kept",
    "reporters": "all",
    "seriousness": "all",
    "esketamine_cases": "kept",
}
"""What is meant where a row is not named to the last column of its key."""


@dataclass(frozen=True, slots=True)
class Part:
    """A count that the cell is, or is made of."""

    name: str
    """Column of the mart."""
    told: int | None
    """What the mart says; None where it has no such column."""
    count: int
    """Cases found anew."""
    cases: str
    """SELECT of their ``case_id``."""


@dataclass(frozen=True, slots=True)
class TracedCell:
    """A cell, and the cases behind it."""

    table: str
    cell: str
    value: object
    key: Mapping[str, object]
    """The row that it stands in."""
    assumed: Mapping[str, str]
    """Columns of the key that were not named and took their usual value."""
    parts: tuple[Part, ...]
    """One where the cell is a count, several where it is made of counts."""
    question: Question
    asked_in: tuple[str, str] | None = None
    """Mart and cell that were asked for, where the cases are those of another mart."""


def trace_cell(connection: duckdb.DuckDBPyConnection, table: str, where: str, cell: str | None) -> TracedCell:
    """Find the cases behind one cell.

    Args:
        connection: A published file.
        table: Mart, as ``mart.side_effect_comparison`` or without the schema.
        where: SQL condition that leaves one row, but for columns that have a usual value (``USUAL``).
        cell: Column; None is the first count of the mart.

    Raises:
        QueryError: no such mart, row or cell; or one that counts no cases, and why; or the cases found are not as many
            as the cell says, which would be a defect.
    """
    trace = _mart(table)
    if trace.ask is None and not trace.elsewhere:
        raise QueryError(f"{trace.table.full_name} cannot be traced. {trace.refused['']}")
    row, assumed = _one_row(connection, trace.table, where)
    named = cell or next(iter(trace.counts(row)), None) or next(iter(trace.elsewhere), trace.table.columns[-1].name)
    if named not in trace.table.column_names:
        raise QueryError(
            f"{trace.table.full_name} has no column {named}. It has: {', '.join(trace.table.column_names)}."
        )
    if named in trace.table.key:
        raise QueryError(f"{named} names the row of {trace.table.full_name} and counts nothing. Name another cell.")
    if named in trace.elsewhere:
        return _elsewhere(connection, trace, row, assumed, named)
    for beginning, why in trace.refused.items():
        if named.startswith(beginning):
            raise QueryError(f"{trace.table.full_name}.{named} cannot be traced. {why}")
    if trace.ask is None:
        raise QueryError(f"{trace.table.full_name}.{named} cannot be traced.")
    question = trace.ask(row, trace.table.key)
    conditions = trace.counts(row)
    names = (named,) if named in conditions else trace.otherwise
    parts = tuple(_part(connection, trace.table, row, name, question, conditions[name]) for name in names)
    key = {name: row[name] for name in trace.table.key}
    return TracedCell(trace.table.full_name, named, row[named], key, assumed, parts, question)


def placed_cases(question: Question) -> str:
    """SELECT of every case of the population with x (exposed), y (compared), e (event) and further columns."""
    further = "".join(f", {expression} AS {name}" for name, expression in question.columns.items())
    detail = f"LEFT JOIN ({question.detail}) AS detail ON report.case_id = detail.case_id " if question.detail else ""
    compared = question.compared or "SELECT NULL::BIGINT AS case_id WHERE false"
    placed = (
        "SELECT report.case_id, exposed.case_id IS NOT NULL AS x, compared.case_id IS NOT NULL AS y, "
        f"event.case_id IS NOT NULL AS e{further}{f', {question.strata} AS stratum' if question.strata else ''} "
        "FROM core.report AS report "
        f"LEFT JOIN ({question.exposed}) AS exposed ON report.case_id = exposed.case_id "
        f"LEFT JOIN ({compared}) AS compared ON report.case_id = compared.case_id "
        f"LEFT JOIN ({question.event}) AS event ON report.case_id = event.case_id {detail}"
        f"WHERE report.is_in_universe AND {question.population}"
    )
    if question.strata is None:
        return placed
    other = "NOT x" if question.compared is None else "y AND NOT x"
    return (
        f"SELECT * FROM ({placed}) QUALIFY bool_or(x AND NOT y) OVER (PARTITION BY stratum) "
        f"AND ({'true' if question.compared is None else f'bool_or({other}) OVER (PARTITION BY stratum)'})"
    )


def _part(
    connection: duckdb.DuckDBPyConnection, table: Table, row: Row, name: str, question: Question, condition: str
) -> Part:
    cases = f"SELECT case_id FROM ({placed_cases(question)}) WHERE {condition}"
    ((count,),) = connection.execute(f"SELECT count(*) FROM ({cases})").fetchall()
    told = row[name] if name in table.column_names else None
    if told is not None and told != count:
        raise QueryError(
            f"{table.full_name}.{name} says {told:,} and {count:,} cases were found. This is a defect of Ketavigil: "
            "please report it with the command that you gave."
        )
    return Part(name, told, count, cases)


def _mart(table: str) -> MartTrace:
    name = table if "." in table else f"mart.{table}"
    if name in MARTS:
        return MARTS[name]
    view = DECLARED_VIEWS.get(table if "." in table else f"main.{table}")
    if view is not None:
        raise QueryError(f"{view.name} is a view. Trace the mart under it: {view.grain.rpartition('From ')[2]}")
    raise QueryError(f"No mart {table}. There are: {', '.join(MARTS)}.")


def _one_row(connection: duckdb.DuckDBPyConnection, table: Table, where: str) -> tuple[Row, dict[str, str]]:
    """The row that is meant, and what had to be assumed."""
    base = f"SELECT * FROM {table.full_name} WHERE ({where or 'true'}\n)"
    check_reads(base)
    keys = table.key or table.column_names
    assumed: dict[str, str] = {}
    count = _number(connection, base)
    if not count:
        raise QueryError(f"No row of {table.full_name} has {where}. `ketavigil query` shows what there is.")
    for name in (key for key in keys if key in USUAL):
        kept = f"SELECT * FROM ({base}) WHERE {name} = {literal(USUAL[name])}"
        if count > 1 and 0 < (fewer := _number(connection, kept)) < count:
            base, count, assumed[name] = kept, fewer, USUAL[name]
    if count > 1:
        values = {name: _values(connection, base, name) for name in keys}
        words = "; ".join(f"{name} ({_few(found)})" for name, found in values.items() if len(found) > 1)
        raise QueryError(f"{count:,} rows of {table.full_name} have {where or 'any value'}. Say which: {words}.")
    return _rows(connection, base)[0], assumed


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    ((count,),) = ask(connection, f"SELECT count(*) FROM ({sql})").rows()
    return int(count)


def _values(connection: duckdb.DuckDBPyConnection, sql: str, column: str) -> list[str]:
    answer = ask(connection, f"SELECT DISTINCT {column}::VARCHAR FROM ({sql}) ORDER BY ALL LIMIT 1000")
    return [str(value) for (value,) in answer.rows()]


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    answer = ask(connection, sql)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows()]


def _few(values: list[str]) -> str:
    return ", ".join(values[:5]) + (f" and {len(values) - 5} more" if len(values) > 5 else "")


def _elsewhere(
    connection: duckdb.DuckDBPyConnection, trace: MartTrace, row: Row, assumed: Mapping[str, str], cell: str
) -> TracedCell:
    found = trace.elsewhere[cell]
    known = found.where(row)
    if known is None:
        raise QueryError(f"{trace.table.full_name}.{cell} is empty in this row: there is nothing to trace.")
    conditions = [f"{name} = {literal(value)}" for name, value in known.items()]
    mart = MARTS[found.mart].table
    # Of several variants with the same extreme value the first by key speaks for it.
    first = f"SELECT * FROM {found.mart} WHERE {' AND '.join(conditions)}"
    usual = [name for name in mart.key if name not in known and name in USUAL]
    order = [*(f"({name} = {literal(USUAL[name])}) DESC" for name in usual), *mart.key]
    (whole, *_) = _rows(connection, f"{first} ORDER BY {', '.join(order)} LIMIT 1") or (None,)
    if whole is None:
        raise QueryError(f"{found.mart} has no row for this one: there is nothing to trace.")
    where = " AND ".join(f"{name} = {literal(whole[name])}" for name in mart.key)
    traced = trace_cell(connection, found.mart, where, found.cell)
    return TracedCell(
        traced.table, traced.cell, traced.value, traced.key, assumed, traced.parts, traced.question,
        asked_in=(trace.table.full_name, cell),
    )  # fmt: skip
