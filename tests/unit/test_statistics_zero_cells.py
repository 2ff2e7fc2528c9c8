"""The zero-cell rule, criterion by criterion, on literal tables."""

from __future__ import annotations

import math

import numpy as np
import pytest

from transforms.statistics import Prior, empirical_bayes, measures, stratified_odds_ratio, two_drug_interaction

PRIOR = Prior.given(0.8, 0.15, 2.5, 2.8, 0.25)


@pytest.mark.parametrize(
    ("cells", "corrected", "reason"),
    [
        ((5, 10, 20, 100), False, None),
        ((0, 10, 20, 100), True, None),
        ((5, 0, 20, 100), True, None),
        ((5, 10, 0, 100), True, None),
        ((5, 10, 20, 0), True, None),
        ((0, 10, 20, 0), True, None),
        ((5, 0, 0, 100), True, None),
        ((0, 0, 20, 100), False, "no_exposed_cases"),
        ((5, 10, 0, 0), False, "no_comparator_cases"),
        ((0, 10, 0, 100), False, "no_cases_with_event"),
        ((5, 0, 20, 0), False, "no_cases_without_event"),
        ((0, 0, 0, 100), False, "no_exposed_cases"),
        ((0, 0, 0, 0), False, "no_exposed_cases"),
    ],
)
def test_flag_and_reason(cells: tuple[int, ...], corrected: bool, reason: str | None) -> None:
    found = measures(*([value] for value in cells))
    assert found["is_zero_cell_corrected"][0] == corrected
    assert found["undefined_reason"][0] == reason
    assert math.isnan(found["ror"][0]) == math.isnan(found["prr"][0]) == (reason is not None)


def test_half_is_added_to_all_four_cells_only_where_one_is_zero() -> None:
    found = measures([10, 10], [90, 90], [0, 1], [900, 900])
    assert found["ror"][0] == pytest.approx(10.5 * 900.5 / (90.5 * 0.5))
    assert found["prr"][0] == pytest.approx((10.5 / 101) / (0.5 / 901))
    assert found["ror"][1] == 10 * 900 / (90 * 1)


def test_chi_squared_share_and_ic_are_those_of_the_cells_as_counted() -> None:
    found = measures([10], [90], [0], [900])
    assert found["chi_squared"][0] == pytest.approx(1000 * 9000**2 / (100 * 900 * 10 * 990))
    assert found["reporting_share"][0] == 0.1
    assert found["expected"][0] == 1
    assert found["ic"][0] == pytest.approx(math.log2(10.5 / 1.5))


def test_a_corrected_ratio_never_makes_a_signal_but_the_ic_may() -> None:
    found = measures([100], [900], [0], [1_000_000])
    assert found["prr_lower_95"][0] > 2
    assert found["chi_squared"][0] > 4
    assert found["ror_lower_95"][0] > 1
    assert [bool(found[x][0]) for x in ("meets_evans", "meets_ror", "meets_ema")] == [False] * 3
    assert found["meets_ic"][0]
    assert empirical_bayes([100], found["expected"], PRIOR)["meets_eb05"][0]


def test_an_empty_margin_shrinks_the_ic_to_nothing() -> None:
    found = measures([5], [10], [0], [0])
    assert found["ic"][0] == 0
    assert found["ic_lower_95"][0] < 0 < found["ic_upper_95"][0]
    assert not found["meets_ic"][0]


def test_no_case_at_all_is_undefined_throughout() -> None:
    found = measures([0], [0], [0], [0])
    numbers = [name for name, values in found.items() if values.dtype == np.float64]
    assert len(numbers) == 15
    assert all(math.isnan(found[name][0]) for name in numbers)
    assert not any(found[name][0] for name in found if name.startswith("meets_"))


def test_scores_without_an_expected_count_are_missing_and_meet_nothing() -> None:
    found = empirical_bayes([20, 0, 20], [np.nan, 0.0, 1.0], PRIOR)
    assert np.isnan(found["ebgm"]).tolist() == [True, True, False]
    assert np.isnan(found["eb05"]).tolist() == [True, True, False]
    assert found["meets_eb05"].tolist() == found["meets_mhra"].tolist() == [False, False, True]


@pytest.mark.parametrize("bad", [-1, 0.5, math.nan, math.inf])
def test_what_is_not_a_count_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="c: 1 values are not counts"):
        measures([1, 2], [3, 4], [5, bad], [6, 7])


def test_columns_come_in_the_order_of_the_mart() -> None:
    assert list(measures([1], [2], [3], [4])) == [
        "expected",
        "reporting_share",
        "reporting_share_lower_95",
        "reporting_share_upper_95",
        "ror",
        "ror_lower_95",
        "ror_upper_95",
        "prr",
        "prr_lower_95",
        "prr_upper_95",
        "chi_squared",
        "chi_squared_yates",
        "ic",
        "ic_lower_95",
        "ic_upper_95",
        "is_zero_cell_corrected",
        "undefined_reason",
        "meets_evans",
        "meets_ror",
        "meets_ic",
        "meets_ema",
    ]
    assert list(empirical_bayes([1], [2.0], PRIOR)) == ["ebgm", "eb05", "eb95", "meets_eb05", "meets_mhra"]


def test_no_rows_give_no_rows() -> None:
    assert all(values.shape == (0,) for values in measures([], [], [], []).values())
    assert all(values.shape == (0,) for values in empirical_bayes([], [], PRIOR).values())


def test_stratified_reasons() -> None:
    found = stratified_odds_ratio(
        [[0, 3], [3, 3], [2, 2]], [[4, 4], [0, 0], [5, 5]], [[4, 4], [4, 4], [1, 1]], [[9, 0], [9, 9], [7, 7]]
    )
    assert found.undefined_reason.tolist() == ["no_stratum_with_both_a_and_d", "no_stratum_with_both_b_and_c", None]
    assert np.isnan(found.odds_ratio).tolist() == [True, True, False]


def test_omega_needs_all_four_strata() -> None:
    eight = np.array([5, 10, 5, 20, 5, 30, 5, 1000])
    places = {"both": (0, 1), "first_alone": (2, 3), "second_alone": (4, 5), "neither": (6, 7)}
    for name, empty in places.items():
        cells = [[0] if place in empty else [value] for place, value in enumerate(eight)]
        found = two_drug_interaction(*cells)
        assert found.undefined_reason[0] == f"no_cases_with_{name}"
        assert math.isnan(found.omega[0])


def test_omega_where_every_case_of_a_drug_has_the_event() -> None:
    found = two_drug_interaction([5], [10], [7], [0], [5], [30], [5], [1000])
    assert found.expected[0] == 15  # odds without limit: all fifteen are expected to have it
    found = two_drug_interaction([5], [10], [7], [0], [8], [0], [5], [0])
    assert found.expected[0] == 15
