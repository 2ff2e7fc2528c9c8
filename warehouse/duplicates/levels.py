"""What two cases are compared by, level by level, in the words of Splink.

A level is the first of its comparison, from the highest down, whose condition holds; a comparison in which one of the
two cases says nothing has no level and no weight: missing never equals missing. The rarity of substances and terms is
in the numbers that ``work.linkage_case`` gives them, so what is shared weighs by its frequency. Probabilities and the
reasons for them are reviewed in ``reference/duplicate_model.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

import reference

Rates = dict[tuple[str, int], tuple[float, float]]
"""(comparison, level) -> (m, u): share of pairs of one patient, and of different patients, on that level."""

_RARE, _VERY_RARE = 240, 640
"""Sixteenths of a bit from which what is shared counts as rare, and as very rare: 15 and 40 bits."""

_MACROS = (
    "shared_bits(a, b) AS coalesce(list_sum(list_transform(list_intersect(a, b), lambda code: code >> 40)), 0)",
    "shared_part(a, b) AS len(list_intersect(a, b)) / greatest(len(a), len(b))",
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: when it says nothing, and its conditions from the highest level down to level 1."""

    name: str
    missing: str
    conditions: tuple[str, ...]
    shared: str | None = None
    """What several of the conditions ask for and takes long to find, as it stands in them."""
    most_shared: str | None = None
    """What that is at most, which is quick to say; the more is shared, the more conditions hold."""

    @property
    def levels(self) -> range:
        """Numbers of the levels, the highest first; 0 is all else."""
        return range(len(self.conditions), -1, -1)


def _either_null(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _overlap(column: str, size: str, main: str) -> Comparison:
    """Weighted overlap S / (A + B - S): 0.8 is S >= 0.444 (A + B), a third is S >= 0.25 (A + B)."""
    shared, both = f"shared_bits({column}_l, {column}_r)", f"({size}_l + {size}_r)"
    return Comparison(
        column,
        _either_null(main),
        (
            f"{shared} >= {_VERY_RARE} AND {shared} >= 0.25 * {both}",
            f"{shared} >= 0.444 * {both} AND {shared} >= {_RARE}",
            f"{shared} >= 0.444 * {both}",
            f"{shared} >= 0.25 * {both} AND {shared} >= {_RARE}",
            f"{shared} >= 0.25 * {both}",
            f"{shared} > 0",
        ),
        shared,
        f"least({size}_l, {size}_r)",
    )


_SHARED_WORDS = "shared_part(literature_l, literature_r)"
_DAYS = "event_precision_l = 'day' AND event_precision_r = 'day'"
_GAP = "abs(date_diff('day', event_date_l, event_date_r))"
_SAME_MONTH = "date_trunc('month', event_date_l) = date_trunc('month', event_date_r)"
_A_YEAR = "('year', 'day_or_year')"

COMPARISONS = (
    Comparison("sex", _either_null("sex"), ("sex_l = sex_r",)),
    Comparison(
        "age",
        _either_null("age_years"),
        tuple(f"abs(age_years_l - age_years_r) {within}" for within in ("< 0.01", "<= 1", "<= 5")),
    ),
    Comparison(
        "event_date",
        _either_null("event_date"),
        (
            f"{_DAYS} AND event_date_l = event_date_r",
            f"event_precision_l NOT IN {_A_YEAR} AND event_precision_r NOT IN {_A_YEAR} AND NOT ({_DAYS}) "
            f"AND {_SAME_MONTH}",
            f"{_DAYS} AND {_GAP} <= 7",
            f"(event_precision_l IN {_A_YEAR} OR event_precision_r IN {_A_YEAR}) "
            "AND year(event_date_l) = year(event_date_r)",
            f"{_DAYS} AND {_GAP} <= 62",
        ),
    ),
    Comparison(
        "country",
        _either_null("country"),
        ("country_l = country_r AND NOT is_common_country_l", "country_l = country_r"),
    ),
    _overlap("substances", "substance_sixteenths", "main_substance"),
    _overlap("terms", "term_sixteenths", "main_term"),
    Comparison(
        "weight",
        _either_null("weight_kg"),
        tuple(f"abs(weight_kg_l - weight_kg_r) <= {kilograms}" for kilograms in ("0.5", "3")),
    ),
    Comparison(
        "literature",
        _either_null("literature"),
        tuple(f"{_SHARED_WORDS} >= {part}" for part in ("0.8", "0.5")),
        _SHARED_WORDS,
        "1",
    ),
    Comparison(
        "sender",
        _either_null("sender"),
        ("sender_l = sender_r AND manufacturer_number_l = manufacturer_number_r", "sender_l = sender_r"),
    ),
)
"""In the order in which they are shown."""

NAMES = tuple(comparison.name for comparison in COMPARISONS)


def reviewed() -> pl.DataFrame:
    """Reviewed levels: comparison, level, label, m, u and the bounds of both."""
    return reference.read("duplicate_model").select(
        "comparison",
        pl.col("level").cast(pl.Int16),
        "label",
        *(pl.col(name).cast(pl.Float64) for name in ("m", "u", "m_lowest", "m_highest", "u_lowest")),
    )


def reviewed_rates() -> Rates:
    """The rates of the reviewed model."""
    return {(name, level): (m, u) for name, level, m, u in reviewed().select("comparison", "level", "m", "u").rows()}


def make_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Functions that the conditions call, for this connection alone."""
    for macro in _MACROS:
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")


def settings(rates: Rates, prior: float) -> dict[str, Any]:
    """Settings of a Splink linker.

    Args:
        rates: m and u of every level.
        prior: probability that two cases drawn at random are of one patient.
    """
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "case_id",
        "probability_two_random_records_match": prior,
        "comparisons": [_comparison(comparison, rates) for comparison in COMPARISONS],
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "max_iterations": 15,
        "em_convergence": 0.002,
    }


def _comparison(comparison: Comparison, rates: Rates) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.missing, "label_for_charts": "missing", "is_null_level": True}
    ]
    for level, condition in zip(comparison.levels, (*comparison.conditions, "ELSE"), strict=True):
        m, u = rates[comparison.name, level]
        levels.append(
            {"sql_condition": condition, "label_for_charts": str(level), "m_probability": m, "u_probability": u}
        )
    return {"output_column_name": comparison.name, "comparison_levels": levels}
