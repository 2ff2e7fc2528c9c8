"""Is the quarter like the last one of its era? Whole columns have been lost when a header changed unseen."""

from __future__ import annotations

from expectations.rule import Rule, RuleKind, Unit, measure_rule

_KIND = RuleKind.DRIFT

MOST_NULL_CHANGE = 0.10
"""Change of a column's share of nulls, beyond what chance allows for so many rows, that is worth a look."""

MOSTLY_FILLED = 0.50
"""A column with at most this share of nulls was mostly filled."""

LEAST_ROW_RATIO, MOST_ROW_RATIO = 0.5, 2.0
"""Rows against the last quarter: the real series stays within these from quarter to quarter."""


def table_rules(table: str) -> tuple[Rule, ...]:
    """Rules of every table of a quarter."""
    rules = measure_rule(
        table,
        "row_ratio",
        _KIND,
        f"{table} has about as many rows as in the last quarter of the era.",
        unit=Unit.RATIO,
        warn_below=LEAST_ROW_RATIO,
        warn_above=MOST_ROW_RATIO,
    )
    if table == "deleted_case":
        return rules
    return (
        *rules,
        *measure_rule(
            table,
            "null_jump_count",
            _KIND,
            f"No column of {table} changed its share of nulls much against the last quarter of the era.",
            warn_above=0,
        ),
        *measure_rule(
            table,
            "lost_column_count",
            _KIND,
            f"No column of {table} that was mostly filled in the last quarter of the era is empty now.",
            fail_above=0,
        ),
    )
