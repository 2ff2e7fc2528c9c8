"""A real scheduler and triggerer, from zips and clinic batches in folders to the published file, by themselves."""

from __future__ import annotations

import json
import shutil
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

sys.path.append(str(Path(__file__).parent))
from scheduler_parts import free_port, log_tails, running, settings

from tests.privacy.clinic_batches import make
from vocabulary.quarter import Quarter

LIMIT_SECONDS = 400
GOOD, DAMAGED = Quarter(2022, 3), Quarter(2022, 4)


def with_unknown_column(path: Path, target: Path) -> None:
    """Copy a quarter's zip, with a name in the first line of DEMO that no layout has."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in source.infolist():
            content = source.read(info)
            if "DEMO" in info.filename.upper():
                content = content.replace(b"primaryid$", b"primary_number$", 1)
                assert content.startswith(b"primary_number$")
            copy.writestr(info.filename, content)


def wait_for(
    airflow: Any, dag_id: str, ended: Callable[[], list[str]], until: float, number: int = 1
) -> tuple[str, str]:
    """Run id and state of a DAG's first run, or of a later one, once it is over."""
    query = "SELECT run_id, state FROM dag_run WHERE dag_id = ? ORDER BY id LIMIT 1 OFFSET ?"
    while time.monotonic() < until:
        rows = airflow.rows(query, dag_id, number - 1)
        if rows and rows[0][1] in {"success", "failed"}:
            return rows[0]
        assert not ended(), f"ended by itself: {ended()}\n{log_tails(airflow.home)}"
        time.sleep(0.5)
    raise AssertionError(f"{dag_id} is not over after {LIMIT_SECONDS} s\n{log_tails(airflow.home)}")


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_SECONDS + 120)
def test_zips_in_a_folder_become_the_published_file_and_a_damaged_one_stops_nothing(
    make_airflow: Callable[..., Any], made_up_quarters: dict[Quarter, Path], tmp_path: Path
) -> None:
    drop, data = tmp_path / "drop", tmp_path / "data"
    drop.mkdir()
    shutil.copy(made_up_quarters[GOOD], drop)
    with_unknown_column(made_up_quarters[DAMAGED], drop / made_up_quarters[DAMAGED].name)
    clinics = tmp_path / "clinics"
    clinics.mkdir()
    airflow = make_airflow(
        tmp_path / "airflow",
        KETAVIGIL_HOME=str(data),
        KETAVIGIL_SOURCE=str(drop),
        KETAVIGIL_CLINIC_DROP=str(clinics),
        KETAVIGIL_CLINIC_SETTLE_SECONDS="1",
        **settings(free_port()),
    )
    until = time.monotonic() + LIMIT_SECONDS
    with running(airflow.home, airflow.env) as ended:
        quarterly, quarterly_state = wait_for(airflow, "faers_quarterly", ended, until)
        publish, publish_state = wait_for(airflow, "warehouse_publish", ended, until)
        make(31, patients=40).write_zip(clinics)  # what comes while all wait is seen by the triggerer
        reports, reports_state = wait_for(airflow, "clinic_reports", ended, until)
        again, again_state = wait_for(airflow, "warehouse_publish", ended, until, 2)
    shown = log_tails(airflow.home)

    assert quarterly.startswith("scheduled__")
    assert airflow.states(quarterly) == {
        "find_quarters": "success",
        "land_quarter 2022q3": "success",
        "stage_quarter 2022q3": "success",
        "validate_quarter 2022q3": "success",
        "land_quarter 2022q4": "success",
        "stage_quarter 2022q4": "failed",
        "validate_quarter 1": "upstream_failed",
        "await_staging": "success",
        "announce_quarters": "success",
        "report_failures": "failed",
    }, shown
    assert quarterly_state == "failed"  # the good quarter is through, and somebody must look at the other

    assert publish.startswith("asset_triggered__")
    assert (publish_state, airflow.states(publish)) == (
        "success",
        {"build_warehouse": "success", "check_and_publish": "success", "tell_changes": "success"},
    ), shown
    assert (reports_state, again_state) == ("success", "success"), shown
    assert reports.startswith("asset_triggered__")
    assert again.startswith("asset_triggered__")
    taken = airflow.states(reports)
    assert {state for name, state in taken.items() if name.startswith("take_in_batch batch-")} == {"success"}, shown
    assert taken["announce_batches"] == "success"
    events = airflow.rows("SELECT a.name, e.extra FROM asset_event e JOIN asset a ON a.id = e.asset_id ORDER BY e.id")
    assert [name for name, _ in events] == [
        "ketavigil_quarters",
        "ketavigil_warehouse",
        "ketavigil_clinic_drop",
        "ketavigil_clinic",
        "ketavigil_warehouse",
    ]
    assert list(json.loads(events[0][1])["quarters"]) == ["2022q3"]

    with duckdb.connect(data / "warehouse" / "ketavigil.duckdb", read_only=True) as published:
        ((build_id, first, last, batches),) = published.execute(
            "SELECT build_id, first_quarter, last_quarter, clinic_batch_count FROM meta.build"
        ).fetchall()
    assert json.loads(events[-1][1])["build_id"] == build_id
    assert (first, last, batches) == ("2022q3", "2022q3", 1)
    (log,) = airflow.home.glob("logs/dag_id=faers_quarterly/*/task_id=*.stage_quarter/map_index=1/*.log")
    failure = next(json.loads(line) for line in log.read_text().splitlines() if '"level":"error"' in line)
    assert failure["error_detail"][0]["exc_type"] == "LayoutError"
    assert "DEMO 2022q4" in failure["error_detail"][0]["exc_value"]  # the operator reads table and quarter there
    assert not list((airflow.home / "user").iterdir())
