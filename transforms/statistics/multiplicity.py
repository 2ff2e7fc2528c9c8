"""False discovery rate within one named family of tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Floats


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """The q value of each test: the smallest false discovery rate at which it is still declared.

    Benjamini and Hochberg, J R Stat Soc B 1995, 57:289-300: q(i) = min over j >= i of m p(j)/j, at most 1. All values
    given are one family, whatever their shape. NaN is no test: it does not count in m and stays NaN. Valid under
    independence and positive dependence.

    Raises:
        ValueError: A p value is outside 0 to 1.
    """
    p = np.asarray(p_values, dtype=np.float64)
    if np.any((p < 0) | (p > 1)):
        raise ValueError("p_values: outside 0 to 1")
    q = np.full(p.shape, np.nan)
    tested = ~np.isnan(p)
    values = p[tested]
    order = np.argsort(values, kind="stable")
    scaled = values[order] * (values.size / np.arange(1, values.size + 1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    q[tested] = np.minimum(adjusted, 1.0)
    return q
