"""What all DAGs have in common: the owner, what is tried again, how long a thing may take, how many at a time.

No DAG file imports another; this is no DAG file (`.airflowignore`), and is imported as part of the installed project.
"""

import os
from datetime import timedelta

from airflow.sdk import (
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    SyncCallback,
)

from pipeline import airflow_entry as entry
from pipeline.notify_entry import tell_failure
from vocabulary.errors import (
    BuildError,
    BusyError,
    CertificateError,
    ClinicBatchError,
    HostileArchiveError,
    LayoutError,
    ReferenceDataError,
    SettingsError,
    StoreError,
)

SAME_AGAIN = [
    *(BuildError, CertificateError, ClinicBatchError, HostileArchiveError, LayoutError, ReferenceDataError),
    SettingsError,
]
"""Errors that say the same next time: the data or the settings must change first."""


def _pool(name: str) -> str:
    """Pools are named where they were made: a task of one that is not there waits for ever."""
    return os.environ.get(f"KETAVIGIL_{name}_POOL") or "default_pool"


# Waits 5 to 10, 10 to 20, 20 to 40 minutes (`default_task_retry_delay`, doubled, with Airflow's jitter).
_LATER = {"retry_exponential_backoff": 2.0, "max_retry_delay": timedelta(hours=1)}

DEFAULTS = {
    **_LATER,
    "owner": "ketavigil",
    "retries": 2,
    "retry_policy": ExceptionRetryPolicy([RetryRule([BusyError, StoreError])], default=RetryAction.FAIL),
    "execution_timeout": timedelta(minutes=15),
    "on_failure_callback": tell_failure,
}
"""Tried again where another held the lock, and where the process was killed, which leaves no error behind."""

NETWORK = {
    "retries": 3,
    "retry_policy": ExceptionRetryPolicy([RetryRule(SAME_AGAIN, RetryAction.FAIL, reason="It would fail again.")]),
    "pool": _pool("NETWORK"),
    "execution_timeout": timedelta(hours=3),
}
"""What asks a server: bad days pass."""

WORK = {"pool": _pool("WORK"), "execution_timeout": timedelta(hours=3)}
"""What stages and validates."""

BUILD = {**entry.BUILD, "execution_timeout": timedelta(hours=8)}
"""What needs the published file: one at a time, on the workers of one queue."""


def deadline() -> DeadlineAlert | None:
    """Tells when a run is not through in time, whatever the reason, and lets it go on; only where hours are set.

    Not always, because ``dag.test()`` of Airflow 3.3 cannot end a run of a DAG that has a deadline.
    """
    hours = float(os.environ.get("KETAVIGIL_DEADLINE_HOURS") or 0)
    if not hours:
        return None
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=hours),
        callback=SyncCallback("pipeline.late_entry.tell_late", kwargs={"hours": hours}),
        name="ketavigil_late",
    )
