"""What must hold for every GPS prior: slopes are slopes, quantiles are quantiles, and huge shapes keep their digits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammainc

from transforms.statistics import Prior, Theta, score
from transforms.statistics.gps.likelihood import log_likelihood
from transforms.statistics.gps.negative_binomial import digamma_rise, log_rising
from transforms.statistics.gps.pairs import Pairs, squash
from transforms.statistics.gps.prior import Form

positive = st.floats(-3, 4).map(math.exp)
thetas = st.builds(Theta, positive, positive, positive, positive, st.floats(0.01, 0.99))
pairs_of = st.lists(st.tuples(st.integers(0, 60), st.floats(-8, 5).map(math.exp)), min_size=1, max_size=30)
forms: st.SearchStrategy[tuple[Form, int]] = st.sampled_from(
    [
        ("mixture_truncated", 1),
        ("mixture_truncated", 2),
        ("mixture_truncated", 4),
        ("component_truncated", 1),
        ("component_truncated", 3),
        ("whole_table", 0),
    ]
)


@given(thetas, pairs_of, forms)
def test_gradient_is_the_slope_of_the_likelihood(
    theta: Theta, rows: list[tuple[int, float]], form: tuple[Form, int]
) -> None:
    n, expected = np.array(rows).T
    pairs = Pairs.of(np.maximum(n, form[1]), expected, np.arange(1.0, n.size + 1))
    value, gradient = log_likelihood(theta.point, pairs, *form)
    for place, unit in enumerate(np.eye(5) * 1e-5):
        up, down = (log_likelihood(theta.point + sign * unit, pairs, *form)[0] for sign in (1, -1))
        # the difference quotient itself is good to about 1e-11 of the value
        assert gradient[place] == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-5 * (1 + abs(value)))


@given(thetas, pairs_of)
def test_quantiles_cut_off_five_per_cent(theta: Theta, rows: list[tuple[int, float]]) -> None:
    n, expected = np.array(rows).T
    found = score(n, expected, Prior.given(*theta))
    for value, level in ((found.eb05, 0.05), (found.eb95, 0.95)):
        below = found.q * gammainc(theta.shape_1 + n, (theta.rate_1 + expected) * value) + (1 - found.q) * gammainc(
            theta.shape_2 + n, (theta.rate_2 + expected) * value
        )
        assert below == pytest.approx(level, rel=1e-7)
    assert (found.eb05 < found.eb95).all()
    listed = n >= 1
    assert (found.eb05 <= found.ebgm)[listed].all()
    assert (found.ebgm <= found.eb95)[listed].all()


@given(thetas, pairs_of)
def test_the_order_of_components_does_not_matter(theta: Theta, rows: list[tuple[int, float]]) -> None:
    n, expected = np.array(rows).T
    other = Theta(theta.shape_2, theta.rate_2, theta.shape_1, theta.rate_1, 1 - theta.mixing_share)
    ordered = other.in_order
    assert ordered.shape_1 / ordered.rate_1 >= ordered.shape_2 / ordered.rate_2
    found, swapped = score(n, expected, Prior.given(*theta)), score(n, expected, Prior.given(*other))
    assert swapped.q == pytest.approx(1 - found.q, abs=1e-9)
    for column in ("ebgm", "eb05", "eb95"):
        assert getattr(swapped, column) == pytest.approx(getattr(found, column), rel=1e-6)


@given(st.floats(-12, 40).map(math.exp), st.lists(st.integers(0, 300), min_size=1, max_size=10))
def test_gamma_differences_at_any_shape(shape: float, n: list[int]) -> None:
    counts = np.array(n, dtype=float)
    found, rise = log_rising(shape, counts), digamma_rise(shape, counts)
    for place, count in enumerate(n):
        assert found[place] == pytest.approx(math.fsum(math.log(shape + j) for j in range(count)), rel=1e-12, abs=1e-12)
        exact = math.fsum(1 / (shape + j) for j in range(count))
        assert rise[place] == pytest.approx(exact, rel=1e-9, abs=1e-12 * max(1.0, 1 / shape))


@given(st.floats(5, 38), st.floats(0.2, 5))
@settings(max_examples=50)
def test_a_huge_shape_is_a_poisson(log_shape: float, mean: float) -> None:
    """Gamma(a, a/m) is the point m as a grows: the likelihood must settle at Poisson's, not climb on rounding."""
    shape = math.exp(log_shape)
    n, expected = np.arange(0.0, 40.0), np.linspace(0.1, 9, 40)
    theta = Theta(shape, shape / mean, shape, shape / mean, 0.5)
    value, gradient = log_likelihood(theta.point, Pairs.of(n, expected, np.ones(40)), "whole_table", 0)
    rate = mean * expected
    poisson = float(np.sum(n * np.log(rate) - rate - [math.lgamma(k + 1) for k in n]))
    # the negative binomial of shape a differs from Poisson's by (n - rate)^2 / 2a
    allowed = float(np.sum((n - rate) ** 2 + n + rate)) / shape + 1e-9 * abs(poisson)
    assert abs(value - poisson) <= allowed
    assert abs(gradient[0] + gradient[1]) <= 2 * allowed + 1e-6


@given(pairs_of, thetas)
def test_squashing_keeps_every_pair_and_nearly_the_likelihood(rows: list[tuple[int, float]], theta: Theta) -> None:
    n, expected = np.array(rows).T
    pairs = Pairs.of(n, expected, np.ones(n.size))
    squashed = squash(pairs, 0.02)
    assert squashed.count == pytest.approx(pairs.count)
    assert squashed.size <= pairs.size
    assert squashed.weight @ squashed.distinct[squashed.index] == pytest.approx(n.sum())
    full, small = (log_likelihood(theta.point, p, "whole_table", 0)[0] for p in (pairs, squashed))
    # second order: a hundredth, squared, times the curvature, which is at most about n + shape or so
    assert small == pytest.approx(full, rel=1e-3, abs=0.02 * n.size)
