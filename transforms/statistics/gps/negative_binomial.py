"""The negative binomial of a gamma-mixed Poisson count: log probability, tail, and their slopes.

Where the rate ratio is Gamma(shape a, rate b) and a pair expects E reports, its count n is negative binomial with
size a and success probability b/(b+E) (DuMouchel 1999, section 3). Everything is written in u = E/b and
log1p(u), so that a tiny E and a huge shape both keep their digits: the textbook form subtracts gammaln(a) from
gammaln(a+n), which loses every digit near a = 1e17, and an optimiser that climbs on the noise calls that converged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from transforms.statistics.arrays import Floats

_STIRLING_FROM = 16.0
"""From here on eight terms of Stirling's series are exact in double precision."""

_GAMMALN_SERIES = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
_DIGAMMA_SERIES = (-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760)


def log_rising(shape: float, n: Floats) -> Floats:
    """``log(Gamma(shape + n) / Gamma(shape))`` without cancellation, for any positive shape and n >= 0.

    From Stirling's series written as a difference (Abramowitz and Stegun 6.1.41), where
    ``(a - 1/2) log(1 + n/a)`` replaces the two large logarithms.
    """
    if shape < _STIRLING_FROM:
        return np.asarray(gammaln(shape + n) - gammaln(shape), dtype=np.float64)
    high = shape + n
    correction = np.zeros_like(high)
    for power, coefficient in enumerate(_GAMMALN_SERIES):
        exponent = -(2 * power + 1)
        correction += coefficient * (high**exponent - shape**exponent)
    return (shape - 0.5) * np.log1p(n / shape) + n * (np.log(high) - 1.0) + correction


def digamma_rise(shape: float, n: Floats) -> Floats:
    """``digamma(shape + n) - digamma(shape)`` without cancellation (Abramowitz and Stegun 6.3.18)."""
    if shape < _STIRLING_FROM:
        return np.asarray(digamma(shape + n) - digamma(shape), dtype=np.float64)
    high = shape + n
    # -1/(2(a+n)) + 1/(2a), as one fraction
    rise = np.log1p(n / shape) + n / (2.0 * shape * high)
    for power, coefficient in enumerate(_DIGAMMA_SERIES):
        exponent = -(2 * power + 2)
        rise += coefficient * (high**exponent - shape**exponent)
    return rise


@dataclass(frozen=True, slots=True)
class Slopes:
    """A log probability per pair with its derivatives by log shape and by log rate; all of one shape."""

    log: Floats
    by_log_shape: Floats
    by_log_rate: Floats

    def given(self, condition: Slopes) -> Slopes:
        """The probability divided by that of a condition that it implies."""
        return Slopes(
            self.log - condition.log,
            self.by_log_shape - condition.by_log_shape,
            self.by_log_rate - condition.by_log_rate,
        )


@dataclass(frozen=True, slots=True)
class CountTerms:
    """What depends on the count alone, computed once per distinct count."""

    log_ways: Floats
    rise: Floats

    @classmethod
    def of(cls, shape: float, n: Floats) -> CountTerms:
        """The terms of each count in ``n`` for one shape."""
        return cls(log_rising(shape, n) - gammaln(n + 1.0), digamma_rise(shape, n))

    def take(self, index: NDArray[np.intp]) -> CountTerms:
        """The terms of each pair, by the place of its count among the distinct ones."""
        return CountTerms(self.log_ways[index], self.rise[index])


@dataclass(frozen=True, slots=True)
class Odds:
    """What depends on E/b alone: ``u``, ``log(u)``, ``log1p(u)`` and ``u/(1+u)``, each of the pairs' shape."""

    log_u: Floats
    log1p_u: Floats
    share: Floats

    @classmethod
    def of(cls, rate: float, expected: Floats, log_expected: Floats) -> Odds:
        """The odds of each expected count for one rate."""
        u = expected / rate
        return cls(log_expected - np.log(rate), np.log1p(u), u / (1.0 + u))


def log_probability(shape: float, n: Floats, terms: CountTerms, odds: Odds) -> Slopes:
    """``log P(n)`` of each pair with its slopes, ``terms`` and ``odds`` being those of the pairs."""
    return Slopes(
        terms.log_ways - shape * odds.log1p_u + n * (odds.log_u - odds.log1p_u),
        shape * (terms.rise - odds.log1p_u),
        shape * odds.share - n * (1.0 - odds.share),
    )
