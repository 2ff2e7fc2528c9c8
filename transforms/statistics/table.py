"""The 2x2 table of distinct current cases: its margins, its zero-cell rule, and why a ratio may be undefined.

| | event | no event |
|---|---|---|
| exposed | a | b |
| comparator | c | d |
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Flags, Floats, Reasons, counts, first_reason

ZERO_CELL_CORRECTION = 0.5
"""Haldane (1956) and Anscombe (1956): added to all four cells, only where one of them is zero."""


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Tables as four float arrays of one shape, one table per place. Make one with ``TwoByTwo.of``."""

    a: Floats
    b: Floats
    c: Floats
    d: Floats

    @classmethod
    def of(cls, a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> TwoByTwo:
        """From counts of cases that broadcast together; ValueError where one is not a count."""
        return cls(*counts(a=a, b=b, c=c, d=d))

    @property
    def exposed(self) -> Floats:
        """Cases with the exposure, a + b."""
        return self.a + self.b

    @property
    def comparator(self) -> Floats:
        """Cases of the comparator, c + d."""
        return self.c + self.d

    @property
    def with_event(self) -> Floats:
        """Cases with the event, a + c."""
        return self.a + self.c

    @property
    def without_event(self) -> Floats:
        """Cases without the event, b + d."""
        return self.b + self.d

    @property
    def total(self) -> Floats:
        """N = a + b + c + d."""
        return self.exposed + self.comparator

    @property
    def expected(self) -> Floats:
        """E = (a+b)(a+c)/N, the reports expected if exposure and event were independent; NaN where N is 0."""
        total = self.total
        return self.exposed * self.with_event / np.where(total > 0, total, np.nan)

    @property
    def has_empty_margin(self) -> Flags:
        """A whole row or column is zero: the table compares nothing."""
        return _any_zero(self.exposed, self.comparator, self.with_event, self.without_event)

    @property
    def has_zero_cell(self) -> Flags:
        """At least one of the four cells is zero."""
        return _any_zero(self.a, self.b, self.c, self.d)

    @property
    def is_zero_cell_corrected(self) -> Flags:
        """The ratios rest on corrected cells: a cell is zero, and no whole margin."""
        return self.has_zero_cell & ~self.has_empty_margin

    @property
    def undefined_reason(self) -> Reasons:
        """Why the ratios are undefined, None where they are defined. The first that applies, rows before columns."""
        return first_reason(
            self.a.shape,
            {
                "no_exposed_cases": self.exposed == 0,
                "no_comparator_cases": self.comparator == 0,
                "no_cases_with_event": self.with_event == 0,
                "no_cases_without_event": self.without_event == 0,
            },
        )

    def for_ratios(self) -> TwoByTwo:
        """The cells that ratios are computed on: + 0.5 to all four where one is zero, NaN where a margin is empty."""
        add = np.where(self.is_zero_cell_corrected, ZERO_CELL_CORRECTION, 0.0)
        add[self.has_empty_margin] = np.nan
        return TwoByTwo(self.a + add, self.b + add, self.c + add, self.d + add)


def _any_zero(*numbers: Floats) -> Flags:
    return np.asarray(np.any([values == 0 for values in numbers], axis=0))
