"""Do the rows of a quarter agree with each other and with the calendar?"""

from __future__ import annotations

from expectations.rule import Rule, RuleKind, Unit, measure_rule

_KIND = RuleKind.INTEGRITY

MOST_DISAGREEING_CASES = 0.01
"""Above this share of rows with another case than their report's, the keys cannot be trusted."""

USUAL_PRIMARY_SUSPECTS, LEAST_PRIMARY_SUSPECTS = 0.99, 0.50
"""Share of reports with exactly one primary suspect: FDA's rule holds nearly always; below half, roles are misread."""

MOST_RECEIVED_AFTER_QUARTER = 0.50
"""Above this share of reports that FDA received after the quarter, the file is another quarter's."""


def child_rules(table: str) -> tuple[Rule, ...]:
    """Rules of every table whose rows belong to a report."""
    return (
        *measure_rule(
            table,
            "other_case_share",
            _KIND,
            f"Every row of {table} has its report's case.",
            unit=Unit.SHARE,
            warn_above=0,
            fail_above=MOST_DISAGREEING_CASES,
        ),
        *measure_rule(
            table,
            "duplicate_row_count",
            _KIND,
            f"No two rows of {table} are the same but for their line.",
            warn_above=0,
        ),
    )


def _without_drug(table: str) -> tuple[Rule, ...]:
    return measure_rule(
        table,
        "without_drug_share",
        _KIND,
        f"Every row of {table} names a drug row of its report.",
        unit=Unit.SHARE,
        warn_above=0,
    )


def _late(table: str) -> tuple[Rule, ...]:
    return measure_rule(
        table, "late_date_count", _KIND, f"No date of {table} is after the end of the quarter.", warn_above=0
    )


RULES: dict[str, tuple[Rule, ...]] = {
    "report": (
        *measure_rule(
            "report",
            "repeated_report_count",
            _KIND,
            "No report stands twice in the quarter.",
            warn_above=0,
        ),
        *measure_rule(
            "report",
            "other_number_share",
            _KIND,
            "Every report_id is the case_id followed by the case_version.",
            unit=Unit.SHARE,
            warn_above=0,
        ),
        *_late("report"),
        *measure_rule(
            "report",
            "received_after_share",
            _KIND,
            "FDA received the reports by the end of the quarter.",
            unit=Unit.SHARE,
            fail_above=MOST_RECEIVED_AFTER_QUARTER,
        ),
    ),
    "report_drug": measure_rule(
        "report_drug",
        "one_primary_suspect_share",
        _KIND,
        "Nearly every report with drugs has exactly one primary suspect.",
        unit=Unit.SHARE,
        warn_below=USUAL_PRIMARY_SUSPECTS,
        fail_below=LEAST_PRIMARY_SUSPECTS,
    ),
    "report_therapy": (*_without_drug("report_therapy"), *_late("report_therapy")),
    "report_indication": _without_drug("report_indication"),
}
"""Rules of single tables; expiry dates lie in the future by nature and are not looked at."""
