"""Calendar quarters, the unit in which FAERS is published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from vocabulary.errors import SettingsError

_QUARTER = re.compile(r"^(?P<year>\d{4})\s*[qQ](?P<number>[1-4])$")


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """One calendar quarter; its text form ``2022q4`` sorts as time does."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2022q4`` or ``2022Q4``.

        Raises:
            SettingsError: the text is not a quarter.
        """
        match = _QUARTER.match(text.strip())
        if match is None:
            raise SettingsError(f"{text!r} is not a quarter. Write the year, q and 1 to 4, for example 2022q4.")
        return cls(int(match["year"]), int(match["number"]))

    def __str__(self) -> str:
        return f"{self.year}q{self.number}"

    @property
    def short(self) -> str:
        """Two-digit form that FDA file names carry: ``22Q4``."""
        return f"{self.year % 100:02d}Q{self.number}"

    def following(self) -> Self:
        """The next quarter."""
        return type(self)(self.year + (self.number == 4), self.number % 4 + 1)

    def preceding(self) -> Self:
        """The quarter before."""
        return type(self)(self.year - (self.number == 1), (self.number + 2) % 4 + 1)


FIRST_QUARTER = Quarter(2004, 1)
"""First quarter of the public extract."""

FIRST_FAERS_QUARTER = Quarter(2012, 4)
"""First quarter keyed by primaryid instead of ISR."""


def parse_quarters(text: str) -> list[Quarter]:
    """Read a list (``2012q4,2020q3``), a range (``2022q3..2022q4``) or a mix of both.

    Returns:
        Distinct quarters in time order.

    Raises:
        SettingsError: a part is not a quarter, or a range runs backwards.
    """
    quarters: set[Quarter] = set()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        first, dots, last = part.partition("..")
        start = Quarter.parse(first)
        stop = Quarter.parse(last) if dots else start
        if stop < start:
            raise SettingsError(f"The range {part!r} runs backwards. Write the earlier quarter first.")
        while start <= stop:
            quarters.add(start)
            start = start.following()
    if not quarters:
        raise SettingsError("No quarter was named. Write for example 2022q4 or 2022q1..2022q4.")
    return sorted(quarters)
