"""Tiny FAERS files and what staging makes of them, for the tests beside this file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from transforms.staging import TableAccount, stage_table
from transforms.staging.layout import declared_fields
from vocabulary.quarter import Quarter

LEGACY, MODERN, FIRST_FAERS = "2012q1", "2022q4", "2012q4"


class Staged:
    """One staged file: its account and its rows."""

    def __init__(self, account: TableAccount, folder: Path) -> None:
        self.account = account
        self.rows = pl.read_parquet(folder / "*.parquet").rows(named=True)
        counts = account.line_account.row(0, named=True)
        assert counts["lines_read"] == counts["lines_in_file"] + counts["lines_from_splits"]
        assert counts["lines_read"] == counts["rows_loaded"] + counts["lines_rejected"] + counts["lines_blank"]
        assert counts["rows_loaded"] == len(self.rows) == account.rows
        self.counts = counts

    @property
    def repairs(self) -> list[tuple[str, int, int]]:
        return self.account.repairs.select("repair", "line_count", "first_source_line").rows()

    @property
    def rejected(self) -> list[tuple[int, str, str]]:
        return self.account.rejected.select("source_line", "reason", "raw_text").rows()

    @property
    def issues(self) -> list[tuple[str, str, str, int]]:
        return self.account.value_issues.select("column_name", "issue", "value", "row_count").rows()

    def column(self, name: str) -> list[object]:
        return [row[name] for row in self.rows]


def stage_lines(
    folder: Path,
    table: str,
    quarter: str,
    lines: Sequence[str | bytes],
    end: bytes = b"\n",
    last_end: bytes | None = None,
) -> Staged:
    """Stage a file of the declared header and the given lines."""
    header = "$".join(field.source_column for field in declared_fields(table, Quarter.parse(quarter)))
    raw = [line if isinstance(line, bytes) else line.encode() for line in [header, *lines]]
    content = end.join(raw) + (end if last_end is None else last_end)
    account = stage_table(
        [content], faers_table=table, quarter=Quarter.parse(quarter), member=f"{table}.txt", out=folder / table
    )
    return Staged(account, folder / table)


def demo(quarter: str = MODERN, **values: str) -> str:
    """A DEMO row with the given fields, under our column names."""
    values = {"report_id": "1000011", "case_id": "100001", "case_version": "1"} | values
    return "$".join(values.get(field.column, "") for field in declared_fields("DEMO", Quarter.parse(quarter)))


def drug(quarter: str = MODERN, **values: str) -> str:
    """A DRUG row with the given fields, under our column names."""
    values = {"report_id": "1000011", "case_id": "100001", "drug_sequence": "1", "role": "PS"} | values
    return "$".join(values.get(field.column, "") for field in declared_fields("DRUG", Quarter.parse(quarter)))
