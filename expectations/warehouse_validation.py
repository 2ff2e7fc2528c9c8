"""Validates a finished warehouse before it is published: every declared table, and the identities between tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from expectations.certificate import Result
from expectations.counting import repeated_keys
from expectations.judging import judge
from expectations.measure import Measure
from expectations.rule import Form, Rule, RuleKind, Unit, measure_rule
from expectations.schema_rules import declared_rules
from expectations.staged_views import column_differences, memory_database, text_literal
from vocabulary.errors import BuildError
from vocabulary.table import Table

SUITE = "warehouse"
"""Name of the suite and of its page in Data Docs."""

_COLUMN_RULES = {
    Form.NOT_NULL: ("null_value_count", "No column of {table} that must have a value lacks one."),
    Form.IN_SET: ("other_value_count", "Every column of {table} with declared values holds no other."),
    Form.BETWEEN: ("out_of_range_count", "Every column of {table} with declared bounds is within them."),
}
"""One rule per form and table, on a count made beforehand."""


class IdentityCheck(NamedTuple):
    """Something that must hold between tables.

    Attributes:
        name: Name of the rule.
        table: Table that the rule is listed under.
        sql: Statement that gives one number, which must be 0; tables as ``core.report``.
        sentence: What is true where it holds.
    """

    name: str
    table: str
    sql: str
    sentence: str


def validate_warehouse(
    path: Path,
    tables: Iterable[Table],
    checks: Iterable[tuple[str, str, str, str]] = (),
    *,
    docs: Path,
    threads: int | None = None,
    memory_limit: str | None = None,
) -> list[Result]:
    """Check a finished warehouse and write its page of Data Docs, and their first page.

    Args:
        path: The DuckDB file; it is opened read-only, so nothing may have it open for writing.
        tables: Declarations of the tables that it must hold.
        checks: What must hold between them, as ``IdentityCheck`` or plain tuples of the same.
        docs: Folder of Data Docs; nothing is written elsewhere.
        threads: Threads of DuckDB; None leaves it to DuckDB.
        memory_limit: DuckDB's budget, such as ``1GB``; None leaves it to DuckDB.

    Returns:
        One result per rule; ``certificate.status_of`` sums them up.

    Raises:
        BuildError: the file cannot be opened, or a check cannot be run.
    """
    with memory_database(scratch=docs, threads=threads, memory_limit=memory_limit) as connection:
        try:
            connection.execute(f"ATTACH {text_literal(str(path))} AS warehouse (READ_ONLY)")
        except duckdb.Error as error:
            raise BuildError(
                f"{path.name} cannot be opened to be checked ({_first_line(error)}). Build anew."
            ) from error
        rules: list[Rule] = []
        measures: list[Measure] = []
        for table in tables:
            table_rules, table_measures = _examined(connection, table)
            rules += table_rules
            measures += table_measures
        for check in map(IdentityCheck._make, checks):
            rules += measure_rule(
                check.table, check.name, RuleKind.INTEGRITY, check.sentence, fail_above=0, fail_below=0
            )
            measures.append(Measure(check.table, check.name, _number(connection, check)))
        by_identity = {measure.identity: measure for measure in measures}
        judged = judge(connection, rules, {}, lambda _: by_identity)
    from expectations.gx.pages import write_index, write_results, write_suite

    write_suite(docs, SUITE, rules)
    write_results(docs, SUITE, SUITE, path.name, judged)
    write_index(docs)
    return [result for _, result in judged]


def _examined(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[list[Rule], list[Measure]]:
    """Rules of one table and the measures that they need."""
    name, source = table.full_name, f"warehouse.{table.full_name}"
    rules = list(
        measure_rule(
            name, "missing_table", RuleKind.SCHEMA, f"The warehouse holds {name}.", unit=Unit.FLAG, fail_above=0
        )
    )
    described = connection.execute(
        "SELECT column_name, data_type, is_nullable FROM duckdb_columns()"
        " WHERE database_name = 'warehouse' AND schema_name = $schema AND table_name = $table",
        {"schema": table.schema, "table": table.name},
    ).fetchall()
    measures = [Measure(name, "missing_table", float(not described))]
    if not described:
        return rules, measures
    found = {str(column): str(kind) for column, kind, _ in described}
    never_null = {str(column) for column, _, is_nullable in described if not is_nullable}
    differences = column_differences(table, found)
    measures.append(Measure(name, "column_difference", len(differences), ", ".join(differences)))
    present = {column.name for column in table.columns if found.get(column.name) == column.kind.value}
    declared = [rule for rule in declared_rules(table, name) if rule.column is None or rule.column in present]
    if not set(table.key) <= present:
        declared = [rule for rule in declared if rule.name != "repeated_key"]
    elif table.key:
        measures.append(Measure(name, "repeated_key", repeated_keys(connection, source, table.key)))
    by_column = [rule for rule in declared if rule.column]
    for rule, measure in _by_form(name, by_column, breaches(connection, source, by_column, never_null)):
        rules.append(rule)
        measures.append(measure)
    declared = [rule for rule in declared if not rule.column]
    return rules + declared, measures


def breaches(
    connection: duckdb.DuckDBPyConnection, source: str, rules: Sequence[Rule], never_null: set[str]
) -> Iterator[Measure]:
    """Values that break each column rule, counted in one pass; what DuckDB's own NOT NULL has proven is not read."""
    unproven = [rule for rule in rules if rule.form is not Form.NOT_NULL or rule.column not in never_null]
    counts: tuple[int, ...] = ()
    if unproven:
        columns = ", ".join(f"count(*) FILTER (WHERE {_breach(rule)})" for rule in unproven)
        (counts,) = connection.execute(f"SELECT {columns} FROM {source}").fetchall()
    counted = dict(zip((rule.name for rule in unproven), counts, strict=True))
    for rule in rules:
        yield Measure(rule.table, rule.name, counted.get(rule.name, 0))


def _by_form(table: str, rules: Sequence[Rule], found: Iterable[Measure]) -> Iterator[tuple[Rule, Measure]]:
    """One rule per form, with the sum of its columns and their names: a rule per column would be six hundred."""
    counts = {measure.name: int(measure.value or 0) for measure in found}
    for form, (name, statement) in _COLUMN_RULES.items():
        mine = [rule for rule in rules if rule.form is form]
        named = ", ".join(f"{rule.column} {counts[rule.name]:,}" for rule in mine if counts[rule.name])
        if mine:
            (rule,) = measure_rule(table, name, RuleKind.SCHEMA, statement.format(table=table), fail_above=0)
            yield rule, Measure(table, name, sum(counts[rule.name] for rule in mine), named)


def _breach(rule: Rule) -> str:
    """Condition that holds for a value that breaks a column rule."""
    if rule.form is Form.NOT_NULL:
        return f"{rule.column} IS NULL"
    if rule.form is Form.IN_SET:
        return f"{rule.column} NOT IN ({', '.join(map(text_literal, rule.allowed))})"
    limits = [
        f"{rule.column} {sign} {limit!r}"
        for sign, limit in (("<", rule.minimum), (">", rule.maximum))
        if limit is not None
    ]
    return " OR ".join(limits)


def _number(connection: duckdb.DuckDBPyConnection, check: IdentityCheck) -> float:
    with connection.cursor() as cursor:
        try:
            cursor.execute("USE warehouse")
            rows = cursor.execute(check.sql).fetchall()
        except duckdb.Error as error:
            raise BuildError(f"The check {check.name} cannot be run ({_first_line(error)}). Mend its SQL.") from error
    if len(rows) != 1 or len(rows[0]) != 1 or not isinstance(rows[0][0], int | float):
        raise BuildError(f"The check {check.name} must give one number, and gave {rows[:2]}. Mend its SQL.")
    return float(rows[0][0])


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
