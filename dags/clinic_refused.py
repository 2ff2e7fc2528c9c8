"""Asks a person what becomes of each refused clinic batch, where `KETAVIGIL_CLINIC_ASK` is set: reject or return.

`reject` deletes the batch from quarantine; `return` moves it to `returned/clinic` of the data folder, to be given back
to the clinic. There is no third answer: nobody can let a refused batch through, here or elsewhere. The question shows
table, column, rule and number of rows of each finding, never a value. While a question is open the run waits, without
a worker; batches that are refused meanwhile are asked about in the next run.
"""

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Asset, dag, task

from pipeline import clinic_entry as entry
from pipeline.notify_entry import tell_failure

REFUSED = Asset("ketavigil_clinic_refused")  # the same words as in clinic_reports; DAG files never import each other
NAMED = {"map_index_template": "{{ task.op_kwargs.question['subject'].split(':')[0] }}"}
DEFAULTS = {"owner": "ketavigil", "retries": 0, "on_failure_callback": tell_failure}


@dag(schedule=[REFUSED], max_active_runs=1, default_args=DEFAULTS, doc_md=__doc__, tags=["ketavigil", "clinic"])
def clinic_refused():
    """Describe, ask, do."""
    questions = task(entry.describe_refused)()
    asked = HITLOperator.partial(
        task_id="ask_owner", options=["reject", "return"], map_index_template="{{ task.subject.split(':')[0] }}"
    ).expand_kwargs(questions)

    @task(**NAMED)
    def settle_refused(question, answer):
        entry.settle_refused(question, answer)

    settle_refused.expand_kwargs(questions.zip(asked.output).map(lambda pair: {"question": pair[0], "answer": pair[1]}))


clinic_refused()
