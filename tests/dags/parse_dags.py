"""Parses the files named as arguments as Airflow does, and prints what they hold and what they cost, as JSON.

Run by test_dag_structure.py in a process of its own: only there is nothing imported yet.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.dag_processing.importers import python_importer  # noqa: F401
from airflow.sdk.definitions.mappedoperator import MappedOperator

from vocabulary.errors import (
    BuildError,
    BusyError,
    CertificateError,
    HostileArchiveError,
    LayoutError,
    SettingsError,
    SourceError,
)

HEAVY = ("polars", "duckdb", "great_expectations", "pandas", "pyarrow", "numpy", "scipy", "isal")


def describe(path: Path) -> dict[str, object]:
    before = set(sys.modules)
    start = time.process_time()
    bag = DagBag(str(path))
    seconds = time.process_time() - start
    return {
        "seconds": seconds,
        "heavy": sorted(set(HEAVY) & (set(sys.modules) - before)),
        "errors": dict(bag.import_errors),
        "dags": [_dag(dag) for dag in bag.dags.values()],
    }


def _dag(dag) -> dict[str, object]:
    condition = getattr(dag.timetable, "asset_condition", None)
    return {
        "dag_id": dag.dag_id,
        "doc_md": dag.doc_md,
        "tags": sorted(dag.tags),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "deadline_hours": [one.interval.total_seconds() / 3600 for one in dag.deadline or []],
        "params": {name: dag.params.get_param(name).schema for name in dag.params},
        "follows": [[one.name, one.uri] for one in condition.objects] if condition else [],
        "tasks": [_task(task) for task in dag.tasks],
    }


def _task(task) -> dict[str, object]:
    policy = task.retry_policy
    errors = (*(error("x") for error in (HostileArchiveError, SettingsError, LayoutError, CertificateError)),)
    errors += (*(error("x") for error in (BuildError, SourceError, BusyError, OSError)),)
    return {
        "task_id": task.task_id,
        "owner": task.owner,
        "is_mapped": isinstance(task, MappedOperator) or task.get_closest_mapped_task_group() is not None,
        "map_index_template": task.map_index_template,
        "retries": task.retries,
        "pool": task.pool,
        "queue": task.queue,
        "timeout_hours": task.execution_timeout and task.execution_timeout.total_seconds() / 3600,
        "waits_for_a_person": "hitl" in type(task).__mro__[1].__module__,
        "backoff": task.retry_exponential_backoff,
        "decisions": {type(one).__name__: policy.evaluate(one, 1, 4).action.value for one in errors} if policy else {},
        "tells": task.on_failure_callback is not None and bool(task.on_failure_callback),
        "options": list(getattr(task, "partial_kwargs", {}).get("options", [])),
        "outlets": [[asset.name, asset.uri] for asset in task.outlets],
        "trigger_rule": task.trigger_rule.value,
        "upstream": sorted(task.upstream_task_ids),
    }


if __name__ == "__main__":
    print(json.dumps({Path(name).stem: describe(Path(name)) for name in sys.argv[1:]}))  # noqa: T201
