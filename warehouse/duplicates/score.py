"""Every candidate pair weighed under the build's model, as Splink would: the prior and a weight for each comparison.

The arithmetic is written as one SELECT because Splink looks at each level by itself, and would intersect the lists of
substances and terms up to twelve times a pair. A test holds it against Splink's own prediction.
"""

from __future__ import annotations

import math
import re

import duckdb

from vocabulary.tables.duplicates import REPORT_DUPLICATE_PAIR
from warehouse.duplicates.levels import COMPARISONS, NAMES, Comparison, Rates
from warehouse.duplicates.linker import scratch
from warehouse.duplicates.model import rates_of
from warehouse.plan import fill

LEAST_SHOWN = 0.1
"""Probability from which a pair is kept, so that another threshold can be tried."""

_OF_A_SIDE = re.compile(r"\b(\w+)_[lr]\b")


def score(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill core.report_duplicate_pair."""
    ((prior,),) = connection.execute("SELECT prior FROM work.linkage_prior").fetchall()
    with scratch(connection) as own:
        own.execute(f"CREATE OR REPLACE TABLE linkage_scored AS {scoring(rates_of(connection), prior)}")
    fill(connection, REPORT_DUPLICATE_PAIR.full_name, "SELECT * FROM work.linkage_scored ORDER BY ALL")
    connection.execute("DROP TABLE work.linkage_scored")


def scoring(rates: Rates, prior: float) -> str:
    """SELECT of the pairs of ``linkage_pair`` that are shown, with weights in bits.

    Args:
        rates: m and u of every level.
        prior: probability that two cases drawn at random are of one patient.
    """
    weights = {comparison.name: _weight(comparison, rates) for comparison in COMPARISONS}
    shared = {comparison.shared: f"{comparison.name}_shared" for comparison in COMPARISONS if comparison.shared}
    told = sorted({name for text in weights.values() for name in _OF_A_SIDE.findall(_named(text, shared))})
    sides = ", ".join(f"{side}.{name} AS {name}_{end}" for name in told for side, end in (("one", "l"), ("other", "r")))
    found = ", ".join(f"{_placed(expression)} AS {name}" for expression, name in shared.items())
    bits = ", ".join(f"{_named(weight, shared)} AS {name}_bits" for name, weight in weights.items())
    before = math.log2(prior / (1 - prior)) if prior else -1000.0
    total = " + ".join([_double(before), *(f"{name}_bits" for name in NAMES)])
    rounded = ", ".join(f"round({name}_bits, 4) AS {name}_bits" for name in NAMES)
    return f"""
        WITH compared AS (
            SELECT pair.case_l, pair.case_r, {sides}, {found}
            FROM linkage_pair AS pair
            INNER JOIN linkage_case AS one ON pair.case_l = one.case_id
            INNER JOIN linkage_case AS other ON pair.case_r = other.case_id
        ),
        weighed AS (SELECT case_l, case_r, {bits} FROM compared),
        added AS (SELECT *, round({total}, 4) AS match_weight FROM weighed)
        SELECT least(case_l, case_r) AS case_id, greatest(case_l, case_r) AS other_case_id,
            round(1 / (1 + pow(2, -match_weight)), 6) AS probability, match_weight, {rounded}
        FROM added
        WHERE 1 / (1 + pow(2, -match_weight)) >= {LEAST_SHOWN}
    """


def _weight(comparison: Comparison, rates: Rates) -> str:
    """Bits that a comparison adds; none where one of the two says nothing."""
    bits = [math.log2(m / u) for m, u in (rates[comparison.name, level] for level in comparison.levels)]
    cases = [
        f"WHEN {condition} THEN {_double(bit)}" for condition, bit in zip(comparison.conditions, bits, strict=False)
    ]
    return f"CASE WHEN {comparison.missing} THEN {_double(0.0)} {' '.join(cases)} ELSE {_double(bits[-1])} END"


def _double(number: float) -> str:
    return f"'{number!r}'::DOUBLE"  # a bare 0.5 is a decimal number in SQL


def _named(sql: str, shared: dict[str, str]) -> str:
    for expression, name in shared.items():
        sql = sql.replace(expression, name)
    return sql


def _placed(expression: str) -> str:
    """``terms_l`` is ``one.terms``, ``terms_r`` is ``other.terms``."""
    return re.sub(r"\b(\w+)_([lr])\b", lambda found: f"{'one' if found[2] == 'l' else 'other'}.{found[1]}", expression)
