"""A small staged quarter that breaks no rule, written as staging writes it; other tests break it in one place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from expectations import last_of_era
from expectations.manifest import fingerprint_of, read_manifest
from expectations.rules import STAGED_TABLES
from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter
from vocabulary.table import Table
from vocabulary.tables.staged import LINE_ACCOUNT, REPAIR, VALUE_ISSUE

REPORTS = 200
QUARTER = Quarter(2022, 4)


@dataclass
class SmallQuarter:
    """Frames of a quarter and what staging says of them; change them, then ``write``."""

    quarter: Quarter = QUARTER
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    accounts: dict[str, dict[str, int]] = field(default_factory=dict)
    issues: list[dict[str, Any]] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    is_simulated: bool = False

    def set(self, table: str, **columns: Any) -> None:
        """Replace columns by expressions or literals."""
        self.frames[table] = self.frames[table].with_columns(**columns)

    def set_row(self, table: str, row: int, **values: Any) -> None:
        """Replace values in one row."""
        index = pl.int_range(pl.len()) == row
        self.set(table, **{name: pl.when(index).then(pl.lit(value)).otherwise(name) for name, value in values.items()})

    def write(self, root: Path) -> Path:
        """Write the staged folder and return it."""
        folder = root / f"quarter={self.quarter}"
        tables = {}
        accounts = []
        for name, table in STAGED_TABLES.items():
            frame = self.frames[name] if name not in self.missing else pl.DataFrame(schema=table.polars_schema)
            member = None if name in self.missing else f"ASCII/{name}.txt"
            tables[name] = {"member": member, "rows": frame.height, "parts": [_part(frame, folder / name)]}
            counts = {"lines_in_file": frame.height, "lines_from_splits": 0, "lines_rejected": 0, "lines_blank": 0}
            counts |= {"lines_read": frame.height, "rows_loaded": frame.height} | self.accounts.get(name, {})
            accounts.append({"quarter": str(self.quarter), "table_name": name, "source_member": member, **counts})
        common = {"quarter": str(self.quarter)}
        _small(LINE_ACCOUNT, accounts, folder)
        _small(REPAIR, [], folder)
        _small(VALUE_ISSUE, [common | issue for issue in self.issues], folder)
        source = {
            "file_name": f"faers_ascii_{self.quarter}.zip",
            "sha256": "0" * 64,
            "is_simulated": self.is_simulated,
            "fingerprint": "test",
        }
        manifest = {"quarter": str(self.quarter), "source": source, "tables": tables, "missing_tables": []}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder


def small_quarter(quarter: Quarter = QUARTER) -> SmallQuarter:
    """Two hundred reports with two drugs, two reactions, an outcome, a source, a course and an indication each."""
    is_faers = quarter >= FIRST_FAERS_QUARTER
    case = [10_000_000 + number for number in range(REPORTS)]
    report = [case_id * 10 + 1 for case_id in case] if is_faers else [case_id - 5_000_000 for case_id in case]
    day = date(quarter.year, quarter.number * 3 - 1, 3)
    child = {"report_id": report, "case_id": case if is_faers else None}
    twice = {name: [value for value in values for _ in (1, 2)] if values else None for name, values in child.items()}
    odd = [number % 2 == 0 for number in range(REPORTS)]
    columns: dict[str, Mapping[str, Any]] = {
        "report": {
            "report_id": report,
            "case_id": case,
            "case_version": 1,
            "initial_or_followup": "I",
            "event_date": [day if is_odd else None for is_odd in odd],
            "event_date_precision": ["day" if is_odd else None for is_odd in odd],
            "fda_received_date": day,
            "fda_received_date_precision": "day",
            "age_reported": 40.0,
            "age_unit": "YR",
            "age_years": 40.0,
            "sex": ["F" if is_odd else "M" for is_odd in odd],
            "reporter_occupation": "MD",
        },
        "report_drug": {
            **twice,
            "drug_sequence": [1, 2] * REPORTS,
            "role": ["PS", "C"] * REPORTS,
            "reported_drug_name": ["KETAMINE", "ASPIRIN"] * REPORTS,
            "route": ["Intravenous", None] * REPORTS,
        },
        "report_reaction": {**twice, "reported_term": ["Nausea", "Dissociation"] * REPORTS},
        "report_outcome": {**child, "outcome": "HO"},
        "report_source": {**child, "source_type": "HP"},
        "report_therapy": {**child, "drug_sequence": 1, "start_date": day, "start_date_precision": "day"},
        "report_indication": {**child, "drug_sequence": 1, "reported_indication": "Anaesthesia"},
        "deleted_case": {"case_id": list(range(9_000_000, 9_000_010))},
    }
    made = SmallQuarter(quarter)
    for name, table in STAGED_TABLES.items():
        made.frames[name] = _frame(table, columns[name])
    if quarter < Quarter(2019, 1):
        made.missing.add("deleted_case")
    return made


def _frame(table: Table, columns: Mapping[str, Any]) -> pl.DataFrame:
    height = max(len(values) for values in columns.values() if isinstance(values, list))
    filled = {
        name: columns[name] if isinstance(columns.get(name), list) else [columns.get(name)] * height
        for name in table.column_names
    }
    filled["source_line"] = list(range(2, height + 2))
    if "source_part" in filled:
        filled["source_part"] = [1] * height
    return pl.DataFrame(filled, schema=table.polars_schema)


def _part(frame: pl.DataFrame, folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "part-00000.parquet"
    # As staging writes: no footer statistics on text, so that their nulls have to be counted.
    frame.write_parquet(path, statistics=False)
    return {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": frame.height}


def _small(table: Table, rows: list[dict[str, Any]], folder: Path) -> None:
    pl.DataFrame(rows, schema=table.polars_schema).write_parquet(folder / f"{table.name}.parquet")


def test_the_manifest_is_read_as_it_was_written(tmp_path):
    quarter = small_quarter()
    quarter.missing = {"report_indication"}
    folder = quarter.write(tmp_path)
    manifest = read_manifest(folder)
    assert manifest.quarter == QUARTER
    assert manifest.file_name == "faers_ascii_2022q4.zip"
    assert set(STAGED_TABLES) - set(manifest.tables) == {"report_indication"}
    assert [part.rows for part in manifest.tables["report_drug"]] == [2 * REPORTS]


def test_a_fingerprint_is_of_the_content_alone():
    one = {"quarter": "2022q4", "tables": {"report": {"rows": 1}}}
    other = {"tables": {"report": {"rows": 1}}, "quarter": "2022q4"}
    assert fingerprint_of(one) == fingerprint_of(other)
    assert fingerprint_of(one) != fingerprint_of(one | {"quarter": "2022q3"})


def test_the_predecessor_is_the_latest_of_the_same_era():
    staged = [Quarter(2012, 2), Quarter(2012, 3), Quarter(2012, 4), Quarter(2022, 4)]
    assert last_of_era(Quarter(2012, 3), staged) == Quarter(2012, 2)
    assert last_of_era(Quarter(2012, 4), staged) is None
    assert last_of_era(Quarter(2023, 1), staged) == Quarter(2022, 4)
