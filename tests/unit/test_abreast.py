"""Steps of a build side by side: nothing is read before it is made, and who shares a lane takes turns."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass, field

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
from vocabulary.errors import BuildError
from warehouse.parts.abreast import make_all
from warehouse.parts.update import SIGHTINGS_ABREAST, Afresh, Decision
from warehouse.plan import Step, in_order


def step(target, *reads):
    return Step(target, frozenset(reads), lambda _: None)


@dataclass
class Watched:
    """A maker that notes what runs beside what, and what was made when a step began."""

    lanes: dict[str, str] = field(default_factory=dict)
    together: threading.Barrier | None = None
    failing: str = ""
    made: dict[str, object] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def lane(self, step):
        return self.lanes.get(step.target)

    def run(self, step, connection):
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
        self.begun.append(step.target)
        beside = [name for name in self.running if self.lanes.get(name, name) == self.lanes.get(step.target)]
        self.faults += [f"{step.target} beside {name}" for name in beside]
        self.faults += [f"{step.target} before {name}" for name in step.reads if name not in self.made]
        self.running.append(step.target)
        if self.together is not None:
            self.together.wait(timeout=20)
        if step.target == self.failing:
            raise BuildError("it did not work")
        self.running.remove(step.target)
        self.made[step.target] = None
        return Decision(step.target, "made anew", "")


@pytest.fixture
def connection():
    with duckdb.connect() as made:
        yield made


def test_what_need_not_wait_runs_side_by_side(connection):
    maker = Watched(together=threading.Barrier(2))  # each waits until the other has begun
    make_all(connection, [step("a"), step("b")], maker, 2, lambda *_: None)
    assert sorted(maker.made) == ["a", "b"]


def test_decisions_come_in_the_order_of_the_steps_with_their_seconds(connection):
    steps = in_order([step("a"), step("b", "a", "staged.report"), step("c")])
    told = []
    plan = make_all(connection, steps, Watched(), 2, lambda *what: told.append(what))
    assert [one.table for one in plan] == [one.target for one in steps]
    assert all(one.seconds >= 0 for one in plan)
    assert [number for _, number, _ in told] == [1, 2, 3]


def test_what_most_wait_for_begins_first(connection):
    maker = Watched()
    steps = [step("a"), step("b"), step("c", "b"), step("d", "c")]
    make_all(connection, steps, maker, 1, lambda *_: None)
    assert maker.begun == ["b", "c", "a", "d"]


def test_one_that_fails_ends_all_and_nothing_more_begins(connection):
    maker = Watched(failing="b")
    with pytest.raises(BuildError, match="did not work"):
        make_all(connection, [step("a"), step("b"), step("c", "b")], maker, 2, lambda *_: None)
    assert "c" not in maker.begun


def test_steps_read_the_reviewed_tables_that_the_caller_reads(connection, tmp_path):
    seen = []

    class Asking(Watched):
        def run(self, step, connection):
            seen.append(reference.source().folder)
            return super().run(step, connection)

    shutil.copytree(reference.FOLDER, tmp_path / "reviewed")
    with reference.using(tmp_path / "reviewed"):
        make_all(connection, [step("a"), step("b")], Asking(), 2, lambda *_: None)
        assert seen == [tmp_path / "reviewed"] * 2


def test_what_runs_beside_one_that_fails_is_not_waited_for(connection):
    begun = threading.Event()

    class Endless(Watched):
        def run(self, step, connection):
            if step.target == "long":
                begun.set()
                connection.execute("SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b").fetchall()
            assert begun.wait(20)
            return super().run(step, connection)

    with pytest.raises(BuildError, match="did not work"):
        make_all(connection, [step("long"), step("other")], Endless(failing="other"), 2, lambda *_: None)


@given(
    reads=st.lists(st.sets(st.integers(0, 11)), min_size=1, max_size=12),
    lanes=st.lists(st.sampled_from(["", "x", "y"]), min_size=12, max_size=12),
    abreast=st.integers(1, 3),
)
def test_in_any_plan_nothing_is_read_before_it_is_made_and_no_lane_is_used_twice(reads, lanes, abreast):
    steps = [
        step(f"t{number}", *(f"t{other}" for other in others if other < number)) for number, others in enumerate(reads)
    ]
    maker = Watched(lanes={f"t{number}": lane for number, lane in enumerate(lanes) if lane})
    with duckdb.connect() as connection:
        make_all(connection, steps, maker, abreast, lambda *_: None)
    assert maker.faults == []
    assert sorted(maker.made) == sorted(one.target for one in steps)


@dataclass
class Sized:
    """Slices of so many sightings."""

    sighting_count: int


@pytest.mark.parametrize("target", ["core.report_drug", "work.linkage_case", "work.case_term", "meta.unmapped_name"])
def test_tables_with_rows_of_cases_take_turns_where_there_are_many(target):
    few, many = (Afresh(Sized(count), "code", {}) for count in (SIGHTINGS_ABREAST, SIGHTINGS_ABREAST + 1))
    assert few.lane(step(target)) is None
    assert many.lane(step(target)) is not None


@pytest.mark.parametrize("target", ["mart.side_effect_reporting", "work.deduplicated.pair", "meta.gps_prior"])
def test_tables_of_counts_may_always_be_made_beside_them(target):
    assert Afresh(Sized(100 * SIGHTINGS_ABREAST), "code", {}).lane(step(target)) is None


def test_the_largest_marts_take_turns():
    maker = Afresh(Sized(1), "code", {})
    lanes = {maker.lane(step(f"mart.{name}")) for name in ("side_effect_comparison", "side_effect_sensitivity")}
    assert lanes == {"frames"}
