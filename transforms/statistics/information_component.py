"""The information component: a shrunken log2 ratio of observed to expected reports, with its exact interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaincinv

from transforms.statistics.arrays import Estimate, Floats, counts

SHRINKAGE = 0.5
"""Prior observed and expected reports: Gamma(1/2, 1/2) for the rate ratio."""


def information_component(observed: ArrayLike, expected: ArrayLike) -> Estimate:
    """IC = log2((n + 1/2)/(E + 1/2)); bounds: log2 of the .025 and .975 quantiles of Gamma(n + 1/2, rate E + 1/2).

    Noren, Hopstadius and Bate, Stat Methods Med Res 2013, 22:57-69. Exact for a Poisson count with a Gamma(1/2, 1/2)
    prior; takes E as known. Needs no zero-cell correction: without any information it is 0 with a wide interval.
    NaN where E is undefined (NaN).

    Args:
        observed: Reports of exposure and event, whole numbers.
        expected: Reports expected, not negative; may be stratified or come from another model.

    Raises:
        ValueError: An observed number is not a count, or an expected one is negative or infinite.
    """
    (n,) = counts(observed=observed)
    mean = np.asarray(expected, dtype=np.float64)
    if np.any(mean < 0) or np.any(np.isinf(mean)):
        raise ValueError("expected: negative or infinite")
    rate = mean + SHRINKAGE
    lower, upper = _quantiles(n)
    return Estimate(np.log2((n + SHRINKAGE) / rate), np.log2(lower / rate), np.log2(upper / rate))


def _quantiles(n: Floats) -> tuple[Floats, Floats]:
    """The .025 and .975 quantiles of Gamma(n + 1/2, rate 1), each distinct count solved once."""
    distinct, place = np.unique(n, return_inverse=True)
    shape = distinct + SHRINKAGE
    lower, upper = gammaincinv(shape, 0.025), gammainccinv(shape, 0.025)
    return lower[place].astype(np.float64), upper[place].astype(np.float64)
