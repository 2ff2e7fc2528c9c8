"""Takes clinic batches in as they come: checked, through the privacy gate, validated, staged whole or refused whole.

The triggerer watches the drop folder (`KETAVIGIL_CLINIC_DROP`, else `drop/clinic` in the data folder); no worker waits.
Each batch is a mapped task with a random token for a name, because the name of a file can be a patient's. A refused
batch fails its own task alone, lies in quarantine, and its owner is told what is wrong with it, never a value.
What was taken in becomes one event on `ketavigil_clinic`, which `warehouse_publish` follows.
"""

import os
from datetime import timedelta

from airflow.sdk import Asset, AssetWatcher, ExceptionRetryPolicy, RetryAction, RetryRule, dag, task
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from dags import craft
from dags.triggers.clinic_drop import ClinicDropTrigger
from pipeline import clinic_entry as entry
from vocabulary.errors import BusyError

DROP = Asset("ketavigil_clinic_drop", watchers=[AssetWatcher(name="clinic_drop", trigger=ClinicDropTrigger())])
CLINIC = Asset("ketavigil_clinic")
REFUSED = Asset("ketavigil_clinic_refused")
# Batches of one clinic take turns; whatever else is wrong with one, a retry would find again. A task whose worker was
# killed raised nothing, and is done again.
TURNS = ExceptionRetryPolicy(
    [RetryRule([BusyError], RetryAction.RETRY, retry_delay=timedelta(seconds=20))], default=RetryAction.FAIL
)
# Workers with a store each have locks of their own: there one batch at a time, since a session may stand in one only.
ALONE = {"max_active_tis_per_dag": 1} if os.environ.get("KETAVIGIL_STORE") else {}
NAMED = {**craft.WORK, **ALONE, "retries": 30, "map_index_template": "{{ task.op_kwargs.batch }}"}
CRAFT = {"max_active_runs": 1, "default_args": {**craft.DEFAULTS, "retry_policy": TURNS}, "deadline": craft.deadline()}


@dag(schedule=[DROP], doc_md=__doc__, tags=["ketavigil", "clinic"], **CRAFT)
def clinic_reports():
    """Find, take in each, announce."""

    @task(outlets=[CLINIC], trigger_rule="all_done", **craft.BUILD)
    def announce_batches(outlet_events):
        if not (batches := entry.batches_anew()):
            raise AirflowSkipException("The published file rests on every batch that a build would take.")
        outlet_events[CLINIC].extra = {"batches": batches}

    @task(outlets=[REFUSED], trigger_rule="all_done")
    def announce_refused(outlet_events):
        if not (refused := entry.refused_to_ask()):
            raise AirflowSkipException("There is no refused batch to ask a person about (KETAVIGIL_CLINIC_ASK).")
        outlet_events[REFUSED].extra = {"refused": refused}

    @task(trigger_rule="one_failed", on_failure_callback=None)
    def report_failures():
        raise AirflowException("A batch was refused or failed: its own task says why. The others were taken in.")

    taken = task(**NAMED)(entry.take_in_batch).expand(batch=task(entry.find_batches)())
    taken >> [announce_batches(), announce_refused(), report_failures()]


clinic_reports()
