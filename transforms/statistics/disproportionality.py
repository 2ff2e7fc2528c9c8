"""Disproportionality of one 2x2 table: reporting odds ratio, proportional reporting ratio, chi-squared.

Each compares the reporting of an event between exposed and comparator cases. None is a relative risk: they assume that
what makes a case be reported does not depend on exposure and event together.
"""

from __future__ import annotations

import numpy as np

from transforms.statistics.arrays import Z_95, Estimate, Floats
from transforms.statistics.table import TwoByTwo


def reporting_odds_ratio(table: TwoByTwo) -> Estimate:
    """ROR = ad/(bc), with exp(ln ROR +- z sqrt(1/a + 1/b + 1/c + 1/d)).

    Woolf (1955) interval; van Puijenbroek et al., Pharmacoepidemiol Drug Saf 2002, 11:3-10. Corrected cells where one
    is zero; NaN where a margin is empty. Assumes counts large enough for a normal log ratio.
    """
    cells = table.for_ratios()
    variance = 1 / cells.a + 1 / cells.b + 1 / cells.c + 1 / cells.d
    return _log_normal((cells.a * cells.d) / (cells.b * cells.c), variance)


def proportional_reporting_ratio(table: TwoByTwo) -> Estimate:
    """PRR = [a/(a+b)] / [c/(c+d)], with exp(ln PRR +- z sqrt(1/a - 1/(a+b) + 1/c - 1/(c+d))).

    Evans, Waller and Davis, Pharmacoepidemiol Drug Saf 2001, 10:483-486; interval by the delta method (Katz 1978).
    Corrected cells where one is zero; NaN where a margin is empty.
    """
    cells = table.for_ratios()
    # One division of two exact products, so that a PRR of exactly 2 is 2 and not a rounding below it.
    ratio = (cells.a * cells.comparator) / (cells.c * cells.exposed)
    # 1/a - 1/(a+b) as b/(a(a+b)), which cannot be negative by rounding
    variance = cells.b / (cells.a * cells.exposed) + cells.d / (cells.c * cells.comparator)
    return _log_normal(ratio, variance)


def chi_squared(table: TwoByTwo) -> Floats:
    """Pearson's N(ad-bc)^2 / [(a+b)(c+d)(a+c)(b+d)], one degree of freedom, on the cells as counted.

    NaN where a margin is empty. Assumes expected counts of at least 5: see small_cells elsewhere.
    """
    return _squared(table, np.abs(table.a * table.d - table.b * table.c))


def chi_squared_yates(table: TwoByTwo) -> Floats:
    """Yates (1934): N max(|ad-bc| - N/2, 0)^2 over the same product; closer to Fisher's exact test, conservative."""
    return _squared(table, np.maximum(np.abs(table.a * table.d - table.b * table.c) - table.total / 2, 0.0))


def _squared(table: TwoByTwo, difference: Floats) -> Floats:
    product = table.exposed * table.comparator * table.with_event * table.without_event
    return table.total * difference**2 / np.where(product > 0, product, np.nan)


def _log_normal(ratio: Floats, variance: Floats) -> Estimate:
    factor = np.exp(Z_95 * np.sqrt(variance))
    return Estimate(ratio, ratio / factor, ratio * factor)
