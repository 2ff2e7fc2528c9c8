"""What is told of two builds, and what a build does with a published file that it cannot compare with."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from vocabulary.tables.mart.side_effect import SIDE_EFFECT_COMPARISON
from vocabulary.tables.mart.time import SIGNAL_CHANGE
from vocabulary.tables.meta import BUILD
from warehouse.marts.time_change import (
    COMPARED,
    NOTHING_PUBLISHED,
    OTHER_KIND,
    SCHEMAS,
    UNREADABLE,
    change_steps,
    noted,
    read_previous,
)

BUILD_ROW = {
    "build_id": "old", "built_at": None, "code_version": "c", "reference_version": "r", "first_quarter": "2020q1",
    "last_quarter": "2020q1", "quarter_count": 1, "is_simulated": False, "has_incomplete_quarter": False,
    "previous_build_id": "older", "comparison_outcome": COMPARED,
}  # fmt: skip


def build_row(**changes):
    return pl.DataFrame([{**BUILD_ROW, **changes}], schema=BUILD.polars_schema)


def comparison(a=3, *met, **changes):
    row = dict.fromkeys(SIDE_EFFECT_COMPARISON.column_names)
    row |= {"exposure": "ketamine", "comparator": "rest", "side_effect": "nausea", "definition": "broad",
            "role_scope": "suspect", "context": "all", "route_group": "all", "a": a, "ror_lower_95": a / 2,
            "ic_lower_95": a / 4}  # fmt: skip
    row |= {name: False for name in row if name.startswith("meets_")} | {f"meets_{name}": True for name in met}
    return row | changes


def warehouse(path, rows, build=None):
    with duckdb.connect(path) as connection:
        connection.execute("CREATE SCHEMA mart; CREATE SCHEMA deduplicated; CREATE SCHEMA meta")
        changed = pl.DataFrame(schema=SIGNAL_CHANGE.polars_schema)
        compared = pl.DataFrame(rows, schema=SIDE_EFFECT_COMPARISON.polars_schema)
        for name, frame in (
            (BUILD.full_name, build_row() if build is None else build),
            *((f"{schema}.{SIDE_EFFECT_COMPARISON.name}", compared) for schema in SCHEMAS),
            *((f"{schema}.{SIGNAL_CHANGE.name}", changed) for schema in SCHEMAS),
        ):
            connection.register("frame", frame)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
            connection.unregister("frame")
    return path


@pytest.fixture
def changes(tmp_path):
    """``changes(before, now)``: rows of mart.signal_change as (subject, change, what, numbers)."""

    def run(before, now):
        previous = read_previous(warehouse(tmp_path / "old.duckdb", before), build_row(build_id="new"))
        assert (previous.outcome, previous.build_id) == (COMPARED, "old")
        path = warehouse(tmp_path / "new.duckdb", now)
        with duckdb.connect(path) as connection:
            counted = []
            for step in change_steps(previous):
                connection.execute(f"DROP TABLE {step.target}")
                step.run(connection)
                counted.append(connection.sql(f"SELECT * FROM {step.target}").pl())
            assert counted[0].equals(counted[1])
            rows = counted[0].to_dicts()
        assert {row["previous_build_id"] for row in rows} <= {"old"}
        return [
            (row["subject"], row["change"],
             tuple(row[name] for name in ("exposure", "comparator", "side_effect", "criterion")),
             tuple(row[name] for name in ("previous_a", "a", "previous_ror_lower_95", "ror_lower_95")))
            for row in rows
        ]  # fmt: skip

    return run


def test_what_is_the_same_is_not_told(changes):
    assert changes([comparison(3, "ror", "ic")], [comparison(9, "ror", "ic")]) == []


def test_criteria_newly_met_and_no_longer_met(changes):
    assert changes([comparison(3, "ror", "ic")], [comparison(9, "ror", "evans")]) == [
        ("criterion", "new", ("ketamine", "rest", "nausea", "evans"), (3, 9, 1.5, 4.5)),
        ("criterion", "gone", ("ketamine", "rest", "nausea", "ic"), (3, 9, 1.5, 4.5)),
    ]


def test_one_that_was_not_judged_was_not_met(changes):
    assert changes([comparison(3, meets_eb05=None)], [comparison(3, "eb05", meets_mhra=None)]) == [
        ("criterion", "new", ("ketamine", "rest", "nausea", "eb05"), (3, 3, 1.5, 1.5))
    ]


def test_only_all_contexts_and_routes_are_compared(changes):
    now = [comparison(3), comparison(9, "ror", context="pain"), comparison(9, "ror", route_group="intranasal")]
    assert changes([comparison(3)], now) == []


def test_whole_exposures_comparators_and_side_effects(changes):
    kept = comparison(3)
    before = [kept, comparison(4, "ror", side_effect="memory"), comparison(5, comparator="sertraline")]
    now = [kept, comparison(6, "ic", exposure="arketamine"), comparison(7, side_effect="sedation")]
    nothing = (None,) * 4
    assert changes(before, now) == [
        ("criterion", "new", ("arketamine", "rest", "nausea", "ic"), (None, 6, None, 3.0)),
        ("criterion", "gone", ("ketamine", "rest", "memory", "ror"), (4, None, 2.0, None)),
        ("exposure", "new", ("arketamine", None, None, None), nothing),
        ("exposure", "gone", ("sertraline", None, None, None), nothing),
        ("side_effect", "gone", (None, None, "memory", None), nothing),
        ("side_effect", "new", (None, None, "sedation", None), nothing),
    ]


def test_the_same_build_keeps_its_own_changes(tmp_path):
    path = warehouse(tmp_path / "old.duckdb", [comparison()])
    previous = read_previous(path, build_row(build_id="old"))
    assert previous.comparison is None
    assert previous.carried_over is not None
    row = noted(build_row(build_id="old", previous_build_id=None, comparison_outcome=None), previous).to_dicts()[0]
    assert (row["previous_build_id"], row["comparison_outcome"]) == ("older", COMPARED)


def older_schema(path):
    with duckdb.connect(warehouse(path, [comparison()])) as connection:
        connection.execute("ALTER TABLE mart.side_effect_comparison DROP COLUMN route_group")


@pytest.mark.parametrize(
    ("make", "outcome"),
    [
        (lambda path: None, NOTHING_PUBLISHED),
        (lambda path: path.write_bytes(b"no database" * 500), UNREADABLE),
        (lambda path: duckdb.connect(path).close(), UNREADABLE),
        (lambda path: warehouse(path, [], build_row().clear()), UNREADABLE),
        (older_schema, UNREADABLE),
        (lambda path: warehouse(path, [comparison()], build_row(is_simulated=True)), OTHER_KIND),
    ],
)
def test_what_cannot_be_compared_with_gives_no_rows_and_says_why(tmp_path, make, outcome):
    path = tmp_path / "published.duckdb"
    make(path)
    previous = read_previous(path, build_row(build_id="new"))
    assert previous.outcome == outcome
    assert noted(build_row(), previous)["previous_build_id"].to_list() == [None]
    with duckdb.connect() as connection:
        for step in change_steps(previous):
            connection.execute(f"CREATE SCHEMA {step.target.partition('.')[0]}")
            step.run(connection)
            assert connection.execute(f"SELECT count(*) FROM {step.target}").fetchall() == [(0,)]
