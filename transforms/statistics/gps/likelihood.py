"""The likelihood of the five GPS parameters, with its gradient, in the three forms that circulate.

Parameters are optimised as (log shape_1, log rate_1, log shape_2, log rate_2, logit P), which has no bounds to hit.

- ``mixture_truncated``: [P f1 + (1-P) f2] / [P S1 + (1-P) S2], S_i = P(n >= n*). Right where only pairs with at least
  n* reports are listed; n* = 1 is the default.
- ``whole_table``: P f1 + (1-P) f2 over every pair, those that never occur included. Right too, and better determined:
  truncation forgets how many pairs never occur, so that on real quarters its maximum can lie where a component's shape
  is 0 and its weight everything.
- ``component_truncated``: P f1/S1 + (1-P) f2/S2, as openEBGM fits it. Its P is the share among the *listed* pairs, yet
  it is then used as the share among all, so it does not find the prior that the pairs came from. Kept to reproduce
  published values, never for production.

Source: DuMouchel, The American Statistician 1999, 53:177-190; DuMouchel and Pregibon, KDD 2001.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from transforms.statistics.arrays import Floats
from transforms.statistics.gps.negative_binomial import CountTerms, Odds, Slopes, log_probability
from transforms.statistics.gps.pairs import Pairs
from transforms.statistics.gps.prior import Form, Theta
from transforms.statistics.gps.truncation import log_listed

CHUNK = 1 << 15
"""Pairs per chunk: the two dozen temporaries of one chunk stay in the processor's cache."""


def log_likelihood(point: Floats, pairs: Pairs, form: Form, minimum_count: int) -> tuple[float, Floats]:
    """The log-likelihood in nats and its gradient by the five free numbers (shape 5)."""
    theta = Theta.at(point)
    components = (
        (theta.shape_1, theta.rate_1, CountTerms.of(theta.shape_1, pairs.distinct)),
        (theta.shape_2, theta.rate_2, CountTerms.of(theta.shape_2, pairs.distinct)),
    )
    value, gradient = 0.0, np.zeros(5)
    for start in range(0, pairs.size, CHUNK):
        part = slice(start, start + CHUNK)
        index, expected, weight = pairs.index[part], pairs.expected[part], pairs.weight[part]
        n, log_expected = pairs.distinct[index], np.log(expected)
        seen: list[Slopes] = []
        listed: list[Slopes] = []
        for shape, rate, terms in components:
            odds = Odds.of(rate, expected, log_expected)
            seen.append(log_probability(shape, n, terms.take(index), odds))
            if form != "whole_table":
                listed.append(log_listed(shape, odds, minimum_count))
        if form == "component_truncated":
            seen = [probability.given(chance) for probability, chance in zip(seen, listed, strict=True)]
        part_value, part_gradient = _mixture(point[4], seen, weight)
        if form == "mixture_truncated":
            listed_value, listed_gradient = _mixture(point[4], listed, weight)
            part_value, part_gradient = part_value - listed_value, part_gradient - listed_gradient
        value, gradient = value + part_value, gradient + part_gradient
    return value, gradient


def _mixture(log_odds: float, parts: list[Slopes], weight: Floats) -> tuple[float, Floats]:
    """Weighted sum of log[P exp(l1) + (1-P) exp(l2)], P = expit(log_odds), and its gradient.

    A component's slopes count by its posterior share, as in every mixture.
    """
    first, second = parts
    log_ratio = log_odds + first.log - second.log
    share = expit(log_ratio)
    of_first, of_second = weight * share, weight * expit(-log_ratio)
    log_mixture = second.log + np.logaddexp(0.0, log_ratio) - np.logaddexp(0.0, log_odds)
    # np.sum and not a dot product: BLAS would split it over threads, and the last digits would depend on how many.
    gradient = np.array(
        [
            np.sum(of_first * first.by_log_shape),
            np.sum(of_first * first.by_log_rate),
            np.sum(of_second * second.by_log_shape),
            np.sum(of_second * second.by_log_rate),
            of_first.sum() - expit(log_odds) * weight.sum(),
        ]
    )
    return float(np.sum(weight * log_mixture)), gradient
