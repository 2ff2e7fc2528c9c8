"""The calibration of a prior: enough listed pairs, near 95 %, the same every time, and a failure is seen."""

from __future__ import annotations

import numpy as np
import pytest

from transforms.statistics import Calibration, Prior, calibrate, share_above_eb05
from warehouse.marts.prior import outcome

EXPECTED = np.exp(np.random.default_rng(2).normal(-1.5, 2.0, 5_000))
PRIORS = [
    Prior.given(0.8, 0.15, 2.5, 2.8, 0.25),
    Prior.given(3.25379356, 0.39988854, 2.02612692, 1.90807970, 0.06534557),
    Prior.given(0.05, 0.05, 12.0, 11.0, 0.4),
]


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: str(prior.theta.shape_1))
def test_scores_keep_their_promise_under_any_prior(prior):
    found = calibrate(EXPECTED, prior)
    assert found.pair_count >= 20_000
    assert found.share_above_eb05 == pytest.approx(0.95, abs=0.006)
    assert found.is_tolerable
    assert found == calibrate(EXPECTED, prior)


def test_few_expected_counts_are_drawn_again_until_there_are_pairs_enough():
    found = calibrate(EXPECTED[:3], PRIORS[0])
    assert found.pair_count >= 20_000
    assert found.is_tolerable


def test_nothing_to_draw_from_is_no_success():
    assert calibrate(np.array([]), PRIORS[0]).pair_count == 0
    assert not calibrate(np.array([]), PRIORS[0]).is_tolerable


def test_all_pairs_instead_of_listed_ones_would_say_little():
    """With hardly an event expected, nearly all pairs have none, and their share tells nothing of the listed ones."""
    rare = np.full(50_000, 1e-3)
    truth, wrong = PRIORS[0], Prior.given(0.8, 0.015, 2.5, 2.8, 0.25)
    listed, everyone = (share_above_eb05(rare, truth, wrong, 1, least) for least in (1, 0))
    assert not Calibration(1, listed).is_tolerable
    assert abs(everyone - 0.95) < abs(listed - 0.95)


@pytest.mark.parametrize(("share", "tolerable"), [(0.95, True), (0.93, True), (0.929, False), (0.971, False)])
def test_limits(share, tolerable):
    assert Calibration(20_000, share).is_tolerable is tolerable


def test_the_outcome_of_a_build_warns_where_the_check_fails():
    assert outcome(PRIORS[0], Calibration(20_000, 0.95)) == "fitted: given"
    assert "warning: 85.0% of 20,000" in outcome(PRIORS[0], Calibration(20_000, 0.85))
