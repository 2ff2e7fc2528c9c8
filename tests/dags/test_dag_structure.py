"""The DAG files as they stand: thin, quick to parse, alike in their craft."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "dags"
FILES = sorted(path for path in FOLDER.glob("*.py") if path.name != "__init__.py")
NAMES = [path.stem for path in FILES]
SCRIPT = Path(__file__).with_name("parse_dags.py")

Parsed = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def parsed(make_airflow: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    airflow = make_airflow(tmp_path_factory.mktemp("parse") / "airflow", KETAVIGIL_DEADLINE_HOURS="12")
    # Airflow writes its own log to standard output as well; what is ours is the last line.
    return json.loads(airflow.run(str(SCRIPT), *map(str, FILES)).splitlines()[-1])


def tasks(parsed: Parsed) -> dict[str, dict[str, Any]]:
    return {
        f"{name}.{task['task_id']}": task for name in NAMES for dag in parsed[name]["dags"] for task in dag["tasks"]
    }


def test_the_dags_are_there() -> None:
    assert {"clinic_refused", "clinic_reports", "exports_publish", "faers_quarterly", "warehouse_publish"} <= set(NAMES)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_is_short_and_imports_no_other_dag_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not {name for name in imported if name and name.removeprefix("dags.").split(".")[0] in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_holds_the_dag_of_its_name_and_no_error(parsed: Parsed, name: str) -> None:
    assert parsed[name]["errors"] == {}
    assert [dag["dag_id"] for dag in parsed[name]["dags"]] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_parsing_is_quick_and_imports_nothing_heavy(parsed: Parsed, name: str) -> None:
    assert parsed[name]["heavy"] == []
    assert parsed[name]["seconds"] < 0.5  # of CPU time, however busy the machine is; Airflow itself was imported before


@pytest.mark.parametrize("name", NAMES)
def test_a_dag_says_what_it_is(parsed: Parsed, name: str) -> None:
    (dag,) = parsed[name]["dags"]
    assert len(dag["doc_md"]) > 200
    assert "ketavigil" in dag["tags"]
    assert dag["max_active_runs"] == 1
    assert dag["catchup"] is False
    assert all(task["owner"] == "ketavigil" for task in dag["tasks"])


def test_task_ids_are_verb_and_object(parsed: Parsed) -> None:
    for name in tasks(parsed):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name.rpartition(".")[2]), name


OURS = {"faers_quarterly", "faers_backfill", "warehouse_publish", "housekeeping"}
"""DAGs whose craft is tested task by task; the rest is asked of every DAG."""


def test_only_what_a_later_try_can_mend_is_tried_again_after_an_error(parsed: Parsed) -> None:
    again = {name: task for name, task in tasks(parsed).items() if "default" in task["decisions"].values()}
    assert set(again) == {
        *("faers_quarterly.find_quarters", "faers_quarterly.take_in_quarter.land_quarter"),
        *("faers_backfill.name_quarter", "faers_backfill.land_quarter"),
    }
    assert all((task["retries"], task["backoff"]) == (3, 2.0) for task in again.values())


def test_a_task_whose_worker_was_killed_is_done_again_by_another(parsed: Parsed) -> None:
    for name, task in tasks(parsed).items():
        if name.split(".")[0] in OURS:
            assert task["retries"] >= 2, name
            assert task["backoff"] == 2.0, name


def test_what_needs_the_published_file_runs_on_the_machine_that_builds(parsed: Parsed) -> None:
    building = {name for name, task in tasks(parsed).items() if task["queue"] == "build"}
    assert building >= {
        "faers_quarterly.announce_quarters",
        "warehouse_publish.build_warehouse",
        "warehouse_publish.weigh_build",
        "warehouse_publish.check_and_publish",
        "housekeeping.sweep_data",
    }
    assert not {name for name in building if "quarter." in name}


def test_a_retry_is_not_wasted_on_what_it_cannot_mend(parsed: Parsed) -> None:
    same_again = dict.fromkeys(
        ("HostileArchiveError", "SettingsError", "LayoutError", "CertificateError", "BuildError"), "fail"
    )
    found = {name: task["decisions"] for name, task in tasks(parsed).items()}
    for name in ("find_quarters", "take_in_quarter.land_quarter"):
        asks = {"SourceError": "default", "BusyError": "default", "OSError": "default"}
        assert found[f"faers_quarterly.{name}"] == {**same_again, **asks}
    # A zip that is damaged on the disk is damaged the next time.
    works = {**same_again, "SourceError": "fail", "OSError": "fail", "BusyError": "retry"}
    for name in ("faers_quarterly.take_in_quarter.stage_quarter", "warehouse_publish.build_warehouse"):
        assert found[name] == works
    assert found["clinic_reports.take_in_batch"] == works


def test_whatever_fails_is_told(parsed: Parsed) -> None:
    silent = {name.rpartition(".")[2] for name, task in tasks(parsed).items() if not task["tells"]}
    assert silent <= {"await_staging", "report_failures"}, "an empty task, and the sign that another failed"


def test_a_person_is_offered_nothing_that_lets_a_refused_batch_in(parsed: Parsed) -> None:
    offered = {name: task["options"] for name, task in tasks(parsed).items() if task["options"]}
    assert offered == {"clinic_refused.ask_owner": ["reject", "return"]}


def test_every_task_of_ours_ends_some_time_and_none_takes_what_others_need(parsed: Parsed) -> None:
    pools = json.loads((FOLDER / "pools.json").read_text())
    assert pools["ketavigil_build"]["slots"] == 1
    for name, task in tasks(parsed).items():
        assert task["pool"] in {*pools, "default_pool"}, name
        if name.split(".")[0] in OURS:
            assert task["timeout_hours"] or task["waits_for_a_person"], name
    kinds = {"find_quarters": "network", "take_in_quarter.land_quarter": "network"}
    kinds |= {"take_in_quarter.stage_quarter": "work", "take_in_quarter.validate_quarter": "work"}
    for name, kind in kinds.items():
        assert tasks(parsed)[f"faers_quarterly.{name}"]["pool"] == f"ketavigil_{kind}"
    for name in ("build_warehouse", "weigh_build", "check_and_publish"):
        task = tasks(parsed)[f"warehouse_publish.{name}"]
        assert (task["pool"], task["queue"]) == ("ketavigil_build", "build")


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_run_that_is_late_is_told_of(parsed: Parsed, name: str) -> None:
    assert parsed[name]["dags"][0]["deadline_hours"] == [12]


def test_mapped_tasks_carry_a_readable_name(parsed: Parsed) -> None:
    mapped = {name: task for name, task in tasks(parsed).items() if task["is_mapped"]}
    assert {name.partition(".")[2] for name in mapped} >= {"take_in_quarter.land_quarter", "take_in_batch"}
    assert all("{{ task." in (task["map_index_template"] or "") for task in mapped.values())


def test_no_quarter_is_validated_before_all_are_staged_or_have_failed(parsed: Parsed) -> None:
    found = tasks(parsed)
    assert "await_staging" in found["faers_quarterly.take_in_quarter.validate_quarter"]["upstream"]
    barrier = found["faers_quarterly.await_staging"]
    assert (barrier["upstream"], barrier["trigger_rule"]) == (["take_in_quarter.stage_quarter"], "all_done")


def test_an_asset_leaves_one_unmapped_task_and_its_followers_mean_the_same(parsed: Parsed) -> None:
    outlets: dict[str, list[str]] = {}
    for name, task in tasks(parsed).items():
        for asset, uri in task["outlets"]:
            assert not task["is_mapped"], name
            outlets.setdefault(asset, []).append(uri)
    assert {"ketavigil_clinic", "ketavigil_clinic_refused", "ketavigil_quarters"} <= set(outlets)
    assert {"ketavigil_warehouse", "ketavigil_site"} <= set(outlets)
    assert {len(uris) for uris in outlets.values()} == {1}
    watched = {"ketavigil_clinic_drop"}  # nobody makes it: it is what the triggerer waits for
    for name in NAMES:
        for asset, uri in parsed[name]["dags"][0]["follows"]:
            assert asset in watched or outlets[asset] == [uri]
    followed = [name for name, _ in parsed["warehouse_publish"]["dags"][0]["follows"]]
    assert followed == ["ketavigil_quarters", "ketavigil_clinic"]
    assert parsed["dashboards_publish"]["dags"][0]["follows"] == [["ketavigil_warehouse", "ketavigil_warehouse"]]


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("2022q4", True),
        ("2022q3..2022q4", True),
        ("2012q4, 2020q3,2022Q1..2022Q2", True),
        ("2022", False),
        ("2022q5", False),
        ("2022q3..", False),
        ("2022q3; rm", False),
    ],
)
def test_the_form_refuses_what_is_no_quarter(parsed: Parsed, text: str, is_good: bool) -> None:
    pattern = parsed["faers_quarterly"]["dags"][0]["params"]["quarters"]["pattern"]
    assert (re.search(pattern, text) is not None) is is_good
