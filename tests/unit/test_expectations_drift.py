"""Drift: what counts as a jump, what as chance, and what the layout explains."""

from __future__ import annotations

import pytest

from expectations.drift import drift_measures, is_published, is_same_era
from expectations.profile import TableProfile
from vocabulary.quarter import Quarter

NOW, BEFORE = Quarter(2022, 4), Quarter(2022, 3)


def compared(table: str, now: TableProfile | None, before: TableProfile | None, *quarters: Quarter) -> dict[str, float]:
    quarter, previous = quarters or (NOW, BEFORE)
    return {measure.name: measure.value for measure in drift_measures(table, quarter, now, previous, before)}


def of_route(rows: int, share: float) -> TableProfile:
    return TableProfile(rows, {"route": share})


@pytest.mark.parametrize(
    ("rows", "earlier", "share", "jumps"),
    [
        (100_000, 0.20, 0.30, 0),
        (100_000, 0.20, 0.32, 1),
        (100_000, 0.32, 0.20, 1),
        (100, 0.20, 0.35, 0),
        (100, 0.20, 0.60, 1),
    ],
    ids=["at the limit", "beyond it", "downwards too", "chance in few rows", "more than chance"],
)
def test_a_jump_is_more_than_ten_points_beyond_chance(rows, earlier, share, jumps):
    found = compared("report_drug", of_route(rows, share), of_route(rows, earlier))
    assert found["null_jump_count"] == jumps


@pytest.mark.parametrize(("earlier", "share", "lost"), [(0.5, 1, 1), (0.51, 1, 0), (0.0, 0.999, 0)])
def test_a_lost_column_was_mostly_filled_and_is_empty(earlier, share, lost):
    assert compared("report_drug", of_route(1000, share), of_route(1000, earlier))["lost_column_count"] == lost


def test_the_precision_of_a_date_is_not_named_beside_the_date():
    before = TableProfile(10_000, {"event_date": 0.1, "event_date_precision": 0.1})
    now = TableProfile(10_000, {"event_date": 0.9, "event_date_precision": 0.9})
    assert compared("report", now, before)["null_jump_count"] == 1


def test_the_layout_explains_columns_that_come_and_go():
    # Active ingredients are published from 2014q3 on, lot numbers and all the rest before as well.
    before, now = TableProfile(10_000, {"active_ingredient": 1.0}), TableProfile(10_000, {"active_ingredient": 0.0})
    found = compared("report_drug", now, before, Quarter(2014, 3), Quarter(2014, 2))
    assert found["null_jump_count"] == 0
    assert not is_published("report_drug", "active_ingredient", Quarter(2014, 2))
    assert is_published("report_drug", "active_ingredient", Quarter(2014, 3))
    assert is_published("report", "death_date_precision", Quarter(2012, 3))
    assert not is_published("report", "death_date_precision", Quarter(2012, 4))
    assert is_published("report", "age_years", Quarter(2022, 4)), "a column of ours is always there"


def test_across_a_gap_only_jumps_are_told():
    found = compared("report_drug", of_route(10_000, 1), of_route(1000, 0), Quarter(2022, 4), Quarter(2020, 3))
    assert found == {"row_ratio": None, "null_jump_count": 1, "lost_column_count": None}


def test_rows_are_compared_with_the_last_quarter():
    assert compared("report_drug", of_route(150, 0), of_route(100, 0))["row_ratio"] == 1.5


@pytest.mark.parametrize("before", [None, TableProfile(0, {})])
def test_nothing_is_compared_with_nothing(before):
    assert set(compared("report_drug", of_route(10, 0), before).values()) == {None}


def test_eras_meet_between_2012q3_and_2012q4():
    assert is_same_era(Quarter(2004, 1), Quarter(2012, 3))
    assert is_same_era(Quarter(2012, 4), Quarter(2026, 2))
    assert not is_same_era(Quarter(2012, 3), Quarter(2012, 4))
