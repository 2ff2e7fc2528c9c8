"""Omega: do two drugs together report an event more than the two apart would lead one to expect?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Floats, Reasons, counts, first_reason
from transforms.statistics.information_component import information_component


@dataclass(frozen=True, slots=True)
class Interaction:
    """Omega per pair of drugs and event, in bits, with its 95 % bounds, and the expected reports it rests on."""

    omega: Floats
    lower_95: Floats
    upper_95: Floats
    expected: Floats
    undefined_reason: Reasons


def two_drug_interaction(
    n111: ArrayLike,
    n110: ArrayLike,
    n101: ArrayLike,
    n100: ArrayLike,
    n011: ArrayLike,
    n010: ArrayLike,
    n001: ArrayLike,
    n000: ArrayLike,
) -> Interaction:
    """Omega = log2((n111 + 1/2)/(E + 1/2)), E = g11 n11., bounds as for the information component.

    The indices are first drug, second drug, event (1 yes, 0 no). With f the event share of each of the four exposure
    strata and o = f/(1-f), g11 = 1 - 1/[max(o00, o10) + max(o00, o01) - o00 + 1]: the two excess odds add, and a drug
    that seems to protect counts as doing nothing. Noren et al., Stat Med 2008, 27:3057-3070. Takes E as known. NaN
    with a reason where one of the four strata has no case.

    Raises:
        ValueError: A number is not a count.
    """
    event_11, none_11, event_10, none_10, event_01, none_01, event_00, none_00 = counts(
        n111=n111, n110=n110, n101=n101, n100=n100, n011=n011, n010=n010, n001=n001, n000=n000
    )
    reasons = first_reason(
        event_11.shape,
        {
            "no_cases_with_both": event_11 + none_11 == 0,
            "no_cases_with_first_alone": event_10 + none_10 == 0,
            "no_cases_with_second_alone": event_01 + none_01 == 0,
            "no_cases_with_neither": event_00 + none_00 == 0,
        },
    )
    o10, o01, o00 = _odds(event_10, none_10), _odds(event_01, none_01), _odds(event_00, none_00)
    summed = np.maximum(o10 - o00, 0.0) + np.maximum(o01 - o00, 0.0) + o00
    share = np.where(np.isnan(summed), np.nan, summed / (summed + 1.0))
    both = event_11 + none_11
    expected = share * np.where(both > 0, both, np.nan)
    ic = information_component(event_11, expected)
    return Interaction(ic.point, ic.lower_95, ic.upper_95, expected, reasons)


def _odds(event: Floats, none: Floats) -> Floats:
    """Odds of the event; NaN in an empty stratum.

    Where every case of a stratum has the event the odds are infinite: 1e300 stands for that, so that two infinite
    odds can be subtracted, and g11 comes out as the 1 that is its limit.
    """
    odds = event / np.where(none > 0, none, np.nan)
    odds = np.where((none == 0) & (event > 0), 1e300, odds)
    return np.asarray(odds, dtype=np.float64)
