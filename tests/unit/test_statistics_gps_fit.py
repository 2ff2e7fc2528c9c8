"""The GPS fit: it finds the prior that pairs were drawn from, refuses what is none, and says when it stopped early."""

from __future__ import annotations

import dataclasses
import math
import warnings

import numpy as np
import pytest
from scipy import stats

from transforms.statistics import (
    DegeneratePriorError,
    Prior,
    PriorConvergenceWarning,
    fit_prior,
    score,
    share_above_eb05,
    simulate_pairs,
    whole_table,
)
from transforms.statistics.gps.negative_binomial import Odds
from transforms.statistics.gps.prior import Form
from transforms.statistics.gps.truncation import log_listed
from vocabulary.errors import BuildError, KetavigilError

TRUTH = Prior.given(0.8, 0.15, 2.5, 2.8, 0.25)
WIDE = {"shape_1": 0.2, "rate_1": 0.15, "shape_2": 0.1, "rate_2": 0.1, "mixing_share": 0.3}
"""Allowed error of each parameter, relative: some four standard errors at 160,000 listed pairs."""


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    expected = np.exp(np.random.default_rng(seed).normal(-1.0, 1.5, count))
    return simulate_pairs(expected, TRUTH, seed + 1).n, expected


@pytest.fixture(scope="module")
def pairs() -> tuple[np.ndarray, np.ndarray]:
    return drawn(400_000, 20)


@pytest.mark.parametrize(
    ("form", "minimum_count"), [("mixture_truncated", 1), ("mixture_truncated", 3), ("whole_table", 0)]
)
def test_recovers_the_prior(pairs: tuple[np.ndarray, np.ndarray], form: Form, minimum_count: int) -> None:
    n, expected = pairs
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        prior = fit_prior(n, expected, form=form, minimum_count=minimum_count)
    assert prior.converged
    assert prior.expected_gain < 1e-6
    assert prior.n_starts_agreeing == prior.n_starts
    assert prior.pair_count == (n >= minimum_count).sum()
    for name, width in WIDE.items():
        assert abs(math.log(getattr(prior.theta, name) / getattr(TRUTH.theta, name))) < width, name


def test_the_component_form_does_not_recover_it(pairs: tuple[np.ndarray, np.ndarray]) -> None:
    prior = fit_prior(*pairs, form="component_truncated")
    assert prior.converged
    assert prior.theta.shape_1 < 0.5
    assert prior.theta.mixing_share > 0.4


def test_scores_of_the_fit_are_calibrated(pairs: tuple[np.ndarray, np.ndarray]) -> None:
    prior = fit_prior(*pairs)
    _, expected = drawn(100_000, 30)
    assert share_above_eb05(expected, TRUTH, prior, seed=31) == pytest.approx(0.95, abs=0.005)
    assert share_above_eb05(expected, TRUTH, prior, seed=31) == share_above_eb05(expected, TRUTH, prior, seed=31)


def test_same_pairs_same_prior_and_order_hardly_matters(pairs: tuple[np.ndarray, np.ndarray]) -> None:
    n, expected = (column[:60_000] for column in pairs)
    first, again, turned = fit_prior(n, expected), fit_prior(n, expected), fit_prior(n[::-1], expected[::-1])
    assert first == again
    assert list(turned.theta) == pytest.approx(list(first.theta), rel=1e-5)


def test_squashing_leaves_no_trace(pairs: tuple[np.ndarray, np.ndarray]) -> None:
    """Above 20,000 entries the starts run on squashed pairs; the same pairs as few heavy entries do not."""
    n, expected = (column[:15_000] for column in pairs)
    heavy = fit_prior(n, expected, weights=np.full(n.size, 10.0))
    many = fit_prior(np.tile(n, 10), np.tile(expected, 10))
    assert list(many.theta) == pytest.approx(list(heavy.theta), rel=1e-4)
    assert many.log_likelihood == pytest.approx(heavy.log_likelihood, rel=1e-9)


def test_whole_table_of_margins_recovers_the_prior() -> None:
    random = np.random.default_rng(40)
    exposures, events = (np.exp(random.normal(5, 1.6, size)).astype(int) + 1 for size in (900, 700))
    total = 400_000
    expected = np.outer(exposures, events) / total
    n = simulate_pairs(expected, TRUTH, 41).n
    row, column = np.nonzero(n)
    table = whole_table(n[row, column], row, column, exposures, events, total)
    assert table.weights.sum() == exposures.size * events.size
    assert table.n.size < row.size + 3000
    assert table.weights @ table.expected == pytest.approx(expected.sum(), rel=1e-4)
    prior = fit_prior(table.n, table.expected, weights=table.weights, form="whole_table")
    plain = fit_prior(n.ravel(), expected.ravel(), form="whole_table")
    assert list(prior.theta) == pytest.approx(list(plain.theta), rel=1e-3)


@pytest.mark.parametrize("form", ["mixture_truncated", "whole_table"])
@pytest.mark.parametrize("size", [2_000, 50_000])
def test_pairs_without_any_signal_are_refused(form: Form, size: int) -> None:
    random = np.random.default_rng(50)
    expected = np.exp(random.normal(-1, 1.5, size))
    with pytest.raises(DegeneratePriorError, match="degenerate fit, a component"):
        fit_prior(random.poisson(expected), expected, form=form)


def test_pairs_that_cannot_determine_a_prior_are_refused() -> None:
    with pytest.raises(DegeneratePriorError, match="3 pairs with 3 different counts"):
        fit_prior([1, 2, 3], [1.0, 1.0, 1.0])
    with pytest.raises(DegeneratePriorError, match="100 pairs with 1 different counts"):
        fit_prior(np.ones(100), np.linspace(0.1, 9, 100))
    with pytest.raises(DegeneratePriorError, match="0 pairs"):
        fit_prior(np.zeros(100), np.linspace(0.1, 9, 100))
    with pytest.raises(DegeneratePriorError, match="2 of 100 pairs have no usable"):
        fit_prior(np.arange(1, 101), [0.0, np.nan, *np.ones(98)])
    assert issubclass(DegeneratePriorError, BuildError)
    assert issubclass(DegeneratePriorError, KetavigilError)


def test_a_count_below_the_form_is_refused() -> None:
    with pytest.raises(ValueError, match="does not go with"):
        fit_prior([1], [1.0], form="whole_table", minimum_count=1)
    with pytest.raises(ValueError, match="does not go with"):
        fit_prior([1], [1.0], minimum_count=0)


def test_a_search_cut_short_is_flagged_and_warned_of(pairs: tuple[np.ndarray, np.ndarray]) -> None:
    n, expected = (column[:15_000] for column in pairs)
    with pytest.warns(PriorConvergenceWarning, match="not converged"):
        prior = fit_prior(n, expected, maximum_iterations=1)
    assert not prior.converged
    assert prior.log_likelihood < fit_prior(n, expected).log_likelihood


def test_a_prior_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TRUTH.converged = False  # type: ignore[misc]


def test_scores_take_any_count_and_expected() -> None:
    """From a pair of ten million reports to one that expects almost nothing, without overflow."""
    n = np.array([0, 1, 1, 1e7, 1e7, 3, 0])
    expected = np.array([1e7, 1e-9, 1e7, 1e7, 1e-3, 1e-300, 1e-300])
    with np.errstate(all="raise", under="ignore"):
        found = score(n, expected, TRUTH)
    for column in found:
        assert np.isfinite(column).all()
    assert found.ebgm[3] == pytest.approx(1, rel=1e-3)
    assert (found.eb05 <= found.eb95).all()


@pytest.mark.parametrize("minimum_count", [1, 2, 3, 7])
@pytest.mark.parametrize("shape", [1e-4, 0.05, 0.8, 3.0, 60.0, 5000.0])
def test_chance_to_be_listed_as_scipy(shape: float, minimum_count: int) -> None:
    u = np.exp(np.linspace(-14, 9, 60)) / max(shape, 1.0)
    found = log_listed(shape, Odds.of(1.0, u, np.log(u)), minimum_count)
    exact = stats.nbinom.sf(minimum_count - 1, shape, 1 / (1 + u))
    assert found.log == pytest.approx(np.log(exact), rel=1e-7, abs=1e-9)
    up, down = (log_listed(shape * math.exp(h), Odds.of(1.0, u, np.log(u)), minimum_count).log for h in (1e-5, -1e-5))
    assert found.by_log_shape == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-6)
    up, down = (log_listed(shape, Odds.of(math.exp(h), u, np.log(u)), minimum_count).log for h in (1e-5, -1e-5))
    assert found.by_log_rate == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-6)
