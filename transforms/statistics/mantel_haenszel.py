"""One odds ratio over strata, and whether the strata agree on one.

Strata (sex x age group x period) remove confounding by what defines them. An empty stratum carries no information and
adds nothing; no cell is corrected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from transforms.statistics.arrays import Z_95, Floats, Reasons, first_reason
from transforms.statistics.table import TwoByTwo


@dataclass(frozen=True, slots=True)
class Stratified:
    """The common odds ratio of each series of strata; every field has the shape of the input without its last axis.

    ``breslow_day`` and Tarone's corrected ``breslow_day_tarone`` are chi-squared with ``degrees_of_freedom`` = strata
    with no empty margin - 1; their p values are small where the strata disagree, NaN with fewer than two such strata.
    """

    odds_ratio: Floats
    lower_95: Floats
    upper_95: Floats
    breslow_day: Floats
    breslow_day_p_value: Floats
    breslow_day_tarone: Floats
    breslow_day_tarone_p_value: Floats
    degrees_of_freedom: Floats
    undefined_reason: Reasons


def stratified_odds_ratio(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Stratified:
    """Mantel-Haenszel odds ratio with Robins-Breslow-Greenland interval and Breslow-Day test.

    OR = sum(ad/N) / sum(bc/N) (Mantel and Haenszel 1959). With P = (a+d)/N, Q = (b+c)/N, R = ad/N, S = bc/N:
    var ln OR = sum PR / 2R.^2 + sum(PS + QR) / 2 R. S. + sum QS / 2 S.^2 (Robins, Breslow and Greenland, Biometrics
    1986, 42:311-323), good for few large and for many sparse strata. The Breslow-Day test (1980), with Tarone's
    correction (1985) beside it, assumes large strata.

    Args:
        a: Exposed cases with the event, strata on the last axis; likewise b, c and d.
        b: Exposed without.
        c: Comparator with.
        d: Comparator without.

    Raises:
        ValueError: A number is not a count, or there is no axis of strata.
    """
    table = TwoByTwo.of(a, b, c, d)
    if table.a.ndim == 0:
        raise ValueError("a, b, c, d: the last axis must be the strata")
    total = np.where(table.total > 0, table.total, 1.0)
    r, s = table.a * table.d / total, table.b * table.c / total
    p, q = (table.a + table.d) / total, (table.b + table.c) / total
    r_sum, s_sum = r.sum(axis=-1), s.sum(axis=-1)
    reasons = first_reason(
        r_sum.shape, {"no_stratum_with_both_a_and_d": r_sum == 0, "no_stratum_with_both_b_and_c": s_sum == 0}
    )
    r_sum, s_sum = np.where(r_sum * s_sum > 0, (r_sum, s_sum), np.nan)
    odds_ratio = np.asarray(r_sum / s_sum)
    variance = (
        (p * r).sum(axis=-1) / (2 * r_sum**2)
        + (p * s + q * r).sum(axis=-1) / (2 * r_sum * s_sum)
        + (q * s).sum(axis=-1) / (2 * s_sum**2)
    )
    factor = np.exp(Z_95 * np.sqrt(variance))
    breslow_day, tarone, freedom = _heterogeneity(table, odds_ratio)
    return Stratified(
        odds_ratio,
        odds_ratio / factor,
        odds_ratio * factor,
        breslow_day,
        _p_value(breslow_day, freedom),
        tarone,
        _p_value(tarone, freedom),
        freedom,
        reasons,
    )


def _heterogeneity(table: TwoByTwo, odds_ratio: Floats) -> tuple[Floats, Floats, Floats]:
    """Breslow-Day statistic, Tarone's, and the degrees of freedom."""
    used = ~table.has_empty_margin
    ratio = odds_ratio[..., np.newaxis]
    a = _cell_under(ratio, table.exposed, table.with_event, table.total)
    b, c = table.exposed - a, table.with_event - a
    d = table.without_event - b
    variance = np.where(used, _harmonic(a, b, c, d), 0.0)
    gap = np.where(used, table.a - a, 0.0)
    ratios = np.divide(gap**2, variance, out=np.zeros_like(gap), where=variance > 0)
    breslow_day = np.where(np.isnan(odds_ratio), np.nan, ratios.sum(axis=-1))
    tarone = breslow_day - gap.sum(axis=-1) ** 2 / np.where(np.isnan(odds_ratio), np.nan, variance.sum(axis=-1))
    return breslow_day, tarone, np.asarray(used.sum(axis=-1) - 1.0)


def _cell_under(ratio: Floats, exposed: Floats, with_event: Floats, total: Floats) -> Floats:
    """The a that has the given margins and odds ratio: the root within the margins of a quadratic.

    (1 - ratio) a^2 + [N - n - m + ratio (n + m)] a - ratio n m = 0, solved on the side that does not cancel.
    """
    linear = total - exposed - with_event + ratio * (exposed + with_event)
    root = np.sqrt(linear**2 + 4 * (1 - ratio) * ratio * exposed * with_event)
    by_product = 2 * ratio * exposed * with_event / np.where(linear + root > 0, linear + root, np.nan)
    by_sum = (root - linear) / np.where(ratio < 1, 2 * (1 - ratio), np.nan)
    return np.where(linear < 0, by_sum, by_product)


def _harmonic(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """1 / (1/a + 1/b + 1/c + 1/d), NaN where a cell is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1 / (1 / a + 1 / b + 1 / c + 1 / d))


def _p_value(statistic: Floats, freedom: Floats) -> Floats:
    """Upper tail of chi-squared, NaN below one degree of freedom."""
    return np.asarray(chdtrc(np.where(freedom >= 1, freedom, np.nan), statistic))
