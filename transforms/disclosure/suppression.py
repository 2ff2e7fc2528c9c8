"""Which counts to hide: the small ones, and as few others as it takes that these cannot be computed back.

For each small count a linear program looks for the cheapest other table that shows it as something else: amounts moved
between cells so that every total still holds, no cell falls below 0 or rises above its published bound. The cells that
move are hidden. Whoever sees the published table cannot tell the two tables apart (after Fischetti and Salazar 2001,
Management Science 47:1008-1027, one count at a time and without their search for the best pattern over all).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from transforms.disclosure.attack import View
from transforms.disclosure.totals import Total
from transforms.statistics.arrays import Flags, Floats

if TYPE_CHECKING:
    from scipy import sparse

_MOVED = 1e-7


def small(counts: Floats, minimum: int) -> Flags:
    """Counts from 1 to below the minimum. 0 tells of nobody, and hiding it would leave nothing of rare effects."""
    return np.asarray((counts > 0) & (counts < minimum))


def suppress(
    views: Sequence[View],
    totals: Sequence[Total],
    minimum: int,
    forced: Flags | None = None,
    worth: Floats | None = None,
) -> Flags:
    """Hide the primary cells and others beside them, until no primary count's range is narrower than ``minimum``.

    So wide a range leaves open whether the count is small at all.

    Args:
        views: the ways of counting, all under one pattern: a cell that is primary in one is hidden in all.
        totals: what adds up to what.
        minimum: width that the range of each primary count must have.
        forced: cells that are hidden for reasons of their own.
        worth: how much each cell is wanted, as a factor of its count: what is worth little is hidden first.

    Returns:
        All hidden cells.
    """
    primary = np.asarray(np.any([view.primary for view in views], axis=0), dtype=np.bool_)
    hidden = np.array(primary if forced is None else primary | forced, dtype=np.bool_)
    if not primary.any():
        return hidden
    matrix = _matrix(totals, len(hidden))
    cost = (1.0 + views[-1].values + views[0].values / 1000) * (1.0 if worth is None else worth)
    protections = [_Protection(view, matrix, minimum) for view in views]
    for protection in protections:
        protection.protect(hidden, cost)
    return hidden


def _matrix(totals: Sequence[Total], cells: int) -> sparse.csc_matrix:
    """One row per total: parts less total."""
    from scipy import sparse  # like linprog below, nothing for a build without clinics to wait for

    rows = np.repeat(np.arange(len(totals)), [len(one.members) for one in totals])
    columns = np.concatenate([one.members for one in totals]) if totals else np.zeros(0, dtype=np.intp)
    signs = np.concatenate([one.signs for one in totals]) if totals else np.zeros(0)
    return sparse.csc_matrix((signs, (rows, columns)), shape=(len(totals), cells))


class _Protection:
    """Moves within one view, and the ranges that the moves found so far have opened."""

    def __init__(self, view: View, matrix: sparse.csc_matrix, minimum: int) -> None:
        from scipy import sparse

        self.view = view
        self.minimum = minimum
        self.room = np.maximum(view.upper - view.values, 0)
        self.matrix = sparse.hstack([matrix, -matrix], format="csc")
        self.nothing = np.zeros(matrix.shape[0])
        self.low = np.zeros(len(view.values))
        self.high = np.zeros(len(view.values))

    def protect(self, hidden: Flags, cost: Floats) -> None:
        """Open the range of every primary count, the largest first: what protects them often protects the rest."""
        places = np.flatnonzero(self.view.primary)
        for place in places[np.argsort(-self.view.values[places], kind="stable")]:
            up = min(float(self.room[place]), max(self.minimum - self.view.values[place], 1.0))
            down = self.minimum - up
            if self.high[place] < up - _MOVED:
                self._move(int(place), up, hidden, cost)
            if -self.low[place] < down - _MOVED:
                self._move(int(place), -down, hidden, cost)

    def _move(self, place: int, amount: float, hidden: Flags, cost: Floats) -> None:
        """Hide what must move so that this count can be by ``amount`` another."""
        from scipy.optimize import linprog

        cells = len(hidden)
        of_moves = np.where(hidden, 1e-6, cost)
        bounds = np.zeros((2 * cells, 2))
        bounds[:cells, 1], bounds[cells:, 1] = self.room, self.view.values
        rising, falling = place, cells + place
        bounds[rising] = max(amount, 0)
        bounds[falling] = max(-amount, 0)
        solved = linprog(  # type: ignore[call-overload]
            np.concatenate([of_moves, of_moves]),
            A_eq=self.matrix,
            b_eq=self.nothing,
            bounds=bounds,
            method="highs",
            options={"presolve": False},  # longer than solving so small a program
        )
        if solved.status != 0:
            return  # published bounds leave it no other value
        moved = np.asarray(solved.x[:cells] - solved.x[cells:], dtype=np.float64)
        moved[np.abs(moved) <= _MOVED] = 0
        hidden |= moved != 0
        # The same cells can move further, and the other way, as far as none leaves its bounds.
        for further in (moved * self._furthest(moved), -moved * self._furthest(-moved)):
            self.low, self.high = np.minimum(self.low, further), np.maximum(self.high, further)

    def _furthest(self, moved: Floats) -> float:
        """How many times these amounts can be moved."""
        with np.errstate(divide="ignore", invalid="ignore"):
            times = np.where(moved > 0, self.room / moved, np.where(moved < 0, self.view.values / -moved, np.inf))
        return min(float(times.min()), 1e6)
