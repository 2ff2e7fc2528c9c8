"""The run log: a JSON line per step that was done, beside the warehouse, in ``log/run_step.jsonl`` of the data folder.

How long a step took is no property of the data: the same inputs must give the same tables. So durations are written
here, outside of what a build is compared by; ``meta.run_step`` shows those that a build came from. A line never holds
a value of a clinic, nor the text of an error: what went wrong stands by its type, and in the log of who ran the step.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.home import Home
from pipeline.json_log import log_event
from vocabulary.errors import KetavigilError

NAME = "run_step.jsonl"


@dataclass(frozen=True, slots=True)
class RunStep:
    """One line of the log.

    Attributes:
        step: land, stage, validate, take_in, build, publish, look.
        subject: quarter, clinic batch or build; blank where it is not known.
        started_at: UTC.
        seconds: how long it took.
        outcome: ``done``, or ``failed``.
        facts: counts and what else the step tells: rows, error type, build id.
    """

    step: str
    subject: str
    started_at: datetime
    seconds: float
    outcome: str
    facts: dict[str, Any]


def run_log(home: Home) -> Path:
    """Where the log of a data folder lies."""
    return home.root / "log" / NAME


@contextmanager
def recorded(home: Home, step: str, subject: str = "") -> Iterator[dict[str, Any]]:
    """Write a line when the block is left, however it is left; what the block puts into the dict stands in it.

    ``subject`` in the dict takes the subject's place; ``is_nothing_new`` leaves the line away: nothing was done.
    """
    facts: dict[str, Any] = {}
    started_at, start = datetime.now(UTC), time.perf_counter()
    outcome = "done"
    try:
        yield facts
    except BaseException as error:
        outcome = "failed"
        facts["error"] = type(error).__name__ if isinstance(error, KetavigilError) else "Exception"
        raise
    finally:
        if not facts.pop("is_nothing_new", False):
            line = {
                "at": started_at.isoformat(timespec="milliseconds"),
                "step": step,
                "subject": facts.pop("subject", subject),
                "outcome": outcome,
                "seconds": round(time.perf_counter() - start, 3),
                **facts,
            }
            _append(run_log(home), line)
            log_event(line)


def read_run_log(home: Home) -> list[RunStep]:
    """All lines in the order in which steps ended; a line that was cut off, as by a full disk, is left out."""
    try:
        lines = run_log(home).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [step for line in lines if (step := _parse(line)) is not None]


def last_steps(steps: Iterable[RunStep]) -> dict[tuple[str, str], RunStep]:
    """The last line of each step and subject."""
    return {(step.step, step.subject): step for step in steps}


def _parse(line: str) -> RunStep | None:
    try:
        facts = json.loads(line)
        return RunStep(
            facts.pop("step"),
            facts.pop("subject"),
            datetime.fromisoformat(facts.pop("at")),
            float(facts.pop("seconds")),
            facts.pop("outcome"),
            facts,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _append(path: Path, line: dict[str, Any]) -> None:
    """One write of one line: lines of steps that run side by side do not mix. A log that fails stops no step."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, (json.dumps(line, ensure_ascii=True) + "\n").encode())
        finally:
            os.close(descriptor)
    except OSError:
        return
