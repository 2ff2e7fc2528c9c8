"""Makes the pages of the published warehouse: every time that `warehouse_publish` has published a build.

The pages are written into a new folder from the published file alone, checked (size, links, nothing from outside, the
mark of made-up data), and then become the current ones in one step. If anything fails, people see the last ones; the
pages of the last builds are kept. An event on `ketavigil_site` names the build whose pages are current.
"""

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryRule, dag, task

from pipeline import dashboards_entry as entry
from pipeline.airflow_entry import BUILD
from pipeline.notify_entry import tell_failure
from vocabulary.errors import BusyError, StoreError

WAREHOUSE = Asset("ketavigil_warehouse")  # the same words as in warehouse_publish; DAG files never import each other
SITE = Asset("ketavigil_site")
LATER = ExceptionRetryPolicy([RetryRule([BusyError, StoreError])], default=RetryAction.FAIL)
DEFAULTS = {"owner": "ketavigil", "retries": 2, "retry_policy": LATER, "on_failure_callback": tell_failure}
CRAFT = {"max_active_runs": 1, "default_args": DEFAULTS}


@dag(schedule=[WAREHOUSE], doc_md=__doc__, tags=["ketavigil", "dashboards"], **CRAFT)
def dashboards_publish():
    """Write, check, swap."""

    @task(outlets=[SITE], **BUILD)
    def publish_site(outlet_events):
        outlet_events[SITE].extra = {"build_id": entry.publish_site()}

    publish_site()


dashboards_publish()
