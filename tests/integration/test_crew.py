"""Quarters side by side give what one after the other gives, and one that fails stops no other."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest

from pipeline.crew import MANY, Crew
from pipeline.home import Home
from pipeline.landing import land_quarter, look
from pipeline.reporter import Silent
from pipeline.settings import Settings
from pipeline.staging import is_staged, stage
from simulation.faers import simulate
from vocabulary.errors import BuildError, SourceError
from vocabulary.quarter import parse_quarters

QUARTERS = parse_quarters("2021q1..2022q4")
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("eight")
    simulate(folder, QUARTERS, 300, seed=5, damage=True)
    return folder


def landed(source, root):
    home = Home(root)
    offer = look(str(source), QUARTERS, Settings(home=root), NOON)
    return home, [land_quarter(home, offer.found[quarter], quarter, NOON) for quarter in QUARTERS]


def staged(home, receipts, workers):
    with Crew(workers, Silent()) as crew:
        return list(crew.each("stage", stage, receipts, lambda receipt: (home, receipt)))


def test_side_by_side_is_one_after_the_other(source, tmp_path):
    assert len(QUARTERS) >= MANY
    manifests = []
    for workers in (1, 2):
        home, receipts = landed(source, tmp_path / str(workers))
        found = staged(home, receipts, workers)
        assert [receipt.quarter for receipt, _ in found] == QUARTERS
        assert all(outcome is True for _, outcome in found)
        manifests.append(
            [json.loads((home.staged(quarter) / "manifest.json").read_text())["tables"] for quarter in QUARTERS]
        )
    assert manifests[0] == manifests[1]


def test_one_that_fails_stops_no_other(source, tmp_path):
    home, receipts = landed(source, tmp_path)
    spoilt = home.raw / receipts[3].path
    spoilt.chmod(0o600)
    spoilt.write_bytes(spoilt.read_bytes()[:-2000])
    outcomes = dict(staged(home, receipts, 2))
    assert isinstance(outcomes.pop(receipts[3]), SourceError)
    assert all(outcome is True for outcome in outcomes.values())
    assert [is_staged(home, receipt) for receipt in receipts].count(True) == len(QUARTERS) - 1


def test_a_process_that_is_killed_is_named():
    with Crew(2, Silent()) as crew, pytest.raises(BuildError, match="KETAVIGIL_WORKERS=1"):
        list(crew.each("stage", os.abort, list(range(MANY)), lambda _: ()))
