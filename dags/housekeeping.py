"""Removes every week what nobody needs any more, from the data folder and from Airflow's own database.

Builds and sites but the last, what killed runs left, and raw files and refused clinic batches where a setting says so:
the same as `ketavigil housekeeping --apply`. Never the published file, nor what it needs. Of Airflow's database: runs
and logs older than `keep_days`, by `airflow db clean`.

With the param `dry_run` the logs show what would go, and nothing does.
"""

from datetime import UTC, datetime

from airflow.sdk import Param, dag, task

from dags import craft
from dags.craft.metadata import clean_metadata as clean
from pipeline import maintenance_entry as entry

START = datetime(2026, 1, 1, tzinfo=UTC)
FORM = {
    "dry_run": Param(False, type="boolean", description="Show what would go, and remove nothing."),
    "keep_days": Param(90, type="integer", minimum=7, description="Days for which Airflow's runs and logs are kept."),
}
CRAFT = {"max_active_runs": 1, "default_args": craft.DEFAULTS, "deadline": craft.deadline()}


@dag(schedule="@weekly", start_date=START, doc_md=__doc__, tags=["ketavigil", "operations"], params=FORM, **CRAFT)
def housekeeping():
    """Sweep the data folder, clean the database."""

    @task
    def clean_metadata(params):
        clean(params["keep_days"], dry_run=params["dry_run"])

    task(**craft.BUILD)(entry.sweep_data)()
    clean_metadata()


housekeeping()
