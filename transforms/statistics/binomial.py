"""The binomial probability by saddle point, which keeps its digits where factorials of large counts would not.

scipy.stats has the same; loading it takes longer than all else that a build needs of SciPy.
"""

from __future__ import annotations

import math

import numpy as np

from transforms.statistics.arrays import Floats

_TABLED = 16
_HALF_LOG_TAU = 0.5 * math.log(2 * math.pi)
_SMALL_ERRORS = np.array(
    [0.0]
    + [
        math.log(math.factorial(n)) - (n + 0.5) * math.log(n) + n - _HALF_LOG_TAU if n else 0.0
        for n in range(1, _TABLED)
    ]
)
"""Error of Stirling's formula below 16, from exact factorials."""

_NEAR = 0.1
_SERIES_TERMS = 9
"""Terms of the series for neighbouring arguments: the next one is below 1e-19 of the sum."""


def binomial_probability(k: Floats, n: Floats, p: Floats, q: Floats) -> Floats:
    """P(K = k) of Binomial(n, p): 0 outside of 0 to n.

    Loader, Fast and accurate computation of binomial probabilities, 2000: error of Stirling's formula and deviances
    instead of factorials; relative error about 1e-14 at any n.

    Args:
        k: Successes, whole numbers.
        n: Trials, whole numbers.
        p: Chance of success, above 0 and below 1.
        q: 1 - p, given by itself so that a small one keeps its digits.
    """
    k, n, p, q = (np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(k, n, p, q))
    inside = (k > 0) & (k < n)
    x, m = np.where(inside, k, 1.0), np.where(inside, n, 2.0)
    log_chance = (
        _stirling_error(m)
        - _stirling_error(x)
        - _stirling_error(m - x)
        - _deviance(x, m * p)
        - _deviance(m - x, m * q)
        - _HALF_LOG_TAU
        - 0.5 * (np.log(x) + np.log1p(-x / m))
    )
    probability = np.where(inside, np.exp(log_chance), 0.0)
    probability = np.where((k == 0) & (n >= 0), np.exp(n * np.where(p < _NEAR, np.log1p(-p), np.log(q))), probability)
    full = (k == n) & (n > 0)
    return np.asarray(
        np.where(full, np.exp(n * np.where(q < _NEAR, np.log1p(-q), np.log(p))), probability), dtype=np.float64
    )


def _stirling_error(n: Floats) -> Floats:
    """``log(n!) - log(sqrt(2 pi n) (n/e)**n)``, by table below 16, by its asymptotic series above."""
    large = np.maximum(n, float(_TABLED))
    square = large * large
    series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / large
    small = _SMALL_ERRORS[np.minimum(n, _TABLED - 1).astype(np.intp)]
    return np.where(n < _TABLED, small, series)


def _deviance(x: Floats, mean: Floats) -> Floats:
    """``x log(x/mean) + mean - x`` for x > 0, by a series where the two are near and would cancel."""
    v = (x - mean) / (x + mean)
    near = np.abs(v) < _NEAR
    w = np.where(near, v, 0.0)
    total, term = (x - mean) * w, 2 * x * w
    for j in range(1, _SERIES_TERMS + 1):
        term = term * w * w
        total = total + term / (2 * j + 1)
    return np.where(near, total, x * np.log(x / mean) + mean - x)
