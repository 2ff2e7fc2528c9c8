"""How cost grows with size: a power law through the points, and which tables grow faster than n log n."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]
"""Size and cost, both above 0."""

TOLERATED = 1.15
"""Exponent up to which growth passes for n log n: that itself is 1.06 to 1.08 at these sizes, the rest is noise."""


def exponent(points: Sequence[Point]) -> float | None:
    """Slope of a least-squares line through the logarithms: 1 is proportional growth, 2 is quadratic.

    None with fewer than two sizes. A fixed cost lowers it, so it is worth reading at large sizes alone.
    """
    logs = [(math.log(size), math.log(cost)) for size, cost in points if size > 0 and cost > 0]
    if len({x for x, _ in logs}) < 2:
        return None
    mean_x = math.fsum(x for x, _ in logs) / len(logs)
    mean_y = math.fsum(y for _, y in logs) / len(logs)
    spread = math.fsum((x - mean_x) ** 2 for x, _ in logs)
    return math.fsum((x - mean_x) * (y - mean_y) for x, y in logs) / spread


def n_log_n(small: float, large: float) -> float:
    """The exponent that n log n shows between two sizes."""
    return 1 + math.log(math.log(large) / math.log(small)) / math.log(large / small)
