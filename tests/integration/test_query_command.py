"""`ketavigil query` and `ketavigil trace` as people run them: what is on standard output, what is said beside it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest

from vocabulary.errors import QueryError
from warehouse.asking import ask, open_alone
from warehouse.plain_text import csv_value, safe_text


@pytest.fixture(scope="module")
def command(four_quarters):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *arguments, "--home", str(four_quarters.home.root)],
            capture_output=True,
            text=True,
            check=False,
        )

    return run


QUESTION = "SELECT side_effect, report_count, ror, meets_ror FROM side_effects_of_ketamine ORDER BY side_effect"


def test_the_three_formats_say_the_same(command, four_quarters):
    with four_quarters.open() as connection:
        truth = connection.execute(QUESTION).fetchall()
    table, comma, objects = (command("query", QUESTION, "--format", form) for form in ("table", "csv", "json"))
    assert table.returncode == comma.returncode == objects.returncode == 0
    rows = list(csv.reader(io.StringIO(comma.stdout)))
    assert rows[0] == ["side_effect", "report_count", "ror", "meets_ror"]
    assert [(name, int(count), float(ror) if ror else None) for name, count, ror, _ in rows[1:]] == [
        row[:3] for row in truth
    ]
    assert [tuple(one.values()) for one in json.loads(objects.stdout)] == truth
    assert all(row[0] in table.stdout for row in truth)
    assert f"{len(truth)} rows." in table.stderr
    assert "SIMULATED" in comma.stderr
    assert "SIMULATED" not in comma.stdout


def test_rows_past_the_limit_are_told(command):
    few = command("query", "FROM core.report", "--limit", "2", "--format", "csv")
    assert len(few.stdout.splitlines()) == 3
    assert "The first 2 rows; there are more." in few.stderr
    usual = command("query", "SELECT case_id FROM core.report")
    assert len(usual.stdout.splitlines()) == 101
    assert "The first 100 rows" in usual.stderr


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELEC 1", "syntax error"),
        ("FROM mart.x", "Tables and columns: FROM meta.dictionary"),
        ("", "One statement at a time; this is none"),
        ("SELECT 1; SELECT 2", "One statement at a time; this is 2"),
        ("DELETE FROM core.report", "This is DELETE; the published file is read-only"),
        ("COPY core.report TO 'x.csv'", "This is COPY"),
        ("ATTACH '{home}/warehouse/clinic.duckdb' AS clinic", "This is ATTACH"),
        ("SET enable_external_access = true", "This is SET"),
        ("FROM '{home}/warehouse/clinic.duckdb'", "reads the published file alone"),
        ("FROM read_text('{home}/raw/faers/2022q3/receipts.json')", "reads the published file alone"),
        ("FROM glob('*')", "reads the published file alone"),
        ("FROM parquet_scan('{home}/staged/**/*.parquet')", "reads the published file alone"),
        ("FROM frame", "Table with name frame does not exist"),
    ],
)
def test_what_cannot_be_asked_is_one_clear_error(four_quarters, sql, words):
    frame = {"a": [1]}  # DuckDB must not take a Python variable for a table
    with open_alone(four_quarters.home.published) as connection, pytest.raises(QueryError, match=words):
        list(ask(connection, sql.replace("{home}", str(four_quarters.home.root))).rows())
    assert frame


def test_an_error_is_said_without_a_traceback(command):
    done = command("query", "SELEC 1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "syntax error" in done.stderr
    assert "Traceback" not in done.stderr


def test_formulas_are_made_safe_on_demand(command):
    sql = "SELECT '=1+1' AS a, '-x' AS b, -1 AS c, '@x' AS d, chr(9) || 'x' AS e, 'a=b' AS f, ['=1'] AS g"
    plain, safe = (command("query", sql, "--format", "csv", *more) for more in ((), ("--safe",)))
    assert list(csv.reader(io.StringIO(plain.stdout)))[1][:2] == ["=1+1", "-x"]
    assert list(csv.reader(io.StringIO(safe.stdout)))[1] == [
        "'=1+1", "'-x", "-1", "'@x", "'\tx", "a=b", '["=1"]',
    ]  # fmt: skip


def test_trace_tells_counts_cases_and_lines(command, four_quarters):
    row = "exposure = 'ketamine' AND comparator = 'sertraline' AND side_effect = 'dissociation'"
    with four_quarters.open() as connection:
        ((count,),) = connection.execute(f"SELECT a FROM compared_with WHERE {row}").fetchall()
    done = command("trace", "mart.side_effect_comparison", "--where", row, "--cell", "a", "--format", "csv",
                   "--limit", "0")  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == count
    assert f"{count:,} cases, as many as the mart says" in done.stderr
    assert {"case_id", "quarter", "zip", "member", "line", "drug_lines"} <= set(rows[0])
    raw = command("trace", "side_effect_comparison", "--where", row, "--cell", "a", "--limit", "1", "--lines",
                  "--format", "json")  # fmt: skip
    lines = json.loads(raw.stdout)
    assert len(lines) >= 3
    assert all(line["text"] for line in lines)
    assert rows[0]["report_id"] in lines[0]["text"]


def test_trace_of_a_case_and_of_a_clinic_cell(command, four_quarters):
    with four_quarters.open() as connection:
        ((case_id, report_id),) = connection.execute(
            "SELECT case_id, report_id FROM core.report WHERE is_in_universe ORDER BY case_id LIMIT 1"
        ).fetchall()
    found = command("trace", "--report", str(report_id))
    assert found.returncode == 0
    assert f"Case {case_id}:" in found.stderr
    assert "the current version, counted" in found.stderr
    refused = command("trace", "mart.clinic_incidence", "--cell", "session_count")
    assert refused.returncode == 1
    assert "no row of a clinic patient" in refused.stderr
    assert "exactly one of them" in command("trace").stderr


def test_values_are_written_the_same_everywhere():
    assert [csv_value(value) for value in (None, float("nan"), True, 3, 0.1, "x", [1, "a"])] == [
        "", "", "true", 3, "0.1", "x", '[1, "a"]',
    ]  # fmt: skip
    assert [safe_text(text) for text in ("=1", "+1", "-1", "@a", "\ta", "\ra", "a", "", " =1")] == [
        "'=1", "'+1", "'-1", "'@a", "'\ta", "'\ra", "a", "", " =1",
    ]  # fmt: skip
