"""Measures of a staged quarter: the numbers that rules beyond the schema put limits on, each counted once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb

from expectations.counting import count_rows, repeated_keys, statement
from expectations.drift import drift_measures
from expectations.known_counts import known_counts, known_row_share
from expectations.manifest import Manifest, differing_parts
from expectations.measure import Measure, share_measure
from expectations.profile import TableProfile, earlier_profile, keep_profile, profile_of
from expectations.rules import REPORT_CHILDREN, STAGED_TABLES
from expectations.rules.account import FEW_REJECTED_LINES
from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter

FIRST_DELETED_LIST = Quarter(2019, 1)
"""First quarter that carries a list of deleted cases."""

_NAMED_ISSUES = 5
"""Kinds of value issue that a sentence lists."""


def quarter_measures(
    connection: duckdb.DuckDBPyConnection,
    differences: Mapping[str, list[str]],
    manifest: Manifest,
    previous: Manifest | None,
    profiles: Path,
) -> dict[str, Measure]:
    """All measures of a quarter by identity (``report_drug.orphan_share``).

    Args:
        connection: Connection to the open quarter.
        differences: Per table, what is unlike its declaration.
        manifest: The quarter's manifest.
        previous: Manifest of the last quarter of the era; None where there is none.
        profiles: Folder in which profiles are kept from quarter to quarter.
    """
    profile = profile_of(connection, manifest)
    keep_profile(profile, manifest, profiles)
    measures: list[Measure] = []
    for table in STAGED_TABLES:
        measures += _file_measures(table, manifest, profile.get(table), differences[table])
        measures += _account_measures(connection, table, profile.get(table))
    measures += _row_measures(connection, manifest.quarter)
    before = {} if previous is None else earlier_profile(connection, previous, profiles)
    compared = None if previous is None else previous.quarter
    for table in STAGED_TABLES:
        measures += drift_measures(table, manifest.quarter, profile.get(table), compared, before.get(table))
    return {measure.identity: measure for measure in measures}


def _file_measures(
    table: str, manifest: Manifest, profile: TableProfile | None, differences: list[str]
) -> Iterator[Measure]:
    """Is the file there, whole, and as declared?"""
    is_due = table != "deleted_case" or manifest.quarter >= FIRST_DELETED_LIST
    yield Measure(table, "missing_file", float(profile is None) if is_due else None)
    known = {} if manifest.is_simulated or profile is None else known_counts(manifest.quarter)
    yield known_row_share(table, profile.rows if profile else 0, known.get(table))
    if profile is None:
        for name in ("row_count", "part_difference", "column_difference"):
            yield Measure(table, name, None)
        return
    yield Measure(table, "row_count", profile.rows)
    parts = manifest.tables[table]
    changed = differing_parts(parts)
    declared_rows = sum(part.rows for part in parts)
    if declared_rows != profile.rows:
        changed.append(f"{profile.rows:,} rows instead of {declared_rows:,}")
    yield Measure(table, "part_difference", len(changed), ", ".join(changed))
    yield Measure(table, "column_difference", len(differences), ", ".join(differences))


def _account_measures(
    connection: duckdb.DuckDBPyConnection, table: str, profile: TableProfile | None
) -> Iterator[Measure]:
    """Are all lines accounted for, and all values taken as they stand?"""
    accounts = count_rows(connection, "line_account", child=table)
    if profile is not None:
        repeats = repeated_keys(connection, table, STAGED_TABLES[table].key)
        yield Measure(table, "repeated_key", repeats)
    else:
        yield Measure(table, "repeated_key", None)
    if not accounts:
        gap = None if profile is None else max(profile.rows, 1)
        yield Measure(table, "line_gap", gap, "the line account does not name the table")
        yield Measure(table, "rejected_share", None)
        yield Measure(table, "many_rejected_share", None)
    else:
        (account,) = accounts
        read, loaded = account["lines_read"], account["rows_loaded"]
        rejected, blank = account["lines_rejected"], account["lines_blank"]
        gap = (
            abs(read - account["lines_in_file"] - account["lines_from_splits"])
            + abs(read - loaded - rejected - blank)
            + abs(loaded - (profile.rows if profile else 0))
        )
        detail = f"{read:,} read, {loaded:,} loaded, {rejected:,} rejected, {blank:,} blank"
        yield Measure(table, "line_gap", gap, detail)
        yield share_measure(table, "rejected_share", rejected, read, "lines")
        many = rejected if rejected > FEW_REJECTED_LINES else 0
        yield share_measure(table, "many_rejected_share", many, read, "lines")
    issues = count_rows(connection, "value_issue", child=table)
    named = [
        f"{row['column_name']} {row['issue']} {row['row_count']:,}, mostly {row['commonest_value']}"
        for row in issues[:_NAMED_ISSUES]
    ]
    if len(issues) > _NAMED_ISSUES:
        named.append(f"{len(issues) - _NAMED_ISSUES} more kinds")
    yield Measure(table, "value_issue_count", sum(row["row_count"] for row in issues), "; ".join(named))


def _row_measures(connection: duckdb.DuckDBPyConnection, quarter: Quarter) -> Iterator[Measure]:
    """Do the rows agree with each other and with the calendar?"""
    for key in ("report_key", "drug_key"):
        connection.execute(statement(key))
    for child in REPORT_CHILDREN:
        yield from _child_measures(connection, child)
    for child in ("report_therapy", "report_indication"):
        (row,) = count_rows(connection, "without_drug", child=child)
        yield share_measure(child, "without_drug_share", row["rows_without_drug"], row["row_count"], "rows without it")
    last_day = quarter_end(quarter)
    yield from _report_measures(connection, quarter, last_day)
    (row,) = count_rows(connection, "primary_suspect")
    detail = f"{row['reports_with_none']:,} have none" if row["reports_with_none"] else ""
    one = share_measure(
        "report_drug",
        "one_primary_suspect_share",
        row["reports_with_one"],
        row["reports_with_drugs"],
        "reports with one",
    )
    yield Measure(one.table, one.name, one.value, f"{one.detail}, {detail}" if detail else one.detail)
    for dated in ("report", "report_therapy"):
        (late,) = count_rows(connection, f"late_dates_{dated}", quarter_end=last_day)
        named = ", ".join(f"{column} {count:,}" for column, count in late.items() if count)
        yield Measure(dated, "late_date_count", sum(late.values()), named)


def _child_measures(connection: duckdb.DuckDBPyConnection, child: str) -> Iterator[Measure]:
    (row,) = count_rows(connection, "child_rows", child=child)
    rows, orphans = row["row_count"], row["orphan_rows"]
    yield share_measure(child, "orphan_share", orphans, rows, "rows without one")
    yield share_measure(child, "other_case_share", row["other_case_rows"], rows - orphans, "rows of another")
    counts = "duplicate_rows_report_drug" if child == "report_drug" else "duplicate_rows"
    (row,) = count_rows(connection, counts, child=child)
    yield Measure(child, "duplicate_row_count", row["duplicate_rows"])


def _report_measures(connection: duckdb.DuckDBPyConnection, quarter: Quarter, last_day: date) -> Iterator[Measure]:
    (row,) = count_rows(connection, "report_rows", quarter_end=last_day)
    reports = row["reports"]
    yield Measure("report", "repeated_report_count", row["repeated_reports"])
    yield share_measure("report", "without_drug_share", row["reports_without_drug"], reports, "reports without")
    yield share_measure("report", "without_reaction_share", row["reports_without_reaction"], reports, "reports without")
    yield share_measure(
        "report", "received_after_share", row["received_after_rows"], row["dated_rows"], "reports later"
    )
    if quarter >= FIRST_FAERS_QUARTER:
        yield share_measure("report", "other_number_share", row["other_number_rows"], row["row_count"], "reports")
    else:
        yield Measure("report", "other_number_share", None)


def quarter_end(quarter: Quarter) -> date:
    """Last day of the quarter."""
    following = quarter.following()
    return date(following.year, following.number * 3 - 2, 1) - timedelta(days=1)
