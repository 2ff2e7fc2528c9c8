"""What somebody can find out who has the published table, knows what adds up to what, and can solve linear programs.

For every hidden count the smallest and largest value that the published numbers allow (the feasibility interval of
Willenborg and de Waal 2001, Elements of Statistical Disclosure Control, 6.3). Integrality is not used: the programs are
nearly those of networks, and their corners nearly always whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.disclosure.totals import Total
from transforms.statistics.arrays import Flags, Floats


@dataclass(frozen=True)
class View:
    """One way of counting the cells: sessions, patients, events of a kind.

    Attributes:
        values: the true counts.
        upper: what is published as a bound of each, such as the sessions of a cell for those with an event; infinite
            where nothing is.
        primary: cells whose count in this view is to be protected.
    """

    values: Floats
    upper: Floats
    primary: Flags


@dataclass
class Program:
    """The linear program of the hidden cells, and the widest ranges that its solutions have shown so far."""

    places: NDArray[np.intp]
    matrix: Floats
    right: Floats
    bounds: list[tuple[float, float | None]]
    low: Floats
    high: Floats

    @classmethod
    def of(cls, view: View, totals: Sequence[Total], hidden: Flags) -> Program:
        """The program for these hidden cells.

        Parts that do not add up to their total, as patients who are in several strata, are taken to add up to what
        they do: somebody who does not know by how much they overlap knows less.
        """
        places = np.flatnonzero(hidden)
        column = np.full(len(hidden), -1)
        column[places] = np.arange(len(places))
        rows = []
        for one in totals:
            at = column[one.members]
            if (at >= 0).any():
                row = np.zeros(len(places))
                row[at[at >= 0]] = one.signs[at >= 0]
                rows.append(row)
        matrix = np.array(rows, dtype=np.float64).reshape(-1, len(places))
        true = view.values[places]
        bounds = [(0.0, None if np.isinf(most) else float(most)) for most in view.upper[places]]
        return cls(places, matrix, matrix @ true, bounds, true.copy(), true.copy())

    def widen(self, place: int, enough: float) -> float:
        """Width of the range of one cell: found exactly, or at least ``enough``."""
        at = int(np.searchsorted(self.places, place))
        for sign in (1.0, -1.0):
            if self.high[at] - self.low[at] >= enough:
                break
            self._solve(at, sign)
        return float(self.high[at] - self.low[at])

    def _solve(self, at: int, sign: float) -> None:
        from scipy.optimize import linprog  # a fifth of a second of import that builds without clinics spare

        goal = np.zeros(len(self.places))
        goal[at] = sign
        solved = linprog(goal, A_eq=self.matrix, b_eq=self.right, bounds=self.bounds, method="highs")
        if solved.status == 3:  # unbounded: nothing is known of its size
            self.high[at] = np.inf
        elif solved.status == 0:
            found = np.asarray(solved.x, dtype=np.float64)
            self.low, self.high = np.minimum(self.low, found), np.maximum(self.high, found)


def ranges(view: View, totals: Sequence[Total], hidden: Flags) -> tuple[Floats, Floats]:
    """Smallest and largest value of every cell that the published table allows; of a published cell its value."""
    program = Program.of(view, totals, hidden)
    for place in program.places:
        program.widen(int(place), np.inf)
    low, high = view.values.copy(), view.values.copy()
    low[program.places], high[program.places] = program.low, program.high
    return low, high
