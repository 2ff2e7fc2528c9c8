"""Certificates: what the status sums up, and that nothing is lost on the way to a file and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from expectations import Certificate, Result, quality_rows, read_certificate, status_of, write_certificate
from expectations.certificate import result_of
from expectations.rule import RuleKind, Severity, Unit, measure_rule
from vocabulary.errors import CertificateError
from vocabulary.quarter import Quarter
from vocabulary.tables.meta import EXPECTATION_RESULT

WARN, FAIL = measure_rule(
    "report_drug",
    "orphan_share",
    RuleKind.COMPLETENESS,
    "Every row belongs to a report.",
    unit=Unit.SHARE,
    warn_above=0,
    fail_above=0.1,
)
HELD = result_of(WARN, success=True, observed=0.0, detail="")
WARNED = result_of(WARN, success=False, observed=0.05, detail="5 of 100 rows")
INCOMPLETE = result_of(FAIL, success=False, observed=0.5, detail="50 of 100 rows")
FAILED = replace(INCOMPLETE, rule="line_gap", kind=RuleKind.INTEGRITY)


def certificate(*results: Result) -> Certificate:
    return Certificate(
        quarter=Quarter(2022, 4),
        staged_fingerprint="ab" * 32,
        suite_hash="cd" * 8,
        previous_quarter=Quarter(2022, 3),
        previous_fingerprint="ef" * 32,
        is_simulated=False,
        row_counts=(("report", 100), ("report_drug", 200)),
        results=results,
    )


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ((), "passed"),
        ((HELD,), "passed"),
        ((HELD, WARNED), "warned"),
        ((WARNED, INCOMPLETE), "incomplete"),
        ((INCOMPLETE, FAILED), "failed"),
        ((replace(WARNED, kind=RuleKind.INTEGRITY), INCOMPLETE), "incomplete"),
    ],
)
def test_the_status_is_the_worst_of_the_results(results, status):
    assert status_of(results) == certificate(*results).status == status


def test_a_certificate_survives_its_file(tmp_path):
    made = certificate(HELD, WARNED, FAILED)
    path = tmp_path / "faers" / "2022q4.json"
    write_certificate(made, path)
    assert read_certificate(path) == made
    assert json.loads(path.read_text())["status"] == "failed"
    assert [entry.name for entry in path.parent.iterdir()] == ["2022q4.json"], "no scratch file is left"


def test_a_certificate_without_a_predecessor_survives_too():
    made = replace(certificate(HELD), previous_quarter=None, previous_fingerprint=None)
    assert Certificate.from_json(made.to_json()) == made


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"status": "passed"}', '{"status": "passed", "quarter": "x"}'])
def test_what_is_no_certificate_is_refused(tmp_path, text):
    path = tmp_path / "2022q4.json"
    path.write_text(text)
    with pytest.raises(CertificateError, match="Validate the quarter"):
        read_certificate(path)


def test_a_missing_certificate_is_named(tmp_path):
    with pytest.raises(CertificateError, match=r"no certificate 2022q4\.json"):
        read_certificate(tmp_path / "2022q4.json")


def test_a_failure_is_not_named_again_for_its_warning():
    made = certificate(WARNED, INCOMPLETE, HELD)
    assert made.problems == (INCOMPLETE,)
    assert made.notes() == [
        "fail: Expected: Every row belongs to a report. Found: 50 % (50 of 100 rows); limit: at most 10 %."
    ]
    assert made.reasons() == "Expected: Every row belongs to a report. Found: 50 % (50 of 100 rows)"
    assert made.warning_count == 1


def test_many_reasons_are_counted():
    failures = [replace(FAILED, rule=f"rule_{number}") for number in range(5)]
    assert certificate(*failures).reasons().endswith("; and 2 more")


def test_quality_rows_fit_the_table_of_the_warehouse():
    rows = quality_rows(certificate(HELD, INCOMPLETE))
    assert dict(rows.schema) == EXPECTATION_RESULT.polars_schema
    assert rows.row(1, named=True) == {
        "quarter": "2022q4",
        "table_name": "report_drug",
        "rule": "orphan_share",
        "kind": "completeness",
        "severity": "fail",
        "is_success": False,
        "observed_value": "50 %",
        "limit_text": "at most 10 %",
        "sentence": "Expected: Every row belongs to a report. Found: 50 % (50 of 100 rows); limit: at most 10 %.",
    }


def test_no_results_are_rows_of_the_same_columns():
    assert dict(quality_rows(certificate()).schema) == EXPECTATION_RESULT.polars_schema


def test_a_severity_reads_as_text():
    assert FAILED.severity == "fail"
    assert {result.severity for result in (HELD, WARNED)} == {Severity.WARN}
