"""Time to onset as literal cases: which dates count, and where a case goes whose dates do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.spec.time_cases import Rows, lookups, sighting, together
from warehouse.marts.time import _GROUP

NONE = (0, 0, 0, 0)
Row = dict[str, Any]


@pytest.fixture
def onset(literal_warehouse: Any) -> Callable[..., dict[tuple[str, str, str], Row]]:
    """Rows of mart.time_to_onset by exposure, definition and role scope, from literal cases."""

    def run(*parts: Rows) -> dict[tuple[str, str, str], Row]:
        connection = literal_warehouse(together(*parts), ["mart.time_to_onset"], lookups())
        frame = connection.sql("SELECT * FROM mart.time_to_onset").pl()
        assert not frame.select(_GROUP).is_duplicated().any()
        return {(row["exposure"], row["definition"], row["role_scope"]): row for row in frame.to_dicts()}

    return run


def _groups(row: Row) -> tuple[int, int, int, int]:
    return (row["with_dates_count"], row["partial_count"], row["negative_count"], row["missing_count"])


def _ketamine(event, starts, drugs=(("PS", "ketamine"),)):
    return sighting("2020q1", 1, list(drugs), ["Nausea"], event=event, starts=starts)


@pytest.mark.parametrize(
    ("event", "starts", "groups"),
    [
        ("2020-02-10", [(1, "2020-02-03")], (1, 0, 0, 0)),
        ("2020-02-10", [(1, "2020-02-10")], (1, 0, 0, 0)),
        ("2020-02-10", [(1, "2020-02-11")], (0, 0, 1, 0)),
        ("2020-02", [(1, "2020-02-03")], (0, 1, 0, 0)),
        ("2020-02-10", [(1, "2020-02")], (0, 1, 0, 0)),
        ("2020", [(1, "2020")], (0, 1, 0, 0)),
        (None, [(1, "2020-02-03")], (0, 0, 0, 1)),
        ("2020-02-10", [], (0, 0, 0, 1)),
        ("2020-02-10", [(1, None)], (0, 0, 0, 1)),
        (None, [(1, "2020-02")], (0, 0, 0, 1)),
        # several courses: the earliest complete one, however the others are known
        ("2020-02-10", [(1, "2020-02-20"), (1, "2020-02-03")], (1, 0, 0, 0)),
        ("2020-02-10", [(1, "2020-01"), (1, "2020-02-03"), (1, None)], (1, 0, 0, 0)),
    ],
)
def test_where_a_case_goes(onset, event, starts, groups):
    row = onset(_ketamine(event, starts))["ketamine", "single_term", "suspect"]
    assert (row["case_count"], _groups(row)) == (1, groups)


def test_two_rows_of_the_drug_give_the_earlier_start_of_their_scope(onset):
    found = onset(
        _ketamine("2020-02-10", [(1, "2020-02-08"), (2, "2020-02-01")], [("PS", "ketamine"), ("SS", "ketamine")])
    )
    assert found["ketamine", "single_term", "suspect"]["onset_median_days"] == 9
    assert found["ketamine", "single_term", "primary_suspect"]["onset_median_days"] == 2


@pytest.mark.parametrize("role", ["C", "I", "DN"])
def test_a_row_outside_the_scope_starts_nothing(onset, role):
    found = onset(
        _ketamine("2020-02-10", [(1, "2020-02-08"), (2, "2020-02-01")], [("PS", "ketamine"), (role, "ketamine")])
    )
    assert found["ketamine", "single_term", "suspect"]["onset_median_days"] == 2


def test_another_drug_starts_nothing(onset):
    found = onset(_ketamine("2020-02-10", [(2, "2020-02-01")], [("PS", "ketamine"), ("SS", "sertraline")]))
    assert _groups(found["ketamine", "single_term", "suspect"]) == (0, 0, 0, 1)
    assert found["sertraline", "single_term", "suspect"]["onset_median_days"] == 9
    assert found["sertraline", "single_term", "primary_suspect"]["case_count"] == 0


def test_a_class_starts_with_the_first_of_its_substances(onset):
    found = onset(
        _ketamine("2020-02-10", [(1, "2020-02-08"), (2, "2020-02-01")], [("PS", "sertraline"), ("SS", "paroxetine")])
    )
    assert found["sertraline", "single_term", "suspect"]["onset_median_days"] == 2
    assert found["ssri", "single_term", "suspect"]["onset_median_days"] == 9


def test_an_older_version_starts_nothing(onset):
    found = onset(
        sighting("2020q1", 1, [("PS", "ketamine")], ["Nausea"], event="2020-02-10", starts=[(1, "2020-01-01")]),
        sighting("2020q2", 1, [("PS", "ketamine")], ["Nausea"], version=2, event="2020-02-10",
                 starts=[(1, "2020-02-05")]),
    )  # fmt: skip
    assert found["ketamine", "single_term", "suspect"]["onset_median_days"] == 5


def test_quartiles_day_0_and_nesting(onset):
    days = {1: ("Nausea", 0), 2: ("Nausea", 0), 3: ("Vomiting", 4), 4: ("Retching", 10)}
    start = date(2020, 1, 1)
    found = onset(
        *(
            sighting("2020q1", case, [("PS", "ketamine")], [term], event=str(start + timedelta(lapse)),
                     starts=[(1, str(start))])
            for case, (term, lapse) in days.items()
        )
    )  # fmt: skip
    names = ["with_dates_count", "day_0_count", "onset_q1_days", "onset_median_days", "onset_q3_days"]
    assert {
        level: [found["ketamine", level, "suspect"][name] for name in names]
        for level in ("single_term", "label_style", "broad")
    } == {"single_term": [2, 2, 0, 0, 0], "label_style": [3, 2, 0, 0, 2], "broad": [4, 2, 0, 2, 5.5]}


def test_every_exposure_has_a_row_and_no_dates_give_no_numbers(onset):
    found = onset(sighting("2020q1", 1, [("PS", "other")], ["Nausea"]))
    assert len(found) == 4 * 3 * 2
    for row in found.values():
        assert (row["case_count"], _groups(row), row["onset_median_days"]) == (0, NONE, None)
        assert (row["weibull_shape"], row["weibull_undefined_reason"]) == (None, "too_few_cases")


@pytest.mark.parametrize(
    ("lapses", "reason"),
    [
        (range(29), "too_few_cases"),
        (range(30), None),
        ([3] * 30, "no_variation"),
        ([0] * 25 + [1] * 5, "no_variation"),
        ([0] * 25 + [2] * 5, None),
    ],
)
def test_a_weibull_needs_cases_that_differ(onset, lapses, reason):
    start = date(2020, 1, 1)
    found = onset(
        *(
            sighting("2020q1", case, [("PS", "ketamine")], ["Nausea"], event=str(start + timedelta(lapse)),
                     starts=[(1, str(start))])
            for case, lapse in enumerate(lapses, start=1)
        )
    )  # fmt: skip
    row = found["ketamine", "broad", "primary_suspect"]
    assert row["weibull_undefined_reason"] == reason
    fitted = [row[name] for name in ("weibull_shape", "weibull_shape_lower_95", "weibull_shape_upper_95",
                                     "weibull_scale_days")]  # fmt: skip
    assert all((value is None) == (reason is not None) for value in fitted)
