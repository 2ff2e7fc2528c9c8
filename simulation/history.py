"""How many reports each quarter of the real history has, so that a simulated one has its size and shape."""

from __future__ import annotations

import math

from vocabulary.errors import SettingsError
from vocabulary.quarter import FIRST_QUARTER, Quarter, parse_quarters

HISTORY_REPORTS = 25_000_000
LAST_HISTORY_QUARTER = Quarter(2026, 2)

# DEMO rows that FDA or others counted (reference/fda_row_count.csv), and round figures between them.
_ANCHORS: dict[str, int] = {
    "2004q1": 65_902,
    "2007q1": 88_000,
    "2010q1": 135_784,
    "2012q3": 190_000,
    "2012q4": 260_000,
    "2014q3": 230_000,
    "2017q4": 327_848,
    "2019q1": 413_734,
    "2022q4": 483_643,
    "2025q3": 438_512,
    "2025q4": 385_288,
    "2026q1": 397_224,
    "2026q2": 422_459,
}


def _ordinal(quarter: Quarter) -> int:
    return quarter.year * 4 + quarter.number - 1


def history_sizes(factor: float = 1.0) -> dict[Quarter, int]:
    """Reports per quarter of 2004q1 to 2026q2, straight lines between the known counts, 25 million times ``factor``.

    Raises:
        SettingsError: the factor is not above zero, or leaves a quarter with fewer than 200 reports.
    """
    if not factor > 0:
        raise SettingsError(f"The history's factor is {factor}. Give a number above zero, for example 0.0625.")
    known = [(_ordinal(Quarter.parse(text)), count) for text, count in _ANCHORS.items()]
    raw: dict[Quarter, float] = {}
    for quarter in parse_quarters(f"{FIRST_QUARTER}..{LAST_HISTORY_QUARTER}"):
        at = _ordinal(quarter)
        place = max(index for index, (start, _) in enumerate(known) if start <= at)
        start, low = known[place]
        end, high = known[min(place + 1, len(known) - 1)]
        raw[quarter] = low if end == start else low + (high - low) * (at - start) / (end - start)
    scale = HISTORY_REPORTS * factor / math.fsum(raw.values())
    sizes = {quarter: round(count * scale) for quarter, count in raw.items()}
    if min(sizes.values()) < 200:
        raise SettingsError(f"The factor {factor} leaves quarters of fewer than 200 reports. Give a larger one.")
    return sizes
