"""The real rows of every era, where they are at hand: totals, one cut row, and the published prefixes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from transforms.staging import Opener, stage_quarter
from vocabulary.quarter import Quarter
from vocabulary.tables.staged import FAERS_TABLES

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ZIPS = SHARED / "real" / "faers"
pytestmark = pytest.mark.skipif(not ZIPS.is_dir(), reason="the real rows in ../shared/real/faers are not here")

LOADED = {
    "2004q1": {"DEMO": 100, "DRUG": 386, "REAC": 416, "OUTC": 93, "RPSR": 119, "THER": 145, "INDI": 124},
    "2012q4": {"DEMO": 9, "DRUG": 10, "REAC": 10, "OUTC": 10, "RPSR": 10, "THER": 10, "INDI": 10},
    "2020q3": {"DEMO": 9_998, "DRUG": 10_000, "REAC": 10_000, "OUTC": 10_000, "RPSR": 10_000, "THER": 10_000},
    "2022q3": {"DEMO": 107_729, "DRUG": 107_729, "REAC": 247_990},
    "2022q4": {
        "DEMO": 8_905, "DRUG": 15_278, "REAC": 94_620, "OUTC": 69_346, "INDI": 80_625, "THER": 21_888, "RPSR": 14_398,
    },
}  # fmt: skip


def blocks(path: Path, name: str) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive, archive.open(name) as file:
        rest = b""
        while chunk := file.read(1 << 21):
            chunk = rest + chunk
            end = chunk.rfind(b"\n") + 1
            yield chunk[:end]
            rest = chunk[end:]
        yield rest


@pytest.fixture(scope="module", params=sorted(LOADED))
def staged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    quarter: str = request.param
    path = next(ZIPS.glob(f"*{quarter}.zip"))
    members: dict[str, Opener] = {}
    deleted: Opener | None = None
    for name in zipfile.ZipFile(path).namelist():
        opener = (name, lambda name=name: blocks(path, name))
        if "DELETE" in name.upper():
            deleted = opener
        else:
            members[Path(name).name[:4].upper()] = opener
    home = tmp_path_factory.mktemp(quarter)
    manifest = stage_quarter(
        members,
        deleted,
        quarter=Quarter.parse(quarter),
        out_dir=home / quarter,
        rejected_dir=home / "rejected",
        source={"zip": path.name},
    )
    return quarter, home / quarter, pl.read_parquet(home / "rejected" / "rejected_line.parquet"), manifest


def test_every_line_is_accounted_for(staged) -> None:
    quarter, out, rejected, manifest = staged
    loaded = {name: manifest["tables"][table.name]["rows"] for name, table in FAERS_TABLES.items()}
    assert loaded == dict.fromkeys(FAERS_TABLES, 0) | LOADED[quarter]
    account = pl.read_parquet(out / "line_account.parquet")
    assert (account["lines_read"] == account["rows_loaded"] + account["lines_rejected"] + account["lines_blank"]).all()
    assert account["lines_rejected"].sum() == len(rejected) == (1 if quarter == "2020q3" else 0)
    assert pl.read_parquet(out / "repair.parquet").is_empty()
    assert manifest["missing_tables"] == (["INDI"] if quarter == "2020q3" else [])
    if quarter == "2022q4":
        assert manifest["tables"]["deleted_case"]["rows"] == 3_624
        assert account.filter(table_name="deleted_case")["lines_blank"].item() == 1


def test_only_the_cut_row_of_2020q3_is_rejected(staged) -> None:
    quarter, _, rejected, _ = staged
    if quarter != "2020q3":
        assert rejected.is_empty()
        return
    row = rejected.row(0, named=True)
    assert (row["table_name"], row["source_line"], row["reason"]) == ("report", 10_000, "truncated_last_line")
    assert row["raw_text"].startswith("143329687$14332968$7$F$")
    assert row["raw_text"].endswith("$COUNTRY NOT SPECIFIED$U")


def test_keys_and_typed_columns_are_filled(staged) -> None:
    quarter, out, _, _ = staged
    report = pl.read_parquet(out / "report" / "*.parquet")
    assert (
        report["report_id"].null_count() == report["case_id"].null_count() == report["case_version"].null_count() == 0
    )
    assert report["fda_received_date"].null_count() <= 1
    if quarter != "2004q1":
        case, version = report["case_id"].cast(pl.String), report["case_version"].cast(pl.String)
        assert ((case + version).cast(pl.Int64) == report["report_id"]).mean() > 0.99
    if quarter in ("2012q4", "2020q3", "2022q4"):
        assert report["occurrence_country"].drop_nulls().str.len_chars().eq(2).all()


def test_odd_values_are_those_of_the_re_saved_file(staged) -> None:
    quarter, out, _, _ = staged
    issues = pl.read_parquet(out / "value_issue.parquet")
    seen = set(issues.select("column_name", "issue").iter_rows())
    expected = {
        "2004q1": {("duration_days", "no_unit")},
        "2020q3": {(column, "unreadable") for column in ("start_date", "end_date", "duration_reported")},
    }
    assert seen == expected.get(quarter, set())
    if quarter == "2020q3":
        assert set(issues["value"]) == {"NA"}
