"""A change that nobody can follow makes everything anew, and the plan says why."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
import pytest

from vocabulary.quarter import Quarter
from warehouse import build as warehouse_build
from warehouse.parts.delta import Delta, NotInPartsError


@pytest.fixture
def delta():
    with duckdb.connect() as connection:
        for database in ("work", "staged", "part"):
            connection.execute(f"ATTACH ':memory:' AS {database}")
        connection.execute("CREATE TABLE work.context_rank (context VARCHAR, context_rank INTEGER)")
        connection.execute("CREATE TABLE work.probable_duplicate (case_id BIGINT)")
        yield Delta(connection, {}, frozenset())


def test_a_small_table_that_is_not_known_cannot_be_followed(delta):
    assert delta.can_follow(frozenset({"work.context_rank"})) == "work.context_rank"


@pytest.mark.parametrize(
    "name", ["core.side_effect_term", "work.term_number", "work.case_term", "staged.report", "work.probable_duplicate"]
)
def test_what_tells_its_cases_can_be_followed(delta, name):
    assert delta.can_follow(frozenset({name})) is None


@dataclass(frozen=True)
class Given:
    base: object
    quarters: object = (Quarter(2022, 4),)


def test_then_all_is_made_anew_and_the_plan_says_why(monkeypatch, tmp_path):
    tried = []

    def build(inputs, _):
        tried.append(inputs.base)
        if inputs.base is not None:
            raise NotInPartsError("work.case_context reads work.context_rank")
        return [warehouse_build.Decision("core.report", "made anew", "nothing to go on from")]

    monkeypatch.setattr(warehouse_build, "_build", build)
    plan = warehouse_build.build(replace(Given("a build")), tmp_path / "x.duckdb")
    assert tried == ["a build", None]
    assert [one.table for one in plan] == ["all tables", "core.report"]
    assert "context_rank" in plan[0].why
