"""Great Expectations' verdicts on whole quarters, the certificate that they make, and Data Docs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from expectations import (
    Certificate,
    is_current,
    load_in_background,
    quality_rows,
    read_certificate,
    validate_quarter,
    write_certificate,
)
from expectations.rule import Form, RuleKind, Severity
from expectations.rules import quarter_rules
from tests.integration.test_expectations_frames import QUARTER, SmallQuarter, small_quarter
from vocabulary.errors import CertificateError
from vocabulary.quarter import Quarter

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def great_expectations() -> None:
    load_in_background().join()


def simulated(quarter: Quarter = QUARTER) -> SmallQuarter:
    made = small_quarter(quarter)
    made.is_simulated = True
    return made


def validated(quarter: SmallQuarter, root: Path, previous: Path | None = None) -> Certificate:
    return validate_quarter(quarter.write(root), quarter.quarter, previous=previous, docs=root / "quality", threads=1)


def broken(certificate: Certificate) -> set[str]:
    return {f"{result.table_name}.{result.rule}" for result in certificate.results if not result.is_success}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Certificate, Path]:
    root = tmp_path_factory.mktemp("whole")
    before = simulated(QUARTER.preceding()).write(root)
    return validated(simulated(), root, before), root


@pytest.fixture(scope="module")
def damaged(tmp_path_factory) -> tuple[Certificate, Path]:
    """Every column form is broken once, beside a warning and a failure of measures."""
    quarter = simulated()
    quarter.set_row("report", 0, age_years=131.0, event_date_precision="hour", sex="QQ")
    quarter.set_row("report", 1, report_id=None, case_version=-1)
    quarter.set_row("report_drug", 0, role="<b>XX</b>")
    quarter.missing = {"report_indication"}
    quarter.issues = [
        {"table_name": "report", "column_name": "sex", "issue": "unknown_code", "value": "<i>YY</i>", "row_count": 1}
    ]
    root = tmp_path_factory.mktemp("damaged")
    return validated(quarter, root), root


def test_the_whole_quarter_passes_every_rule(whole):
    certificate, _ = whole
    assert certificate.status == "passed"
    not_applying = {"known_row_share"}
    expected = [rule for rule in quarter_rules() if rule.name not in not_applying]
    assert [(result.table_name, result.rule, result.severity) for result in certificate.results] == [
        (rule.table, rule.name, rule.severity) for rule in expected
    ]
    assert dict(certificate.row_counts)["report_drug"] == 400
    assert all(result.sentence and not result.sentence.startswith("Expected") for result in certificate.results)


def test_column_forms_find_what_is_broken(damaged):
    certificate, _ = damaged
    assert broken(certificate) == {
        "report.report_id_not_null",
        "report.case_version_in_range",
        "report.age_years_in_range",
        "report.event_date_precision_allowed",
        "report.sex_known_code",
        "report.value_issue_count",
        "report.other_number_share",
        "report_drug.role_known_code",
        "report_drug.orphan_share",
        "report_reaction.orphan_share",
        "report_outcome.orphan_share",
        "report_source.orphan_share",
        "report_therapy.orphan_share",
        "report_indication.missing_file",
    }
    assert certificate.status == "failed"
    by_rule = {result.rule: result for result in certificate.results}
    assert by_rule["age_years_in_range"].observed == 1
    assert by_rule["age_years_in_range"].sentence == (
        "Expected: report.age_years is at least 0 and at most 130 years. Found: 1 other values (131.0); "
        "limit: at least 0 and at most 130."
    )
    assert by_rule["sex_known_code"].severity is Severity.WARN
    assert by_rule["missing_file"].kind is RuleKind.COMPLETENESS
    assert "(INDI)" in certificate.reasons() or any("(INDI)" in note for note in certificate.notes())


def test_a_missing_file_alone_makes_a_quarter_incomplete(tmp_path):
    quarter = simulated()
    quarter.missing = {"report_indication"}
    certificate = validated(quarter, tmp_path)
    assert certificate.status == "incomplete"
    assert certificate.reasons() == (
        "Expected: The zip holds the file of report_indication (INDI). Found: it is not so"
    )


def test_great_expectations_agrees_with_plain_comparison(damaged, whole):
    for certificate, _ in (damaged, whole):
        measures = {rule.identity: rule for rule in quarter_rules() if rule.form is Form.MEASURE}
        compared = 0
        for result in certificate.results:
            rule = measures.get(f"{result.table_name}.{result.rule}.{result.severity}")
            if rule is not None:
                low = -float("inf") if rule.minimum is None else rule.minimum
                high = float("inf") if rule.maximum is None else rule.maximum
                assert result.is_success == (low <= result.observed <= high), rule.identity
                compared += 1
        assert compared > 100


def test_remembered_configurations_change_no_verdict(damaged, monkeypatch, tmp_path):
    from expectations.gx import checks

    @contextmanager
    def nothing() -> Iterator[None]:
        yield

    monkeypatch.setattr(checks, "remembered_configurations", nothing)
    certificate, root = damaged
    again = validate_quarter(root / "quarter=2022q4", QUARTER, previous=None, docs=tmp_path, threads=1)
    assert again == certificate


def test_the_same_files_give_the_same_certificate_and_page(whole, tmp_path):
    certificate, root = whole
    again = validated(simulated(), tmp_path, simulated(QUARTER.preceding()).write(tmp_path))
    assert again.to_json() == certificate.to_json()
    page = Path("quality/validations/2022q4.html")
    assert (tmp_path / page).read_text() == (root / page).read_text()


def test_a_certificate_is_current_until_something_changes(whole, monkeypatch, tmp_path):
    certificate, root = whole
    staged, before = root / "quarter=2022q4", root / "quarter=2022q3"
    path = tmp_path / "certificate.json"
    write_certificate(certificate, path)
    kept = read_certificate(path)
    assert is_current(kept, staged, previous=before)
    assert is_current(kept, staged), "without a word on the predecessor"
    assert not is_current(kept, staged, previous=None)
    assert not is_current(replace(kept, suite_hash="0" * 16), staged, previous=before)
    changed = simulated()
    changed.set_row("report", 0, sex=None)
    assert not is_current(kept, changed.write(tmp_path), previous=before)


def test_the_suite_hash_follows_rules_and_known_counts(monkeypatch):
    from expectations import quarter_validation
    from expectations.known_counts import KnownCount

    usual = quarter_validation.suite_hash(QUARTER)
    assert usual != quarter_validation.suite_hash(Quarter(2021, 1)), "the counts of 2022q4 are known"
    monkeypatch.setattr(quarter_validation, "known_counts", lambda quarter: {"report": KnownCount(1, "a test")})
    assert quarter_validation.suite_hash(QUARTER) != usual
    monkeypatch.undo()
    fewer = quarter_rules()[:-1]
    monkeypatch.setattr(quarter_validation, "quarter_rules", lambda: fewer)
    assert quarter_validation.suite_hash(QUARTER) != usual


@pytest.mark.parametrize(
    ("quarter", "previous", "message"),
    [
        (Quarter(2022, 3), None, "holds 2022q4, not 2022q3. Stage 2022q3 again"),
        (QUARTER, QUARTER, "2022q4 cannot be compared with 2022q4"),
    ],
)
def test_the_wrong_quarter_is_refused(quarter, previous, message, tmp_path):
    staged = simulated().write(tmp_path)
    with pytest.raises(CertificateError, match=message):
        validate_quarter(staged, quarter, previous=staged if previous else None, docs=tmp_path / "quality")


def test_another_era_is_no_predecessor(tmp_path):
    before = simulated(Quarter(2012, 3)).write(tmp_path)
    with pytest.raises(CertificateError, match="name the last quarter before it of its own era"):
        validated(simulated(Quarter(2012, 4)), tmp_path, before)


def test_a_folder_that_is_not_staged_is_named(tmp_path):
    with pytest.raises(CertificateError, match=r"quarter=2022q4: the staged folder has no manifest\.json"):
        validate_quarter(tmp_path / "quarter=2022q4", QUARTER, previous=None, docs=tmp_path / "quality")


def test_data_docs_show_every_rule_and_fetch_nothing(damaged):
    certificate, root = damaged
    docs = root / "quality"
    page = (docs / "validations" / "2022q4.html").read_text()
    assert len(re.findall(r'class="fas fa-(?:check-circle|times)[^"]*"', page)) >= len(certificate.results)
    assert "2022q4: failed" in page
    assert "report.age_years" in page
    assert "131.0" in page, "Great Expectations shows values that break a rule"
    assert "&lt;b&gt;XX&lt;/b&gt;" in page
    assert "<b>XX</b>" not in page, "a value of the data is no markup"
    assert "<i>YY</i>" not in page
    index = (docs / "index.html").read_text()
    assert 'href="validations/2022q4.html"' in index
    assert 'href="expectations/faers_quarter.html"' in index
    suite = (docs / "expectations" / "faers_quarter.html").read_text()
    assert "Every row of report_drug belongs to a report of the quarter." in suite
    for path in docs.rglob("*.html"):
        text = path.read_text()
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', text), path.name
        assert "https://" not in text, path.name
        for link in re.findall(r'(?:src|href)="([^"#]+)"', text):
            assert (path.parent / link).exists(), f"{path.name} links to {link}"


OFFLINE = """
import os, socket, sys
from pathlib import Path

def refuse(*args, **kwargs):
    raise OSError("the network is not to be used")

socket.socket.connect = refuse
socket.getaddrinfo = refuse
from expectations import validate_quarter
from vocabulary.quarter import Quarter

staged, docs = Path(sys.argv[1]), Path(sys.argv[2])
assert "great_expectations" not in sys.modules, "imported before it is needed"
print(validate_quarter(staged, Quarter(2022, 4), previous=None, docs=docs, threads=1).status)
"""


def test_nothing_is_written_elsewhere_said_aloud_or_sent(tmp_path):
    staged = simulated().write(tmp_path)
    elsewhere, docs = tmp_path / "elsewhere", tmp_path / "quality"
    (elsewhere / "home").mkdir(parents=True)
    (elsewhere / "tmp").mkdir()
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(elsewhere / "home"),
        "TMPDIR": str(elsewhere / "tmp"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(staged), str(docs)],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "passed\n", "")
    assert sorted(path.name for path in elsewhere.rglob("*")) == ["home", "tmp"]
    assert sorted(path.name for path in docs.iterdir()) == [
        "expectations",
        "index.html",
        "profiles",
        "static",
        "validations",
    ]


def test_results_are_rows_for_the_warehouse(whole):
    certificate, _ = whole
    rows = quality_rows(certificate)
    assert rows.height == len(certificate.results)
    assert rows.filter(~pl.col("is_success")).is_empty()
