"""Puts rules and measures before Great Expectations, and turns its verdicts into results in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import duckdb

from expectations.certificate import Result, result_of
from expectations.loading import load
from expectations.measure import Measure
from expectations.rule import Form, Rule

if TYPE_CHECKING:
    from expectations.gx.checks import Verdict

MEASURE_TABLE = "measure"
"""One row; a column per measure that has a meaning here."""


def judge(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    relations: Mapping[str, str],
    count: Callable[[duckdb.DuckDBPyConnection], Mapping[str, Measure]],
) -> list[tuple[Verdict, Result]]:
    """Check all rules that apply.

    A rule on a measure without meaning here (a count that nobody published, a quarter without a predecessor) does not
    apply and is left out. Measures are counted beside the work of Great Expectations, which is mostly Python's.

    Args:
        connection: DuckDB that holds the tables; the table of measures is made in it.
        rules: Declared rules.
        relations: View or table of each table that column rules are about.
        count: Gives the measures by identity, on a connection of its own to the same database; every rule on a measure
            must find its own.

    Returns:
        Verdict and result per rule, in the order of the rules.
    """
    by_relation: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.form is not Form.MEASURE:
            by_relation.setdefault(relations[rule.table], []).append(rule)
    with connection.cursor() as beside, ThreadPoolExecutor(1, thread_name_prefix="measures") as pool:
        counting = pool.submit(count, beside)
        load()
        from expectations.gx.checks import check

        verdicts = check(connection, list(by_relation.items()))
        measures = counting.result()
    measured = [rule for rule in rules if rule.form is Form.MEASURE and measures[rule.measure].value is not None]
    _create_measure_table(connection, measures)
    verdicts += check(connection, [(MEASURE_TABLE, measured)])
    found = {verdict.rule.identity: verdict for verdict in verdicts}
    return [(found[rule.identity], _result(found[rule.identity], measures)) for rule in rules if rule.identity in found]


def _result(verdict: Verdict, measures: Mapping[str, Measure]) -> Result:
    rule = verdict.rule
    detail = measures[rule.measure].detail if rule.form is Form.MEASURE else ", ".join(verdict.examples)
    return result_of(rule, success=verdict.is_success, observed=verdict.observed, detail=detail)


def _create_measure_table(connection: duckdb.DuckDBPyConnection, measures: Mapping[str, Measure]) -> None:
    known = {identity: measure.value for identity, measure in measures.items() if measure.value is not None}
    columns = ", ".join(f'?::DOUBLE AS "{identity}"' for identity in known) or "1 AS nothing"
    connection.execute(f"CREATE TABLE {MEASURE_TABLE} AS SELECT {columns}", list(known.values()))
