"""A finished warehouse is held to its declarations and identities."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from expectations import IdentityCheck, Result, status_of, validate_warehouse
from vocabulary.errors import BuildError
from vocabulary.table import Column, Kind, Table

VISIT = Table(
    "core",
    "visit",
    "One row per visit.",
    (
        Column("visit_id", Kind.BIGINT, "Visit.", nullable=False),
        Column("day", Kind.SHORT, "Day.", nullable=False),
        Column("dose_mg", Kind.DOUBLE, "Dose.", unit="mg", minimum=0, maximum=500),
        Column("route", Kind.TEXT, "Route.", allowed=("iv", "im")),
    ),
    key=("visit_id", "day"),
)
DAY = Table("mart", "day", "One row per day.", (Column("day", Kind.SHORT, "Day.", nullable=False),), key=("day",))
TABLES = (VISIT, DAY)
ADDS_UP = IdentityCheck(
    "days_add_up",
    "mart.day",
    "SELECT abs((SELECT count(DISTINCT day) FROM core.visit) - (SELECT count(*) FROM mart.day))",
    "Every day of a visit is a day.",
)


@pytest.fixture
def warehouse(tmp_path) -> Path:
    """Ten visits on ten days, sorted by nothing in particular."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(path) as connection:
        for table in TABLES:
            connection.execute(f"CREATE SCHEMA {table.schema}")
            connection.execute(table.create_sql)
        connection.execute("INSERT INTO core.visit SELECT 20 - range, range, 100, 'iv' FROM range(10)")
        connection.execute("INSERT INTO mart.day SELECT range FROM range(10)")
    return path


def spoil(path: Path, statement: str) -> None:
    with duckdb.connect(path) as connection:
        connection.execute(statement)


def checked(path: Path, checks: tuple[tuple[str, str, str, str], ...] = (ADDS_UP,)) -> list[Result]:
    return validate_warehouse(path, TABLES, checks, docs=path.parent / "quality", threads=1, memory_limit="500MB")


def broken(results: list[Result]) -> set[str]:
    return {f"{result.table_name}.{result.rule}" for result in results if not result.is_success}


def test_a_whole_warehouse_passes(warehouse):
    results = checked(warehouse)
    assert status_of(tuple(results)) == "passed"
    assert [f"{result.table_name}.{result.rule}" for result in results] == [
        "core.visit.missing_table",
        "core.visit.null_value_count",
        "core.visit.other_value_count",
        "core.visit.out_of_range_count",
        "core.visit.column_difference",
        "core.visit.repeated_key",
        "mart.day.missing_table",
        "mart.day.null_value_count",
        "mart.day.column_difference",
        "mart.day.repeated_key",
        "mart.day.days_add_up",
    ]


def test_the_columns_that_are_broken_are_named(warehouse):
    spoil(warehouse, "UPDATE core.visit SET dose_mg = 501 WHERE day < 3")
    (sentence,) = [result.sentence for result in checked(warehouse) if not result.is_success]
    assert "dose_mg 3" in sentence


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE core.visit SET dose_mg = 501 WHERE day = 3", {"core.visit.out_of_range_count"}),
        ("UPDATE core.visit SET dose_mg = NULL, route = NULL", set()),
        ("UPDATE core.visit SET route = 'it''s' WHERE day < 2", {"core.visit.other_value_count"}),
        ("INSERT INTO core.visit SELECT * FROM core.visit WHERE day = 4", {"core.visit.repeated_key"}),
        ("INSERT INTO core.visit SELECT visit_id, day + 1, dose_mg, route FROM core.visit WHERE day < 9", set()),
        ("DELETE FROM mart.day WHERE day = 4", {"mart.day.days_add_up"}),
        ("DROP TABLE mart.day; CREATE TABLE mart.day AS SELECT 1::SMALLINT AS day", {"mart.day.days_add_up"}),
        (
            "ALTER TABLE core.visit ALTER visit_id DROP NOT NULL; UPDATE core.visit SET visit_id = NULL WHERE day = 1",
            {"core.visit.null_value_count"},
        ),
        ("ALTER TABLE core.visit DROP dose_mg", {"core.visit.column_difference"}),
        ("ALTER TABLE core.visit ADD COLUMN note VARCHAR", {"core.visit.column_difference"}),
        ("ALTER TABLE core.visit ALTER route TYPE BLOB", {"core.visit.column_difference"}),
    ],
)
def test_one_change_breaks_its_rule(warehouse, statement, expected):
    spoil(warehouse, statement)
    assert broken(checked(warehouse)) == expected


def test_a_missing_table_is_named_and_the_others_are_checked(warehouse):
    spoil(warehouse, "DROP TABLE core.visit")
    results = checked(warehouse, ())
    assert broken(results) == {"core.visit.missing_table"}
    assert "core.visit" in next(result.sentence for result in results if not result.is_success)


def test_the_page_lists_warehouse_and_broken_identity(warehouse):
    spoil(warehouse, "DELETE FROM mart.day WHERE day = 4")
    checked(warehouse)
    docs = warehouse.parent / "quality"
    page = (docs / "validations" / "warehouse.html").read_text()
    assert "Every day of a visit is a day." in page
    assert "warehouse: failed" in page
    assert "validations/warehouse.html" in (docs / "index.html").read_text()
    assert warehouse.stat().st_size > 0


def test_nothing_is_written_to_the_warehouse(warehouse):
    before = warehouse.read_bytes()
    checked(warehouse)
    assert warehouse.read_bytes() == before
    assert {entry.name for entry in warehouse.parent.iterdir()} == {"warehouse.duckdb", "quality"}


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 0 FROM core.absent", "The check mine cannot be run"),
        ("SELECT NULL", "must give one number"),
        ("SELECT day FROM mart.day", "must give one number"),
    ],
)
def test_a_check_that_cannot_be_run_is_named(warehouse, sql, message):
    with pytest.raises(BuildError, match=message):
        checked(warehouse, (("mine", "mart.day", sql, "So it is."),))


def test_a_file_that_is_no_warehouse_is_named(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(BuildError, match=r"warehouse\.duckdb cannot be opened to be checked"):
        checked(path)
