"""Reviewed corrections: applied over what was staged, accounted for, and refused where the rows are not as expected."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

import reference
from vocabulary.errors import BuildError
from vocabulary.tables import staged
from warehouse.corrections import correct_staged, reviewed_corrections
from warehouse.plan import frame_step

COLUMNS = reference.read("corrections").columns


def correction(**given):
    row = {
        "table_name": "report_drug", "quarter": "2020q1", "report_id": "11", "source_line": "2", "action": "set",
        "column_name": "role", "expected_value": "PS", "new_value": "C", "expected_rows": "1",
        "reason": "a reason", "source": "a source",
    }  # fmt: skip
    return {**row, **given}


def frame(*rows):
    return pl.DataFrame([*rows], schema=dict.fromkeys(COLUMNS, pl.String))


ROWS = {
    "report": [{"report_id": 11, "case_version": 1}, {"report_id": 21, "case_version": 1}],
    "report_drug": [
        {"report_id": 11, "role": "PS", "reported_drug_name": "KETAMINE", "drug_sequence": 1},
        {"report_id": 11, "role": "C", "reported_drug_name": "SERTRALINE", "drug_sequence": 2},
        {"report_id": 21, "role": "PS", "reported_drug_name": "ASPIRIN", "drug_sequence": 1},
    ],
}


@pytest.fixture
def connection():
    """Two reports of 2020q1: the first with two drugs, the second with one."""
    with duckdb.connect() as opened:
        opened.execute("ATTACH ':memory:' AS staged")
        for table in (*staged.FAERS_TABLES.values(), staged.DELETED_CASE):
            schema = {**table.polars_schema, "quarter": pl.String()}
            given = [
                {"quarter": "2020q1", "source_line": line, "source_part": 1, **row}
                for line, row in enumerate(ROWS.get(table.name, ()), start=2)
            ]
            made = pl.DataFrame([{name: row.get(name) for name in schema} for row in given], schema=schema)
            opened.register("made", made)
            opened.execute(f"CREATE TABLE staged.all_{table.name} AS SELECT * FROM made")
            opened.execute(f"CREATE VIEW staged.{table.name} AS SELECT * FROM staged.all_{table.name}")
        yield opened


def drugs(connection):
    return connection.execute(
        "SELECT report_id, role, reported_drug_name FROM staged.report_drug ORDER BY source_line"
    ).fetchall()


def test_without_corrections_the_views_stay_as_they_are(connection):
    correct_staged(connection, frame(), {"2020q1"})
    assert len(drugs(connection)) == 3
    views = connection.execute("SELECT view_name FROM duckdb_views() WHERE view_name LIKE '%as_loaded'").fetchall()
    assert views == []
    assert connection.execute("SELECT count(*) FROM staged.correction").fetchall() == [(0,)]


def test_a_value_is_set_in_one_row(connection):
    correct_staged(connection, frame(correction()), {"2020q1"})
    assert drugs(connection) == [(11, "C", "KETAMINE"), (11, "C", "SERTRALINE"), (21, "PS", "ASPIRIN")]
    assert connection.execute("SELECT correction_line, corrected_rows FROM staged.correction").fetchall() == [(2, 1)]


def test_a_value_is_taken_away(connection):
    taken = correction(column_name="drug_sequence", expected_value="1", new_value=None)
    correct_staged(connection, frame(taken), {"2020q1"})
    assert connection.execute("SELECT drug_sequence FROM staged.report_drug WHERE source_line = 2").fetchall() == [
        (None,)
    ]


def test_all_rows_of_a_report_are_dropped_and_counted(connection):
    drop = correction(source_line=None, action="drop", column_name=None, expected_value=None, new_value=None)
    correct_staged(connection, frame({**drop, "expected_rows": "2"}), {"2020q1"})
    assert drugs(connection) == [(21, "PS", "ASPIRIN")]
    assert connection.execute("FROM staged.dropped_row").fetchall() == [("report_drug", "2020q1", 2)]


def test_a_correction_of_another_quarter_waits(connection):
    correct_staged(connection, frame(correction(quarter="2021q1")), {"2020q1"})
    assert len(drugs(connection)) == 3
    assert connection.execute("SELECT corrected_rows FROM staged.correction").fetchall() == [(0,)]


def test_dropped_rows_are_excluded_with_a_reason_and_the_account_adds_up(literal_warehouse):
    drop = {"action": "drop", "column_name": None, "expected_value": None, "new_value": None}
    given = frame(
        correction(table_name="report", report_id="21", source_line="3", **drop), correction(source_line="3", **drop)
    )
    tables = {
        name: [{"quarter": "2020q1", "case_id": row["report_id"] // 10, **row} for row in rows]
        for name, rows in ROWS.items()
    }
    targets = ["core.report_exclusion", "meta.row_account", "meta.correction"]
    terms = frame_step("work.matched_term", lambda _: pl.DataFrame(schema={"reported_term": str, "term": str}))
    made = literal_warehouse(tables, targets, steps=[terms], corrections=given)
    excluded = made.execute("SELECT report_id, reason FROM core.report_exclusion").fetchall()
    assert excluded == [(21, "dropped_by_correction")]
    account = made.execute(
        "SELECT table_name, rows_loaded, rows_counted, rows_excluded, rows_without_report FROM meta.row_account "
        "ORDER BY table_name"
    ).fetchall()
    # The drug of the dropped report is excluded with it.
    assert account == [("report", 2, 1, 1, 0), ("report_drug", 3, 1, 2, 0)]
    assert made.execute("SELECT sum(corrected_rows) FROM meta.correction").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"expected_value": "SS"}, "expects 1 row.* with role = SS and finds 0"),
        ({"source_line": "9"}, "line 9.* finds 0"),
        ({"expected_rows": "2"}, "expects 2 row.*finds 1"),
        ({"table_name": "no_table"}, "no staged table no_table"),
        ({"action": "delete"}, "the action is delete"),
        ({"column_name": "colour"}, "colour is no column of report_drug"),
        ({"column_name": "source_line"}, "source_line is no column"),
        ({"new_value": "XX"}, "role cannot be XX"),
        ({"report_id": "eleven"}, "report_id is no whole number"),
        ({"expected_rows": "0"}, "1 or more"),
        ({"reason": None}, "reason is blank"),
        ({"column_name": "drug_sequence", "expected_value": "first"}, "is no drug_sequence"),
        ({"column_name": "drug_sequence", "expected_value": "1", "new_value": "first"}, "is no drug_sequence"),
    ],
)
def test_what_does_not_fit_stops_the_build(connection, given, words):
    with pytest.raises(BuildError, match=words) as raised:
        correct_staged(connection, frame(correction(**given)), {"2020q1"})
    assert "corrections.csv line 2" in str(raised.value)


def test_two_corrections_of_one_place_are_refused(connection):
    with pytest.raises(BuildError, match="the same place"):
        correct_staged(connection, frame(correction(), correction(new_value="SS")), {"2020q1"})


def test_made_up_quarters_are_never_corrected():
    assert reviewed_corrections(is_simulated=True).is_empty()
    assert reviewed_corrections(is_simulated=False).columns == COLUMNS
