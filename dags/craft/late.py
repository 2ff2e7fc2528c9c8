"""A run that is not through in time is told of."""

import os
from datetime import timedelta

from airflow.sdk import DeadlineAlert, DeadlineReference, SyncCallback


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
