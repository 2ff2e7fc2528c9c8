"""Which builds wait for a person, and what he is shown."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.approval_entry import MOST_LINES, weigh_build
from warehouse.query import warehouse_schema

CHANGES = 15


@pytest.fixture
def build(tmp_path, monkeypatch):
    """A file with what the evidence is read from: two quarters, and some changed criteria."""
    monkeypatch.setenv("KETAVIGIL_HOME", str(tmp_path))
    path = tmp_path / "0123456789abcdef.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE SCHEMA meta")
        connection.execute("CREATE SCHEMA mart")
        connection.execute(f"CREATE TABLE meta.build AS SELECT '{warehouse_schema()}' AS schema_version")
        connection.execute(
            "CREATE TABLE meta.certificate AS FROM (VALUES ('2022q3', 'warned', 16), ('2022q4', 'warned', 3)) "
            "AS rows(quarter, status, warning_count)"
        )
        connection.execute(
            "CREATE TABLE mart.signal_change AS SELECT 'new' AS change, 'ketamine' AS exposure, "
            "'effect_' || i AS side_effect, 'ssri' AS comparator, 'evans' AS criterion, 1 AS previous_a, i AS a, "
            "'criterion' AS subject, 'suspect' AS role_scope, 'label_style' AS definition "
            f"FROM range({CHANGES}) AS t(i)"
        )
    return str(path)


def test_nothing_waits_where_nobody_asked_for_it(build):
    assert weigh_build(build, {}) == ""


@pytest.mark.parametrize(("level", "waits"), [(2, True), (15, True), (16, False)])
def test_more_warnings_than_the_level_in_one_quarter_wait(build, monkeypatch, level, waits):
    monkeypatch.setenv("KETAVIGIL_APPROVAL_WARNINGS", str(level))
    evidence = weigh_build(build, {})
    assert ("2022q3: warned, 16 rules warned" in evidence) is waits
    assert ("2022q4" in evidence) is (level == 2)
    assert ("criteria changed" in evidence) is False


@pytest.mark.parametrize(("level", "waits"), [(CHANGES - 1, True), (CHANGES, False)])
def test_more_changed_criteria_than_the_level_wait(build, monkeypatch, level, waits):
    monkeypatch.setenv("KETAVIGIL_APPROVAL_SIGNAL_CHANGES", str(level))
    monkeypatch.setenv("KETAVIGIL_DATA_DOCS_URL", "https://quality.example.org/")
    evidence = weigh_build(build, {})
    assert bool(evidence) is waits
    if waits:
        assert "15 criteria changed" in evidence
        assert "- new: ketamine and effect_14 against ssri, evans (1 to 14 cases)" in evidence
        assert f"- and {CHANGES - MOST_LINES} more" in evidence
        assert "[Data Docs](https://quality.example.org/)" in evidence


def test_what_is_published_needs_no_approval(build, tmp_path, monkeypatch):
    monkeypatch.setenv("KETAVIGIL_APPROVAL_WARNINGS", "0")
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "ketavigil.duckdb").hardlink_to(build)
    assert weigh_build(build, {}) == ""
