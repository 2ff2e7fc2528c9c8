"""The real rows of ../shared: published counts are met, incomplete quarters are refused, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from vocabulary.quarter import Quarter

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "faers"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real rows are not here (../shared/real/faers)")

PUBLISHED = {
    "dissociation": (31, 112, 25, 107561, 1190.854),
    "sedation_disorientation": (27, 116, 258, 107328, 96.828),
    "nausea_vomiting": (17, 126, 7835, 99751, 1.718),
    "dizziness": (8, 135, 4976, 102610, 1.222),
}
"""a, b, c, d and ROR of esketamine as primary suspect against the rest, single term (real/SOURCES.md)."""


@pytest.fixture(scope="module")
def all_quarters(tmp_path_factory, run_on):
    return run_on(REAL, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def incomplete_too(tmp_path_factory, run_on):
    return run_on(REAL, tmp_path_factory.mktemp("incomplete"), allow_incomplete=True)


def test_esketamine_in_2022q3_alone(tmp_path, run_on):
    finished = run_on(REAL, tmp_path, [Quarter(2022, 3)])
    with finished.open() as connection:
        rows = connection.execute(
            "SELECT side_effect, a, b, c, d, round(ror, 3) FROM mart.side_effect_comparison WHERE exposure = "
            "'esketamine' AND comparator = 'rest' AND role_scope = 'primary_suspect' AND definition = 'single_term' "
            "AND context = 'all' AND route_group = 'all'"
        ).fetchall()
        (ketamine,) = connection.execute(
            "SELECT DISTINCT exposed_report_count FROM mart.side_effect_reporting "
            "WHERE exposure = 'ketamine' AND role_scope = 'primary_suspect' AND context = 'all' AND route_group = 'all'"
        ).fetchall()[0]
    found = {row[0]: row[1:] for row in rows}
    assert {name: found[name] for name in PUBLISHED} == PUBLISHED
    assert ketamine == 6


def test_incomplete_quarters_are_refused_and_the_others_go_on(all_quarters):
    admission = all_quarters.result.build.admission
    assert set(map(str, admission.certificates)) == {"2022q3"}
    reasons = {str(quarter): reason for quarter, reason in admission.refused.items()}
    assert set(reasons) == {"2004q1", "2012q4", "2020q3", "2022q4"}
    assert "INDI" in reasons["2020q3"]
    assert all("incomplete" in reason for reason in reasons.values())


def test_allow_incomplete_takes_them_in_and_records_it(incomplete_too):
    assert len(incomplete_too.result.build.admission.certificates) == 5
    with incomplete_too.open() as connection:
        assert connection.execute("SELECT has_incomplete_quarter, quarter_count FROM meta.build").fetchall() == [
            (True, 5)
        ]
        statuses = dict(connection.execute("SELECT quarter, status FROM meta.certificate").fetchall())
    assert statuses["2020q3"] == "incomplete"


def test_the_cut_row_is_rejected_with_its_text(incomplete_too):
    with incomplete_too.open() as connection:
        rows = connection.execute(
            "SELECT quarter, table_name, source_member, source_line, reason, raw_text FROM meta.rejected_line"
        ).fetchall()
    assert [row[:5] for row in rows] == [("2020q3", "report", "ASCII/DEMO20Q3.txt", 10000, "truncated_last_line")]
    assert rows[0][5].startswith("143329687$14332968$7$F$")


def test_orphans_are_kept_apart_and_counted(incomplete_too):
    with incomplete_too.open() as connection:
        rows = connection.execute(
            "SELECT table_name, rows_loaded, rows_counted, rows_without_report FROM meta.row_account "
            "WHERE quarter = '2022q4'"
        ).fetchall()
    account = {row[0]: row[1:] for row in rows}
    assert account["report"] == (8905, 8905, 0)
    assert account["report_source"] == (14398, 0, 14398)
    loaded = {"report_drug": 15278, "report_reaction": 94620, "report_outcome": 69346, "report_indication": 80625}
    assert {name: account[name][0] for name in loaded} == loaded


def test_exact_duplicate_reactions_count_once(incomplete_too):
    with incomplete_too.open() as connection:
        rows, cases = connection.execute(
            "SELECT count(*), count(DISTINCT (case_id, term)) FROM core.report_reaction WHERE term IS NOT NULL"
        ).fetchall()[0]
        (counted,) = connection.execute("SELECT count(*) FROM core.report_term").fetchall()[0]
    assert rows > cases == counted
