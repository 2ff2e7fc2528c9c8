"""The pairs that a prior is fitted to, each with its weight, and squashing: near-equal pairs as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.statistics.arrays import Floats
from transforms.statistics.gps.prior import DegeneratePriorError

MINIMUM_PAIRS = 50
"""Five parameters on fewer pairs than this are not worth the name of a fit."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs, or groups of them: three arrays of one length, and the distinct counts that ``index`` points into."""

    distinct: Floats
    index: NDArray[np.intp]
    expected: Floats
    weight: Floats

    @classmethod
    def of(cls, n: ArrayLike, expected: ArrayLike, weight: ArrayLike) -> Pairs:
        """Group the counts; ``weight`` is how many pairs each entry stands for."""
        distinct, index = np.unique(np.asarray(n), return_inverse=True)
        return cls(
            distinct.astype(np.float64),
            index,
            np.asarray(expected, dtype=np.float64),
            np.asarray(weight, dtype=np.float64),
        )

    @property
    def size(self) -> int:
        """Entries."""
        return self.index.size

    @property
    def count(self) -> float:
        """Pairs, the weights counted."""
        return float(self.weight.sum())


def listed_pairs(n: ArrayLike, expected: ArrayLike, weights: ArrayLike | None, minimum_count: int) -> Pairs:
    """The pairs with at least ``minimum_count`` reports, checked.

    Raises:
        DegeneratePriorError: Too few pairs, all with one count, or an expected count that cannot be one.
    """
    count, mean = np.asarray(n, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    weight = np.ones(count.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if not (count.shape == mean.shape == weight.shape) or count.ndim != 1:
        raise ValueError("n, expected, weights: three one-dimensional arrays of one length are needed")
    listed = (count >= minimum_count) & (weight != 0)
    count, mean, weight = count[listed], mean[listed], weight[listed]
    unusable = ~((mean > 0) & np.isfinite(mean) & (weight > 0) & (count == np.floor(count)) & np.isfinite(count))
    if unusable.any():
        raise DegeneratePriorError(
            f"GPS prior: {int(unusable.sum())} of {count.size} pairs have no usable count, expected count or weight; "
            "leave out the pairs whose margins are empty"
        )
    pairs = Pairs.of(count, mean, weight)
    if pairs.count < MINIMUM_PAIRS or pairs.distinct.size < 2:
        raise DegeneratePriorError(
            f"GPS prior: {pairs.count:.0f} pairs with {pairs.distinct.size} different counts cannot determine five "
            f"parameters (at least {MINIMUM_PAIRS} pairs and 2 counts); build with more reports, or without EBGM"
        )
    return pairs


def squash(pairs: Pairs, width: float) -> Pairs:
    """Pairs of equal count whose log expected counts fall into one bin become one, at their mean log.

    Data squashing (DuMouchel and Pregibon, KDD 2001). The error in the likelihood is of second order in ``width``.
    """
    log_expected = np.log(pairs.expected)
    bins = np.floor(log_expected / width).astype(np.int64)
    bins -= bins.min()
    span = int(bins.max()) + 1
    keys, group = np.unique(pairs.index * span + bins, return_inverse=True)
    weight = np.bincount(group, pairs.weight).astype(np.float64)
    mean_log = np.bincount(group, pairs.weight * log_expected) / weight
    return Pairs(pairs.distinct, keys // span, np.exp(mean_log), weight)
