"""An Airflow of a test's own: its home, database and logs lie in a temporary folder, and nothing lies elsewhere."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulation.faers import simulate
from vocabulary.quarter import Quarter, parse_quarters

REPOSITORY = Path(__file__).resolve().parents[2]
REPORTS = 1000


@dataclass(frozen=True)
class Airflow:
    """AIRFLOW_HOME and the environment that every process of it needs."""

    home: Path
    env: dict[str, str]

    def run(self, *arguments: str, timeout: float = 300) -> str:
        """Run Python with arguments and give its standard output; what it said before failing is in the error."""
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.env,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
        return done.stdout

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read the metadata database."""
        with closing(sqlite3.connect(self.home / "airflow.db", timeout=30)) as connection:
            return connection.execute(sql, values).fetchall()

    def states(self, run_id: str) -> dict[str, str]:
        """State of each task of a run; mapped ones by task and label, such as ``land_quarter 2022q4``."""
        found = self.rows(
            "SELECT task_id, map_index, rendered_map_index, state FROM task_instance WHERE run_id = ?", run_id
        )
        return {
            task.rpartition(".")[2] + (f" {label or index}" if index >= 0 else ""): state
            for task, index, label, state in found
        }


def _environment(home: Path, settings: dict[str, str]) -> dict[str, str]:
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "KETAVIGIL", "_AIRFLOW"))
    }
    return {
        **own,
        "HOME": str(home / "user"),  # whatever ignored AIRFLOW_HOME would be found there
        "PYTHONPATH": str(REPOSITORY),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1",
        **{f"KETAVIGIL_{name}_POOL": f"ketavigil_{name.lower()}" for name in ("NETWORK", "WORK", "BUILD")},
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        **settings,
    }


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated metadata database with our pools, to be copied: the migration takes longer than most tests."""
    home = tmp_path_factory.mktemp("migrated")
    # One process for both commands, because Airflow takes seconds to import.
    both = (
        "import sys; from airflow.cli.cli_parser import get_parser; parser = get_parser(); "
        "[parsed.func(parsed) for parsed in map(parser.parse_args, (['db', 'migrate'], "
        "['pools', 'import', sys.argv[1]]))]"
    )
    Airflow(home, _environment(home, {})).run("-c", both, str(REPOSITORY / "dags" / "pools.json"))
    return home / "airflow.db"


@pytest.fixture(scope="session")
def make_airflow(empty_database: Path) -> Callable[..., Airflow]:
    """Gives ``make(home, **settings)``: an Airflow with nothing in it; settings are environment variables."""

    def make(home: Path, **settings: str) -> Airflow:
        (home / "user").mkdir(parents=True)
        shutil.copy(empty_database, home / "airflow.db")
        return Airflow(home, _environment(home, settings))

    return make


@pytest.fixture(scope="session")
def made_up_quarters(tmp_path_factory: pytest.TempPathFactory) -> dict[Quarter, Path]:
    """Small made-up zips; a test copies those that its source shall have."""
    folder = simulate(tmp_path_factory.mktemp("made_up"), parse_quarters("2022q2..2022q4"), REPORTS, seed=7)
    return {quarter: next(folder.glob(f"*{quarter}*.zip")) for quarter in parse_quarters("2022q2..2022q4")}
