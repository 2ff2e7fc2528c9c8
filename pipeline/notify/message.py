"""What is told, whichever way it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MOST_LINES = 200
"""More lines are counted, not told."""

Kind = Literal["refused_batch", "failed_quarter", "failed_task", "signal_change", "test"]


@dataclass(frozen=True, slots=True)
class Message:
    """One notification.

    Attributes:
        kind: what it is about, for whoever sorts notifications.
        subject: one line.
        lines: one fact each; a line may hold line breaks of its own, which are kept in e-mails.
        link: address or path of a page that tells more; None where there is none.
    """

    kind: Kind
    subject: str
    lines: tuple[str, ...]
    link: str | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """The lines, cut to a number that people read."""
        more = len(self.lines) - MOST_LINES
        return self.lines if more <= 0 else (*self.lines[:MOST_LINES], f"... and {more:,} more.")

    @property
    def text(self) -> str:
        """The whole, as plain text."""
        parts = [self.subject, "", *self.told]
        if self.link is not None:
            parts += ["", self.link]
        return "\n".join(parts) + "\n"
