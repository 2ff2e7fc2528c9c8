"""What ``make airflow`` starts: reachable from this machine alone, one at a time, and gone when it is told to stop."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

sys.path.append(str(Path(__file__).parent))
from scheduler_parts import free_port

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "run_airflow.py"
LIMIT_SECONDS = 240
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Running:
    """A started Airflow: its script, its folder, where it answers."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    env: dict[str, str]

    def said(self) -> str:
        return (self.folder / "said.txt").read_text()

    def start_another(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SCRIPT), str(self.folder), str(free_port())]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, check=False)


def pools(folder: Path) -> dict[str, int]:
    """Name to slots."""
    with closing(sqlite3.connect(folder / "airflow.db", timeout=30)) as connection:
        return dict(connection.execute("SELECT pool, slots FROM slot_pool").fetchall())


def change(folder: Path, statement: str) -> None:
    """Change Airflow's database as a person does on its pages."""
    with closing(sqlite3.connect(folder / "airflow.db", timeout=30)) as connection:
        connection.execute(statement)
        connection.commit()


@contextmanager
def started(folder: Path, env: dict[str, str], port: int) -> Iterator[Running]:
    """Start it and wait until it says that it is ready; it is gone when the block is left."""
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(folder), str(port)], env=env, stdout=said, stderr=said
        )
    found = Running(process, folder, port, env)
    try:
        until = time.monotonic() + LIMIT_SECONDS
        while "password" not in found.said():
            assert process.poll() is None, found.said()
            assert time.monotonic() < until, found.said()
            time.sleep(0.5)
        yield found
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def running(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("laptop")
    (folder / "user").mkdir()
    shutil.copy(empty_database, folder / "airflow.db")
    # A setting of another Airflow of the same person, which must not reach this one.
    env = {**os.environ, "HOME": str(folder / "user"), "AIRFLOW_HOME": str(folder / "user" / "another")}
    env |= {"KETAVIGIL_HOME": str(folder / "data"), "KETAVIGIL_SOURCE": str(folder)}
    # One pool is not there yet, and of another somebody has changed the slots.
    change(folder, "DELETE FROM slot_pool WHERE pool = 'ketavigil_build'")
    change(folder, "UPDATE slot_pool SET slots = 5 WHERE pool = 'ketavigil_work'")
    with started(folder, env, free_port()) as found:
        yield found


def test_pools_that_tasks_wait_for_are_made_and_changed_ones_stay(running: Running) -> None:
    assert {"ketavigil_build": 1, "ketavigil_network": 2, "ketavigil_work": 5}.items() <= pools(running.folder).items()


def test_nothing_listens_but_on_loopback(running: Running) -> None:
    parts = [psutil.Process(running.process.pid), *psutil.Process(running.process.pid).children(recursive=True)]
    addresses = {address for part in parts for address in _listening(part)}
    assert addresses == {("127.0.0.1", running.port)}


def _listening(part: psutil.Process) -> set[tuple[str, int]]:
    try:
        found = part.net_connections("inet")
    except psutil.NoSuchProcess:
        return set()  # a short-lived part of Airflow that ended meanwhile
    return {(one.laddr.ip, one.laddr.port) for one in found if one.status == psutil.CONN_LISTEN}


def test_the_password_that_was_shown_opens_the_door_and_lies_where_only_its_owner_reads(running: Running) -> None:
    password = running.said().rpartition("password ")[2].strip()
    (file,) = running.folder.glob("*.generated")
    assert json.loads(file.read_text()) == {"admin": password}
    assert file.stat().st_mode & 0o077 == 0
    server = f"http://127.0.0.1:{running.port}"
    for tried, status in ((password, 201), ("admin", 401)):
        answer = httpx.post(f"{server}/auth/token", json={"username": "admin", "password": tried}, trust_env=False)
        assert answer.status_code == status
    assert httpx.get(f"{server}/api/v2/dags", trust_env=False).status_code == 401


def test_a_second_one_in_the_same_folder_is_refused(running: Running) -> None:
    another = running.start_another()
    assert another.returncode == 1
    assert "runs in" in another.stderr


def test_told_to_stop_it_leaves_no_process_and_wrote_nowhere_else(running: Running) -> None:
    parts = psutil.Process(running.process.pid).children(recursive=True)
    assert len(parts) >= 3
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(60) == 0
    assert not [part for part in parts if _is_alive(part)]
    assert not list((running.folder / "user").iterdir())


def test_started_again_it_is_what_it_was(running: Running) -> None:
    password = running.folder.joinpath("simple_auth_manager_passwords.json.generated").read_text()
    change(running.folder, "UPDATE dag SET is_paused = 0 WHERE dag_id = 'warehouse_publish'")
    with started(running.folder, running.env, free_port()) as again:
        assert "password as in" in again.said(), "it is shown once"
        rows = "SELECT is_paused FROM dag WHERE dag_id IN ('faers_quarterly', 'warehouse_publish') ORDER BY dag_id"
        with closing(sqlite3.connect(running.folder / "airflow.db", timeout=30)) as connection:
            assert connection.execute(rows).fetchall() == [(1,), (0,)]
        assert pools(running.folder)["ketavigil_work"] == 5
    assert running.folder.joinpath("simple_auth_manager_passwords.json.generated").read_text() == password


def _is_alive(part: psutil.Process) -> bool:
    try:
        return part.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
