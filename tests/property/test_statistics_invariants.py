"""What must hold for every table: symmetries, intervals, recomputation, and nothing undefined in disguise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.statistics import (
    association,
    benjamini_hochberg,
    fisher_exact,
    information_component,
    measures,
    stratified_odds_ratio,
    two_drug_interaction,
)
from transforms.statistics.table import TwoByTwo

cell = st.one_of(st.integers(0, 6), st.integers(0, 500), st.integers(0, 20_000_000))
tables = st.lists(st.tuples(cell, cell, cell, cell), min_size=1, max_size=20)
RATIOS = ("ror", "prr")
Z = 1.959963984540054


def of(rows: list[tuple[int, int, int, int]]) -> dict[str, Any]:
    return measures(*np.array(rows, dtype=np.int64).T)


@given(tables)
def test_cells_sum_to_the_total(rows: list[tuple[int, int, int, int]]) -> None:
    table = TwoByTwo.of(*np.array(rows).T)
    assert table.total.tolist() == [sum(row) for row in rows]
    assert (table.exposed + table.comparator == table.with_event + table.without_event).all()


@given(tables)
def test_swapping_exposure_and_event_leaves_ror_ic_and_chi_squared(rows: list[tuple[int, int, int, int]]) -> None:
    found, swapped = of(rows), of([(a, c, b, d) for a, b, c, d in rows])
    for column in ("ror", "ror_lower_95", "ror_upper_95", "ic", "ic_lower_95", "ic_upper_95", "chi_squared"):
        assert swapped[column] == pytest.approx(found[column], rel=1e-12, nan_ok=True)


@given(tables)
def test_swapping_rows_inverts_the_ratios(rows: list[tuple[int, int, int, int]]) -> None:
    found, swapped = of(rows), of([(c, d, a, b) for a, b, c, d in rows])
    for ratio in RATIOS:
        assert swapped[ratio] == pytest.approx(1 / found[ratio], rel=1e-12, nan_ok=True)
        assert swapped[f"{ratio}_lower_95"] == pytest.approx(1 / found[f"{ratio}_upper_95"], rel=1e-12, nan_ok=True)


@given(tables)
def test_every_interval_holds_its_estimate(rows: list[tuple[int, int, int, int]]) -> None:
    found = of(rows)
    for measure in ("reporting_share", "ror", "prr", "ic"):
        point = found[measure]
        defined = ~np.isnan(point)
        assert (found[f"{measure}_lower_95"][defined] <= point[defined]).all()
        assert (point[defined] <= found[f"{measure}_upper_95"][defined]).all()
        assert np.isnan(found[f"{measure}_lower_95"][~defined]).all()
        assert np.isnan(found[f"{measure}_upper_95"][~defined]).all()


@given(tables)
def test_every_measure_recomputes_from_the_cells(rows: list[tuple[int, int, int, int]]) -> None:
    found = of(rows)
    for place, (a, b, c, d) in enumerate(rows):
        n = a + b + c + d
        if min(a + b, c + d, a + c, b + d) == 0:
            continue
        expected = (a + b) * (a + c) / n
        assert found["expected"][place] == pytest.approx(expected, rel=1e-14)
        assert found["reporting_share"][place] == pytest.approx(a / (a + b), rel=1e-14)
        assert found["ic"][place] == pytest.approx(math.log2((a + 0.5) / (expected + 0.5)), rel=1e-9, abs=1e-12)
        product = (a + b) * (c + d) * (a + c) * (b + d)
        # exact in Python's integers; the measure itself works in floats
        assert found["chi_squared"][place] == pytest.approx(n * (a * d - b * c) ** 2 / product, rel=1e-9)
        w, x, y, z = (v + 0.5 for v in (a, b, c, d)) if 0 in (a, b, c, d) else (a, b, c, d)
        assert found["ror"][place] == pytest.approx(w * z / (x * y), rel=1e-12)
        assert found["prr"][place] == pytest.approx(w / (w + x) / (y / (y + z)), rel=1e-12)
        error = math.sqrt(1 / w + 1 / x + 1 / y + 1 / z)
        assert found["ror_upper_95"][place] == pytest.approx(math.exp(math.log(w * z / (x * y)) + Z * error), rel=1e-9)


@given(tables)
def test_undefined_is_never_a_number_and_a_number_never_undefined(rows: list[tuple[int, int, int, int]]) -> None:
    found = of(rows)
    for place, (a, b, c, d) in enumerate(rows):
        is_empty = min(a + b, c + d, a + c, b + d) == 0
        assert (found["undefined_reason"][place] is not None) == is_empty
        assert found["is_zero_cell_corrected"][place] == (not is_empty and 0 in (a, b, c, d))
        for column in ("ror", "ror_lower_95", "ror_upper_95", "prr", "prr_lower_95", "prr_upper_95"):
            value = found[column][place]
            assert math.isnan(value) if is_empty else 0 < value < math.inf, column
        for column in ("chi_squared", "chi_squared_yates"):
            assert math.isnan(found[column][place]) == is_empty
        assert math.isnan(found["reporting_share"][place]) == (a + b == 0)
        assert math.isnan(found["ic"][place]) == (a + b + c + d == 0)
        assert not any(math.isinf(found[column][place]) for column in found if found[column].dtype == np.float64)


@given(tables)
def test_no_criterion_on_a_ratio_rests_on_corrected_or_undefined_cells(rows: list[tuple[int, int, int, int]]) -> None:
    found = of(rows)
    unfit = found["is_zero_cell_corrected"] | (found["undefined_reason"] != None)  # noqa: E711 - elementwise
    for column in ("meets_evans", "meets_ror", "meets_ema"):
        assert found[column].dtype == np.bool_
        assert not found[column][unfit].any()
    assert not found["meets_ic"][found["undefined_reason"] != None].any()  # noqa: E711


@given(tables, st.randoms(use_true_random=False))
def test_rows_do_not_see_each_other(rows: list[tuple[int, int, int, int]], random: Any) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    found, shuffled = of(rows), of([rows[place] for place in order])
    for column, values in found.items():
        assert np.array_equal(values[order], shuffled[column], equal_nan=values.dtype == np.float64), column


@given(tables)
def test_more_reports_of_the_pair_raise_ic(rows: list[tuple[int, int, int, int]]) -> None:
    n = np.array([row[0] for row in rows])
    expected = np.array([row[1] / 7 for row in rows])
    one, more = information_component(n, expected), information_component(n + 1, expected)
    assert all((high > low).all() for low, high in zip(one, more, strict=True))


@given(tables)
def test_exact_tests_are_symmetric_and_ordered(rows: list[tuple[int, int, int, int]]) -> None:
    small = np.array([[min(v, 3000) for v in row] for row in rows])
    a, b, c, d = small.T
    found = fisher_exact(a, b, c, d)
    for other in (fisher_exact(a, c, b, d), fisher_exact(d, c, b, a)):
        assert other.two_sided == pytest.approx(found.two_sided, rel=1e-9, abs=1e-300, nan_ok=True)
    defined = ~np.isnan(found.two_sided)
    assert (found.mid_p_two_sided[defined] <= found.two_sided[defined]).all()
    assert (found.mid_p_greater[defined] <= found.greater[defined]).all()
    assert (found.two_sided[defined] <= 1).all()
    assert np.array_equal(defined, ~np.isnan(association(a, b, c, d).p_value))


@given(st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), max_size=40))
def test_q_values_keep_the_order_of_p(p_values: list[float]) -> None:
    p = np.array(p_values)
    q = benjamini_hochberg(p)
    tested = ~np.isnan(p)
    assert np.array_equal(np.isnan(q), ~tested)
    assert ((q >= p) & (q <= 1))[tested].all()
    assert (np.diff(q[tested][np.argsort(p[tested], kind="stable")]) >= 0).all()
    assert np.array_equal(benjamini_hochberg(p[::-1])[::-1], q, equal_nan=True)


strata = st.lists(st.tuples(*[st.integers(0, 300)] * 4), min_size=1, max_size=8)


@given(strata, st.integers(0, 50), st.integers(0, 50))
def test_strata_come_in_any_order_and_an_empty_one_adds_nothing(
    rows: list[tuple[int, int, int, int]], exposed: int, event: int
) -> None:
    found = stratified_odds_ratio(*np.array(rows).T)
    padded = stratified_odds_ratio(*np.array([*rows[::-1], (0, 0, event, exposed), (0, 0, 0, 0)]).T)
    for field in ("odds_ratio", "lower_95", "upper_95", "breslow_day", "breslow_day_tarone"):
        assert getattr(padded, field) == pytest.approx(getattr(found, field), rel=1e-9, abs=1e-9, nan_ok=True)
    assert padded.degrees_of_freedom == found.degrees_of_freedom
    if not np.isnan(found.odds_ratio):
        assert found.lower_95 <= found.odds_ratio <= found.upper_95
    assert np.isnan(found.odds_ratio) == (found.undefined_reason.item() is not None)


@given(st.tuples(*[st.integers(1, 10_000)] * 4), st.integers(1, 5))
def test_equal_strata_give_the_crude_odds_ratio_and_no_heterogeneity(row: tuple[int, ...], copies: int) -> None:
    found = stratified_odds_ratio(*np.array([row] * copies).T)
    assert found.odds_ratio == pytest.approx(row[0] * row[3] / (row[1] * row[2]))
    assert found.breslow_day == pytest.approx(0, abs=1e-6)


@given(st.tuples(*[st.integers(0, 5000)] * 8))
def test_omega_is_symmetric_in_the_drugs(n: tuple[int, ...]) -> None:
    n111, n110, n101, n100, n011, n010, n001, n000 = ([value] for value in n)
    found = two_drug_interaction(n111, n110, n101, n100, n011, n010, n001, n000)
    swapped = two_drug_interaction(n111, n110, n011, n010, n101, n100, n001, n000)
    assert swapped.omega == pytest.approx(found.omega, rel=1e-12, abs=1e-12, nan_ok=True)
    assert np.isnan(found.omega[0]) == (found.undefined_reason[0] is not None)
    if not np.isnan(found.omega[0]):
        assert found.lower_95[0] <= found.omega[0] <= found.upper_95[0]
        assert 0 <= found.expected[0] <= n[0] + n[1]
