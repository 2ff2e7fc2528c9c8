"""Each rule beyond the schema: the whole small quarter keeps it, and one change breaks exactly what it should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.manifest import read_manifest
from expectations.measure import Measure
from expectations.measures import quarter_end, quarter_measures
from expectations.rule import Form
from expectations.rules import REPORT_CHILDREN, quarter_rules
from expectations.staged_views import open_quarter
from tests.integration.test_expectations_frames import QUARTER, REPORTS, SmallQuarter, small_quarter
from vocabulary.errors import CertificateError
from vocabulary.quarter import Quarter

LATE = date(2023, 1, 1)


def measured(quarter: SmallQuarter, root: Path, previous: SmallQuarter | None = None) -> dict[str, Measure]:
    manifest = read_manifest(quarter.write(root))
    before = None if previous is None else read_manifest(previous.write(root))
    with open_quarter(manifest, scratch=root, threads=1, memory_limit=None) as views:
        return quarter_measures(views.connection, views.differences, manifest, before, root / "profiles")


def broken(measures: dict[str, Measure]) -> set[str]:
    """``table.name.severity`` of every measure outside its limits, by plain comparison."""
    found = set()
    for rule in quarter_rules():
        if rule.form is not Form.MEASURE:
            continue
        value = measures[rule.measure].value
        if value is None:
            continue
        if (rule.minimum is not None and value < rule.minimum) or (rule.maximum is not None and value > rule.maximum):
            found.add(rule.identity)
    return found


def drop_rows(table: str, keep: pl.Expr) -> Callable[[SmallQuarter], None]:
    def change(quarter: SmallQuarter) -> None:
        quarter.frames[table] = quarter.frames[table].filter(keep)

    return change


def set_first(table: str, **values: object) -> Callable[[SmallQuarter], None]:
    return lambda quarter: quarter.set_row(table, 0, **values)


def set_all(table: str, **values: object) -> Callable[[SmallQuarter], None]:
    def change(quarter: SmallQuarter) -> None:
        schema = quarter.frames[table].schema
        quarter.set(table, **{name: pl.lit(value, schema[name]) for name, value in values.items()})

    return change


def account(table: str, **counts: int) -> Callable[[SmallQuarter], None]:
    return lambda quarter: quarter.accounts.update({table: counts})


def orphan(table: str, share: float) -> Callable[[SmallQuarter], None]:
    """Rows at the end get a report that the quarter does not have."""

    def change(quarter: SmallQuarter) -> None:
        height = quarter.frames[table].height
        lost = pl.int_range(pl.len()) >= height - max(1, round(height * share))
        quarter.set(table, report_id=pl.when(lost).then(pl.col("report_id") + 5).otherwise("report_id"))

    return change


def repeat_first(table: str, **changes: object) -> Callable[[SmallQuarter], None]:
    def change(quarter: SmallQuarter) -> None:
        frame = quarter.frames[table]
        line = frame["source_line"].max() + 1
        again = frame.head(1).with_columns(source_line=pl.lit(line, frame.schema["source_line"]))
        again = again.with_columns(**{name: pl.lit(value, frame.schema[name]) for name, value in changes.items()})
        quarter.frames[table] = pl.concat([frame, again])

    return change


def issue(table: str, column: str) -> Callable[[SmallQuarter], None]:
    entry = {"table_name": table, "column_name": column, "issue": "unknown_code", "value": "ZZ", "row_count": 3}
    return lambda quarter: quarter.issues.append(entry)


ROWS_KNOWN = 2_006_967
CASES = {
    "file missing": (lambda q: q.missing.add("report_source"), {"report_source.missing_file.fail"}),
    "deleted list missing": (lambda q: q.missing.add("deleted_case"), {"deleted_case.missing_file.warn"}),
    "table empty": (drop_rows("report_outcome", pl.lit(False)), {"report_outcome.row_count.warn"}),
    "one orphan": (orphan("report_outcome", 0), {"report_outcome.orphan_share.warn"}),
    "a tenth orphans": (orphan("report_outcome", 0.10), {"report_outcome.orphan_share.warn"}),
    "more orphans": (
        orphan("report_outcome", 0.11),
        {"report_outcome.orphan_share.warn", "report_outcome.orphan_share.fail"},
    ),
    "some without reaction": (
        drop_rows("report_reaction", pl.col("report_id") > 100_000_021),
        {"report.without_reaction_share.warn"},
    ),
    "one report in a hundred without reaction": (
        drop_rows("report_reaction", pl.col("report_id") > 100_000_011),
        set(),
    ),
    "therapy without its drug": (
        set_first("report_therapy", drug_sequence=7),
        {"report_therapy.without_drug_share.warn"},
    ),
    "indication without a sequence": (
        set_first("report_indication", drug_sequence=None),
        {"report_indication.without_drug_share.warn"},
    ),
    "three reports without primary suspect": (
        lambda q: [q.set_row("report_drug", row, role="SS") for row in (0, 2, 4)],
        {"report_drug.one_primary_suspect_share.warn"},
    ),
    "two reports without primary suspect": (
        lambda q: [q.set_row("report_drug", row, role="SS") for row in (0, 2)],
        set(),
    ),
    "nobody is primary suspect": (
        set_all("report_drug", role="C"),
        {"report_drug.one_primary_suspect_share.warn", "report_drug.one_primary_suspect_share.fail"},
    ),
    "everybody is primary suspect": (
        set_all("report_drug", role="PS"),
        {"report_drug.one_primary_suspect_share.warn", "report_drug.one_primary_suspect_share.fail"},
    ),
    "a primary suspect in two dosage lines": (
        repeat_first("report_drug", dose_text="again, at night"),
        set(),
    ),
    "one other case": (set_first("report_reaction", case_id=1), {"report_reaction.other_case_share.warn"}),
    "all other cases": (
        set_all("report_source", case_id=1),
        {"report_source.other_case_share.warn", "report_source.other_case_share.fail"},
    ),
    "no case on a child": (set_first("report_reaction", case_id=None), set()),
    "another number": (set_first("report", case_version=2), {"report.other_number_share.warn"}),
    "a report twice": (repeat_first("report"), {"report.repeated_report_count.warn"}),
    "a drug row twice": (repeat_first("report_drug"), {"report_drug.duplicate_row_count.warn"}),
    "a reaction twice": (repeat_first("report_reaction"), {"report_reaction.duplicate_row_count.warn"}),
    "a reaction twice with another term": (repeat_first("report_reaction", recurrence_term="Nausea"), set()),
    "a date after the quarter": (set_first("report", event_date=LATE), {"report.late_date_count.warn"}),
    "a course after the quarter": (set_first("report_therapy", end_date=LATE), {"report_therapy.late_date_count.warn"}),
    "the last day of the quarter": (set_first("report", event_date=date(2022, 12, 31)), set()),
    "another quarter's reports": (
        set_all("report", fda_received_date=LATE),
        {"report.late_date_count.warn", "report.received_after_share.fail"},
    ),
    "a line repeated": (set_first("report_outcome", source_line=3), {"report_outcome.repeated_key.fail"}),
    "a line split in two": (
        lambda q: (
            set_first("report_outcome", source_line=3, source_part=2)(q),
            account("report_outcome", lines_in_file=REPORTS - 1, lines_from_splits=1)(q),
        ),
        set(),
    ),
    "a line lost": (account("report_drug", lines_in_file=401, lines_read=401), {"report_drug.line_gap.fail"}),
    "fewer rows loaded than said": (account("report_drug", rows_loaded=399), {"report_drug.line_gap.fail"}),
    "a line rejected": (
        account("report_drug", lines_in_file=401, lines_read=401, lines_rejected=1),
        {"report_drug.rejected_share.warn"},
    ),
    "ten of few lines rejected": (
        account("report_drug", lines_in_file=410, lines_read=410, lines_rejected=10),
        {"report_drug.rejected_share.warn"},
    ),
    "many lines rejected": (
        account("report_drug", lines_in_file=411, lines_read=411, lines_rejected=11),
        {"report_drug.rejected_share.warn", "report_drug.many_rejected_share.fail"},
    ),
    "unknown codes": (issue("report_drug", "role"), {"report_drug.value_issue_count.warn"}),
    "a column missing": (
        lambda q: q.frames.update(report_source=q.frames["report_source"].drop("source_type")),
        {"report_source.column_difference.fail"},
    ),
    "a column of another type": (
        lambda q: q.set("report_source", source_type=pl.lit(1)),
        {"report_source.column_difference.fail"},
    ),
    "a column too many": (
        lambda q: q.set("report_source", extra=pl.lit(1)),
        {"report_source.column_difference.fail"},
    ),
}


@pytest.mark.parametrize("change", [pytest.param(CASES[name], id=name) for name in CASES])
def test_one_change_breaks_exactly_its_rules(change, tmp_path):
    quarter = small_quarter()
    quarter.is_simulated = True
    alter, expected = change
    alter(quarter)
    assert broken(measured(quarter, tmp_path)) == expected


def test_every_declared_measure_is_measured_and_the_whole_quarter_breaks_none(tmp_path):
    quarter = small_quarter()
    quarter.is_simulated = True
    measures = measured(quarter, tmp_path, previous=small_quarter(QUARTER.preceding()))
    assert {rule.measure for rule in quarter_rules() if rule.form is Form.MEASURE} <= set(measures)
    assert broken(measures) == set()


def test_a_legacy_quarter_has_its_own_numbers(tmp_path):
    measures = measured(small_quarter(Quarter(2012, 3)), tmp_path)
    assert broken(measures) == set()
    assert measures["report.other_number_share"].value is None
    assert measures["deleted_case.missing_file"].value is None


def test_known_counts_hold_for_real_quarters_alone(tmp_path):
    quarter = small_quarter()
    real = measured(quarter, tmp_path)
    assert real["report_drug.known_row_share"].value == 2 * REPORTS / ROWS_KNOWN
    assert {"report_drug.known_row_share.warn", "report_drug.known_row_share.fail"} <= broken(real)
    quarter.is_simulated = True
    assert measured(quarter, tmp_path)["report_drug.known_row_share"].value is None


def test_files_other_than_the_manifest_says(tmp_path):
    quarter = small_quarter()
    quarter.is_simulated = True
    folder = quarter.write(tmp_path)
    quarter.frames["report_source"].head(150).write_parquet(folder / "report_source" / "part-00000.parquet")
    manifest = read_manifest(folder)
    with open_quarter(manifest, scratch=tmp_path, threads=1, memory_limit=None) as views:
        measures = quarter_measures(views.connection, views.differences, manifest, None, tmp_path / "profiles")
    assert measures["report_source.part_difference"].value == 2
    assert measures["report_source.part_difference"].detail == "part-00000.parquet, 150 rows instead of 200"
    assert "report_source.part_difference.fail" in broken(measures)


def test_a_staged_file_that_is_gone_is_named(tmp_path):
    folder = small_quarter().write(tmp_path)
    (folder / "report_drug" / "part-00000.parquet").unlink()
    with (
        pytest.raises(CertificateError, match=r"2022q4: staged files of report_drug cannot be read.*Stage the quarter"),
        open_quarter(read_manifest(folder), scratch=tmp_path, threads=1, memory_limit=None),
    ):
        pass


def test_rows_that_doubled_against_the_last_quarter(tmp_path):
    before, now = small_quarter(QUARTER.preceding()), small_quarter()
    now.is_simulated = True
    drop_rows("report_source", pl.int_range(pl.len()) < REPORTS // 2)(before)
    assert broken(measured(now, tmp_path, previous=before)) == set(), "twice as many is within the limit"
    drop_rows("report_source", pl.int_range(pl.len()) < REPORTS // 2 - 1)(before)
    assert broken(measured(now, tmp_path, previous=before)) == {"report_source.row_ratio.warn"}


def test_a_quarter_without_reports_is_incomplete_in_all_its_tables(tmp_path):
    quarter = small_quarter()
    quarter.is_simulated = True
    drop_rows("report", pl.lit(False))(quarter)
    found = broken(measured(quarter, tmp_path))
    assert {name for name in found if name.endswith(".fail")} == {"report.row_count.fail"} | {
        f"{table}.orphan_share.fail" for table in REPORT_CHILDREN
    }


def test_nulls_that_jump_and_columns_that_are_lost(tmp_path):
    before, now = small_quarter(QUARTER.preceding()), small_quarter()
    now.is_simulated = True
    now.set("report", sex=pl.lit(None, pl.String()))
    now.set("report_drug", route=pl.lit("Oral"))
    measures = measured(now, tmp_path, previous=before)
    assert broken(measures) == {
        "report.null_jump_count.warn",
        "report.lost_column_count.fail",
        "report_drug.null_jump_count.warn",
    }
    assert measures["report.lost_column_count"].detail == "sex, against 2022q3"
    assert measures["report_drug.null_jump_count"].detail == "route from 50 % to 0 % null, against 2022q3"


@pytest.mark.parametrize(("quarter", "last_day"), [("2022q4", (2022, 12, 31)), ("2024q1", (2024, 3, 31))])
def test_the_end_of_a_quarter(quarter, last_day):
    assert quarter_end(Quarter.parse(quarter)) == date(*last_day)
