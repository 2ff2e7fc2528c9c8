"""Quarters as days and as numbers, and where FDA's own numbering stands in each."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter

_EPOCH = date(1970, 1, 1)
_FIRST_YEAR, _LAST_YEAR = 1960, 2060

# First case number handed out in a quarter; straight lines between.
_CASE_ANCHORS = {
    (2004, 1): 4_060_000,
    (2012, 3): 8_650_000,
    (2014, 3): 10_300_000,
    (2020, 3): 17_950_000,
    (2022, 4): 21_400_000,
    (2026, 2): 26_000_000,
    (2040, 1): 46_000_000,
}
_FIRST_ISR, _ISR_PER_QUARTER = 4_263_742, 125_000


def ordinal(quarter: Quarter) -> int:
    """Quarters since year 0: sorts and subtracts as time does."""
    return quarter.year * 4 + quarter.number - 1


def days_of(quarter: Quarter) -> tuple[int, int]:
    """First day and day after the last, since 1970; 2012Q4 begins on 28 August, as its extract does."""
    following = quarter.following()
    first = date(quarter.year, 3 * quarter.number - 2, 1)
    if quarter == FIRST_FAERS_QUARTER:
        first = date(2012, 8, 28)
    return (first - _EPOCH).days, (date(following.year, 3 * following.number - 2, 1) - _EPOCH).days


def first_case_number(quarter: Quarter) -> int:
    """Where case numbers stand when the quarter begins, as in the published files."""
    known = [(year * 4 + number - 1, case) for (year, number), case in _CASE_ANCHORS.items()]
    return int(np.interp(ordinal(quarter), [at for at, _ in known], [case for _, case in known]))


def first_isr(quarter: Quarter) -> int:
    """Where ISR numbers stand when an AERS quarter begins."""
    return _FIRST_ISR + _ISR_PER_QUARTER * (ordinal(quarter) - ordinal(Quarter(2004, 1)))


@cache
def date_texts() -> tuple[NDArray[np.object_], int]:
    """Texts of dates and the number of days in one block: full dates, then months, then years, then one blank.

    Position of day ``d`` since 1960-01-01: ``d`` for YYYYMMDD, plus one block for YYYYMM, plus two for YYYY.
    """
    start = date(_FIRST_YEAR, 1, 1).toordinal()
    days = [date.fromordinal(number) for number in range(start, date(_LAST_YEAR, 1, 1).toordinal())]
    texts = [f"{day:%Y%m%d}" for day in days] + [f"{day:%Y%m}" for day in days] + [f"{day:%Y}" for day in days]
    return np.array([*texts, ""], dtype=object), len(days)


FIRST_TEXT_DAY = (date(_FIRST_YEAR, 1, 1) - _EPOCH).days
"""Day, since 1970, of position 0 in :func:`date_texts`."""
