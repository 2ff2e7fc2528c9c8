"""Builds the warehouse when quarters or clinic batches were certified, checks it and lets it be the published file.

The build takes every quarter and every clinic batch with a current certificate into a new DuckDB file. Only a file
that passes its checks is published, from one instant to the next; until then, and if anything fails, readers have the
last one. An event on `ketavigil_warehouse` names what is published now, and people are told which signals are new or
vanished. Run by hand after a change of code or reference data.
"""

from airflow.sdk import Asset, ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

from pipeline import airflow_entry as entry
from pipeline.notify_entry import tell_changes, tell_failure
from vocabulary.errors import BusyError, StoreError

QUARTERS = Asset("ketavigil_quarters")  # the same words as in the DAG that makes it; DAG files never import each other
CLINIC = Asset("ketavigil_clinic")
WAREHOUSE = Asset("ketavigil_warehouse")
FORM = {
    "allow_incomplete": Param(False, type="boolean", description="Build from incomplete quarters too."),
    "rebuild": Param(False, type="boolean", description="Build again even if nothing is new."),
}
LATER = ExceptionRetryPolicy([RetryRule([BusyError, StoreError])], default=RetryAction.FAIL)
DEFAULTS = {"owner": "ketavigil", "retries": 2, "retry_policy": LATER, "on_failure_callback": tell_failure}
CRAFT = {"max_active_runs": 1, "default_args": DEFAULTS}


@dag(schedule=QUARTERS | CLINIC, doc_md=__doc__, tags=["ketavigil", "warehouse"], params=FORM, **CRAFT)
def warehouse_publish():
    """Build, check, publish, tell."""

    @task(**entry.BUILD)
    def build_warehouse(params, triggering_asset_events):
        events = [event for events in triggering_asset_events.values() for event in events]
        asked = any((event.extra or {}).get("allow_incomplete") for event in events)
        return entry.build_warehouse({**params, "allow_incomplete": asked or params["allow_incomplete"]})

    @task(outlets=[WAREHOUSE], **entry.BUILD)
    def check_and_publish(build, params, outlet_events):
        outlet_events[WAREHOUSE].extra = {"build_id": entry.check_and_publish(build, params)}

    check_and_publish(build_warehouse()) >> task(**entry.BUILD)(tell_changes)()


warehouse_publish()
