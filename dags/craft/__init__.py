"""What all DAGs have in common: the owner, what is tried again, how long a thing may take, how many at a time.

No DAG file imports another; this is no DAG file (`.airflowignore`), and is imported as part of the installed project.
"""

import os
from datetime import timedelta

from dags.craft.late import deadline
from dags.craft.retries import IF_BUSY, LATER, UNLESS_SAME_AGAIN
from pipeline import airflow_entry as entry
from pipeline.notify_entry import tell_failure

__all__ = ["BUILD", "DEFAULTS", "NETWORK", "WORK", "deadline"]


def _pool(name: str) -> str:
    """Pools are named where they were made: a task of one that is not there waits for ever."""
    return os.environ.get(f"KETAVIGIL_{name}_POOL") or "default_pool"


DEFAULTS = {
    **LATER,
    "owner": "ketavigil",
    "retries": 2,
    "retry_policy": IF_BUSY,
    "execution_timeout": timedelta(minutes=15),
    "on_failure_callback": tell_failure,
}
"""What every task has, unless it says otherwise."""

NETWORK = {
    "retries": 3,
    "retry_policy": UNLESS_SAME_AGAIN,
    "pool": _pool("NETWORK"),
    "execution_timeout": timedelta(hours=3),
}
"""What asks a server."""

WORK = {"pool": _pool("WORK"), "execution_timeout": timedelta(hours=3)}
"""What stages and validates."""

BUILD = {**entry.BUILD, "execution_timeout": timedelta(hours=8)}
"""What needs the published file: one at a time, on the workers of one queue."""
