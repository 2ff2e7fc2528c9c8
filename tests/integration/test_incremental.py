"""A build that goes on from another has the tables of one that is made anew, whatever has changed in between."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

import reference
from pipeline import building
from pipeline.home import Home
from pipeline.reporter import Silent
from pipeline.run import RunResult, take_in_quarters
from pipeline.settings import Settings
from simulation.faers import simulate
from vocabulary.quarter import parse_quarters
from warehouse import build as warehouse_build
from warehouse.content import contents
from warehouse.parts import slices
from warehouse.parts.base import find_base

QUARTERS = parse_quarters("2012q2..2012q4,2019q1,2022q3..2022q4")
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
OF_THE_WAY = {"meta.run_step"}
"""Tells how long steps took."""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """What a build of six small quarters is made from; a second version of one of them is at ``other``."""
    root = tmp_path_factory.mktemp("incremental")
    kept = {}
    for name, seed in (("home", 5), ("other", 6)):
        simulate(root / f"{name}-source", QUARTERS, 700, seed=seed, damage=True)
        home = Home(root / name)
        settings = Settings(home=home.root, workers=1)
        take_in_quarters(home, settings, str(root / f"{name}-source"), None, NOON, Silent(), RunResult())
        kept[name] = _inputs(home, settings)
    return kept


def _inputs(home, settings):
    given = []
    original = warehouse_build.build
    warehouse_build.build = lambda inputs, _: given.append(inputs) or []
    try:
        building.build_warehouse(home, settings, NOON, rebuild=True)
    finally:
        warehouse_build.build = original
    return replace(given[0], previous=None)


def without(inputs, *quarters):
    return replace(
        inputs,
        **{
            name: {quarter: value for quarter, value in getattr(inputs, name).items() if str(quarter) not in quarters}
            for name in ("quarters", "rejected", "fingerprints")
        },
    )


def with_other(inputs, other, quarter):
    """The same with one quarter as it was published again."""
    changes = {}
    for name in ("quarters", "rejected", "fingerprints"):
        new = {one: value for one, value in getattr(other, name).items() if str(one) == quarter}
        assert new
        changes[name] = getattr(inputs, name) | new
    return replace(inputs, **changes)


class Builds:
    """A folder of builds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def anew(self, inputs, name="anew"):
        warehouse_build.build(replace(inputs, base=None), self.folder / f"{name}.duckdb")
        return self.read(name)

    def on_top(self, inputs, name="on_top"):
        base = find_base(self.folder, inputs.code)
        assert base is not None
        self.plan = warehouse_build.build(replace(inputs, base=base), self.folder / f"{name}.duckdb")
        return self.read(name)

    def read(self, name):
        with duckdb.connect(self.folder / f"{name}.duckdb", read_only=True) as connection:
            return {table: held for table, held in contents(connection).items() if table not in OF_THE_WAY}


@pytest.fixture(scope="module")
def made(inputs, tmp_path_factory):
    """A build of all six quarters, and what its tables hold."""
    builds = Builds(tmp_path_factory.mktemp("made"))
    return builds, builds.anew(inputs["home"])


@pytest.fixture
def builds(made, tmp_path):
    """A folder with that build, to go on from."""
    shutil.copytree(made[0].folder, tmp_path / "builds")
    return Builds(tmp_path / "builds")


def test_quarters_that_come_go_and_change_lead_to_the_tables_of_all_at_once(inputs, builds, made, monkeypatch):
    monkeypatch.setattr("warehouse.parts.delta.CASES_AT_ONCE", 30)
    home, other = inputs["home"], inputs["other"]
    builds.on_top(without(home, "2012q3", "2022q4"), "fewer")
    again = builds.on_top(with_other(without(home, "2012q3"), other, "2019q1"), "again")
    found = builds.on_top(home, "all")
    assert found == made[1] != again
    done = {one.table: one.what for one in builds.plan}
    assert done["core.report_drug"] == done["work.pair"] == "changed in part"
    assert done["core.exposure"] == "kept"
    why = {one.table: one.why for one in builds.plan}
    assert why["work.sighting"] == "changed: staged.report, work.repeated_row"


CHANGES = {
    "substance_name": lambda rows: pl.concat([rows.filter(pl.col("name") != "SPRAVATO"), _synonym(rows)]),
    "side_effect_term": lambda rows: rows.filter(pl.col("term") != "Dizziness"),
    "term_alias": lambda rows: rows.gather_every(2),
    "substance_class": lambda rows: rows.filter(pl.col("substance") != "sertraline"),
    "indication_context": lambda rows: rows.filter(pl.col("context") != "depression"),
    "route_group": lambda rows: rows.filter(pl.col("route_group") != "intravenous"),
    "region": lambda rows: rows.filter(pl.col("country_code") != "US"),
    "interaction_group": lambda rows: rows.gather_every(2),
}


def _synonym(rows):
    return rows.filter(pl.col("name") == "KETAMINE").with_columns(name=pl.lit("IBUPROFEN"))


@pytest.fixture
def reviewed(tmp_path):
    """``with reviewed(changes)``: changed reviewed tables in the place of those of the project."""

    def change(changes):
        folder = tmp_path / "reference"
        shutil.copytree(reference.FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        for table, changed in changes.items():
            changed(pl.read_csv(folder / f"{table}.csv", infer_schema=False)).write_csv(folder / f"{table}.csv")
        return reference.using(folder)

    return change


def test_changes_of_reviewed_tables_equal_all_anew(inputs, builds, made, reviewed):
    with reviewed(CHANGES):
        found = builds.on_top(inputs["home"])
        plan = builds.plan
        assert found == builds.anew(inputs["home"], "expected") != made[1]
    kept = {one.table for one in plan if one.what == "kept"}
    assert {"core.report_indication", "core.drug_name", "work.version"} <= kept
    assert "core.report_drug" in kept


def test_where_only_some_cases_are_compared_a_change_leads_to_the_tables_of_all_at_once(inputs, builds, made, reviewed):
    some = replace(inputs["home"], duplicate_most_cases=10)
    expected = builds.anew(some, "some")
    assert expected["meta.duplicate_linkage"] != made[1]["meta.duplicate_linkage"]
    builds.on_top(without(some, "2022q4"), "fewer")
    assert builds.on_top(some, "more") == expected
    with reviewed({"substance": lambda rows: rows.filter(pl.col("substance") != "sertraline")} | CHANGES):
        found = builds.on_top(some, "reviewed")
        plan = {one.table: one.what for one in builds.plan}
        assert found == builds.anew(some, "expected")
    assert plan["work.linkage_told"] == "changed in part"


def test_slices_equal_the_whole(inputs, builds, made):
    assert builds.anew(replace(inputs["home"], slice_sightings=1), "sliced") == made[1]


def test_scratch_tables_that_are_damaged_or_of_other_code_are_no_base(inputs, builds):
    assert find_base(builds.folder, inputs["home"].code) is not None
    assert find_base(builds.folder, "other code") is None
    (builds.folder / "work" / "anew.duckdb").write_bytes(b"not a database")
    assert find_base(builds.folder, inputs["home"].code) is None


def test_no_row_of_a_patient_is_kept_to_go_on_from(made):
    with duckdb.connect(made[0].folder / "work" / "anew.duckdb", read_only=True) as connection:
        tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert "case_term" in tables
    assert not {name for name in tables if "clinic" in name}


def test_a_quarter_is_never_cut(inputs):
    parts = slices.cut(inputs["home"].quarters, 1)
    assert [one.quarters for one in parts] == [(quarter,) for quarter in sorted(QUARTERS)]
