"""The chance that a pair is listed at all, P(n >= n*), under the negative binomial, with its slopes.

Where only pairs with at least n* reports are listed, the likelihood is divided by this chance. It can be as small as
E**n* for a rare pair, so it is summed from the tail there, and taken as one minus the head elsewhere.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from transforms.statistics.arrays import Floats
from transforms.statistics.gps.negative_binomial import Odds, Slopes, log_rising

_MAXIMUM_TERMS = 10_000


def log_listed(shape: float, odds: Odds, minimum_count: int) -> Slopes:
    """``log P(n >= minimum_count)`` of each pair with its slopes by log shape and log rate.

    ``minimum_count`` 0 means every pair is listed. For 1, P = 1 - (b/(b+E))**a in closed form.
    """
    if minimum_count == 0:
        nothing = np.zeros_like(odds.share)
        return Slopes(nothing, nothing, nothing)
    if minimum_count == 1:
        exponent = shape * odds.log1p_u
        with np.errstate(over="ignore"):  # a pair that is certain to be listed: its slopes are 0
            odds_absent = 1.0 / np.expm1(exponent)
        return Slopes(np.log(-np.expm1(-exponent)), exponent * odds_absent, -shape * odds.share * odds_absent)
    return _general(shape, odds, minimum_count)


def _general(shape: float, odds: Odds, minimum_count: int) -> Slopes:
    """Any n* >= 2. d P / d log E = n* f(n*), because the sum over the tail telescopes."""
    first = np.array([float(minimum_count)])
    log_first = (
        log_rising(shape, first)
        - gammaln(first + 1.0)
        - shape * odds.log1p_u
        + minimum_count * (odds.log_u - odds.log1p_u)
    )
    log_listed = np.empty_like(odds.share)
    by_shape = np.empty_like(odds.share)
    rare = (odds.share <= 0.5) & (shape * odds.share < minimum_count * (1.0 - odds.share))
    log_ratio, by_shape[rare] = _tail(shape, odds.share[rare], odds.log1p_u[rare], minimum_count)
    log_listed[rare] = log_first[rare] + log_ratio
    log_listed[~rare], by_shape[~rare] = _head(shape, odds.share[~rare], odds.log1p_u[~rare], minimum_count)
    return Slopes(log_listed, shape * by_shape, -minimum_count * np.exp(log_first - log_listed))


def _tail(shape: float, share: Floats, log1p_u: Floats, minimum_count: int) -> tuple[Floats, Floats]:
    """``log(P / f(n*))`` and d log P / d shape, from the terms f(n*), f(n*+1), ... until they no longer count."""
    term = np.ones_like(share)
    total = np.ones_like(share)
    moment = np.zeros_like(share)
    gap = 0.0
    for k in range(minimum_count, minimum_count + _MAXIMUM_TERMS):
        term = term * share * ((shape + k) / (k + 1.0))
        gap += 1.0 / (shape + k)
        total += term
        moment += term * gap
        if not np.any(term > 1e-17 * total):
            break
    start = sum(1.0 / (shape + j) for j in range(minimum_count))
    return np.log(total), start - log1p_u + moment / total


def _head(shape: float, share: Floats, log1p_u: Floats, minimum_count: int) -> tuple[Floats, Floats]:
    """``log P`` and d log P / d shape as one minus the counts below n*."""
    absent = np.exp(-shape * log1p_u)
    listed = -np.expm1(-shape * log1p_u)
    by_shape = absent * log1p_u
    probability = absent
    rise = 0.0
    for k in range(1, minimum_count):
        probability = probability * share * ((shape + (k - 1)) / k)
        rise += 1.0 / (shape + (k - 1))
        listed = listed - probability
        by_shape = by_shape - probability * (rise - log1p_u)
    return np.log(listed), by_shape / listed
