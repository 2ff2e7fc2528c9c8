"""Weibull distributions of the time to onset: is an event likelier soon after the start, or later?

A shape below 1 means a hazard that falls with time since the start, 1 a constant one, above 1 a rising one. Only
reported events are seen, none of the patients without one: the shape describes the reports, not the patients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.statistics.arrays import Z_95, Flags, Floats, Reasons, first_reason

MINIMUM_CASES = 30
"""With 20, the interval held the truth in 92.9 % of simulated samples and the mean shape was 7 % too high; with 30 in
93 to 94 %, and 5 %."""

_LONGEST_STEP = 1.0
_PRECISION = 1e-8
"""Of a step in ln shape and ln scale; Newton's next one would be its square."""
_MOST_STEPS = 200
"""Newton takes about ten; the halvings of its step count too."""


@dataclass(frozen=True, slots=True)
class Weibull:
    """One fit per group: shape with its 95 % interval, scale; NaN where undefined, and then the reason."""

    shape: Floats
    lower_95: Floats
    upper_95: Floats
    scale: Floats
    undefined_reason: Reasons


def weibull(
    lower: ArrayLike,
    upper: ArrayLike,
    cases: ArrayLike,
    groups: ArrayLike,
    group_count: int,
    minimum_cases: int = MINIMUM_CASES,
) -> Weibull:
    """Fit F(t) = 1 - exp(-(t/scale)^shape) to times known to an interval, every group by itself.

    Maximum likelihood: the sum of ln(F(upper) - F(lower)), Newton's steps on ln shape and ln scale. Interval of the
    shape: exp(ln shape +- z se), se from the observed information of both parameters (Lawless, Statistical Models and
    Methods for Lifetime Data, 2003, chapters 2 and 5; for whole days it is the discrete Weibull of Nakagawa and Osaki,
    IEEE Trans Reliab 1975, 24:300-301). Assumes independent cases. Intervals that are narrow beside their times give
    the fit to exact times.

    Args:
        lower: Begin of each interval, 0 or more, any unit; the scale has the same.
        upper: End of each interval, above its begin.
        cases: How many cases have that interval; whole numbers.
        groups: Group of each interval, 0 to group_count - 1, in any order.
        group_count: Groups, those without a time included.
        minimum_cases: A group with fewer is not fitted.

    Returns:
        Arrays of length group_count. Reasons: ``too_few_cases``; ``no_variation``, all times in one interval or in two
        that touch, where the likelihood rises with the shape without end; ``not_converged``.

    Raises:
        ValueError: An interval is empty, negative or not finite, or a number of cases is negative.
    """
    begin, end = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    weight, group = np.asarray(cases, dtype=np.float64), np.asarray(groups, dtype=np.intp)
    if not np.all((begin >= 0) & (end > begin) & np.isfinite(end)) or not np.all(weight >= 0):
        raise ValueError("lower, upper: an interval is empty, negative or not finite; or a number of cases is negative")
    size = _sums(group, weight, group_count)
    first_end, last_begin = np.full(group_count, np.inf), np.full(group_count, -np.inf)
    np.minimum.at(first_end, group[weight > 0], end[weight > 0])
    np.maximum.at(last_begin, group[weight > 0], begin[weight > 0])
    reason = first_reason(
        (group_count,), {"too_few_cases": size < max(minimum_cases, 1), "no_variation": last_begin <= first_end}
    )
    is_fitted = np.asarray([code is None for code in reason], dtype=np.bool_)
    counted = weight > 0
    sample = _Sample(_logarithms(begin[counted]), np.log(end[counted]), weight[counted], group[counted], group_count)
    found = _maximum(sample.of(is_fitted))
    reason[np.flatnonzero(is_fitted)[~found.is_converged]] = "not_converged"
    log_shape, log_scale, half_width = (np.full(group_count, np.nan) for _ in range(3))
    log_shape[is_fitted], log_scale[is_fitted] = found.log_shape, found.log_scale
    half_width[is_fitted] = Z_95 * found.standard_error
    bounds = np.exp(log_shape - half_width), np.exp(log_shape + half_width)
    return Weibull(np.exp(log_shape), *bounds, np.exp(log_scale), reason)


class _Sample(NamedTuple):
    """Logarithms of the intervals' ends (minus infinity for 0), how many cases have them, and their group."""

    begin: Floats
    end: Floats
    weight: Floats
    group: NDArray[np.intp]
    size: int

    def of(self, kept: Flags) -> _Sample:
        """The groups that are kept, numbered anew."""
        rows = kept[self.group]
        number = np.cumsum(kept) - 1
        return _Sample(self.begin[rows], self.end[rows], self.weight[rows], number[self.group[rows]], int(kept.sum()))


class _Likelihood(NamedTuple):
    """By group: the log-likelihood, and its derivatives by ln shape (u) and ln scale (v)."""

    value: Floats
    u: Floats
    v: Floats
    uu: Floats
    uv: Floats
    vv: Floats

    @property
    def determinant(self) -> Floats:
        return self.uu * self.vv - self.uv**2

    @property
    def is_bent(self) -> Flags:
        """Bent downwards in every direction, as at a maximum."""
        return (self.uu < 0) & (self.determinant > 0)


class _Found(NamedTuple):
    log_shape: Floats
    log_scale: Floats
    standard_error: Floats
    is_converged: Flags


def _maximum(sample: _Sample) -> _Found:
    """Newton's steps from the moments of ln t, halved while they would lose likelihood; who is there drops out."""
    nowhere = np.full(sample.size, np.nan)
    found = _Found(nowhere.copy(), nowhere.copy(), nowhere.copy(), np.zeros(sample.size, dtype=np.bool_))
    groups = np.arange(sample.size)
    u, v = _start(sample)
    here = _likelihood(sample, u, v)
    step_u, step_v = _step(here)
    for _ in range(_MOST_STEPS):
        there = _likelihood(sample, u + step_u, v + step_v)
        # by a rounding error less is as good
        is_better = there.value >= here.value - 1e-12 * np.abs(here.value)
        u, v = np.where(is_better, u + step_u, u), np.where(is_better, v + step_v, v)
        here = _Likelihood(*(np.where(is_better, new, old) for new, old in zip(there, here, strict=True)))
        newton_u, newton_v = _step(here)
        is_there = here.is_bent & (np.hypot(newton_u, newton_v) < _PRECISION)
        arrived = groups[is_there]
        found.log_shape[arrived], found.log_scale[arrived] = u[is_there], v[is_there]
        found.standard_error[arrived] = np.sqrt(-here.vv[is_there] / here.determinant[is_there])
        found.is_converged[arrived] = True
        if is_there.all():
            break
        step_u, step_v = np.where(is_better, newton_u, step_u / 2), np.where(is_better, newton_v, step_v / 2)
        on = ~is_there
        sample, groups = sample.of(on), groups[on]
        u, v, step_u, step_v = u[on], v[on], step_u[on], step_v[on]
        here = _Likelihood(*(values[on] for values in here))
    return found


def _start(sample: _Sample) -> tuple[Floats, Floats]:
    """Of a Weibull, ln t has mean ln scale - 0.5772/shape and standard deviation pi/sqrt(6)/shape."""
    middle = np.log((np.exp(sample.begin) + np.exp(sample.end)) / 2)
    size = _sums(sample.group, sample.weight, sample.size)
    mean = _sums(sample.group, sample.weight * middle, sample.size) / size
    squares = _sums(sample.group, sample.weight * (middle - mean[sample.group]) ** 2, sample.size) / size
    spread = np.sqrt(squares) * np.sqrt(6) / np.pi
    return -np.log(spread), mean + np.euler_gamma * spread


def _step(here: _Likelihood) -> tuple[Floats, Floats]:
    """Newton's step, or uphill where the likelihood bends the wrong way; never longer than its limit."""
    is_bent = here.is_bent
    determinant = np.where(is_bent, here.determinant, 1.0)
    step_u = np.where(is_bent, (here.uv * here.v - here.vv * here.u) / determinant, here.u)
    step_v = np.where(is_bent, (here.uv * here.u - here.uu * here.v) / determinant, here.v)
    length = np.hypot(step_u, step_v)
    shrink = np.where(length > _LONGEST_STEP, _LONGEST_STEP / np.where(length > 0, length, 1.0), 1.0)
    return step_u * shrink, step_v * shrink


def _likelihood(sample: _Sample, log_shape: Floats, log_scale: Floats) -> _Likelihood:
    """With H(t) = (t/scale)^shape: ln(F(upper) - F(lower)) = -H(lower) + ln(1 - exp(-(H(upper) - H(lower))))."""
    shape, scale = np.exp(log_shape)[sample.group], log_scale[sample.group]
    low, high = _hazard(sample.begin, shape, scale), _hazard(sample.end, shape, scale)
    rise = [top - bottom for top, bottom in zip(high, low, strict=True)]
    gained = np.maximum(rise[0], np.finfo(np.float64).tiny)
    slope = 1 / np.expm1(np.minimum(gained, 700.0))
    bend = -slope * (1 + slope)
    per_case = (
        -low[0] + np.log(-np.expm1(-gained)),
        -low[1] + slope * rise[1],
        -low[2] + slope * rise[2],
        -low[3] + slope * rise[3] + bend * rise[1] ** 2,
        -low[4] + slope * rise[4] + bend * rise[1] * rise[2],
        -low[5] + slope * rise[5] + bend * rise[2] ** 2,
    )
    return _Likelihood(*(_sums(sample.group, sample.weight * part, sample.size) for part in per_case))


def _hazard(log_time: Floats, shape: Floats, log_scale: Floats) -> tuple[Floats, ...]:
    """H = exp(shape (ln t - ln scale)), and its derivatives by u, v, uu, uv, vv; all 0 at time 0."""
    z = np.where(np.isfinite(log_time), shape * (log_time - log_scale), -np.inf)
    hazard = np.exp(np.minimum(z, 300.0))
    z = np.where(np.isfinite(z), z, 0.0)
    return (
        hazard,
        hazard * z,
        -hazard * shape,
        hazard * z * (z + 1),
        -hazard * shape * (z + 1),
        hazard * shape**2,
    )


def _logarithms(times: Floats) -> Floats:
    logarithms = np.full_like(times, -np.inf)
    np.log(times, out=logarithms, where=times > 0)
    return logarithms


def _sums(group: NDArray[np.intp], values: Floats, count: int) -> Floats:
    return np.bincount(group, values, count).astype(np.float64)
