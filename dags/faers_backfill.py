"""Takes past FAERS quarters in, a run for each: for `airflow backfill`, and for Airflow's page of backfills.

The logical date of a run lies in the quarter that it is for: 2012-10-01 is 2012q4. From the first of October 2012 to
the first of July 2013 are the runs of 2012q4 to 2013q3. Give it one run at a time, so that drift is judged against
the quarter before. What is taken in is announced by the next run of `faers_quarterly`, all quarters together, so that
many quarters make one build and not many.

Unpaused, it runs once by itself when a quarter is over, and passes if the source has nothing yet.
"""

from datetime import UTC, datetime

from airflow.sdk import CronDataIntervalTimetable, Param, dag, task
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from dags import craft
from pipeline import airflow_entry as entry
from pipeline import backfill_entry as backfill

QUARTERLY = CronDataIntervalTimetable("0 0 1 1,4,7,10 *", timezone="UTC")
START = datetime(2004, 1, 1, tzinfo=UTC)  # the first quarter that there is
FORM = {
    "source": Param(None, type=["null", "string"], description="Folder, address or `faers`. Empty: KETAVIGIL_SOURCE."),
    "allow_incomplete": Param(False, type="boolean", description="Take in quarters whose files are incomplete."),
}
CRAFT = {"max_active_runs": 1, "default_args": craft.DEFAULTS, "deadline": craft.deadline()}


@dag(schedule=QUARTERLY, start_date=START, doc_md=__doc__, tags=["ketavigil", "faers"], params=FORM, **CRAFT)
def faers_backfill():
    """Name the quarter, take it in."""

    @task(**craft.NETWORK)
    def name_quarter(params, dag_run):
        if quarter := backfill.quarter_of_run(dag_run.logical_date, params):
            return quarter
        if dag_run.run_type == "scheduled":
            raise AirflowSkipException("The source does not have it yet; faers_quarterly takes it in when it does.")
        raise AirflowException("The source does not have this quarter.")

    landed = task(**craft.NETWORK)(entry.land_quarter)(quarter=name_quarter())
    staged = task(**craft.WORK)(entry.stage_quarter)(quarter=landed)
    task(**craft.WORK)(entry.validate_quarter)(quarter=staged)


faers_backfill()
