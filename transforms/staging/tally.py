"""What happened to a table's lines: counts, repairs, odd values, rejected lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from vocabulary.table import Table
from vocabulary.tables.staged import LINE_ACCOUNT, REJECTED_LINE, REPAIR, VALUE_ISSUE

VALUES_PER_ISSUE = 100
"""Distinct values kept per column and issue; the rest are counted together as (others)."""


class Reason(StrEnum):
    """Why a line was not loaded."""

    WRONG_FIELD_COUNT = "wrong_field_count"
    TRUNCATED_LAST_LINE = "truncated_last_line"
    BAD_REPORT_ID = "bad_report_id"
    AMBIGUOUS_SEPARATOR = "ambiguous_separator"
    BAD_CASE_ID = "bad_case_id"


class Repair(StrEnum):
    """What was done to a damaged line so that it could be loaded."""

    EXTRA_TRAILING_SEPARATOR = "extra_trailing_separator"
    MISSING_TRAILING_FIELD = "missing_trailing_field"
    INNER_SEPARATOR_REJOINED = "inner_separator_rejoined"
    GLUED_LINE_SPLIT = "glued_line_split"
    INVALID_UTF8_REPLACED = "invalid_utf8_replaced"


class Issue(StrEnum):
    """Why a value is null or not canonical although something was published."""

    UNKNOWN_CODE = "unknown_code"
    UNREADABLE = "unreadable"
    IMPLAUSIBLE = "implausible"
    NO_UNIT = "no_unit"


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a staged table."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class TableAccount:
    """One staged table: its files and the frames of meta.line_account, repair, value_issue and rejected_line."""

    table: Table
    member: str | None
    parts: tuple[Part, ...]
    line_account: pl.DataFrame
    repairs: pl.DataFrame
    value_issues: pl.DataFrame
    rejected: pl.DataFrame

    @property
    def rows(self) -> int:
        """Rows loaded."""
        return sum(part.rows for part in self.parts)


@dataclass
class Tally:
    """Counts of one member while it is read, in the order of its lines."""

    lines_in_file: int = 0
    lines_from_splits: int = 0
    lines_blank: int = 0
    rows_loaded: int = 0
    repairs: dict[Repair, list[int]] = field(default_factory=dict)
    issues: Counter[tuple[str, Issue, str]] = field(default_factory=Counter)
    rejected: list[tuple[int, Reason, str]] = field(default_factory=list)

    def add_repair(self, repair: Repair, first_line: int, count: int = 1) -> None:
        """Count repaired lines; ``first_line`` is the first of them."""
        known = self.repairs.setdefault(repair, [0, first_line])
        known[0] += count
        known[1] = min(known[1], first_line)

    def add_issues(self, column: str, issue: Issue, values: pl.Series) -> None:
        """Count odd values, given as published, one per row; nulls are not counted."""
        values = values.drop_nulls()
        if values.is_empty():
            return
        for value, count in values.rename("value").value_counts(name="rows").iter_rows():
            self.issues[column, issue, value] += count

    def reject(self, line: int, reason: Reason, raw: bytes) -> None:
        """Keep a line out of the table, with its text; bytes that are not UTF-8 are escaped."""
        self.rejected.append((line, reason, raw.rstrip(b"\r\n").decode("utf-8", "backslashreplace")))

    def account(self, table: Table, quarter: str, member: str | None, parts: tuple[Part, ...]) -> TableAccount:
        """The finished account.

        Raises:
            ArithmeticError: the lines do not add up, which is a defect of the parser.
        """
        read = self.lines_in_file + self.lines_from_splits
        if read != self.rows_loaded + len(self.rejected) + self.lines_blank:
            raise ArithmeticError(
                f"{table.full_name} {quarter}, file {member}: {read} lines read, {self.rows_loaded} loaded, "
                f"{len(self.rejected)} rejected, {self.lines_blank} blank."
            )
        whose: dict[str, object] = {"quarter": quarter, "table_name": table.name}
        counts = {
            "source_member": member,
            "lines_in_file": self.lines_in_file,
            "lines_from_splits": self.lines_from_splits,
            "lines_read": read,
            "rows_loaded": self.rows_loaded,
            "lines_rejected": len(self.rejected),
            "lines_blank": self.lines_blank,
        }
        repairs = [
            whose | {"repair": kind.value, "line_count": count, "first_source_line": first}
            for kind, (count, first) in sorted(self.repairs.items())
        ]
        rejected = [
            whose | {"source_member": member, "source_line": line, "reason": reason.value, "raw_text": raw}
            for line, reason, raw in sorted(self.rejected)
        ]
        return TableAccount(
            table=table,
            member=member,
            parts=parts,
            line_account=pl.DataFrame([whose | counts], schema=LINE_ACCOUNT.polars_schema),
            repairs=pl.DataFrame(repairs, schema=REPAIR.polars_schema),
            value_issues=pl.DataFrame(self._issue_rows(whose), schema=VALUE_ISSUE.polars_schema),
            rejected=pl.DataFrame(rejected, schema=REJECTED_LINE.polars_schema),
        )

    def _issue_rows(self, whose: dict[str, object]) -> list[dict[str, object]]:
        groups: dict[tuple[str, Issue], list[tuple[int, str]]] = {}
        for (column, issue, value), count in self.issues.items():
            groups.setdefault((column, issue), []).append((count, value))
        rows: list[dict[str, object]] = []
        for (column, issue), values in sorted(groups.items()):
            values.sort(key=lambda pair: (-pair[0], pair[1]))
            shown = values[:VALUES_PER_ISSUE]
            if others := sum(count for count, _ in values[VALUES_PER_ISSUE:]):
                shown.append((others, "(others)"))
            key = whose | {"column_name": column, "issue": issue.value}
            rows += [key | {"value": value, "row_count": count} for count, value in shown]
        return rows
