"""Damaged lines: each has the fate that the truth says, by staging's own account, and no case count moves."""

from __future__ import annotations

import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from simulation.drugs import drug_book, name_book
from simulation.faers import simulate
from simulation.layouts import Era
from sources.archive import inspect_archive
from sources.member import read_blocks
from transforms.names import match_names
from transforms.staging import stage_quarter
from vocabulary.quarter import Quarter, parse_quarters

QUARTERS = parse_quarters("2004q1,2008q2,2012q3..2012q4,2014q1,2018q1,2022q4,2025q1")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("damage")
    clean, damaged = (simulate(folder / str(bad), QUARTERS, 1200, seed=9, damage=bad) for bad in (False, True))
    return clean, damaged


def truth_of(run: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((run / "truth.json").read_text())
    return truth


def test_damage_changes_no_case_and_no_count(runs: tuple[Path, Path]) -> None:
    clean, damaged = (truth_of(run) for run in runs)
    for key in ("sightings", "cases", "excluded", "excluded_by_quarter", "universe", "planted"):
        assert clean[key] == damaged[key]
    for name in ("truth_comparison", "truth_reporting", "truth_context"):
        assert (runs[0] / f"{name}.parquet").read_bytes() == (runs[1] / f"{name}.parquet").read_bytes()


def test_every_kind_of_damage_is_planted(runs: tuple[Path, Path]) -> None:
    tables = [table for quarter in truth_of(runs[1])["tables"].values() for table in quarter.values()]
    assert {reason for table in tables for reason in table["rejected"]} == {
        "wrong_field_count", "truncated_last_line", "bad_report_id", "ambiguous_separator", "bad_case_id",
    }  # fmt: skip
    assert {repair for table in tables for repair in table["repairs"]} == {
        "extra_trailing_separator", "missing_trailing_field", "inner_separator_rejoined", "glued_line_split",
        "invalid_utf8_replaced",
    }  # fmt: skip
    assert {row["issue"] for table in tables for row in table["value_issues"]} == {
        "unknown_code", "unreadable", "implausible", "no_unit",
    }  # fmt: skip
    assert sum(table["lines_blank"] for table in tables) > 100
    assert sum(table["rows_without_report"] for table in tables) == 2 * len(QUARTERS)


@pytest.mark.parametrize("quarter", [str(quarter) for quarter in QUARTERS])
def test_accounts_are_those_of_the_bytes(runs: tuple[Path, Path], quarter: str) -> None:
    (path,) = runs[1].glob(f"*aers_ascii_{quarter}.zip")
    with zipfile.ZipFile(path) as archive:
        for name, account in truth_of(runs[1])["tables"][quarter].items():
            data = archive.read(account["source_member"])
            lines = data.removesuffix(b"\n").split(b"\n")
            has_header = name != "deleted_case"
            assert account["lines_in_file"] == len(lines) - has_header
            assert account["lines_blank"] == sum(not line.strip() for line in lines)
            assert account["lines_read"] == account["lines_in_file"] + account["lines_from_splits"]
            assert account["lines_read"] == (
                account["rows_loaded"] + account["lines_rejected"] + account["lines_blank"]
            )
            widths = {line.count(b"$") for line in lines[has_header : has_header + 200]}
            for line, reason in account["rejected_lines"]:
                text = lines[line - 1].decode("utf-8", "replace")
                if reason == "bad_report_id":
                    assert not text.split("$")[0].isdecimal()
                elif reason == "bad_case_id":
                    assert not text.isdecimal()
                elif reason == "truncated_last_line":
                    assert line == len(lines)
                    assert not data.endswith(b"\n")
                else:
                    assert text.count("$") not in {max(widths, key=lambda width: (0, width))} or len(widths) > 1


@pytest.mark.parametrize("quarter", [str(quarter) for quarter in QUARTERS])
def test_staging_finds_what_the_truth_says(runs: tuple[Path, Path], tmp_path: Path, quarter: str) -> None:
    (path,) = runs[1].glob(f"*aers_ascii_{quarter}.zip")
    archive = inspect_archive(path, Quarter.parse(quarter))
    assert archive.is_simulated
    deleted = archive.deleted_list
    stage_quarter(
        {name: (member, partial(read_blocks, path, member)) for name, member in archive.tables.items()},
        (deleted, partial(read_blocks, path, deleted)) if deleted else None,
        quarter=Quarter.parse(quarter),
        out_dir=tmp_path / "staged",
        rejected_dir=tmp_path / "rejected",
        source={},
    )
    accounts, repairs, issues = (
        pl.read_parquet(tmp_path / "staged" / f"{name}.parquet") for name in ("line_account", "repair", "value_issue")
    )
    rejected = pl.read_parquet(tmp_path / "rejected" / "rejected_line.parquet")
    for name, truth in truth_of(runs[1])["tables"][quarter].items():
        (account,) = accounts.filter(table_name=name).to_dicts()
        assert {key: truth[key] for key in account if key in truth} == {
            key: value for key, value in account.items() if key in truth
        }
        assert truth["repairs"] == dict(repairs.filter(table_name=name).select("repair", "line_count").rows())
        lines = rejected.filter(table_name=name).sort("source_line").select("source_line", "reason").rows()
        assert [tuple(row) for row in truth["rejected_lines"]] == lines
        odd = issues.filter(table_name=name).group_by("column_name", "issue").agg(pl.col("row_count").sum())
        assert truth["value_issues"] == odd.sort("column_name", "issue").to_dicts()


@pytest.mark.parametrize("era", list(Era))
def test_every_name_on_a_row_means_one_thing(era: Era) -> None:
    """Whatever dressing the simulator puts on a name, the project's names find the substances it was made from."""
    drugs, names = drug_book(), name_book(era)
    meant: dict[tuple[str, str], set[str]] = {}
    for number in range(drugs.size):
        held = {name for place, name in enumerate(drugs.substances) if int(drugs.mask[number]) >> place & 1}
        start = int(names.start[number])
        for field in names.fields[start : start + int(names.count[number])].to_list():
            name, *ingredient, _ = field.split("$")
            assert meant.setdefault((name, ingredient[0] if ingredient else ""), held) == held
    pairs = pl.DataFrame(
        {"reported_drug_name": [name for name, _ in meant], "active_ingredient": [text or None for _, text in meant]},
        schema_overrides={"active_ingredient": pl.String},
    ).with_row_index("name_id")
    found: dict[int, set[str]] = {}
    for number, substance in match_names(pairs).filter("is_reviewed").select("name_id", "substance").rows():
        found.setdefault(number, set()).add(substance)
    wrong = [(key, found.get(at, set()), held) for at, (key, held) in enumerate(meant.items())
             if found.get(at, set()) != held]  # fmt: skip
    assert wrong == []
