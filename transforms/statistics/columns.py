"""The columns of the marts, by their names there, from the counts of their tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.statistics import criteria
from transforms.statistics.disproportionality import (
    chi_squared,
    chi_squared_yates,
    proportional_reporting_ratio,
    reporting_odds_ratio,
)
from transforms.statistics.gps import Prior, score
from transforms.statistics.information_component import information_component
from transforms.statistics.share import reporting_share
from transforms.statistics.table import TwoByTwo

Columns = dict[str, NDArray[Any]]
"""Column name to array, all of one shape."""


def measures(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Columns:
    """Every single-table measure and criterion.

    ROR, PRR, their intervals and chi-squared are NaN where a margin is empty, and ``undefined_reason`` says which;
    where only a cell is zero, ROR and PRR rest on cells + 0.5, ``is_zero_cell_corrected`` is true, and no criterion on
    them is met. Chi-squared, reporting share and IC are always those of the cells as counted. The share is NaN without
    exposed cases, expected and IC without any case.

    Args:
        a: Exposed cases with the event; likewise b, c and d, of one shape or broadcasting to one.
        b: Exposed without.
        c: Comparator with.
        d: Comparator without.

    Returns:
        Floats, except ``is_zero_cell_corrected`` and ``meets_*`` (bool, never missing) and ``undefined_reason`` (str,
        or None where the ratios are defined).

    Raises:
        ValueError: A number is not a count.
    """
    table = TwoByTwo.of(a, b, c, d)
    share = reporting_share(table.a, table.exposed)
    ror = reporting_odds_ratio(table)
    prr = proportional_reporting_ratio(table)
    ic = information_component(table.a, table.expected)
    squared, corrected = chi_squared(table), table.is_zero_cell_corrected
    return {
        "expected": table.expected,
        "reporting_share": share.point,
        "reporting_share_lower_95": share.lower_95,
        "reporting_share_upper_95": share.upper_95,
        "ror": ror.point,
        "ror_lower_95": ror.lower_95,
        "ror_upper_95": ror.upper_95,
        "prr": prr.point,
        "prr_lower_95": prr.lower_95,
        "prr_upper_95": prr.upper_95,
        "chi_squared": squared,
        "chi_squared_yates": chi_squared_yates(table),
        "ic": ic.point,
        "ic_lower_95": ic.lower_95,
        "ic_upper_95": ic.upper_95,
        "is_zero_cell_corrected": corrected,
        "undefined_reason": table.undefined_reason,
        "meets_evans": criteria.meets_evans(table.a, prr.point, squared, corrected),
        "meets_ror": criteria.meets_ror(table.a, ror.lower_95, corrected),
        "meets_ic": criteria.meets_ic(ic.lower_95),
        "meets_ema": criteria.meets_ema(table.a, prr.lower_95, corrected),
    }


def empirical_bayes(a: ArrayLike, expected: ArrayLike, prior: Prior) -> Columns:
    """EBGM, EB05, EB95 and the criteria that rest on them.

    NaN, and no criterion met, where the expected count is missing or 0. Needs no zero-cell correction.

    Args:
        a: Exposed cases with the event.
        expected: Cases expected, as ``measures`` gives them.
        prior: Fitted once per build on all pairs; never on the pairs of one drug.
    """
    scores = score(a, expected, prior)
    return {
        "ebgm": scores.ebgm,
        "eb05": scores.eb05,
        "eb95": scores.eb95,
        "meets_eb05": criteria.meets_eb05(scores.eb05),
        "meets_mhra": criteria.meets_mhra(np.asarray(a, dtype=np.float64), scores.ebgm, scores.eb05),
    }
