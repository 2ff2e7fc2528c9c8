"""What the simulator planted is what the published file says, to the last case and line."""

from __future__ import annotations

import polars as pl
import pytest

CELLS = ["a", "b", "c", "d"]
EVERYBODY = "WHERE context = 'all' AND route_group = 'all'"
KEYS = ["exposure", "comparator", "side_effect", "definition", "role_scope"]


def test_cases_and_universe(four_quarters):
    with four_quarters.open() as connection:
        found = connection.execute("SELECT count(*), count(*) FILTER (is_in_universe) FROM core.report").fetchall()[0]
    assert found == (four_quarters.truth["cases"], four_quarters.truth["universe"])


def test_exclusions_by_quarter_and_reason(four_quarters):
    with four_quarters.open() as connection:
        rows = connection.execute("SELECT quarter, reason, sighting_count FROM meta.exclusion_count").fetchall()
    planted = {
        (quarter, reason): count
        for quarter, reasons in four_quarters.truth["excluded_by_quarter"].items()
        for reason, count in reasons.items()
        if count
    }
    assert {(quarter, reason): count for quarter, reason, count in rows} == planted
    assert {reason for _, reason in planted} == {
        "no_case_id", "duplicate_row", "conflicting_row", "conflicting_case", "superseded", "deleted"
    }  # fmt: skip


@pytest.mark.parametrize(
    "count", ["lines_in_file", "lines_from_splits", "lines_read", "rows_loaded", "lines_rejected", "lines_blank"]
)
def test_line_accounts(four_quarters, count):
    with four_quarters.open() as connection:
        rows = connection.execute(f"SELECT quarter, table_name, {count} FROM meta.line_account").fetchall()
    planted = {
        (quarter, table): account[count]
        for quarter, tables in four_quarters.truth["tables"].items()
        for table, account in tables.items()
    }
    assert {(quarter, table): found for quarter, table, found in rows if (quarter, table) in planted} == planted
    assert sum(planted.values()) > 0


def test_rejected_lines_by_reason(four_quarters):
    with four_quarters.open() as connection:
        rows = connection.execute(
            "SELECT quarter, table_name, reason, count(*) FROM meta.rejected_line GROUP BY ALL"
        ).fetchall()
    assert {row[:3]: row[3] for row in rows} == _planted(four_quarters.truth, "rejected")


def test_repairs_by_kind(four_quarters):
    with four_quarters.open() as connection:
        rows = connection.execute("SELECT quarter, table_name, repair, line_count FROM meta.repair").fetchall()
    assert {row[:3]: row[3] for row in rows} == _planted(four_quarters.truth, "repairs")


def test_every_cell_of_every_comparison(four_quarters):
    truth = pl.read_parquet(four_quarters.source / "truth_comparison.parquet").select(*KEYS, *CELLS)
    with four_quarters.open() as connection:
        found = connection.sql(f"SELECT {', '.join(KEYS + CELLS)} FROM mart.side_effect_comparison {EVERYBODY}").pl()
    assert found.sort(KEYS).equals(truth.sort(KEYS).cast(found.schema))
    assert truth.height > 20_000
    assert truth.filter(pl.col("exposure") == "ketamine")["a"].sum() > 0


def test_seriousness_of_every_exposure(four_quarters):
    path = four_quarters.source / "truth_reporting.parquet"
    truth = pl.read_parquet(path)
    with four_quarters.open() as connection:
        found = connection.sql(f"SELECT {', '.join(truth.columns)} FROM mart.side_effect_reporting {EVERYBODY}").pl()
    keys = ["exposure", "side_effect", "definition", "role_scope"]
    assert found.sort(keys).equals(truth.sort(keys).cast(found.schema))


def _planted(truth, what):
    return {
        (quarter, table, name): count
        for quarter, tables in truth["tables"].items()
        for table, account in tables.items()
        for name, count in account[what].items()
        if count
    }
