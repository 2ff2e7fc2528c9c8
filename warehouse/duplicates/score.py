"""Every candidate pair weighed under the build's model, as Splink would: the prior and a weight for each comparison.

The arithmetic is written as one SELECT because Splink looks at each level by itself, and would intersect the lists of
substances and terms up to twelve times a pair. Lists are looked at only where a pair could still be shown if they were
as alike as they can be. A test holds it against Splink's own prediction.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import duckdb

from vocabulary.tables.duplicates import REPORT_DUPLICATE_PAIR
from warehouse.duplicates.levels import COMPARISONS, NAMES, Comparison, Rates
from warehouse.duplicates.linker import scratch
from warehouse.duplicates.model import rates_of
from warehouse.plan import fill

LEAST_SHOWN = 0.1
"""Probability from which a pair is kept, so that another threshold can be tried."""

_MARGIN = 0.001
"""Bits, for weights are rounded."""

_OF_A_SIDE = re.compile(r"\b(\w+)_([lr])\b")


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
    quick = [comparison for comparison in COMPARISONS if not comparison.shared]
    slow = [comparison for comparison in COMPARISONS if comparison.shared]
    before = _double(math.log2(prior / (1 - prior)) if prior else -1000.0)
    at_best = " + ".join([before, *(f"{one.name}_bits" for one in quick), *(f"{one.name}_at_best" for one in slow)])
    total = " + ".join([before, *(f"{name}_bits" for name in NAMES)])
    least = math.log2(LEAST_SHOWN / (1 - LEAST_SHOWN)) - _MARGIN
    return f"""
        WITH met AS (
            SELECT pair.case_l, pair.case_r,
                {_listed((_weight(one, rates), f"{one.name}_bits") for one in quick)},
                {_listed((_at_best(one, rates), f"{one.name}_at_best") for one in slow)}
            FROM linkage_pair AS pair
            INNER JOIN linkage_case AS one ON pair.case_l = one.case_id
            INNER JOIN linkage_case AS other ON pair.case_r = other.case_id
        ),
        hopeful AS MATERIALIZED (
            SELECT case_l, case_r, {", ".join(f"{one.name}_bits" for one in quick)}
            FROM met WHERE {at_best} >= {_double(least)}
        ),
        found AS (
            SELECT pair.*, {_listed((shared, f"{one.name}_shared") for one in slow if (shared := one.shared))},
                {_listed((name, name) for name in _told(slow))}
            FROM hopeful AS pair
            INNER JOIN linkage_case AS one ON pair.case_l = one.case_id
            INNER JOIN linkage_case AS other ON pair.case_r = other.case_id
        ),
        weighed AS (SELECT *, {", ".join(f"{_of_found(one, rates)} AS {one.name}_bits" for one in slow)} FROM found),
        added AS (SELECT *, round({total}, 4) AS match_weight FROM weighed)
        SELECT least(case_l, case_r) AS case_id, greatest(case_l, case_r) AS other_case_id,
            round(1 / (1 + pow(2, -match_weight)), 6) AS probability, match_weight,
            {", ".join(f"round({name}_bits, 4) AS {name}_bits" for name in NAMES)}
        FROM added
        WHERE 1 / (1 + pow(2, -match_weight)) >= {LEAST_SHOWN}
    """


def _weight(comparison: Comparison, rates: Rates) -> str:
    """Bits that a comparison adds; none where one of the two says nothing."""
    *bits, otherwise = _bits(comparison, rates)
    cases = [
        f"WHEN {condition} THEN {_double(bit)}" for condition, bit in zip(comparison.conditions, bits, strict=True)
    ]
    return f"CASE WHEN {comparison.missing} THEN {_double(0.0)} {' '.join(cases)} ELSE {_double(otherwise)} END"


def _at_best(comparison: Comparison, rates: Rates) -> str:
    """Bits that a comparison adds at most, without looking at what is shared: the best level within reach."""
    assert comparison.shared
    assert comparison.most_shared
    *bits, otherwise = _bits(comparison, rates)
    reached = [
        f"CASE WHEN {condition.replace(comparison.shared, comparison.most_shared)} THEN {_double(bit)} END"
        for condition, bit in zip(comparison.conditions, bits, strict=True)
    ]
    best = f"greatest({_double(otherwise)}, {', '.join(reached)})"
    return f"CASE WHEN {comparison.missing} THEN {_double(0.0)} ELSE {best} END"


def _of_found(comparison: Comparison, rates: Rates) -> str:
    assert comparison.shared
    return _weight(comparison, rates).replace(comparison.shared, f"{comparison.name}_shared")


def _bits(comparison: Comparison, rates: Rates) -> list[float]:
    return [math.log2(m / u) for m, u in (rates[comparison.name, level] for level in comparison.levels)]


def _told(comparisons: Iterable[Comparison]) -> list[str]:
    """What the weights of slow comparisons ask of each side, beside what is shared."""
    texts = [text.replace(one.shared or "", "") for one in comparisons for text in (one.missing, *one.conditions)]
    return sorted({found[0] for text in texts for found in _OF_A_SIDE.finditer(text)})


def _listed(expressions: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{_placed(expression)} AS {name}" for expression, name in expressions)


def _double(number: float) -> str:
    return f"'{number!r}'::DOUBLE"  # a bare 0.5 is a decimal number in SQL


def _placed(expression: str) -> str:
    """``terms_l`` is ``one.terms``, ``terms_r`` is ``other.terms``."""
    return _OF_A_SIDE.sub(lambda found: f"{'one' if found[2] == 'l' else 'other'}.{found[1]}", expression)
