"""Empirical Bayes scores of pairs under a GPS prior: EBGM, EB05 and EB95, exact quantiles of a mixture of gammas."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, expit, gammainc, gammaincc, gammainccinv, gammaincinv, gammaln, logit

from transforms.statistics.arrays import Floats
from transforms.statistics.gps.likelihood import CHUNK
from transforms.statistics.gps.negative_binomial import CountTerms, Odds, log_probability
from transforms.statistics.gps.pairs import Pairs
from transforms.statistics.gps.prior import Prior

_TAIL = 0.05
_LAST_STEP = 1e-8
"""A Newton step in log x below this leaves an error of its square."""

_MAXIMUM_STEPS = 100


class Scores(NamedTuple):
    """Per pair, NaN where the expected count is missing or not positive.

    ``q`` is the posterior share of the first component; ``ebgm`` the geometric mean of the rate ratio, ``eb05`` and
    ``eb95`` its 5 % and 95 % quantiles.
    """

    q: Floats
    ebgm: Floats
    eb05: Floats
    eb95: Floats


class _Component(NamedTuple):
    """The posterior gammas of some pairs under one component: shape a + n, rate b + E, and what shape alone gives."""

    shape: Floats
    rate: Floats
    log_gamma: Floats
    mean_log: Floats
    low_quantile: Floats
    high_quantile: Floats

    @classmethod
    def of(cls, shape: Floats) -> _Component:
        """With rate 1, for distinct shapes: the costly functions are evaluated once per distinct count."""
        return cls(
            shape,
            np.ones_like(shape),
            gammaln(shape),
            digamma(shape),
            gammaincinv(shape, _TAIL).astype(np.float64),
            gammainccinv(shape, _TAIL).astype(np.float64),
        )

    def take(self, index: NDArray[np.intp], rate: Floats) -> _Component:
        """The gammas of each pair, with its own rate."""
        return _Component(
            self.shape[index],
            rate,
            self.log_gamma[index],
            self.mean_log[index] - np.log(rate),
            self.low_quantile[index] / rate,
            self.high_quantile[index] / rate,
        )

    def at(self, where: NDArray[np.intp]) -> _Component:
        return _Component(*(field[where] for field in self))


def score(n: ArrayLike, expected: ArrayLike, prior: Prior) -> Scores:
    """Score pairs that need not be those of the fit.

    Posterior: Q Gamma(a1 + n, b1 + E) + (1-Q) Gamma(a2 + n, b2 + E), Q = P f1 / (P f1 + (1-P) f2).
    EBGM = exp{Q [psi(a1+n) - ln(b1+E)] + (1-Q) [psi(a2+n) - ln(b2+E)]}. DuMouchel 1999. The truncation of the fit does
    not enter: a pair that is listed has its own n. Quantiles are exact to 1e-9 relative.

    Args:
        n: Reports, whole numbers, any shape.
        expected: Reports expected, same shape; stratified or not.
        prior: Fitted or given.

    Raises:
        ValueError: A number of reports is not a count.
    """
    count, mean = np.broadcast_arrays(np.asarray(n, dtype=np.float64), np.asarray(expected, dtype=np.float64))
    if np.any(~((count >= 0) & np.isfinite(count))):
        raise ValueError("n: negative or missing")
    result = np.full((4, count.size), np.nan)
    usable = np.flatnonzero((mean > 0) & np.isfinite(mean))
    pairs = Pairs.of(count.ravel()[usable], mean.ravel()[usable], np.ones(usable.size))
    theta = prior.theta
    terms = [CountTerms.of(shape, pairs.distinct) for shape in (theta.shape_1, theta.shape_2)]
    gammas = [_Component.of(shape + pairs.distinct) for shape in (theta.shape_1, theta.shape_2)]
    for start in range(0, pairs.size, CHUNK):
        part = slice(start, start + CHUNK)
        index, at = pairs.index[part], pairs.expected[part]
        n_at, log_at = pairs.distinct[index], np.log(at)
        first, second = (
            log_probability(shape, n_at, term.take(index), Odds.of(rate, at, log_at)).log
            for shape, rate, term in (
                (theta.shape_1, theta.rate_1, terms[0]),
                (theta.shape_2, theta.rate_2, terms[1]),
            )
        )
        q = expit(logit(theta.mixing_share) + first - second)
        one, two = gammas[0].take(index, theta.rate_1 + at), gammas[1].take(index, theta.rate_2 + at)
        result[:, usable[part]] = (
            q,
            np.exp(q * one.mean_log + (1 - q) * two.mean_log),
            _quantile(q, one, two, one.low_quantile, two.low_quantile, gammainc, 1.0),
            _quantile(q, one, two, one.high_quantile, two.high_quantile, gammaincc, -1.0),
        )
    return Scores(*(row.reshape(count.shape) for row in result))


def _quantile(
    q: Floats,
    one: _Component,
    two: _Component,
    quantile_1: Floats,
    quantile_2: Floats,
    tail: Callable[[Floats, Floats], Floats],
    sign: float,
) -> Floats:
    """Where the tail of the mixture is 5 %: ``tail`` rises with x if ``sign`` is 1, falls if it is -1.

    Newton's method on log tail against log x, which is nearly straight, kept within a bracket by bisection: the
    mixture's quantile lies between those of its components.
    """
    low = np.log(np.minimum(quantile_1, quantile_2))
    high = np.log(np.maximum(quantile_1, quantile_2))
    guess = q * np.log(quantile_1) + (1 - q) * np.log(quantile_2)
    found = guess.copy()
    active = np.arange(guess.size)
    for _ in range(_MAXIMUM_STEPS):
        x = np.exp(guess)
        x_1, x_2 = one.rate * x, two.rate * x
        mass = q * tail(one.shape, x_1) + (1 - q) * tail(two.shape, x_2)
        density = q * np.exp(one.shape * np.log(x_1) - x_1 - one.log_gamma) + (1 - q) * np.exp(
            two.shape * np.log(x_2) - x_2 - two.log_gamma
        )
        error = sign * np.log(mass / _TAIL)
        low, high = np.where(error < 0, guess, low), np.where(error > 0, guess, high)
        step_to = guess - error * mass / density
        inside = (step_to >= low) & (step_to <= high)
        step_to = np.where(inside, step_to, (low + high) / 2)
        found[active] = step_to
        goes_on = np.flatnonzero(np.abs(step_to - guess) > _LAST_STEP)
        if not goes_on.size:
            break
        active, guess, low, high = active[goes_on], step_to[goes_on], low[goes_on], high[goes_on]
        q, one, two = q[goes_on], one.at(goes_on), two.at(goes_on)
    return np.exp(found)
