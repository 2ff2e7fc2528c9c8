"""Makes the pages of the published warehouse: every time that `warehouse_publish` has published a build.

The pages are written into a new folder from the published file alone, checked (size, links, nothing from outside, the
mark of made-up data), and then become the current ones in one step. If anything fails, people see the last ones; the
pages of the last builds are kept. An event on `ketavigil_site` names the build whose pages are current.
"""

from airflow.sdk import Asset, dag, task

from dags import craft
from pipeline import dashboards_entry as entry

WAREHOUSE = Asset("ketavigil_warehouse")  # the same words as in warehouse_publish; DAG files never import each other
SITE = Asset("ketavigil_site")
CRAFT = {"max_active_runs": 1, "default_args": craft.DEFAULTS, "deadline": craft.deadline()}


@dag(schedule=[WAREHOUSE], doc_md=__doc__, tags=["ketavigil", "dashboards"], **CRAFT)
def dashboards_publish():
    """Write, check, swap."""

    @task(outlets=[SITE], **craft.BUILD)
    def publish_site(outlet_events):
        outlet_events[SITE].extra = {"build_id": entry.publish_site()}

    publish_site()


dashboards_publish()
