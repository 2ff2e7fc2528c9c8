"""Exact tests where a cell is small: Fisher's, and its mid-P, for many tables at once.

With all margins fixed, a is hypergeometric if exposure and event are independent. Every tail is summed from its near
end outwards until its terms no longer count, all tables side by side, and equal tables once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from transforms.statistics.arrays import Flags, Floats
from transforms.statistics.binomial import binomial_probability
from transforms.statistics.disproportionality import chi_squared
from transforms.statistics.table import TwoByTwo

SMALL_CELL = 5
"""Below this count in any cell the chi-squared distribution is not trusted (Cochran 1954)."""

_TIE = 1 + 1e-7
"""Two tables are equally likely within this factor, as in R's fisher.test."""


class ExactTest(NamedTuple):
    """P values per table, NaN where a margin is empty; 0 only where the true value is below about 1e-300.

    ``greater`` tests for more reports than expected; ``two_sided`` sums all tables that are no likelier than the one
    seen (Fisher 1935, as R and SciPy); the mid-P versions count half of the observed table's own probability
    (Lancaster 1961), which undoes the test's conservatism.
    """

    two_sided: Floats
    greater: Floats
    mid_p_two_sided: Floats
    mid_p_greater: Floats


class Association(NamedTuple):
    """A two-sided p value per table, and whether it is the exact mid-P (a cell below 5) or Pearson's chi-squared."""

    p_value: Floats
    is_exact: Flags


def association(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Association:
    """Mid-P where a cell is below 5, chi-squared elsewhere; NaN where a margin is empty.

    Both are tests at their nominal level, so that one family for the false discovery rate can hold both.
    """
    table = TwoByTwo.of(a, b, c, d)
    p_value = np.asarray(chdtrc(1.0, chi_squared(table)), dtype=np.float64)
    small = (np.minimum(np.minimum(table.a, table.b), np.minimum(table.c, table.d)) < SMALL_CELL) & ~np.isnan(p_value)
    p_value[small] = fisher_exact(table.a[small], table.b[small], table.c[small], table.d[small]).mid_p_two_sided
    return Association(p_value, small)


def fisher_exact(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> ExactTest:
    """Fisher's exact test and mid-P of every table; counts that broadcast together."""
    table = TwoByTwo.of(a, b, c, d)
    flat = np.stack([table.a, table.exposed, table.with_event, table.total]).reshape(4, -1)
    result = np.full((4, flat.shape[1]), np.nan)
    usable = np.flatnonzero(~table.has_empty_margin.ravel())
    if usable.size:
        distinct, place = _distinct(flat[:, usable])
        result[:, usable] = _test(_Hypergeometric(*distinct[1:]), distinct[0])[:, place]
    return ExactTest(*(row.reshape(table.a.shape) for row in result))


def _distinct(columns: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Distinct columns, and for each column given the place of its equal."""
    order = np.lexsort(columns)
    ordered = columns[:, order]
    is_new = np.ones(order.size, dtype=bool)
    is_new[1:] = np.any(ordered[:, 1:] != ordered[:, :-1], axis=0)
    place = np.empty(order.size, dtype=np.intp)
    place[order] = np.cumsum(is_new) - 1
    return ordered[:, is_new], place


class _Hypergeometric(NamedTuple):
    """The law of a, one per place: ``row`` = a+b, ``column`` = a+c, ``total`` = N."""

    row: Floats
    column: Floats
    total: Floats

    @property
    def low(self) -> Floats:
        return np.maximum(0.0, self.row + self.column - self.total)

    @property
    def high(self) -> Floats:
        return np.minimum(self.row, self.column)

    @property
    def mode(self) -> Floats:
        return np.floor((self.row + 1) * (self.column + 1) / (self.total + 2))

    def at(self, where: Flags | NDArray[np.intp]) -> _Hypergeometric:
        return _Hypergeometric(self.row[where], self.column[where], self.total[where])

    def probability(self, k: Floats) -> Floats:
        """As a product of binomials (Loader 2000), which keeps its digits where gammaln of a large N would not."""
        p, q = self.column / self.total, (self.total - self.column) / self.total
        chosen = binomial_probability(k, self.row, p, q) * binomial_probability(
            self.column - k, self.total - self.row, p, q
        )
        return np.asarray(chosen / binomial_probability(self.column, self.total, p, q), dtype=np.float64)

    def step_up(self, k: Floats) -> Floats:
        """P(k+1)/P(k)."""
        return (self.row - k) * (self.column - k) / ((k + 1) * (self.total - self.row - self.column + k + 1))

    def step_down(self, k: Floats) -> Floats:
        """P(k-1)/P(k)."""
        return k * (self.total - self.row - self.column + k) / ((self.row - k + 1) * (self.column - k + 1))


def _test(law: _Hypergeometric, a: Floats) -> Floats:
    """Rows: two-sided, greater, mid-P two-sided, mid-P greater."""
    seen = law.probability(a)
    is_above = a >= law.mode
    near = _tails(law, a, seen, is_above)
    greater = np.where(is_above, near, 1.0 - near + seen)
    other = _other_side(law, a, seen, is_above)
    has_other = ~np.isnan(other)
    far = np.zeros_like(near)
    beyond = law.at(has_other)
    far[has_other] = _tails(beyond, other[has_other], beyond.probability(other[has_other]), ~is_above[has_other])
    is_modal = seen * _TIE >= law.probability(law.mode)
    two_sided = np.where(is_modal, 1.0, near + far)
    p_values = np.stack([two_sided, greater, two_sided - seen / 2, greater - seen / 2])
    return np.asarray(np.clip(p_values, 0.0, 1.0), dtype=np.float64)


def _tails(law: _Hypergeometric, start: Floats, first: Floats, is_upper: Flags) -> Floats:
    """The tail from ``start`` outwards, ``first`` being the probability of the start."""
    total = np.empty_like(first)
    total[is_upper] = _tail(law.at(is_upper), start[is_upper], first[is_upper], _Hypergeometric.step_up, 1.0)
    total[~is_upper] = _tail(law.at(~is_upper), start[~is_upper], first[~is_upper], _Hypergeometric.step_down, -1.0)
    return total


def _tail(
    law: _Hypergeometric,
    start: Floats,
    first: Floats,
    step: Callable[[_Hypergeometric, Floats], Floats],
    direction: float,
) -> Floats:
    """Sum of a falling tail; a step beyond the support has ratio 0 and ends it."""
    total = first.copy()
    active = np.flatnonzero(first > 0)
    law, k, term = law.at(active), start[active], first[active]
    while active.size:
        term = term * step(law, k)
        k = k + direction
        total[active] += term
        goes_on = term > 1e-17 * total[active]
        active, k, term, law = active[goes_on], k[goes_on], term[goes_on], law.at(goes_on)
    return total


def _other_side(law: _Hypergeometric, a: Floats, seen: Floats, is_above: Flags) -> Floats:
    """On the other side of the mode, the count nearest to it that is no likelier than the one seen; NaN if none.

    By bisection: the probability falls from the mode to either end.
    """
    end = np.where(is_above, law.low, law.high)
    other = np.full_like(a, np.nan)
    place = np.flatnonzero((a != law.mode) & (end != law.mode))
    place = place[law.at(place).probability(end[place]) <= seen[place] * _TIE]
    # Invariant: ``unlikely`` is no likelier than seen, ``likely`` is likelier.
    unlikely, likely = end[place], law.mode[place]
    while True:
        middle = np.trunc((unlikely + likely) / 2)
        open_ = np.abs(unlikely - likely) > 1
        if not open_.any():
            break
        at = np.flatnonzero(open_)
        is_unlikely = law.at(place[at]).probability(middle[at]) <= seen[place[at]] * _TIE
        unlikely[at[is_unlikely]] = middle[at[is_unlikely]]
        likely[at[~is_unlikely]] = middle[at[~is_unlikely]]
    other[place] = unlikely
    return other
