"""What the run log says of the steps before a build, as rows of meta.run_step, and of the tables within it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def seconds_of(plan: Iterable[tuple[str, str, str, float]]) -> dict[str, float]:
    """Table to the seconds that it took, of a build's plan; what takes next to none is left out.

    Several are made at a time, so they add up to more than the build took.
    """
    return {table: round(seconds, 3) for table, _, _, seconds in plan if seconds >= LEAST_SECONDS}
