"""One run of the whole pipeline on four simulated quarters of two eras, shared by the tests that read its result."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.home import Home
from pipeline.reporter import Silent
from pipeline.run import RunResult, run
from pipeline.settings import Settings
from simulation.faers import simulate
from vocabulary.quarter import Quarter, parse_quarters
from warehouse.plan import DECLARED
from warehouse.query import open_published

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
QUARTERS = parse_quarters("2012q3..2012q4,2022q3..2022q4")


@dataclass(frozen=True)
class Finished:
    """A finished run and the truth of what went in."""

    home: Home
    source: Path
    result: RunResult

    @property
    def truth(self) -> dict[str, Any]:
        return json.loads((self.source / "truth.json").read_text())

    def open(self) -> duckdb.DuckDBPyConnection:
        return open_published(self.home.published)


def run_on(source: Path, root: Path, quarters: list[Quarter] | None = None, **changes: Any) -> Finished:
    """Run everything in process, silently, at a fixed time."""
    home = Home(root)
    settings = Settings(home=root, **changes)
    return Finished(home, source, run(home, settings, str(source), quarters, NOON, Silent()))


OF_THE_RUN = {"built_at", "landed_at", "previous_build_id", "comparison_outcome"}
"""Columns that say when and after what a build was made, not what it holds."""


def table_hashes(published: Path) -> dict[str, tuple[int, int]]:
    """Rows and an order-free hash of every table; times of landing and building are left out.

    So is signal_change: it tells this build from the one published before it, so that the way to a state of the
    data, and not the state alone, decides what it says. And meta.run_step: it tells how long the way took.
    """
    hashes = {}
    with open_published(published) as connection:
        for name, table in DECLARED.items():
            if name in {"mart.signal_change", "deduplicated.signal_change", "meta.run_step"}:
                continue
            columns = ", ".join(column for column in table.column_names if column not in OF_THE_RUN)
            hashes[name] = connection.execute(
                f"SELECT count(*), coalesce(bit_xor(hash({columns})), 0) FROM {name}"
            ).fetchall()[0]
    return hashes


@pytest.fixture(scope="session", name="run_on")
def run_on_fixture():
    """``run_on(source, root, quarters=None, **settings)``."""
    return run_on


@pytest.fixture(scope="session", name="table_hashes")
def table_hashes_fixture():
    """``table_hashes(published)``."""
    return table_hashes


@pytest.fixture(scope="session")
def four_quarters(tmp_path_factory) -> Finished:
    """Forty thousand reports in each of 2012q3, 2012q4, 2022q3 and 2022q4, with damage."""
    base = tmp_path_factory.getbasetemp()
    # Tests run in two processes; the second finds what the first has made, and its run has nothing new to do.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "four_quarters"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "source" / "truth.json").is_file():
            simulate(folder / "source", QUARTERS, 40_000, seed=7, damage=True)
        return run_on(folder / "source", folder / "home")


@pytest.fixture(scope="session")
def small_source(tmp_path_factory) -> Path:
    """Two small quarters, for tests that run the pipeline again and again."""
    folder = tmp_path_factory.mktemp("small")
    simulate(folder, parse_quarters("2022q3..2022q4"), 1_500, seed=11)
    return folder
