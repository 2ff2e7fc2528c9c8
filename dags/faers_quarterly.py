"""Looks every day for FAERS quarters that are new or changed at the source, and takes each one in.

A quarter is **landed** (hashed, written once), **staged** (typed Parquet, every line accounted for) and **validated**
(Great Expectations, a certificate). One that fails stops no other, and whoever is to be told is told of it; then the
run ends as failed. Certificates that the published file does not hold become one event on `ketavigil_quarters`, which
`warehouse_publish` follows. Run it as often as you like: what is done is not done again.
Data folder: KETAVIGIL_HOME. Source: KETAVIGIL_SOURCE, a folder, an address, or `faers` (the default) for the FDA.
A quarter that the source should have had for long makes `check_due` fail. Past quarters: `faers_backfill`.
"""

from datetime import UTC, datetime

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Asset, Param, dag, task, task_group
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from dags import craft
from pipeline import airflow_entry as entry
from pipeline import late_entry as late

START = datetime(2026, 1, 1, tzinfo=UTC)
QUARTERS = Asset("ketavigil_quarters")
PERIOD = r"^\d{4}[qQ][1-4]((\.\.|, *)\d{4}[qQ][1-4])*$"
FORM = {
    "source": Param(None, type=["null", "string"], description="Folder, address or `faers`. Empty: KETAVIGIL_SOURCE."),
    "quarters": Param(None, type=["null", "string"], pattern=PERIOD, description="`2022q3..2022q4`, or a list."),
    "allow_incomplete": Param(False, type="boolean", description="Take in quarters whose files are incomplete."),
}
CRAFT = {"max_active_runs": 1, "max_active_tasks": 4, "default_args": craft.DEFAULTS, "deadline": craft.deadline()}


@dag(schedule="@daily", start_date=START, doc_md=__doc__, tags=["ketavigil", "faers"], params=FORM, **CRAFT)
def faers_quarterly():
    """Find, take in each, announce; all are staged before the first is judged against the quarter before it."""
    await_staging = EmptyOperator(task_id="await_staging", trigger_rule="all_done")

    @task_group(default_args={"map_index_template": "{{ task.op_kwargs.quarter }}"})
    def take_in_quarter(quarter):
        landed = task(**craft.NETWORK)(entry.land_quarter)(quarter=quarter)
        staged = task(**craft.WORK)(entry.stage_quarter)(quarter=landed)
        staged >> await_staging >> task(**craft.WORK)(entry.validate_quarter)(quarter=staged)

    @task(outlets=[QUARTERS], trigger_rule="all_done", **craft.BUILD)
    def announce_quarters(params, outlet_events):
        if not (certified := entry.certified_anew(params)):
            raise AirflowSkipException("The published file holds every certified quarter.")
        outlet_events[QUARTERS].extra = {"quarters": certified, "allow_incomplete": params["allow_incomplete"]}

    @task(trigger_rule="one_failed", on_failure_callback=None)
    def report_failures():
        raise AirflowException("Something failed: its own task says what. All else was taken in and announced.")

    (found := task(**craft.NETWORK)(entry.find_quarters)()) >> task(late.check_due)()
    take_in_quarter.expand(quarter=found) >> [announce_quarters(), report_failures()]


faers_quarterly()
