"""Builds the warehouse when quarters were certified, checks it and lets it be the published file.

The build takes every quarter with a current certificate into a new DuckDB file. Only a file that passes its checks
is published, from one instant to the next; until then, and if anything fails, readers have the last one. An event on
`ketavigil_warehouse` names what is published now. Run by hand after a change of code or reference data.
"""

from airflow.sdk import Asset, Param, dag, task

from pipeline import airflow_entry as entry

QUARTERS = Asset("ketavigil_quarters")  # the same words as in faers_quarterly; DAG files never import each other
WAREHOUSE = Asset("ketavigil_warehouse")
FORM = {
    "allow_incomplete": Param(False, type="boolean", description="Build from incomplete quarters too."),
    "rebuild": Param(False, type="boolean", description="Build again even if nothing is new."),
}
CRAFT = {"max_active_runs": 1, "default_args": {"owner": "ketavigil", "retries": 0}}


@dag(schedule=[QUARTERS], doc_md=__doc__, tags=["ketavigil", "warehouse"], params=FORM, **CRAFT)
def warehouse_publish():
    """Build, check, publish."""

    @task
    def build_warehouse(params, triggering_asset_events):
        events = [event for events in triggering_asset_events.values() for event in events]
        asked = any((event.extra or {}).get("allow_incomplete") for event in events)
        return entry.build_warehouse({**params, "allow_incomplete": asked or params["allow_incomplete"]})

    @task(outlets=[WAREHOUSE])
    def check_and_publish(build, params, outlet_events):
        outlet_events[WAREHOUSE].extra = {"build_id": entry.check_and_publish(build, params)}

    check_and_publish(build_warehouse())


warehouse_publish()
