"""Exports what is published, each time that it is: CSV, Parquet and an R script, with data package and manifest.

Without a choice it is every mart, in `HOME/exports/published`. The new export is written beside the last one and takes
its place when it is whole; the same request on the same build gives the same bytes. Run by hand with marts or a query
of your own and a name for its folder.
"""

from airflow.sdk import Asset, Param, dag, task

from dags import craft
from pipeline.exports_entry import publish_export

WAREHOUSE = Asset("ketavigil_warehouse")  # the same words as in the DAG that makes it
EXPORTS = Asset("ketavigil_exports")
LIST = ["null", "array"]
FORM = {
    "marts": Param(None, type=LIST, items={"type": "string"}, description="Marts or views. Empty: every mart."),
    "query": Param(None, type=["null", "string"], description="One SELECT, instead of the marts or beside them."),
    "formats": Param(None, type=LIST, items={"type": "string"}, description="csv, parquet, r, xlsx, stata, sas."),
    "name": Param(None, type=["null", "string"], description="Folder in HOME/exports. Empty: published."),
}
CRAFT = {"max_active_runs": 1, "default_args": craft.DEFAULTS, "deadline": craft.deadline()}


@dag(schedule=[WAREHOUSE], doc_md=__doc__, tags=["ketavigil", "exports"], params=FORM, **CRAFT)
def exports_publish():
    """Export, announce."""

    @task(outlets=[EXPORTS], **craft.BUILD)
    def write_export(params, outlet_events):
        outlet_events[EXPORTS].extra = {"export": publish_export(params)}

    write_export()


exports_publish()
