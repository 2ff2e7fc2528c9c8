"""What steps say as JSON lines, for machines that collect logs: ``KETAVIGIL_LOG_FORMAT=json``.

One object per line on standard error: ``at``, ``level``, ``event``, and what the event is about (step, subject, build
id, counts, seconds). In a task of Airflow the same events are lines of the task's log, which Airflow writes as JSON.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

log = logging.getLogger("ketavigil")


def is_json() -> bool:
    """Whether JSON lines were asked for. Asked of the environment alone: a log must work before settings are read."""
    return os.environ.get("KETAVIGIL_LOG_FORMAT", "").lower() == "json"


def say_json(event: str, level: str = "info", **facts: Any) -> None:
    """Write one line to standard error."""
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "event": event, **facts}
    sys.stderr.write(json.dumps(line, ensure_ascii=True, default=str) + "\n")
    sys.stderr.flush()


def log_event(line: dict[str, Any]) -> None:
    """Tell that a step ended, to whoever listens: JSON lines, or the log of a task."""
    level = "info" if line["outcome"] == "done" else "error"
    if is_json():
        say_json("step_ended", level, **{name: value for name, value in line.items() if name != "at"})
    elif log.hasHandlers():
        words = " ".join(f"{name}={value}" for name, value in line.items() if name not in {"at", "tables"})
        log.info("step_ended %s", words)
