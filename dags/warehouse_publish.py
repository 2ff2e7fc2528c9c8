"""Builds the warehouse when quarters or clinic batches were certified, checks it and lets it be the published file.

The build takes every quarter and every clinic batch with a current certificate into a new DuckDB file. Only a file
that passes its checks is published, from one instant to the next; until then, and if anything fails, readers have the
last one. An event on `ketavigil_warehouse` names what is published now, and people are told which signals are new or
vanished. Run by hand after a change of code or reference data. With KETAVIGIL_APPROVAL_WARNINGS or
KETAVIGIL_APPROVAL_SIGNAL_CHANGES, a build past that level waits for a person.
"""

from airflow.sdk import Asset, Param, dag, task

from dags import craft
from dags.craft.approval import ApprovalOfEvidence
from pipeline import airflow_entry as entry
from pipeline import approval_entry as approval
from pipeline.event_facts import published_facts
from pipeline.notify_entry import tell_changes

QUARTERS = Asset("ketavigil_quarters")  # the same words as in the DAG that makes it; DAG files never import each other
CLINIC = Asset("ketavigil_clinic")
WAREHOUSE = Asset("ketavigil_warehouse")
FORM = {
    "allow_incomplete": Param(False, type="boolean", description="Build from incomplete quarters too."),
    "rebuild": Param(False, type="boolean", description="Build again even if nothing is new."),
}
CRAFT = {"max_active_runs": 1, "default_args": craft.DEFAULTS, "deadline": craft.deadline()}


@dag(schedule=QUARTERS | CLINIC, doc_md=__doc__, tags=["ketavigil", "warehouse"], params=FORM, **CRAFT)
def warehouse_publish():
    """Build, weigh, check, publish, tell."""

    @task(**craft.BUILD)
    def build_warehouse(params, triggering_asset_events):
        events = [event for events in triggering_asset_events.values() for event in events]
        asked = any((event.extra or {}).get("allow_incomplete") for event in events)
        return entry.build_warehouse({**params, "allow_incomplete": asked or params["allow_incomplete"]})

    @task(outlets=[WAREHOUSE], trigger_rule="none_failed", **craft.BUILD)
    def check_and_publish(build, params, outlet_events):
        entry.check_and_publish(build, params)
        outlet_events[WAREHOUSE].extra = published_facts(params)

    build = build_warehouse()
    evidence = task(**craft.BUILD)(approval.weigh_build)(build)
    asked = ApprovalOfEvidence(task_id="approve_build", subject="Publish this build?", body=evidence)
    asked >> check_and_publish(build) >> task(**craft.BUILD)(tell_changes)()


warehouse_publish()
