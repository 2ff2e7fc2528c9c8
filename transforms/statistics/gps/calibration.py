"""Does EB05 keep its promise? Rate ratios are drawn from the prior and scored: 95 % must lie above their EB05."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Floats
from transforms.statistics.gps.prior import Prior
from transforms.statistics.gps.scores import score


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
