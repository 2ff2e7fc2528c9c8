"""How steps tell a person what they do. A step gets a Reporter and knows nothing of terminals or Airflow."""

from __future__ import annotations

from typing import Protocol


class Reporter(Protocol):
    """What a step says while it works."""

    def step(self, what: str) -> None:
        """A step starts, such as ``2022q4: stage``."""

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        """The step in hand got on."""

    def note(self, text: str) -> None:
        """Something that a person should know, one line."""

    def warn(self, text: str) -> None:
        """Something that a person should look at, one line."""


class Silent:
    """Says nothing."""

    def step(self, what: str) -> None:
        """Nothing."""

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def warn(self, text: str) -> None:
        """Nothing."""
