"""A file's header against the declared layout of its quarter."""

from __future__ import annotations

import pytest

import reference
from transforms.staging import stage_table
from transforms.staging.codes import code_book
from transforms.staging.layout import Parse, declared_fields, fields_of_header
from vocabulary.errors import LayoutError
from vocabulary.quarter import Quarter
from vocabulary.tables.staged import FAERS_TABLES

MODERN = Quarter(2022, 4)
REAC = b"primaryid$caseid$pt$drug_rec_act"


def columns(header: bytes, table: str = "REAC", quarter: Quarter = MODERN) -> list[str]:
    return [field.column for field in fields_of_header(header, table, quarter, "REAC22Q4.txt")]


@pytest.mark.parametrize(
    "header",
    [REAC, REAC + b"\r", b"\xef\xbb\xbf" + REAC, REAC.upper(), b" primaryid $caseid$ pt$drug_rec_act ", REAC + b"$"],
)
def test_marks_blanks_and_case_of_a_header_do_not_matter(header: bytes) -> None:
    assert columns(header) == ["report_id", "case_id", "reported_term", "recurrence_term"]


def test_columns_are_found_by_name_not_by_place() -> None:
    assert columns(b"pt$drug_rec_act$caseid$primaryid") == ["reported_term", "recurrence_term", "case_id", "report_id"]


def test_another_order_of_columns_reads_the_same(tmp_path) -> None:
    accounts = [
        stage_table([content], faers_table="OUTC", quarter=MODERN, member="OUTC22Q4.txt", out=tmp_path / name)
        for name, content in (
            ("usual", b"primaryid$caseid$outc_cod\n11$1$DE\n"),
            ("other", b"outc_cod$primaryid$caseid\nDE$11$1\n"),
        )
    ]
    assert accounts[0].parts == accounts[1].parts


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (b"primaryid$caseid$pt", "missing column drug_rec_act"),
        (REAC + b"$severity", "unknown column severity"),
        (b"primaryid$caseid$pt$drug_rec", "missing column drug_rec_act; unknown column drug_rec"),
        (REAC + b"$PT", "repeated column pt"),
        (b"primaryid$caseid$$pt$drug_rec_act", r"unknown column \(no name\)"),
        (b"100115733$10011573$Nausea$", "missing column primaryid, caseid, pt, drug_rec_act"),
    ],
)
def test_a_missing_or_unknown_column_is_named(header: bytes, fault: str) -> None:
    with pytest.raises(LayoutError, match=rf"REAC 2022q4, file REAC22Q4.txt: {fault}.*reference/layout.csv"):
        columns(header)


def test_the_one_quarter_with_other_names() -> None:
    header = b"primaryid$caseid$outc_code"
    assert columns(header, "OUTC", Quarter(2012, 4))[-1] == "outcome"
    with pytest.raises(LayoutError, match="missing column outc_cod; unknown column outc_code"):
        columns(header, "OUTC", Quarter(2013, 1))


def test_a_padded_name_as_published_in_2012q4() -> None:
    header = "$".join(field.source_column for field in declared_fields("DEMO", Quarter(2012, 4)))
    assert "report_date" in columns(header.replace("$rept_dt", "$ rept_dt").encode(), "DEMO", Quarter(2012, 4))


@pytest.mark.parametrize("content", [[], [b""], [b"\n"], [b" \r\n", b"1$1$Nausea$\n"]])
def test_a_file_without_a_header_is_an_error(content: list[bytes], tmp_path) -> None:
    with pytest.raises(LayoutError, match=r"REAC 2022q4, file REAC22Q4\.txt: the file is empty"):
        stage_table(content, faers_table="REAC", quarter=MODERN, member="REAC22Q4.txt", out=tmp_path)


@pytest.mark.parametrize("content", [[REAC], [REAC + b"\r\n"], [REAC + b"\n", b""]])
def test_a_header_alone_is_an_empty_table(content: list[bytes], tmp_path) -> None:
    account = stage_table(content, faers_table="REAC", quarter=MODERN, member="REAC22Q4.txt", out=tmp_path)
    assert [(part.name, part.rows) for part in account.parts] == [("part-00000.parquet", 0)]
    assert account.line_account["lines_read"].item() == 0


@pytest.mark.parametrize("quarter", ["2004q1", "2005q2", "2005q3", "2012q3", "2012q4", "2013q1", "2014q3", "2026q2"])
@pytest.mark.parametrize("table", FAERS_TABLES)
def test_every_declared_column_of_every_era_has_a_place_and_a_reader(table: str, quarter: str) -> None:
    fields = declared_fields(table, Quarter.parse(quarter))
    names = [field.column for field in fields]
    assert len(names) == len(set(names))
    assert names.count("report_id") == 1
    for field in fields:
        assert field.column in FAERS_TABLES[table].column_names
        if field.parse is Parse.DATE:
            assert f"{field.column}_precision" in FAERS_TABLES[table].column_names
        if field.parse in (Parse.CODE, Parse.COUNTRY):
            assert code_book().known(field)


def test_number_of_columns_per_era() -> None:
    expected = {"2004q1": 22, "2005q3": 23, "2012q4": 22, "2014q2": 22, "2014q3": 25}
    assert {q: len(declared_fields("DEMO", Quarter.parse(q))) for q in expected} == expected
    assert reference.read("layout").height > 0
