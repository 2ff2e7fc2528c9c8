"""Where the lines of a block stand and how many separators each holds, without a Python loop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.staging.layout import SEPARATOR

_STEP = 1 << 17
"""Bytes compared at a time, so that the comparisons stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over the bytes of a block tells.

    Attributes:
        separators: how many there are.
        lines: how many line ends there are.
        padded: white space may stand at the edge of a field: an ASCII control or blank does, or a byte past ASCII,
            which could be part of one. False is certain.
    """

    separators: int
    lines: int
    padded: bool


def survey(block: bytes) -> Survey:
    """Count separators and line ends and look for padding; a line end may be CRLF or LF."""
    separators = lines = 0
    padded = False
    # Pieces overlap, so that no pair of neighbours is missed; signed, so that one comparison finds control characters,
    # blanks and bytes past ASCII alike.
    codes = np.frombuffer(b"\n" + block + b"x", np.int8)
    for at in range(0, len(block), _STEP):
        piece = codes[at : at + _STEP + 2]
        edge, end = piece == ord(SEPARATOR), piece == ord("\n")
        separators += int(np.count_nonzero(edge[1 : _STEP + 1]))
        lines += int(np.count_nonzero(end[1 : _STEP + 1]))
        if padded:
            continue
        edge |= end
        blank = (piece <= ord(" ")) ^ end
        returned = (piece[:-1] == ord("\r")) & end[1:]
        edge[:-1] |= returned
        blank[:-1] ^= returned
        # The last byte of a piece is left out: it may be a carriage return whose line feed is in the next one.
        padded = bool((blank[:-2] & edge[1:-1]).any() or (edge[:-2] & blank[1:-1]).any())
    return Survey(separators, lines, padded)


def is_utf8(line: bytes) -> bool:
    """Whether the bytes of a line are UTF-8."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


Mask = npt.NDArray[np.bool_]
"""One truth value per line."""


class Lines:
    """The lines of a block that ends at a line end.

    Attributes:
        separators: per line, how many separators it holds.
    """

    def __init__(self, block: bytes) -> None:
        self._block = block
        self._codes = np.frombuffer(block, np.uint8)
        self._ends = np.flatnonzero(self._codes == ord("\n"))
        self._starts = np.concatenate([[0], self._ends[:-1] + 1])[: len(self._ends)]
        is_separator = (self._codes == ord(SEPARATOR)).view(np.uint8)
        self.separators: npt.NDArray[np.int32] = np.add.reduceat(is_separator, self._starts, dtype=np.int32)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, line: int) -> bytes:
        return self._block[int(self._starts[line]) : int(self._ends[line])].removesuffix(b"\r")

    def closed(self) -> Mask:
        """Which lines end in a separator."""
        last = self._ends - 1
        last -= self._codes[last] == ord("\r")
        # A block that begins with a blank line has nothing before its first line end; the index wraps to a line end.
        return np.asarray(self._codes[last] == ord(SEPARATOR))

    def not_utf8(self) -> Mask:
        """Which lines hold bytes that are not UTF-8."""
        mask = np.zeros(len(self), np.bool_)
        if not self._block.isascii():
            foreign = np.unique(np.searchsorted(self._ends, np.flatnonzero(self._codes >= 0x80)))
            mask[[line for line in foreign.tolist() if not is_utf8(self[line])]] = True
        return mask

    def without(self, left_out: Mask) -> bytes:
        """The block without some of its lines."""
        view, pieces, start = memoryview(self._block), [], 0
        for line in np.flatnonzero(left_out).tolist():
            pieces.append(view[start : int(self._starts[line])])
            start = int(self._ends[line]) + 1
        return b"".join([*pieces, view[start:]])
