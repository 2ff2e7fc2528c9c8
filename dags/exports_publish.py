"""Exports what is published, each time that it is: CSV, Parquet and an R script, with data package and manifest.

Without a choice it is every mart, in `HOME/exports/published`. The new export is written beside the last one and takes
its place when it is whole; the same request on the same build gives the same bytes. Run by hand with marts or a query
of your own and a name for its folder.
"""

from airflow.sdk import Asset, ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

from pipeline.airflow_entry import BUILD
from pipeline.exports_entry import publish_export
from pipeline.notify_entry import tell_failure
from vocabulary.errors import BusyError, StoreError

WAREHOUSE = Asset("ketavigil_warehouse")  # the same words as in the DAG that makes it
EXPORTS = Asset("ketavigil_exports")
LIST = ["null", "array"]
FORM = {
    "marts": Param(None, type=LIST, items={"type": "string"}, description="Marts or views. Empty: every mart."),
    "query": Param(None, type=["null", "string"], description="One SELECT, instead of the marts or beside them."),
    "formats": Param(None, type=LIST, items={"type": "string"}, description="csv, parquet, r, xlsx, stata, sas."),
    "name": Param(None, type=["null", "string"], description="Folder in HOME/exports. Empty: published."),
}
LATER = ExceptionRetryPolicy([RetryRule([BusyError, StoreError])], default=RetryAction.FAIL)
DEFAULTS = {"owner": "ketavigil", "retries": 2, "retry_policy": LATER, "on_failure_callback": tell_failure}
CRAFT = {"max_active_runs": 1, "default_args": DEFAULTS}


@dag(schedule=[WAREHOUSE], doc_md=__doc__, tags=["ketavigil", "exports"], params=FORM, **CRAFT)
def exports_publish():
    """Export, announce."""

    @task(outlets=[EXPORTS], **BUILD)
    def write_export(params, outlet_events):
        outlet_events[EXPORTS].extra = {"export": publish_export(params)}

    write_export()


exports_publish()
