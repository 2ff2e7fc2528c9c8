"""What the run log says of the steps before a build, as rows of meta.run_step, and of the tables within it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from pipeline.home import Home
from pipeline.run_log import last_steps, read_run_log
from vocabulary.quarter import Quarter
from vocabulary.tables.meta import RUN_STEP

LEAST_SECONDS = 0.05
"""Tables of a build that took less are not named in the log."""


def run_step_rows(home: Home, quarters: Sequence[Quarter]) -> pl.DataFrame:
    """Grain: quarter and step, as they were last done; empty where the log was taken away."""
    done = last_steps(step for step in read_run_log(home) if step.outcome == "done")
    rows = [
        {
            "quarter": str(quarter),
            "step": name,
            "started_at": step.started_at.replace(tzinfo=None),
            "seconds": step.seconds,
            "row_count": step.facts.get("row_count"),
        }
        for quarter in quarters
        for name in ("land", "stage", "validate")
        if (step := done.get((name, str(quarter)))) is not None
    ]
    return pl.DataFrame(rows, schema=RUN_STEP.polars_schema)


def timed(facts: dict[str, Any], progress: Callable[[str, int, int], None]) -> Callable[[str, int, int], None]:
    """A build's progress that also notes, in ``facts["tables"]``, the seconds until the next table was begun.

    The last table's seconds are known when the build ends, and are left out: it is a small one of meta.
    """
    tables: dict[str, float] = facts.setdefault("tables", {})
    begun: list[tuple[str, float]] = []

    def note(table: str, number: int, count: int) -> None:
        now = time.perf_counter()
        if begun:
            name, start = begun.pop()
            if (seconds := now - start) >= LEAST_SECONDS:
                tables[name] = round(seconds, 3)
        begun.append((table, now))
        progress(table, number, count)

    return note
