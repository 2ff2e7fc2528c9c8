"""Both DAGs by ``dag.test()``: two quarters to the published file, one event for both, and none when nothing is new."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from vocabulary.quarter import Quarter

SCRIPT = Path(__file__).with_name("run_in_order.py")
pytestmark = pytest.mark.slow
QUARTERS = [Quarter(2022, 3), Quarter(2022, 4)]


class Chain:
    """What four runs left: quarterly, publish, quarterly again, quarterly with a range that runs backwards."""

    def __init__(self, airflow: Any, data: Path, runs: list[dict[str, str]]) -> None:
        self.airflow = airflow
        self.data = data
        self.runs = runs

    def states(self, number: int) -> dict[str, str]:
        """Task states of a run, by its place in the order."""
        return self.airflow.states(self.runs[number]["run_id"])


@pytest.fixture(scope="module")
def chain(
    make_airflow: Callable[..., Any],
    made_up_quarters: dict[Quarter, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Chain:
    folder = tmp_path_factory.mktemp("chain")
    (folder / "drop").mkdir()
    for quarter in QUARTERS:
        shutil.copy(made_up_quarters[quarter], folder / "drop")
    airflow = make_airflow(folder / "airflow", KETAVIGIL_HOME=str(folder / "data"))
    source = {"source": str(folder / "drop")}
    order = [["faers_quarterly", source], ["warehouse_publish", {}], ["faers_quarterly", source]]
    order.append(["faers_quarterly", {**source, "quarters": "2022q4..2022q3"}])
    printed = airflow.run(str(SCRIPT), json.dumps(order), timeout=900)
    return Chain(airflow, folder / "data", json.loads(printed.splitlines()[-1]))


def test_every_quarter_is_taken_in_and_announced_once(chain: Chain) -> None:
    assert chain.runs[0]["state"] == "success"
    assert chain.states(0) == {
        "find_quarters": "success",
        **{
            f"{step} {quarter}": "success"
            for step in ("land_quarter", "stage_quarter", "validate_quarter")
            for quarter in QUARTERS
        },
        "await_staging": "success",
        "announce_quarters": "success",
        "check_due": "success",
        "report_failures": "skipped",
    }


def test_the_published_file_holds_both_quarters(chain: Chain) -> None:
    assert chain.runs[1]["state"] == "success"
    with duckdb.connect(chain.data / "warehouse" / "ketavigil.duckdb", read_only=True) as published:
        assert published.execute("SELECT first_quarter, last_quarter, quarter_count FROM meta.build").fetchall() == [
            ("2022q3", "2022q4", 2)
        ]
        assert published.execute("SELECT count(*) > 0 FROM mart.side_effect_comparison").fetchall() == [(True,)]


def test_a_run_with_nothing_new_maps_nothing_and_makes_no_event(chain: Chain) -> None:
    assert chain.runs[2]["state"] == "success"
    assert chain.states(2) == {
        "find_quarters": "success",
        "land_quarter": "skipped",
        "stage_quarter": "skipped",
        "validate_quarter": "skipped",
        "await_staging": "success",
        "announce_quarters": "skipped",
        "check_due": "success",
        "report_failures": "skipped",
    }


def test_a_run_that_could_not_look_fails_at_once_and_makes_no_event(chain: Chain) -> None:
    # The tasks behind it run whatever happened: without report_failures the run would look well.
    assert chain.runs[3]["state"] == "failed"
    states = chain.states(3)
    assert states["find_quarters"] == "failed"
    assert states["announce_quarters"] == "skipped"
    assert states["report_failures"] == "failed"
    tries = "SELECT try_number FROM task_instance WHERE task_id = 'find_quarters' AND run_id = ?"
    assert chain.airflow.rows(tries, chain.runs[3]["run_id"]) == [(1,)]


def test_the_events_name_quarters_statuses_and_the_build(chain: Chain) -> None:
    events = chain.airflow.rows(
        "SELECT a.name, e.extra, e.source_run_id FROM asset_event e JOIN asset a ON a.id = e.asset_id ORDER BY e.id"
    )
    assert [(name, run) for name, _, run in events] == [
        ("ketavigil_quarters", chain.runs[0]["run_id"]),
        ("ketavigil_warehouse", chain.runs[1]["run_id"]),
    ]
    quarters, warehouse = (json.loads(extra) for _, extra, _ in events)
    assert list(quarters["quarters"]) == ["2022q3", "2022q4"]
    for facts in quarters["quarters"].values():
        assert facts["status"] in {"passed", "warned"}
        assert facts["report_count"] > 500
        assert len(facts["staged_fingerprint"]) == 64
    assert (warehouse["first_quarter"], warehouse["last_quarter"]) == ("2022q3", "2022q4")
    assert warehouse["case_count"] > 500
    assert quarters["allow_incomplete"] is False
    assert [path.stem for path in (chain.data / "warehouse" / "builds").glob("*.duckdb")] == [warehouse["build_id"]]


def test_tasks_hand_on_names_and_paths_only(chain: Chain) -> None:
    for task, value in chain.airflow.rows("SELECT task_id, value FROM xcom WHERE key = 'return_value'"):
        found = json.loads(value)
        for text in found if isinstance(found, list) else [found]:
            assert isinstance(text, str), task
            assert len(text) < 300, task


def test_airflow_writes_nowhere_else(chain: Chain) -> None:
    assert not list((chain.airflow.home / "user").iterdir())
