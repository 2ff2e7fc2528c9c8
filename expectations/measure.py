"""One measured number, with the words that explain it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One number about one table.

    Attributes:
        table: Table it is about.
        name: Name that rules refer to.
        value: The number; None where it has no meaning here, so that its rules do not apply.
        detail: What a reader wants to know when the rule is broken, as the end of a sentence.
    """

    table: str
    name: str
    value: float | None
    detail: str = ""

    @property
    def identity(self) -> str:
        """``table.name``."""
        return f"{self.table}.{self.name}"


def share_measure(table: str, name: str, part: int, whole: int, noun: str) -> Measure:
    """``part`` of ``whole`` as a share; no meaning where the whole is nothing.

    Args:
        table: Table it is about.
        name: Name that rules refer to.
        part: How many.
        whole: Of how many.
        noun: What they are: ``rows``.
    """
    value = part / whole if whole else None
    return Measure(table, name, value, f"{part:,} of {whole:,} {noun}")
