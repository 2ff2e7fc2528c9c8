"""Each signal criterion at its own thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from transforms.statistics import criteria, measures

NO = np.array([False])


def one(value: float) -> np.ndarray:
    return np.array([value])


@pytest.mark.parametrize(
    ("a", "prr", "chi_squared", "met"), [(3, 2, 4, True), (2, 2, 4, False), (3, 1.99, 4, False), (3, 2, 3.99, False)]
)
def test_evans(a: float, prr: float, chi_squared: float, met: bool) -> None:
    assert criteria.meets_evans(one(a), one(prr), one(chi_squared), NO)[0] == met
    assert not criteria.meets_evans(one(a), one(prr), one(chi_squared), ~NO)[0]


@pytest.mark.parametrize(("a", "lower", "met"), [(3, 1.01, True), (3, 1.0, False), (2, 1.01, False)])
def test_ror(a: float, lower: float, met: bool) -> None:
    assert criteria.meets_ror(one(a), one(lower), NO)[0] == met
    assert not criteria.meets_ror(one(a), one(lower), ~NO)[0]


@pytest.mark.parametrize(("a", "lower", "met"), [(5, 1.0, True), (5, 0.99, False), (4, 1.0, False)])
def test_ema(a: float, lower: float, met: bool) -> None:
    assert criteria.meets_ema(one(a), one(lower), NO)[0] == met
    assert not criteria.meets_ema(one(a), one(lower), ~NO)[0]


def test_ic() -> None:
    assert criteria.meets_ic(np.array([0.01, 0.0, -0.01, np.nan])).tolist() == [True, False, False, False]


def test_eb05() -> None:
    assert criteria.meets_eb05(np.array([2.0, 1.99, np.nan])).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("a", "ebgm", "eb05", "met"),
    [(3, 2.5, 1.8, True), (2, 2.5, 1.8, False), (3, 2.49, 1.8, False), (3, 2.5, 1.79, False)],
)
def test_mhra(a: float, ebgm: float, eb05: float, met: bool) -> None:
    assert criteria.meets_mhra(one(a), one(ebgm), one(eb05))[0] == met


def test_a_prr_of_exactly_two_is_two() -> None:
    # every table here has PRR 2 as a fraction; a rounding below it would drop the criterion
    k = np.arange(3, 2000)
    found = measures(2 * k, 98 * k, 7 * k, 693 * k)
    assert (found["prr"] == 2).all()
