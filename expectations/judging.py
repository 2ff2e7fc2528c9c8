"""Puts rules and measures before Great Expectations, and turns its verdicts into results in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    measures: Mapping[str, Measure],
    relations: Mapping[str, str],
) -> list[tuple[Verdict, Result]]:
    """Check all rules that apply.

    A rule on a measure without meaning here (a count that nobody published, a quarter without a predecessor) does not
    apply and is left out.

    Args:
        connection: DuckDB that holds the tables; the table of measures is made in it.
        rules: Declared rules.
        measures: Measures by identity; every rule on a measure finds its own.
        relations: View or table of each table that column rules are about.

    Returns:
        Verdict and result per rule, in the order of the rules.
    """
    load()
    from expectations.gx.checks import check

    applying = [rule for rule in rules if rule.form is not Form.MEASURE or measures[rule.measure].value is not None]
    _create_measure_table(connection, measures)
    by_relation: dict[str, list[Rule]] = {}
    for rule in applying:
        relation = MEASURE_TABLE if rule.form is Form.MEASURE else relations[rule.table]
        by_relation.setdefault(relation, []).append(rule)
    verdicts = {verdict.rule.identity: verdict for verdict in check(connection, list(by_relation.items()))}
    return [(verdicts[rule.identity], _result(verdicts[rule.identity], measures)) for rule in applying]


def _result(verdict: Verdict, measures: Mapping[str, Measure]) -> Result:
    rule = verdict.rule
    detail = measures[rule.measure].detail if rule.form is Form.MEASURE else ", ".join(verdict.examples)
    return result_of(rule, success=verdict.is_success, observed=verdict.observed, detail=detail)


def _create_measure_table(connection: duckdb.DuckDBPyConnection, measures: Mapping[str, Measure]) -> None:
    known = {identity: measure.value for identity, measure in measures.items() if measure.value is not None}
    columns = ", ".join(f'?::DOUBLE AS "{identity}"' for identity in known) or "1 AS nothing"
    connection.execute(f"CREATE TABLE {MEASURE_TABLE} AS SELECT {columns}", list(known.values()))
