"""The array types of the statistics, and an estimate with its interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Reasons = NDArray[np.object_]
"""A reason code where a number is undefined, None where it is defined."""

Z_95: float = float(ndtri(0.975))
"""Half-width of a two-sided 95 % interval, in standard errors: 1.959964."""


class Estimate(NamedTuple):
    """A point estimate with its 95 % interval; three arrays of one shape, NaN where undefined."""

    point: Floats
    lower_95: Floats
    upper_95: Floats


def counts(**named: ArrayLike) -> tuple[Floats, ...]:
    """Counts as float64 arrays of one common shape, in the order given.

    Raises:
        ValueError: A count is negative, not whole, missing, or above 2**53, where a float no longer holds it.
    """
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in named.items()}
    for name, values in arrays.items():
        bad = ~((values >= 0) & (values <= 2.0**53) & (values == np.floor(values)))
        if bad.any():
            raise ValueError(f"{name}: {int(bad.sum())} values are not counts, the first is {values[bad].flat[0]}")
    return tuple(np.array(values) for values in np.broadcast_arrays(*arrays.values()))


def first_reason(shape: tuple[int, ...], tests: dict[str, Flags]) -> Reasons:
    """For each place the first reason, in the order given, whose test is true; None where none is."""
    reasons = np.full(shape, None, dtype=object)
    for reason, applies in reversed(tests.items()):
        reasons[applies] = reason
    return reasons
