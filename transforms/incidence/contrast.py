"""Differences and ratios of two shares, also where the two have patients in common."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.statistics.arrays import Estimate, Floats, Reasons, first_reason


class Contrast(NamedTuple):
    """A difference and a ratio, first against second; NaN where undefined, and the reason for the ratio."""

    difference: Estimate
    ratio: Estimate
    undefined_reason: Reasons


def contrast(first: Estimate, second: Estimate, correlation: Floats) -> Contrast:
    """MOVER: the interval of a difference from the intervals of its parts (Zou and Donner 2008, Stat Med 27:1693-1702).

    With r the correlation of the two estimates, the lower bound of a - b is
    a - b - sqrt((a-la)^2 + (ub-b)^2 - 2 r (a-la)(ub-b)), the upper one likewise. The ratio is the difference of
    logarithms. Unlike Wald's, these bounds are as honest near 0 as the intervals they come from.

    Args:
        first: shares with their intervals.
        second: what they are compared with.
        correlation: of the two estimates; 0 where no patient is in both.
    """
    difference = _mover(first, second, correlation)
    no_events, no_reference = first.point == 0, second.point == 0
    defined = ~(no_events | no_reference)

    def logs(one: Estimate) -> Estimate:
        return Estimate(*(np.log(np.where(defined & (bound > 0), bound, np.nan)) for bound in one))

    on_logs = _mover(logs(first), logs(second), correlation)
    ratio = Estimate(*(np.exp(bound) for bound in on_logs))
    reasons = first_reason(first.point.shape, {"no_reference_events": no_reference, "no_events": no_events})
    return Contrast(difference, ratio, reasons)


def _mover(first: Estimate, second: Estimate, correlation: Floats) -> Estimate:
    point = first.point - second.point
    below, above = first.point - first.lower_95, first.upper_95 - first.point
    other_below, other_above = second.point - second.lower_95, second.upper_95 - second.point
    down = below**2 + other_above**2 - 2 * correlation * below * other_above
    up = above**2 + other_below**2 - 2 * correlation * above * other_below
    return Estimate(point, point - np.sqrt(np.maximum(down, 0)), point + np.sqrt(np.maximum(up, 0)))
