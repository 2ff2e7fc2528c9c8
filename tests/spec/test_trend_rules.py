"""The trend as literal sightings: who enters when, with which content, and since when a criterion is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from tests.spec.time_cases import Rows, deletion, lookups, sighting, together
from vocabulary.tables.mart.time import SIGNAL_TREND
from warehouse.plan import frame_step

Cells = dict[str, tuple[int, int, int, int]]


@pytest.fixture
def trend(literal_warehouse: Any) -> Callable[..., Cells]:
    """Cells of ketamine, nausea by quarter, from literal sightings."""

    def run(*parts: Rows, definition: str = "single_term", scope: str = "suspect") -> Cells:
        connection = literal_warehouse(together(*parts), ["mart.signal_trend"], lookups())
        rows = connection.execute(
            "SELECT quarter, a, b, c, d FROM mart.signal_trend WHERE exposure = 'ketamine' AND definition = ? "
            "AND role_scope = ? ORDER BY quarter",
            [definition, scope],
        ).fetchall()
        return {quarter: tuple(cells) for quarter, *cells in rows}  # type: ignore[misc]

    return run


def test_cells_grow_and_every_quarter_has_a_row(trend):
    found = trend(
        sighting("2020q1", 1, [("PS", "sertraline")], ["Rash"]),
        sighting("2020q2", 2, [("PS", "ketamine")], ["Nausea"]),
        sighting("2020q2", 3, [("PS", "sertraline")], ["Nausea"]),
        {"report": [{"quarter": "2020q3", "report_id": 9, "case_id": 9}]},  # outside the universe
        sighting("2020q4", 4, [("PS", "ketamine")], ["Rash"]),
        sighting("2020q4", 5, [("PS", "ketamine")], ["Nausea"]),
    )
    assert found == {
        "2020q1": (0, 0, 0, 1),
        "2020q2": (1, 0, 1, 1),
        "2020q3": (1, 0, 1, 1),
        "2020q4": (2, 1, 1, 1),
    }


def test_a_case_enters_at_its_first_sighting_with_its_content_as_of_now(trend):
    other = sighting("2020q1", 2, [("PS", "sertraline")], ["Rash"])
    found = trend(
        other,
        sighting("2020q1", 1, [("PS", "sertraline")], ["Rash"]),
        sighting("2020q3", 1, [("PS", "ketamine")], ["Nausea"], version=2),
    )
    assert found == {"2020q1": (1, 0, 0, 1), "2020q3": (1, 0, 0, 1)}


def test_a_deleted_case_never_was(trend):
    found = trend(
        sighting("2020q1", 1, [("PS", "ketamine")], ["Nausea"]),
        sighting("2020q2", 2, [("PS", "sertraline")], ["Rash"]),
        deletion("2020q2", 1),
    )
    assert found == {"2020q1": (0, 0, 0, 0), "2020q2": (0, 0, 0, 1)}


def test_a_case_that_came_back_enters_when_it_was_first_seen(trend):
    found = trend(
        sighting("2020q1", 1, [("PS", "ketamine")], ["Nausea"]),
        sighting("2020q2", 2, [("PS", "sertraline")], ["Rash"]),
        deletion("2020q2", 1),
        sighting("2020q3", 1, [("PS", "ketamine")], ["Nausea"], version=2),
    )
    assert found == {"2020q1": (1, 0, 0, 0), "2020q2": (1, 0, 0, 1), "2020q3": (1, 0, 0, 1)}


@pytest.mark.parametrize(
    ("definition", "scope", "last"),
    [
        ("single_term", "primary_suspect", (0, 0, 1, 2)),
        ("single_term", "suspect", (1, 0, 0, 2)),
        ("label_style", "suspect", (1, 0, 1, 1)),
        ("broad", "any", (2, 0, 1, 0)),
    ],
)
def test_definitions_and_scopes_are_nested(trend, definition, scope, last):
    found = trend(
        sighting("2020q1", 1, [("PS", "sertraline"), ("SS", "ketamine")], ["Nausea", "Retching"]),
        sighting("2020q2", 2, [("PS", "sertraline"), ("C", "ketamine")], ["Retching"]),
        sighting("2020q2", 3, [("PS", "sertraline")], ["Vomiting"]),
        definition=definition,
        scope=scope,
    )
    assert found["2020q2"] == last


def test_there_is_no_row_for_what_is_not_studied(literal_warehouse):
    connection = literal_warehouse(
        sighting("2020q1", 1, [("PS", "sertraline")], ["Nausea"]), ["mart.signal_trend"], lookups()
    )
    assert connection.execute("SELECT DISTINCT exposure FROM mart.signal_trend ORDER BY ALL").fetchall() == [
        ("esketamine",), ("ketamine",)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("met", "first", "is_met_now", "unmet"),
    [
        ("0000", None, False, None),
        ("0011", "2020q3", True, 0),
        ("0001", "2020q4", True, 0),
        ("1010", "2020q1", False, 2),
        ("0101", "2020q2", True, 1),
        ("1000", "2020q1", False, 3),
    ],
)
def test_since_when_a_criterion_is_met(literal_warehouse, met, first, is_met_now, unmet):
    criteria = ("evans", "ror", "ic", "ema")
    rows = [
        {"exposure": judged, "side_effect": "nausea", "definition": "broad", "role_scope": "any",
         "quarter": f"2020q{number}", **dict.fromkeys("abcd", 1), "is_zero_cell_corrected": False,
         **{f"meets_{name}": name == judged and mark == "1" for name in criteria}}
        for judged in criteria
        for number, mark in enumerate(met, start=1)
    ]  # fmt: skip
    trend = pl.DataFrame(rows, schema=SIGNAL_TREND.polars_schema)
    connection = literal_warehouse({}, ["mart.signal_first_met"], [frame_step("mart.signal_trend", lambda _: trend)])
    found = connection.execute(
        "SELECT exposure, criterion, first_met_quarter, is_met_now, unmet_quarter_count FROM mart.signal_first_met"
    ).fetchall()
    assert {row[:2]: row[2:] for row in found} == {
        (judged, name): (first, is_met_now, unmet) if judged == name else (None, False, None)
        for judged in criteria
        for name in criteria
    }
