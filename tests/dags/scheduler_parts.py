"""The parts of an Airflow that runs by itself, started as processes of the test and ended with it."""

from __future__ import annotations

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PARTS = {
    "api-server": ["api-server", "--apps", "execution", "--workers", "1", "--host", "127.0.0.1"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
}
"""The server has only what tasks and triggers need, unless a test says otherwise."""


def settings(port: int) -> dict[str, str]:
    """A LocalExecutor for two cores, which looks often enough for a test."""
    server = f"http://127.0.0.1:{port}"
    return {
        "AIRFLOW__API__BASE_URL": server,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(16),
        # Without one that all parts share, each makes its own, and no task may speak to the server.
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{server}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # Likewise: what one part encrypts for the triggerer, another could not read.
        "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    }


def free_port() -> int:
    """A port of the loopback that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(home: Path, env: dict[str, str], apps: str = "execution") -> Iterator[Callable[[], list[str]]]:
    """Start the parts; gives a function that names those that have ended. All are gone when the block is left.

    ``apps`` is what the server shall have; ``all`` is what people need too.
    """
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in PARTS.items():
            with (home / f"{name}.log").open("wb") as log:
                processes[name] = subprocess.Popen(
                    [sys.executable, "-m", "airflow", *(apps if word == "execution" else word for word in command)],
                    env=env,
                    cwd=home,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        yield lambda: [name for name, process in processes.items() if process.poll() is not None]
    finally:
        end_all(processes.values())


def end_all(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ask each group to end, then make it; the executor's workers and their tasks are in the scheduler's group."""
    started = list(processes)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        until = time.monotonic() + 5
        for process in started:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, until - time.monotonic()))


def log_tails(home: Path, lines: int = 25, width: int = 1500) -> str:
    """The end of every part's log and of every task's, for a test that failed."""
    tails = []
    for path in [*sorted(home.glob("*.log")), *sorted(home.glob("logs/dag_id=*/**/*.log"))]:
        tail = path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        tails.append("\n".join([f"--- {path.relative_to(home)}", *(line[:width] for line in tail)]))
    return "\n".join(tails)
