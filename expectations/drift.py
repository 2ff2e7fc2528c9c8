"""A quarter's columns against those of the last quarter of its era."""

from __future__ import annotations

from math import sqrt

import reference
from expectations.measure import Measure
from expectations.profile import TableProfile
from expectations.rule import Unit, written
from expectations.rules import FDA_NAMES
from expectations.rules.drift import MOST_NULL_CHANGE, MOSTLY_FILLED
from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter

_STANDARD_ERRORS = 3
"""Chance alone moves a share further than this in a few of a thousand columns of tiny samples; real ones are large."""

_NAMED_COLUMNS = 6
"""Columns that a sentence names."""


def is_same_era(one: Quarter, other: Quarter) -> bool:
    """Both keyed by ISR, or both by primaryid."""
    return (one < FIRST_FAERS_QUARTER) == (other < FIRST_FAERS_QUARTER)


def last_of_era(quarter: Quarter, staged: list[Quarter]) -> Quarter | None:
    """The quarter to compare with: the latest staged one before it, of the same era."""
    return max((other for other in staged if other < quarter and is_same_era(other, quarter)), default=None)


def drift_measures(
    table: str,
    quarter: Quarter,
    now: TableProfile | None,
    previous_quarter: Quarter | None,
    before: TableProfile | None,
) -> list[Measure]:
    """Row ratio, columns whose share of nulls jumped, and columns that were lost.

    Rows and lost columns are compared with the directly preceding quarter alone; across a gap of quarters a form may
    have changed for good reason, so there a jump of nulls is all that is said.

    Args:
        table: Staged table.
        quarter: The quarter.
        now: Its profile of the table; None where it lacks the table.
        previous_quarter: The quarter compared with; None where there is none.
        before: That quarter's profile of the table; None where it lacks the table.
    """
    if previous_quarter is None or now is None or before is None or not now.rows or not before.rows:
        return [Measure(table, name, None) for name in ("row_ratio", "null_jump_count", "lost_column_count")]
    jumped, lost = [], []
    for column in now.null_shares.keys() & before.null_shares.keys():
        if not (is_published(table, column, quarter) and is_published(table, column, previous_quarter)):
            continue
        share, earlier = now.null_shares[column], before.null_shares[column]
        if share == 1 and earlier <= MOSTLY_FILLED:
            lost.append(column)
        # A date's precision is null where the date is: naming both says nothing more.
        if not column.endswith("_precision") and _has_jumped(now, before, column):
            jumped.append(f"{column} from {written(earlier, Unit.SHARE)} to {written(share, Unit.SHARE)} null")
    is_adjacent = previous_quarter == quarter.preceding()
    return [
        Measure(
            table,
            "row_ratio",
            now.rows / before.rows if is_adjacent else None,
            f"{now.rows:,} rows, {before.rows:,} in {previous_quarter}",
        ),
        Measure(table, "null_jump_count", len(jumped), _compared(jumped, previous_quarter)),
        Measure(table, "lost_column_count", len(lost) if is_adjacent else None, _compared(lost, previous_quarter)),
    ]


def is_published(table: str, column: str, quarter: Quarter) -> bool:
    """Does FDA's layout of the quarter feed the column? Columns that no layout names are ours and always there."""
    layout = reference.read("layout")
    source = column.removesuffix("_precision")
    spans = layout.filter((layout["faers_table"] == FDA_NAMES[table]) & (layout["column"] == source))
    if spans.is_empty():
        return True
    text = str(quarter)
    return any(
        (first or text) <= text <= (last or text)
        for first, last in spans.select("first_quarter", "last_quarter").iter_rows()
    )


def _has_jumped(now: TableProfile, before: TableProfile, column: str) -> bool:
    """The share of nulls moved further than the limit and three standard errors of the difference.

    Standard error of the difference of two shares, pooled: sqrt(p (1 - p) (1/n + 1/m)).
    """
    share, earlier = now.null_shares[column], before.null_shares[column]
    pooled = (share * now.rows + earlier * before.rows) / (now.rows + before.rows)
    error = sqrt(max(pooled * (1 - pooled), 0) * (1 / now.rows + 1 / before.rows))
    return abs(share - earlier) > MOST_NULL_CHANGE + _STANDARD_ERRORS * error


def _compared(columns: list[str], previous_quarter: Quarter) -> str:
    named = sorted(columns)[:_NAMED_COLUMNS]
    if len(columns) > _NAMED_COLUMNS:
        named.append(f"{len(columns) - _NAMED_COLUMNS} more")
    return ", ".join([*named, f"against {previous_quarter}"])
