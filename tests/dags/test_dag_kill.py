"""Scheduler, workers and tasks are killed while a run is under way; in the end the tables are those of a quiet run.

It is run on request: ``make test-kill``. After the kills the next run of the schedule is triggered where something is
left: a task that was killed more often than it is tried again waits for it, in operation until the next day.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

sys.path.append(str(Path(__file__).parent))
from killing import KINDS, Victims, mortal, until
from killing import settings as quick_to_notice
from scheduler_parts import free_port, log_tails, settings

from pipeline.home import Home
from pipeline.reporter import Silent
from pipeline.run import run
from pipeline.settings import Settings
from simulation.faers import simulate
from sources import receipts
from vocabulary.quarter import parse_quarters
from warehouse.plan import DECLARED

KILLS = int(os.environ.get("KILLS", "0"))
SEED = int(os.environ.get("SEED", "8"))
QUARTERS = "2021q1..2022q4" if len(KINDS) < KILLS else "2022q3..2022q4"
LIMIT_SECONDS = 300 + 60 * KILLS
OF_THE_WAY = {"meta.build", "meta.certificate", "meta.expectation_result", "meta.run_step"}
OF_THE_WAY |= {"mart.signal_change", "deduplicated.signal_change"}
"""Tables that say how a build came to be: when, after which one, beside which quarters a quarter was judged."""


def hashes(published: Path) -> dict[str, tuple[int, int]]:
    """Rows and an order-free hash of every table, but for when a file was landed."""
    found = {}
    with duckdb.connect(published, read_only=True) as connection:
        for name, table in DECLARED.items():
            if name not in OF_THE_WAY:
                columns = ", ".join(column for column in table.column_names if column != "landed_at")
                query = f"SELECT count(*), coalesce(bit_xor(hash({columns})), 0) FROM {name}"
                found[name] = connection.execute(query).fetchall()[0]
    return found


def is_published(home: Home) -> bool:
    """Whether the published file holds every quarter."""
    if not home.published.exists():
        return False
    with duckdb.connect(home.published, read_only=True) as connection:
        ((count,),) = connection.execute("SELECT quarter_count FROM meta.build").fetchall()
    return count == len(parse_quarters(QUARTERS))


def is_quiet(airflow: Any) -> bool:
    """Whether no run is under way, and some has been."""
    states = [state for (state,) in airflow.rows("SELECT state FROM dag_run")]
    return bool(states) and not {"running", "queued"} & set(states)


def trigger(airflow: Any, dag_id: str, conf: str = "{}") -> None:
    """As a person does, or the clock."""
    airflow.run("-m", "airflow", "dags", "trigger", dag_id, "--conf", conf)


def kill_around(airflow: Any, victims: Victims, rng: random.Random, end: float) -> None:
    """Kill, wait for life to go on a little, kill again; what has finished too early is built again."""
    kinds = [KINDS[number % len(KINDS)] for number in range(KILLS)]
    rng.shuffle(kinds)
    for kind in kinds:
        time.sleep(rng.uniform(1, 5))
        while not victims.kill(kind, rng):
            assert time.monotonic() < end, f"nothing to kill: {victims.killed}\n{log_tails(airflow.home)}"
            if kind == "task" and is_quiet(airflow):
                trigger(airflow, "warehouse_publish", '{"rebuild": true}')
            time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.skipif(not KILLS, reason="takes long: make test-kill")
@pytest.mark.timeout(LIMIT_SECONDS + 300)
def test_whatever_is_killed_the_tables_are_those_of_a_quiet_run(make_airflow: Callable[..., Any], tmp_path) -> None:
    source = simulate(tmp_path / "source", parse_quarters(QUARTERS), 1_500, seed=7)
    quiet, home = Home(tmp_path / "quiet"), Home(tmp_path / "data")
    from datetime import UTC, datetime

    run(quiet, Settings(home=quiet.root), str(source), None, datetime(2026, 1, 2, tzinfo=UTC), Silent())
    expected = hashes(quiet.published)
    assert min(rows for rows, _ in expected.values() if rows) > 0

    airflow = make_airflow(
        tmp_path / "airflow",
        KETAVIGIL_HOME=str(home.root),
        KETAVIGIL_SOURCE=str(source),
        KETAVIGIL_WORKERS="1",
        **{**settings(free_port()), **quick_to_notice()},
    )
    end = time.monotonic() + LIMIT_SECONDS
    rng = random.Random(SEED)
    with mortal(airflow.home, airflow.env) as victims:
        assert until(lambda: bool(airflow.rows("SELECT 1 FROM task_instance WHERE state = 'running'")), 120)
        kill_around(airflow, victims, rng, end)
        for _ in range(3):
            assert until(lambda: is_quiet(airflow), end - time.monotonic()), log_tails(airflow.home)
            if is_published(home):
                break
            trigger(airflow, "faers_quarterly")
            until(lambda: not is_quiet(airflow), 30)
        assert victims.ended() == []
    assert is_published(home), f"{victims.killed}\n{log_tails(airflow.home)}"
    assert len(victims.killed) == KILLS
    assert {kind for kind, _ in victims.killed} == set(KINDS)
    assert hashes(home.published) == expected
    landed = receipts(home.raw)
    assert [str(one.quarter) for one in landed] == list(map(str, parse_quarters(QUARTERS))), "taken in twice"
