"""What adds up to what in a published table: the knowledge by which a hidden count can be computed back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Total:
    """One total and its parts, as places among the cells of a table."""

    total: int
    parts: tuple[int, ...]

    @cached_property
    def members(self) -> NDArray[np.intp]:
        """Parts, then the total."""
        return np.array([*self.parts, self.total], dtype=np.intp)

    @cached_property
    def signs(self) -> NDArray[np.float64]:
        """1 for a part, -1 for the total: members times signs sum to 0."""
        return np.array([*(1.0 for _ in self.parts), -1.0])
