"""A real scheduler and triggerer, from zips and clinic batches in folders to the published file; a person approves."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

sys.path.append(str(Path(__file__).parent))
from receiver import Received, receiving
from scheduler_parts import free_port, log_tails, running, settings

from tests.privacy.clinic_batches import make
from vocabulary.quarter import Quarter

LIMIT_SECONDS = float(os.environ.get("SCHEDULER_SECONDS", "400"))
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


def observed_by(url: str) -> dict[str, str]:
    """As docs/airflow.md says, but sooner; and a deadline that every run misses."""
    lineage = {"type": "http", "url": url, "endpoint": "api/v1/lineage"}
    return {
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_METRIC_EXPORT_INTERVAL": "2000",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(lineage),
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "ketavigil",
        "KETAVIGIL_CLINIC_SETTLE_SECONDS": "1",
        "KETAVIGIL_DEADLINE_HOURS": "0.002",
        "KETAVIGIL_APPROVAL_WARNINGS": "0",
        "KETAVIGIL_DATA_DOCS_URL": "https://quality.example.org/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
    }


def approve(airflow: Any, until: float) -> None:
    """Wait for the form, read its evidence, approve as a person does: by the server, with a token."""
    asked = "SELECT t.run_id, h.body FROM hitl_detail h JOIN task_instance t ON t.id = h.ti_id AND t.state = ?"
    while not (found := airflow.rows(asked, "awaiting_input")):
        assert time.monotonic() < until, log_tails(airflow.home)
        time.sleep(0.5)
    ((run_id, body),) = found
    assert "2022q3: warned" in body
    assert "[Data Docs](https://quality.example.org/)" in body
    with httpx.Client(base_url=airflow.env["AIRFLOW__API__BASE_URL"], trust_env=False, timeout=60) as client:
        token = client.get("/auth/token").raise_for_status().json()["access_token"]
        place = f"/api/v2/dags/warehouse_publish/dagRuns/{run_id}/taskInstances/approve_build/-1/hitlDetails"
        answer = {"chosen_options": ["Approve"], "params_input": {}}
        client.patch(place, json=answer, headers={"Authorization": f"Bearer {token}"}).raise_for_status()


def wait_for_late(data: Path, until: float) -> None:
    """Wait until a run that missed its deadline was told of, or the test's time is over."""
    log = data / "log" / "run_step.jsonl"
    while '"step": "late"' not in log.read_text() and time.monotonic() < until:
        time.sleep(0.5)


def check_observations(received: Received, data: Path) -> None:
    """Metrics, lineage and the missed deadline came through, and no path of ours stands in what was sent."""
    metrics = b"".join(received.at("/v1/metrics"))
    assert b"airflow.ti.finish" in metrics
    assert b"airflow.scheduler_heartbeat" in metrics
    lineage = [json.loads(body) for body in received.at("/api/v1/lineage")]
    ended = {event["job"]["name"] for event in lineage if event["eventType"] == "COMPLETE"}
    assert {"warehouse_publish", "warehouse_publish.build_warehouse"} <= ended
    assert {event["job"]["namespace"] for event in lineage} == {"ketavigil"}
    steps = [json.loads(line) for line in (data / "log" / "run_step.jsonl").read_text().splitlines()]
    late = {step["subject"].split()[0] for step in steps if step["step"] == "late"}
    assert "faers_quarterly" in late
    assert {"look", "land", "stage", "validate", "build", "publish"} <= {step["step"] for step in steps}


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
    places = {"KETAVIGIL_HOME": str(data), "KETAVIGIL_SOURCE": str(drop), "KETAVIGIL_CLINIC_DROP": str(clinics)}
    until = time.monotonic() + LIMIT_SECONDS
    with receiving() as received:
        airflow = make_airflow(tmp_path / "airflow", **places, **settings(free_port()), **observed_by(received.url))
        with running(airflow.home, airflow.env, apps="all") as ended:
            quarterly, quarterly_state = wait_for(airflow, "faers_quarterly", ended, until)
            assert not (data / "warehouse" / "ketavigil.duckdb").exists(), "it did not wait"
            approve(airflow, until)
            publish, publish_state = wait_for(airflow, "warehouse_publish", ended, until)
            make(31, patients=40).write_zip(clinics)  # what comes while all wait is seen by the triggerer
            reports, reports_state = wait_for(airflow, "clinic_reports", ended, until)
            approve(airflow, until)
            again, again_state = wait_for(airflow, "warehouse_publish", ended, until, 2)
            wait_for_late(data, until)
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
        "check_due": "success",
        "report_failures": "failed",
    }, shown
    assert quarterly_state == "failed"  # the good quarter is through, and somebody must look at the other

    assert publish.startswith("asset_triggered__")
    assert (publish_state, airflow.states(publish)) == (
        "success",
        {
            "build_warehouse": "success",
            "weigh_build": "success",
            "approve_build": "success",
            "check_and_publish": "success",
            "tell_changes": "success",
        },
    ), shown
    assert (reports_state, again_state) == ("success", "success"), shown
    assert reports.startswith("asset_triggered__")
    assert again.startswith("asset_triggered__")
    taken = airflow.states(reports)
    assert {state for name, state in taken.items() if name.startswith("take_in_batch batch-")} == {"success"}, shown
    assert taken["announce_batches"] == "success"
    events = airflow.rows(
        "SELECT a.name, e.extra FROM asset_event e JOIN asset a ON a.id = e.asset_id "
        "WHERE a.name NOT IN ('ketavigil_site', 'ketavigil_exports') ORDER BY e.id"
    )
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
    check_observations(received, data)
    assert not list((airflow.home / "user").iterdir())
