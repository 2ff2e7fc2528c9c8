"""Intervals of a share of sessions that cluster in patients, of a share of patients, and of a mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from transforms.incidence.clusters import Clusters
from transforms.statistics.arrays import Z_95, Estimate, Floats

_SPARE_FREEDOM = 4.0
"""Degrees of freedom beside those of the clusters with an event. Simulated: without them the interval is too wide where
events are few (98 %), with as many as there are clusters too narrow (90 to 94 %)."""


def wilson(events: ArrayLike, size: ArrayLike, quantile: ArrayLike = Z_95) -> Estimate:
    """A share of independent units with Wilson's interval (1927, JASA 22:209-212); sizes need not be whole.

    NaN where there are no units.
    """
    count, number, z = (np.asarray(values, dtype=np.float64) for values in (events, size, quantile))
    number = np.where(number > 0, number, np.nan)
    share, z2 = count / number, z**2
    centre = (count + z2 / 2) / (number + z2)
    half = z * np.sqrt(np.maximum(count * (number - count) / number, 0) + z2 / 4) / (number + z2)
    return Estimate(share, np.clip(centre - half, 0.0, share), np.clip(centre + half, share, 1.0))


def design_effect(sums: Clusters) -> Floats:
    """Variance of the share over that of as many independent sessions.

    Never below 1 (clustering of treatment effects is not negative; an estimate below is chance), never above the mean
    size of the cluster that a session is in, where all sessions of a patient are alike. That bound is taken where no
    session or every session has the event, for then nothing can be estimated.
    """
    share = sums.ratio
    most = sums.size_squared / np.where(sums.size > 0, sums.size, np.nan)
    alone = share * (1 - share) / np.where(sums.size > 0, sums.size, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimated = np.where(alone > 0, sums.variance / alone, np.nan)
    return np.where(np.isfinite(estimated), np.clip(estimated, 1.0, np.maximum(most, 1.0)), most)


def clustered_proportion(sums: Clusters) -> Estimate:
    """A share of sessions with its interval: Wilson's at the effective number of sessions, with a t quantile.

    The effective number is sessions over the design effect (Kish 1965; Korn and Graubard 1998, Survey Methodology
    24:193-201, for rare events; Dean and Pagano 2015, Journal of Survey Statistics and Methodology 3:484-503, found
    Wilson's form among the best). The degrees of freedom are those of the clusters, at most 4 more than the clusters
    with an event (or without one, if fewer): the variance rests on these alone.
    """
    effect = design_effect(sums)
    size = sums.size / effect
    mixed = (sums.total > 0) & (sums.total < sums.size)
    rarer = np.minimum(sums.positive, sums.number - sums.full)
    freedom = np.maximum(np.minimum(sums.number - 1, rarer + _SPARE_FREEDOM), 1)
    quantile = np.where(mixed, stdtrit(freedom, 0.975), Z_95)
    return wilson(sums.ratio * size, size, quantile)


def clustered_mean(sums: Clusters) -> Estimate:
    """A mean over sessions with its t interval on the clusters less one; bounds are NaN below two clusters."""
    mean = sums.ratio
    half = stdtrit(np.where(sums.number > 1, sums.number - 1, np.nan), 0.975) * np.sqrt(sums.variance)
    return Estimate(mean, mean - half, mean + half)
