"""Sums over clusters, from which the variance of a ratio of sums follows: one pass, all cells at once.

A cluster is a patient, a cell a stratum; a cluster's size is its sessions in the cell, its total the sessions with an
event, or the sum of a measurement. The ratio R = sum(total) / sum(size) has the linearised variance
m / (m - 1) sum((total_i - R size_i)^2) / sum(size)^2 over its m clusters (Cochran 1977, Sampling Techniques, 6.3 and
10.3, with replacement; the same as the sandwich variance of a GEE with independent working correlation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.statistics.arrays import Floats

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Sums per cell; arrays of one length, one place per cell.

    Attributes:
        number: clusters with a size above 0.
        size: sum of sizes.
        total: sum of totals.
        size_squared: sum of squared sizes.
        size_total: sum of size times total.
        total_squared: sum of squared totals.
        positive: clusters with a total above 0.
        full: clusters whose total is their size.
    """

    number: Floats
    size: Floats
    total: Floats
    size_squared: Floats
    size_total: Floats
    total_squared: Floats
    positive: Floats
    full: Floats

    @property
    def ratio(self) -> Floats:
        """Sum of totals over sum of sizes; NaN where there is no size."""
        return np.asarray(self.total / np.where(self.size > 0, self.size, np.nan))

    @property
    def variance(self) -> Floats:
        """Linearised variance of the ratio; NaN below two clusters."""
        ratio = self.ratio
        squares = self.total_squared - 2 * ratio * self.size_total + ratio**2 * self.size_squared
        many = np.where(self.number > 1, self.number, np.nan)
        return np.asarray(np.maximum(squares, 0) * many / (many - 1) / np.where(self.size > 0, self.size, np.nan) ** 2)


class Sizes(NamedTuple):
    """Sums of sizes per cell, which all totals over the same clusters share."""

    number: Floats
    size: Floats
    size_squared: Floats


def sizes_of(cell: Index, size: Floats, cells: int) -> Sizes:
    """Sum the sizes of clusters up by cell; arguments as of ``clusters``."""
    return Sizes(
        _summed(cell, (size > 0).astype(np.float64), cells),
        _summed(cell, size, cells),
        _summed(cell, size * size, cells),
    )


def clusters(cell: Index, size: Floats, total: Floats, cells: int, sizes: Sizes | None = None) -> Clusters:
    """Sum clusters up by cell.

    Args:
        cell: cell of each row; a cluster has one row in each cell that it is in.
        size: size of the cluster in the cell; rows of size 0 count for nothing.
        total: its total there.
        cells: number of cells.
        sizes: sums of these sizes, where they are known already.
    """
    known = sizes or sizes_of(cell, size, cells)
    rows = np.flatnonzero(total)  # a total of 0 adds nothing to any sum below; of rare events nearly all are 0
    of, given, found = (cell, size, total) if len(rows) == len(total) else (cell[rows], size[rows], total[rows])
    there = given > 0
    return Clusters(
        number=known.number,
        size=known.size,
        total=_summed(of, found, cells),
        size_squared=known.size_squared,
        size_total=_summed(of, given * found, cells),
        total_squared=_summed(of, found * found, cells),
        positive=_summed(of, (there & (found > 0)).astype(np.float64), cells),
        full=_summed(of, (there & (found >= given)).astype(np.float64), cells),
    )


def _summed(cell: Index, values: Floats, cells: int) -> Floats:
    return np.asarray(np.bincount(cell, weights=values, minlength=cells), dtype=np.float64)


def residual_products(
    first: tuple[Floats, Floats, float], second: tuple[Floats, Floats, float], share: tuple[float, float]
) -> float:
    """Covariance of the ratios of two cells that have clusters in common.

    Args:
        first: sizes and totals in the first cell of the clusters that are in both, and the sum of all its sizes.
        second: the same clusters in the second cell.
        share: the two ratios.
    """
    size_a, total_a, sum_a = first
    size_b, total_b, sum_b = second
    return float(((total_a - share[0] * size_a) * (total_b - share[1] * size_b)).sum() / (sum_a * sum_b))
