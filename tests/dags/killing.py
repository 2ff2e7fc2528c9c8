"""An Airflow whose parts are killed at random and come back, as an operator's restart rules bring them back."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from scheduler_parts import PARTS, end_all

KINDS = ("task", "worker", "scheduler")


def settings() -> dict[str, str]:
    """A scheduler that notices within seconds that somebody is gone, and tries again at once."""
    return {
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "2",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1",
    }


@dataclass
class Victims:
    """The processes of an Airflow, by what they are.

    Attributes:
        home: folder of the logs.
        env: environment of the parts.
        parts: part to process.
        killed: kind and process title of each that was killed, in order.
    """

    home: Path
    env: dict[str, str]
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    killed: list[tuple[str, str]] = field(default_factory=list)
    generation: int = 0

    def start(self, name: str) -> None:
        """Start a part, or start it again."""
        with (self.home / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                [sys.executable, "-m", "airflow", *PARTS[name]],
                env=self.env, cwd=self.home, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def ended(self) -> list[str]:
        """Parts that are gone though nobody killed them."""
        return [name for name, process in self.parts.items() if process.poll() is not None]

    def kill(self, kind: str, rng: random.Random) -> bool:
        """Kill one process of that kind, hard; False where there is none just now."""
        tasks = [] if kind == "scheduler" else self._below(2)
        # A worker that has nothing to do waits with the lock of the executor's queue in its hand; killed then, it
        # takes the lock with it. One that has taken a task up and not yet said so takes the task with it. Either way
        # LocalExecutor stands still until the scheduler starts again: docs/airflow.md. So its task must be running.
        found = {
            "scheduler": self._scheduler,
            "worker": lambda: _parents([one for one in tasks if self._is_running(one)]),
            "task": lambda: tasks,
        }[kind]()
        if not found:
            return False
        victim = rng.choice(sorted(found, key=lambda one: one.pid))
        with suppress(psutil.NoSuchProcess):
            title = " ".join(victim.cmdline())[:120]
            victim.kill()
            self.killed.append((kind, title))
            if kind == "scheduler":
                self.parts["scheduler"].wait(10)
                self.start("scheduler")
            return True
        return False

    def _is_running(self, task: psutil.Process) -> bool:
        """Whether Airflow knows that this process's task runs: its id is the last word of the process's title."""
        with suppress(psutil.NoSuchProcess, IndexError):
            ti_id = " ".join(task.cmdline()).split()[-1]
            with closing(sqlite3.connect(self.home / "airflow.db", timeout=30)) as connection:
                query = "SELECT 1 FROM task_instance WHERE state = 'running' AND replace(id, '-', '') = ?"
                return bool(connection.execute(query, (ti_id.replace("-", ""),)).fetchall())
        return False

    def _scheduler(self) -> list[psutil.Process]:
        return [psutil.Process(self.parts["scheduler"].pid)]

    def _below(self, depth: int) -> list[psutil.Process]:
        """Processes so far below the scheduler: its executor's workers, and the tasks that they run."""
        level = self._scheduler()
        for _ in range(depth):
            found = []
            for process in level:
                with suppress(psutil.NoSuchProcess):
                    found += process.children()
            level = [one for one in found if _is_alive(one)]
        return level


def _parents(tasks: list[psutil.Process]) -> list[psutil.Process]:
    found = []
    for task in tasks:
        with suppress(psutil.NoSuchProcess):
            found += [parent for parent in [task.parent()] if parent is not None]
    return found


def _is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


@contextmanager
def mortal(home: Path, env: dict[str, str]) -> Iterator[Victims]:
    """Start the parts; all of them, and whatever they left behind, are gone when the block is left."""
    victims = Victims(home, {**env, "KETAVIGIL_TEST_OF": str(home)})
    try:
        for name in PARTS:
            victims.start(name)
        yield victims
    finally:
        end_all(victims.parts.values())
        for orphan in _marked(str(home)):  # tasks and workers of schedulers that were killed
            with suppress(psutil.NoSuchProcess):
                orphan.kill()


def _marked(home: str) -> list[psutil.Process]:
    """Processes of this test alone: they carry its folder in their environment."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get("KETAVIGIL_TEST_OF") == home:
                found.append(process)
    return found


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so; False where it is not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.3)
    return False
