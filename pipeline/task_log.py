"""The Reporter for a task of Airflow: lines in its log."""

from __future__ import annotations

import logging

log = logging.getLogger("ketavigil")


class TaskLog:
    """Says each line once. A log has no bar, so progress within a step is left out."""

    def step(self, what: str) -> None:
        """A step starts."""
        log.info(what)

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Something that a person should know."""
        log.info(text)

    def warn(self, text: str) -> None:
        """Something that a person should look at."""
        log.warning(text)
