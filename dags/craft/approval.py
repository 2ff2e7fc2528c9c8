"""A task that waits for a person where there is evidence to decide on, and passes where there is none."""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk.exceptions import AirflowSkipException


class ApprovalOfEvidence(ApprovalOperator):
    """Its ``body`` is the evidence, in Markdown; a blank one needs no approval.

    It waits without a worker. Approve lets the tasks behind it run, Reject skips them; who has not answered after a
    fortnight is told by a run that fails.
    """

    def __init__(self, **kwargs):
        # The default timeout is for tasks that work, not for people.
        super().__init__(**{"response_timeout": timedelta(days=14), **kwargs, "execution_timeout": None})

    def execute(self, context):
        """Ask, or pass."""
        if not self.body:
            raise AirflowSkipException("No approval is needed.")
        return super().execute(context)
