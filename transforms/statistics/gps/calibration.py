"""Does EB05 keep its promise? Rate ratios are drawn from the prior and scored: 95 % must lie above their EB05."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Floats
from transforms.statistics.gps.prior import Prior
from transforms.statistics.gps.scores import score

TOLERATED = (0.93, 0.97)
"""With 20,000 pairs chance alone moves the share by 0.0015 (one standard error): beyond these, something is wrong."""

_SEED = 20_000
_ROUND = 100_000
_MAXIMUM_ROUNDS = 100


class Calibration(NamedTuple):
    """How many listed pairs were drawn, and the share of their true rate ratios at or above the EB05 scored."""

    pair_count: int
    share_above_eb05: float

    @property
    def is_tolerable(self) -> bool:
        """The share is near its nominal value; false where no pair could be drawn."""
        return TOLERATED[0] <= self.share_above_eb05 <= TOLERATED[1]


class Simulated(NamedTuple):
    """Pairs drawn from a prior: the true rate ratio of each, and its reports. Shape of ``expected``."""

    rate_ratio: Floats
    n: Floats


def simulate_pairs(expected: ArrayLike, prior: Prior, seed: int) -> Simulated:
    """Rate ratio from the prior, n ~ Poisson(rate ratio x expected), one per entry; the seed determines the draw."""
    mean = np.asarray(expected, dtype=np.float64)
    random = np.random.default_rng(seed)
    theta = prior.theta
    is_first = random.random(mean.shape) < theta.mixing_share
    first = random.gamma(theta.shape_1, 1 / theta.rate_1, mean.shape)
    second = random.gamma(theta.shape_2, 1 / theta.rate_2, mean.shape)
    rate_ratio = np.where(is_first, first, second)
    return Simulated(rate_ratio, random.poisson(rate_ratio * mean).astype(np.float64))


def share_above_eb05(expected: ArrayLike, truth: Prior, fitted: Prior, seed: int, minimum_count: int = 1) -> float:
    """Share of the listed pairs (n >= minimum_count) whose true rate ratio is at or above the EB05 scored.

    With ``truth`` = ``fitted`` this checks the scores; with a fit to other pairs of the same truth, the fit. Near
    0.95 when both are right; NaN where no pair is listed.
    """
    drawn = simulate_pairs(expected, truth, seed)
    listed = drawn.n >= max(minimum_count, 0)
    if not listed.any():
        return float("nan")
    eb05 = score(drawn.n[listed], np.asarray(expected, dtype=np.float64)[listed], fitted).eb05
    return float(np.mean(drawn.rate_ratio[listed] >= eb05))


def calibrate(expected: ArrayLike, prior: Prior, pair_count: int = 20_000) -> Calibration:
    """Draw at least ``pair_count`` listed pairs from a fitted prior, and see how many truths lie above their EB05.

    Over pairs with n >= 1 alone, for three reasons. They are the pairs that anyone reads an EB05 of: a pair that never
    occurs is in no table. The promise holds for every n by itself, P(rate ratio > EB05 | n, E) = 0.95, so that choosing
    by n cannot bend it; a share over all pairs would follow from it, and not the other way round. And the pairs that
    never occur outnumber the others by far while their EB05 is little but a quantile of the prior, so they would hide
    an error in the scores of those that matter.

    It shows that prior and scores agree with each other at the expected counts of the warehouse: quantiles, mixture
    weights and their numerics. It does not show that the prior describes the reports; the fit's own account does.

    Args:
        expected: Expected counts of the occurring pairs, drawn from with replacement, so that a small warehouse gives
            enough pairs too.
        prior: The prior as fitted; truth and scorer at once.
        pair_count: Listed pairs wanted. Fewer come only where hardly any pair would be listed.
    """
    mean = np.asarray(expected, dtype=np.float64)
    pick = np.random.default_rng(_SEED)
    above, listed_pairs = 0, 0
    for number in range(_MAXIMUM_ROUNDS):
        if listed_pairs >= pair_count or not mean.size:
            break
        chosen = pick.choice(mean, _ROUND)
        drawn = simulate_pairs(chosen, prior, _SEED + 1 + number)
        listed = drawn.n >= 1
        above += int(np.sum(drawn.rate_ratio[listed] >= score(drawn.n[listed], chosen[listed], prior).eb05))
        listed_pairs += int(listed.sum())
    return Calibration(listed_pairs, above / listed_pairs if listed_pairs else float("nan"))
