"""The pairs that never occur, as weighted groups, for the whole-table form of the likelihood."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.statistics.arrays import Floats, counts

_WIDTH = 0.01
"""Bin width in log expected: a pair's expected count is off by half a per cent at most, unbiased within the bin."""


class WholeTable(NamedTuple):
    """What ``fit_prior(n, expected, weights=weights, form="whole_table")`` takes: occurring pairs, then the others."""

    n: Floats
    expected: Floats
    weights: Floats


def whole_table(
    n: ArrayLike,
    exposure: ArrayLike,
    event: ArrayLike,
    exposure_cases: ArrayLike,
    event_cases: ArrayLike,
    total: int,
) -> WholeTable:
    """Complete the occurring pairs of an exposure x event table by all the others, n = 0, grouped by expected count.

    Args:
        n: Reports of each occurring pair.
        exposure: Its exposure, as a place in ``exposure_cases``.
        event: Its event, as a place in ``event_cases``.
        exposure_cases: Cases of each exposure, above 0.
        event_cases: Cases of each event, above 0.
        total: N, all cases.

    Returns:
        Expected = exposure cases x event cases / N throughout; the weights sum to exposures x events.

    Raises:
        ValueError: A number is not a count, a margin is empty, or a pair is given twice.
    """
    seen, row, column = counts(n=n, exposure=exposure, event=event)
    (row_cases,) = counts(exposure_cases=exposure_cases)
    (column_cases,) = counts(event_cases=event_cases)
    if np.any(row_cases == 0) or np.any(column_cases == 0):
        raise ValueError("exposure_cases, event_cases: a margin is empty")
    rows, columns = row.astype(np.intp), column.astype(np.intp)
    if np.unique(rows * column_cases.size + columns).size != rows.size:
        raise ValueError("exposure, event: a pair is given twice")
    expected = row_cases[rows] * column_cases[columns] / total

    row_values, row_times = np.unique(row_cases, return_counts=True)
    column_values, column_times = np.unique(column_cases, return_counts=True)
    span = np.log([row_values[0] * column_values[0] / total, row_values[-1] * column_values[-1] / total])
    edges = np.exp(np.arange(span[0] - _WIDTH, span[1] + 2 * _WIDTH, _WIDTH))
    weight, log_sum = np.zeros(edges.size), np.zeros(edges.size)
    for cases, times in zip(row_values, row_times, strict=True):
        _add(weight, log_sum, edges, cases * column_values / total, times * column_times)
    # The same product and quotient fall into the same bin, so what occurs is taken out exactly where it was put in.
    _add(weight, log_sum, edges, expected, np.full(expected.size, -1.0))

    used = np.flatnonzero(weight > 0)
    absent = np.clip(np.exp(log_sum[used] / weight[used]), edges[used], edges[used + 1])
    return WholeTable(
        np.concatenate([seen, np.zeros(used.size)]),
        np.concatenate([expected, absent]),
        np.concatenate([np.ones(seen.size), weight[used]]),
    )


def _add(weight: Floats, log_sum: Floats, edges: Floats, expected: Floats, times: NDArray[np.number]) -> None:
    """Add pairs to their bins, in place."""
    place = np.searchsorted(edges, expected, side="right") - 1
    weight += np.bincount(place, times, weight.size)
    log_sum += np.bincount(place, times * np.log(expected), weight.size)
