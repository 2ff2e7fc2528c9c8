"""One query of each kind on a small published file."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from bench.queries import MART_QUERIES, SEED, VALUES
from pipeline.home import Home
from pipeline.reporter import Silent
from pipeline.run import run
from pipeline.settings import Settings
from simulation.faers import simulate
from vocabulary.quarter import parse_quarters
from warehouse.query import open_published


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("queries")
    quarters = parse_quarters("2022q4")
    simulate(folder / "source", quarters, 10_000, seed=1)
    home = Home(folder / "home")
    run(home, Settings(home=home.root), str(folder / "source"), quarters, datetime(2026, 7, 1, tzinfo=UTC), Silent())
    with open_published(home.published) as connection:
        yield connection


@pytest.mark.parametrize("sql", MART_QUERIES, ids=lambda sql: sql.partition("FROM ")[2].partition(" ")[0])
def test_query(benchmark, published, sql):
    chosen = random.Random(SEED)
    values = {name: [row[0] for row in published.execute(known).fetchall()] for name, known in VALUES.items()}
    given = {name: chosen.choice(found) for name, found in values.items() if f"${name}" in sql}
    benchmark(lambda: published.execute(sql, given).fetchall())
