"""A change that nobody can follow makes everything anew, and the plan says why."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
import pytest

from vocabulary.errors import BuildError
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


def test_a_change_of_too_many_cases_is_not_followed(delta, monkeypatch):
    monkeypatch.setattr("warehouse.parts.delta.MOST_CASES", 10)
    delta._add_cases("SELECT unnest(range(10)) AS case_id")
    with pytest.raises(NotInPartsError, match="touches 11 cases"):
        delta._add_cases("SELECT unnest(range(11)) AS case_id")


@dataclass(frozen=True)
class Given:
    base: object
    quarters: object = (Quarter(2022, 4),)
    memory_limit: str = "1GB"


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


class Kept:
    """A build to go on from, of which nothing need be copied."""

    def copy_to(self, *_: object) -> None:
        """Nothing."""


@pytest.mark.parametrize(("base", "error"), [(Kept(), NotInPartsError), (None, BuildError)])
def test_a_change_that_needs_too_much_memory_is_made_anew_and_else_the_remedy_is_named(
    base, error, monkeypatch, tmp_path
):
    def fill(*_):
        raise duckdb.OutOfMemoryException("failed to pin block")

    monkeypatch.setattr(warehouse_build, "_fill", fill)
    with pytest.raises(error, match="needs more memory than 1GB") as raised:
        warehouse_build._build(Given(base), tmp_path / "x.duckdb")
    assert base is not None or "KETAVIGIL_MEMORY_LIMIT" in str(raised.value)
    assert list(tmp_path.iterdir()) == []
