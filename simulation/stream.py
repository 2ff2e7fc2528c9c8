"""Random numbers that are the same on every machine and NumPy version: raw PCG64 words and our own arithmetic on them.

NumPy promises the words of a bit generator for good, but not what its distributions make of them.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_WORD = 2.0**32


@dataclass(frozen=True)
class Choice:
    """A weighted choice among ``len(probability)`` items as a guide table: one look-up a draw.

    ``probability`` is what the table really gives (multiples of its slot), so truth computed from it is exact.
    """

    guide: NDArray[np.uint16]
    probability: NDArray[np.float64]

    @property
    def shift(self) -> np.uint32:
        """Bits by which a 32-bit word is moved to become a slot."""
        return np.uint32(32 - (len(self.guide).bit_length() - 1))


def weighted(weights: Sequence[float] | NDArray[np.float64], bits: int = 16) -> Choice:
    """Guide table with ``2**bits`` slots: largest remainders, and at least one slot where the weight is positive."""
    share = np.asarray(weights, dtype=np.float64)
    slots = 1 << bits
    exact = share / math.fsum(share) * slots
    count = np.maximum(np.floor(exact).astype(np.int64), (share > 0).astype(np.int64))
    order = np.argsort(-(exact - np.floor(exact)), kind="stable")
    missing = slots - int(count.sum())
    if missing > 0:
        count[order[np.arange(missing) % len(order)]] += 1
    while missing < 0:
        # Rare items rounded up to one slot are paid for by the most frequent ones.
        most = int(count.argmax())
        take = min(-missing, max(1, int(count[most]) // 16))
        count[most] -= take
        missing += take
    guide = np.repeat(np.arange(len(share), dtype=np.uint16), count)
    return Choice(guide, count / slots)


class Stream:
    """One reproducible stream of draws, named by seed, quarter and purpose."""

    def __init__(self, seed: int, *name: str) -> None:
        words = [zlib.crc32(part.encode()) for part in name]
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, *words]))

    def words(self, size: int) -> NDArray[np.uint32]:
        """``size`` uniform 32-bit words."""
        raw = np.asarray(self._bits.random_raw((size + 1) // 2), dtype="<u8")
        return np.asarray(raw.view("<u4")[:size], dtype=np.uint32)

    def chance(self, size: int, probability: float | NDArray[np.float64]) -> Bools:
        """``size`` independent yes or no."""
        return np.asarray(self.words(size) < np.asarray(probability) * _WORD)

    def below(self, size: int, bound: int | Ints) -> Ints:
        """``size`` whole numbers from 0 to ``bound - 1``; a bound of 0 gives 0."""
        scaled: NDArray[np.uint64] = self.words(size).astype(np.uint64) * np.asarray(bound).astype(np.uint64)
        return np.asarray(scaled >> np.uint64(32), dtype=np.int64)

    def pick(self, size: int, choice: Choice) -> Ints:
        """``size`` items of a weighted choice."""
        return np.asarray(choice.guide[self.words(size) >> choice.shift], dtype=np.int64)

    def sample(self, size: int, population: int) -> Ints:
        """``size`` distinct numbers below ``population``, ascending; all of them where there are not enough."""
        if size >= population:
            return np.arange(population, dtype=np.int64)
        order = np.argsort(self.words(population), kind="stable")
        return np.sort(order[:size].astype(np.int64))


class Dice:
    """Single draws from a stream, cheap enough for loops."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._words: list[int] = []

    def below(self, bound: int) -> int:
        """A whole number from 0 to ``bound - 1``."""
        if not self._words:
            self._words = self._stream.words(4096).tolist()
        return self._words.pop() * bound >> 32

    def chance(self, percent: int) -> bool:
        """Yes in so many of a hundred."""
        return self.below(100) < percent
