"""Where the lines of a block stand and how many separators each holds, without a Python loop."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from transforms.staging.layout import SEPARATOR

_STEP = 1 << 20
"""Bytes compared at a time, so that the comparison stays in the processor's cache."""


def count_byte(block: bytes, character: str) -> int:
    """How often an ASCII character occurs."""
    codes, code = np.frombuffer(block, np.uint8), ord(character)
    return sum(int(np.count_nonzero(codes[at : at + _STEP] == code)) for at in range(0, len(codes), _STEP))


def is_utf8(line: bytes) -> bool:
    """Whether the bytes of a line are UTF-8."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


class Lines:
    """The lines of a block that ends at a line end.

    Attributes:
        separators: per line, how many separators it holds.
    """

    def __init__(self, block: bytes) -> None:
        self._block = block
        codes = np.frombuffer(block, np.uint8)
        self._ends = np.flatnonzero(codes == ord("\n"))
        before = np.searchsorted(np.flatnonzero(codes == ord(SEPARATOR)), self._ends)
        self.separators: npt.NDArray[np.int64] = np.diff(before, prepend=0)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, line: int) -> bytes:
        start = int(self._ends[line - 1]) + 1 if line else 0
        return self._block[start : int(self._ends[line])].removesuffix(b"\r")

    def not_utf8(self) -> Iterator[int]:
        """Lines that hold bytes which are not UTF-8."""
        foreign = np.flatnonzero(np.frombuffer(self._block, np.uint8) >= 0x80)
        for line in np.unique(np.searchsorted(self._ends, foreign)).tolist():
            if not is_utf8(self[line]):
                yield line
