"""Runs DAGs one after the other with ``dag.test()`` and prints the runs as JSON.

The argument is a JSON list of ``[dag_id, conf]``. Run by tests in a process of its own, for Airflow reads its
settings when it is imported.
"""

from __future__ import annotations

import json
import os
import sys

from airflow.dag_processing.dagbag import DagBag


def main(wanted: list[tuple[str, dict[str, object]]]) -> list[dict[str, str]]:
    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    runs = [bag.dags[dag_id].test(run_conf=conf) for dag_id, conf in wanted]
    return [{"dag_id": run.dag_id, "run_id": run.run_id, "state": str(run.state)} for run in runs]


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))  # noqa: T201
