"""What planted reports say in DEMO instead of what they would have said anyway."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.stream import Bools, Ints

AS_DRAWN = -2
"""In :class:`Told`: the report says what it would have said anyway. -1 is blank."""


@dataclass(frozen=True)
class Told:
    """What planted reports say in DEMO, one number per report of the quarter; ``AS_DRAWN`` where nothing is planted."""

    event_day: Ints
    event_precision: Ints
    weight: Ints
    sender: Ints
    number: Ints
    authority: Ints
    literature: Ints
    occupation: Ints
    is_planted: Bools


_NUMBERS = ("event_day", "event_precision", "weight", "sender", "number", "authority", "literature", "occupation")


def nothing_told(size: int) -> Told:
    """No report is planted."""
    numbers = {name: np.full(size, AS_DRAWN, dtype=np.int64) for name in _NUMBERS}
    return Told(**numbers, is_planted=np.zeros(size, dtype=bool))
