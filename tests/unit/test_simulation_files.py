"""What a simulated quarter looks like from outside: names, headers, bytes, quirks, and the same again each time."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest

import reference
from simulation.faers import simulate
from simulation.history import HISTORY_REPORTS, history_sizes
from simulation.layouts import TABLES
from vocabulary.errors import SettingsError
from vocabulary.quarter import Quarter, parse_quarters

ERAS = parse_quarters("2004q1,2005q3,2010q2,2012q3..2012q4,2013q1,2014q3,2018q1,2019q1,2020q2,2020q4,2022q4,2024q4")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(tmp_path_factory.mktemp("eras"), ERAS, 1500, seed=11)


def members(run: Path, quarter: str) -> dict[str, bytes]:
    (path,) = run.glob(f"*aers_ascii_{quarter}.zip")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def table(run: Path, quarter: str, name: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of one table, as a reader who knows nothing would split them."""
    (data,) = (data for path, data in members(run, quarter).items() if Path(path).name[:4].upper() == name)
    first, *lines = data.decode().replace("\r\n", "\n").rstrip("\n").split("\n")
    return first.split("$"), [line.split("$") for line in lines]


@pytest.mark.parametrize("quarter", [str(quarter) for quarter in ERAS])
def test_headers_are_those_of_the_layout_table(run: Path, quarter: str) -> None:
    for name in TABLES:
        declared = [
            row["source_column"]
            for row in reference.read("layout").filter(faers_table=name).to_dicts()
            if row["first_quarter"] <= quarter <= (row["last_quarter"] or "9999q4")
        ]
        header, rows = table(run, quarter, name)
        assert [column.strip("\ufeff ") for column in header] == declared
        closing = quarter <= "2012q3" and not (name == "INDI" and quarter < "2005q3")
        assert {len(row) for row in rows} == {len(declared) + closing}
        if closing:
            assert {row[-1] for row in rows} == {""}


def test_names_of_zips_folders_and_members(run: Path) -> None:
    names = {path.name for path in run.glob("*.zip")}
    assert {"aers_ascii_2012q3.zip", "faers_ascii_2012q4.zip"} <= names
    seen = {str(quarter): list(members(run, str(quarter))) for quarter in ERAS}
    expected = {
        "2004q1": "ascii/DEMO04Q1.TXT",
        "2010q2": "ascii2/DRUG10Q2.TXT",
        "2012q4": "ascii/demo12q4.txt",
        "2018q1": "ASCII/DEMO18Q1_new.txt",
        "2019q1": "deleted/ADR19Q1DeletedCases.txt",
        "2020q2": "DELETED/ADR20Q2DeletedCases.txt",
        "2020q4": "Deleted/20Q4DeletedCases.txt",
        "2022q4": "Deleted/DELETE22Q4.txt",
    }
    assert {quarter: name for quarter, name in expected.items() if name not in seen[quarter]} == {}
    assert not any("delete" in name.lower() for name in seen["2018q1"])
    assert all("SIMULATED.txt" in names for names in seen.values())
    assert members(run, "2022q4")["Deleted/DELETE22Q4.txt"].startswith(b" \n")


def test_2012q4_has_its_own_header_quirks(run: Path) -> None:
    text = members(run, "2012q4")
    assert text["ascii/drug12q4.txt"].startswith("\ufeffprimaryid$".encode())
    assert b"$lot_nbr$" in text["ascii/drug12q4.txt"].split(b"\n")[0]
    assert b"$ rept_dt$" in text["ascii/demo12q4.txt"].split(b"\n")[0]
    assert b"$outc_code\n" in text["ascii/outc12q4.txt"]


QUIRKS = {
    "CRLF in one table": ("2012q3", "DEMO", r"\r\n"),
    "LF in another": ("2012q3", "DRUG", r"[^\r]\n"),
    "unescaped quotes": ("2022q4", "DRUG", r'\$"[A-Z ]+" \(NOS\)\$'),
    "quotes inside": ("2022q4", "DRUG", r'TOOK "HALF" A TABLET'),
    "TAB in a field": ("2022q4", "DRUG", "\t"),
    "lost character": ("2022q4", "DEMO", r"LABORATOIRES \?CLAIR"),
    "trailing dot": ("2022q4", "DRUG", r"\$[A-Z]+\.\$"),
    "WHO Drug suffix": ("2022q4", "DRUG", r"\$[A-Z ]{35}/\d{8}/\$"),
    "brackets": ("2022q4", "DRUG", r"\[[A-Z ]+\]\$"),
    "backslash": ("2022q4", "DRUG", r"[A-Z]\\[A-Z]"),
    "not administered": ("2024q4", "DRUG", r"\$DN\$"),
    "junk version": ("2010q2", "DEMO", r"\$F\$(#|C-|1A)\$"),
    "no case": ("2010q2", "DEMO", r"\n\d{7}\$\$"),
    "country in full": ("2010q2", "DEMO", r"\$UNITED STATES\$"),
    "country code": ("2013q1", "DEMO", r"\$US\$"),
    "no country": ("2013q1", "DEMO", "COUNTRY NOT SPECIFIED"),
    "upper case": ("2010q2", "REAC", r"\$NAUSEA\$"),
    "mixed case": ("2022q4", "REAC", r"\$Nausea\$"),
    "blank name": ("2022q4", "DRUG", r"\$PS\$\$\$2\$|\$SS\$\$\$2\$|\$C\$\$\$2\$"),
    "decades": ("2022q4", "DEMO", r"\$\d\$DEC\$"),
    "months": ("2022q4", "DEMO", r"\$\d+\$MON\$"),
    "days": ("2022q4", "DEMO", r"\$\d+\$DY\$"),
    "pounds": ("2022q4", "DEMO", r"\$\d+\$LBS\$"),
    "month dates": ("2022q4", "THER", r"\$\d{6}\$"),
    "year dates": ("2022q4", "THER", r"\$\d{4}\$"),
    "zero-filled years": ("2022q4", "DEMO", r"\$\d{4}0101\$"),
    "over the counter": ("2022q4", "DRUG", r"\$999999\$"),
}


@pytest.mark.parametrize("quirk", QUIRKS)
def test_quirk_is_planted(run: Path, quirk: str) -> None:
    quarter, name, pattern = QUIRKS[quirk]
    (data,) = (data for path, data in members(run, quarter).items() if Path(path).name[:4].upper() == name)
    assert re.search(pattern, data.decode())


def test_rows_that_stand_twice_and_numbers_that_repeat(run: Path) -> None:
    for name in ("DRUG", "REAC", "INDI"):
        _, rows = table(run, "2022q4", name)
        assert max(Counter(map(tuple, rows)).values()) > 1
    _, rows = table(run, "2022q4", "DRUG")
    distinct = {tuple(row) for row in rows}
    assert max(Counter((row[0], row[2]) for row in distinct).values()) > 1, "one drug_seq, several rows"
    _, demo = table(run, "2022q4", "DEMO")
    cases = Counter(row[1] for row in {row[0]: row for row in demo}.values())
    assert max(cases.values()) > 1, "one case with two versions in one quarter"
    reports = {row[0] for row in demo}
    heads = {row[0] for row in rows if row[3] == "PS"}
    with_drugs = {row[0] for row in rows}
    assert reports - with_drugs, "a report without a drug"
    assert with_drugs - heads, "a report without a primary suspect"
    assert reports - {row[0] for row in table(run, "2022q4", "REAC")[1]}, "a report without a reaction"


def test_a_deleted_case_returns_and_one_stays_deleted(run: Path) -> None:
    quarters = ["2019q1", "2020q2", "2020q4", "2022q4", "2024q4"]
    seen = {quarter: {row[1] for row in table(run, quarter, "DEMO")[1]} for quarter in quarters}
    lists = {
        quarter: {line.strip() for path, data in members(run, quarter).items() if "elete" in path.lower()
                  for line in data.decode().split("\n")}
        for quarter in quarters
    }  # fmt: skip
    returned = {case for at, quarter in enumerate(quarters) for later in quarters[at + 1 :]
                for case in lists[quarter] & seen[later]}  # fmt: skip
    stayed = {case for quarter in quarters for case in lists[quarter] & seen[quarter]} - returned
    assert returned
    assert stayed
    assert any(re.match(r"3[0-4]\d{5}$", case) for cases in lists.values() for case in cases), "one never published"


def test_same_arguments_same_bytes_and_later_quarters_change_nothing(tmp_path: Path) -> None:
    quarters = parse_quarters("2012q3..2012q4")
    runs = {
        name: simulate(tmp_path / name, chosen, 400, seed=seed, damage=True)
        for name, chosen, seed in (("a", quarters, 3), ("b", quarters, 3), ("c", quarters, 4), ("d", quarters[:1], 3))
    }
    first = {name: (out / "aers_ascii_2012q3.zip").read_bytes() for name, out in runs.items()}
    assert first["a"] == first["b"] == first["d"] != first["c"]
    for file in ("faers_ascii_2012q4.zip", "truth.json", "truth_comparison.parquet"):
        assert (runs["a"] / file).read_bytes() == (runs["b"] / file).read_bytes()


def test_progress_names_every_quarter(tmp_path: Path) -> None:
    calls: list[tuple[int, int, str]] = []
    simulate(tmp_path, parse_quarters("2022q1..2022q2"), 200, 1, progress=lambda *call: calls.append(call))
    assert calls == [(1, 2, "2022q1"), (2, 2, "2022q2")]
    assert not list(tmp_path.glob(".*")), "no half-written zip stays"


def test_what_cannot_be_simulated_is_refused(tmp_path: Path) -> None:
    quarter = Quarter(2022, 4)
    for quarters, size, words in (
        ([], 500, "at least one"),
        ([quarter, quarter], 500, "once"),
        ([quarter], 50, "at least 200"),
        ([quarter], {Quarter(2022, 3): 500}, "at least 200"),
        ([Quarter(2003, 4)], 500, "from 2004q1"),
    ):
        with pytest.raises(SettingsError, match=words):
            simulate(tmp_path, quarters, size, seed=1)
    with pytest.raises(SettingsError, match="from 0 up"):
        simulate(tmp_path, [quarter], 200, seed=-1)
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="another folder"):
        simulate(tmp_path / "file", [quarter], 200, seed=1)


def test_history_has_the_size_and_shape_of_the_real_one() -> None:
    whole, part = history_sizes(1.0), history_sizes(1 / 16)
    assert (len(whole), min(whole), max(whole)) == (90, Quarter(2004, 1), Quarter(2026, 2))
    assert abs(sum(whole.values()) - HISTORY_REPORTS) < 90
    assert abs(sum(part.values()) * 16 - HISTORY_REPORTS) < 90 * 16
    counted = reference.read("fda_row_count").filter(faers_table="DEMO")
    for row in counted.to_dicts():
        assert whole[Quarter.parse(row["quarter"])] == pytest.approx(int(row["data_rows"]), rel=0.03)
    for factor in (0.0, -1.0, 0.001):
        with pytest.raises(SettingsError, match="factor"):
            history_sizes(factor)
