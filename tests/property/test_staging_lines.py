"""Random files, whole and damaged: every line is accounted for, and a plain reader agrees with every loaded field."""

from __future__ import annotations

import csv
import datetime
import math
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import reference
from transforms.staging import TableAccount, stage_table
from transforms.staging.codes import code_book
from transforms.staging.layout import Field, Parse, declared_fields
from transforms.staging.lines import Lines, survey
from transforms.staging.tally import Tally
from transforms.staging.validity import is_valid
from transforms.staging.values import read_code, read_date, read_number, read_whole
from vocabulary.quarter import Quarter
from vocabulary.tables.staged import FAERS_TABLES

QUARTERS = ("2004q1", "2009q2", "2012q4", "2013q3", "2024q4")
ORDINARY_ROWS = 30
"""Plain rows at the head of every file, so that its kind of row is plain to see."""


def plain_codes() -> dict[str, dict[str, str | None]]:
    """The code tables as a plain CSV reader sees them."""
    known: dict[str, dict[str, str | None]] = defaultdict(dict)
    with (reference.FOLDER / "code.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            known[row["field"]][row["code"].strip().upper()] = row["canonical"].strip() or None
    with (reference.FOLDER / "country.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            known["country"][row["name"].strip().upper()] = row["country_code"].strip() or None
    return known


CODES = plain_codes()


# --- the plain reader: one field at a time, standard library only ---------------------------------------------------


def plain_date(text: str) -> tuple[datetime.date | None, str | None]:
    if not (text.isascii() and text.isdigit() and len(text) in (4, 6, 8) and text[0] != "0"):
        return None, None
    try:
        when = datetime.datetime.strptime((text + "0101")[:8] if len(text) == 4 else (text + "01")[:8], "%Y%m%d").date()
    except ValueError:
        return None, None
    return when, {4: "year", 6: "month"}.get(len(text)) or ("day_or_year" if text.endswith("0101") else "day")


def plain_number(text: str) -> float | None:
    if "_" in text or not text.isascii():
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def plain_whole(text: str, limit: int) -> int | None:
    digits = text.removeprefix("+")
    value = int(digits) if digits.isascii() and digits.isdigit() else None
    return value if value is not None and value < limit else None


def plain_field(field: Field, text: str, legacy: bool) -> dict[str, object]:
    text = text.strip()
    match field.parse:
        case Parse.TEXT:
            return {field.column: text or None}
        case Parse.ID:
            return {field.column: plain_whole(text, 2**63)}
        case Parse.VERSION:
            return {field.column: 0 if legacy and not text else plain_whole(text, 2**31)}
        case Parse.NUMBER:
            return {field.column: plain_number(text)}
        case Parse.DATE:
            return dict(zip((field.column, f"{field.column}_precision"), plain_date(text), strict=True))
        case Parse.CODE | Parse.COUNTRY:
            known = CODES["country" if field.parse is Parse.COUNTRY else field.column]
            return {field.column: known.get(text.upper(), text) if text else None}


def plain_row(fields: tuple[Field, ...], record: list[str], legacy: bool) -> dict[str, object]:
    row: dict[str, object] = {}
    for field, text in zip(fields, record, strict=True):
        row |= plain_field(field, text, legacy)
    return row


# --- random fields and rows -----------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("AbZ09 .,-\"'\\/é\t[]()%\u00a0?"), max_size=12)
NAMES = st.text(st.sampled_from("ABc -."), max_size=8)
PAD = st.sampled_from(["", "", "", "", " ", "  ", "\t"])
ODD = st.sampled_from(
    ["NA", "x", "12A", "-3", "1.5.", "20230230", "00002012", "20121", "Zz", "\u0663", "1_0", "inf", "#"]
)


def sound_text(field: Field, legacy: bool) -> st.SearchStrategy[str]:
    """What a column holds where nothing is odd."""
    match field.parse:
        case Parse.TEXT if field.column in ("cumulative_dose", "dose_amount", "application_number"):
            return st.sampled_from(["", "100", "021"])
        case Parse.TEXT:
            return NAMES if field.column in ("manufacturer_sender", "image_number") else WORDS
        case Parse.ID if field.column == "report_id" and legacy:
            return st.integers(4_000_000, 9_999_999).map(str)
        case Parse.ID:
            return st.integers(1, 10**10).map(str)
        case Parse.VERSION:
            return st.integers(1, 40).map(str)
        case Parse.NUMBER:
            return st.sampled_from(["", "1", "45.5", ".5", "0", "1e2"])
        case Parse.DATE:
            days = st.dates(datetime.date(1900, 1, 1), datetime.date(2030, 12, 31)).map(lambda day: f"{day:%Y%m%d}")
            return st.one_of(st.just(""), days, days.map(lambda day: day[:6]), days.map(lambda day: day[:4]))
        case Parse.CODE:
            return st.sampled_from(["", *sorted(CODES[field.column])])
        case Parse.COUNTRY:
            return st.sampled_from(["", "US", "JAPAN", "France", "COUNTRY NOT SPECIFIED", "jp"])


@st.composite
def records(draw: st.DrawFn, fields: tuple[Field, ...], legacy: bool, odd: bool) -> list[str]:
    """One row; ``odd`` ones may hold anything that is no separator and no line end."""
    record = [draw(sound_text(field, legacy)) for field in fields]
    names = [field.column for field in fields]
    if not legacy and "case_id" in names:
        # As FAERS makes it: the report id is the case number and the version.
        case = draw(st.integers(1000, 10**9))
        record[names.index("case_id")], record[names.index("report_id")] = (
            str(case),
            f"{case}{draw(st.integers(1, 99))}",
        )
    if odd:
        for at in range(len(record)):
            if draw(st.integers(0, 3)) == 0:
                record[at] = draw(st.one_of(ODD, WORDS, st.just("")))
    return [draw(PAD) + text + draw(PAD) if odd else text for text in record]


@dataclass
class Line:
    """A line as written, and the records that it was made from; null where no reader could say."""

    text: bytes
    origin: list[list[str]] | None
    whole: bool


@dataclass(repr=False)
class File:
    table: str
    quarter: Quarter
    fields: tuple[Field, ...]
    legacy: bool
    lines: list[Line]
    end: bytes
    cut: int

    def __repr__(self) -> str:
        return f"{self.table} {self.quarter} {self.end!r} {self.lines[ORDINARY_ROWS - 1 :]}"

    def staged(self, cut: bool) -> tuple[TableAccount, pl.DataFrame]:
        header = "$".join(field.source_column for field in self.fields).encode()
        lines = [line + self.end for line in [header, *(line.text for line in self.lines)]]
        blocks = [b"".join(lines[: self.cut]), b"".join(lines[self.cut :])] if cut else [b"".join(lines)]
        with tempfile.TemporaryDirectory() as folder:
            account = stage_table(
                blocks, faers_table=self.table, quarter=self.quarter, member="x.txt", out=Path(folder)
            )
            return account, pl.concat(pl.read_parquet(path) for path in sorted(Path(folder).glob("*.parquet")))


@st.composite
def files(draw: st.DrawFn) -> File:
    table = draw(st.sampled_from(sorted(FAERS_TABLES)))
    quarter = Quarter.parse(draw(st.sampled_from(QUARTERS)))
    fields, legacy = declared_fields(table, quarter), quarter < Quarter(2012, 4)
    closing = "$" if legacy and draw(st.booleans()) else ""
    ordinary = "$".join("4263742" if field.parse is Parse.ID else "" for field in fields) + closing
    lines = [Line(ordinary.encode(), [ordinary.split("$")[: len(fields)]], True)] * ORDINARY_ROWS
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["sound", "odd", "odd", "blank", "garbage", "extra", "short", "inner", "glued"]))
        first, second = draw(records(fields, legacy, kind == "odd")), draw(records(fields, legacy, False))
        text = "$".join(first) + closing
        if kind in ("sound", "odd"):
            lines.append(Line(text.encode(), [first], True))
        elif kind == "blank":
            lines.append(Line(draw(st.sampled_from([b"", b" ", b"\t "])), [], True))
        elif kind == "garbage":
            lines.append(Line(draw(st.binary(max_size=30)).replace(b"\n", b"$").replace(b"\r", b"$"), None, False))
        elif kind == "extra":
            lines.append(Line((text + "$").encode(), [first], False))
        elif kind == "short":
            lines.append(Line("$".join(first[:-1]).encode(), [[*first[:-1], ""]], False))
        elif kind == "glued":
            # Without a closing separator a blank last field would leave a report id that looks like text.
            origin = None if legacy and not closing and not second[-1].strip() else [first, second]
            lines.append(Line((text + "$".join(second) + closing).encode(), origin, False))
        else:
            at = draw(st.sampled_from([at for at, field in enumerate(fields) if field.parse is Parse.TEXT] or [0]))
            broken = [*first[:at], "A$B" if fields[at].parse is Parse.TEXT else first[at] + "$", *first[at + 1 :]]
            origin = [broken] if fields[at].parse is Parse.TEXT else None
            lines.append(Line(("$".join(broken) + closing).encode(), origin, False))
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    return File(table, quarter, fields, legacy, lines, end, draw(st.integers(ORDINARY_ROWS, len(lines) + 1)))


# A file is large and a staging takes milliseconds, so failures are shown as found.
QUICK = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[phase for phase in Phase if phase is not Phase.shrink],
)


@QUICK
@given(files())
def test_every_line_is_accounted_for_and_read_as_a_plain_reader_reads_it(file: File) -> None:
    account, frame = file.staged(cut=False)
    counts = account.line_account.row(0, named=True)
    assert counts["lines_in_file"] == len(file.lines)
    assert counts["lines_read"] == counts["lines_in_file"] + counts["lines_from_splits"]
    assert counts["lines_read"] == counts["rows_loaded"] + counts["lines_rejected"] + counts["lines_blank"]
    assert counts["rows_loaded"] == len(frame)
    assert frame["source_line"].is_sorted()

    loaded: dict[int, list[dict[str, object]]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        loaded[row["source_line"]].append(row)
    rejected = dict(account.rejected.select("source_line", "reason").iter_rows())
    assert not loaded.keys() & rejected.keys()
    for number, line in enumerate(file.lines, start=2):
        rows, reason = loaded.get(number, []), rejected.get(number)
        if line.origin is None:
            continue
        expected = [plain_row(file.fields, record, file.legacy) for record in line.origin]
        if line.whole and expected and expected[0]["report_id"] is None:
            assert (rows, reason) == ([], "bad_report_id")
        elif line.whole:
            assert reason is None
            assert [{name: row[name] for name in want} for row, want in zip(rows, expected, strict=True)] == expected
        elif reason is None:
            # A damaged line is rejected, or it becomes exactly what it was made from.
            assert [{name: row[name] for name in want} for row, want in zip(rows, expected, strict=True)] == expected


@settings(QUICK, max_examples=25)
@given(files())
def test_where_the_blocks_are_cut_makes_no_difference(file: File) -> None:
    whole, frame = file.staged(cut=False)
    parted, pieces = file.staged(cut=True)
    assert frame.equals(pieces)
    for part in ("line_account", "repairs", "value_issues", "rejected"):
        assert getattr(whole, part).equals(getattr(parted, part))


LINES = st.lists(
    st.text(st.sampled_from("a$$ \t\r\u00e9\u00a0"), max_size=8).map(str.encode)
    | st.binary(max_size=6).map(lambda raw: raw.replace(b"\n", b"")),
    max_size=12,
)


@settings(QUICK, max_examples=200)
@given(LINES, st.sampled_from([b"\n", b"\r\n"]), st.integers(1, 9))
def test_one_pass_counts_lines_and_finds_all_padding(lines: list[bytes], end: bytes, step: int) -> None:
    import transforms.staging.lines as module

    block = b"".join(line + end for line in lines)
    before, module._STEP = module._STEP, step
    try:
        seen = survey(block)
    finally:
        module._STEP = before
    assert (seen.separators, seen.lines) == (block.count(b"$"), block.count(b"\n"))
    found = Lines(block)
    assert found.separators.tolist() == [line.count(b"$") for line in block.split(b"\n")[:-1]]
    fields = [text for at in range(len(found)) for text in found[at].decode("utf-8", "replace").split("$")]
    if any(text != text.strip() for text in fields):
        assert seen.padded
    if not seen.padded:
        assert all(field == field.strip() for field in fields)
    if all(byte > 0x20 and byte < 0x80 for line in lines for byte in line):
        assert not seen.padded


TEXTS = st.one_of(
    ODD,
    WORDS,
    st.text(st.sampled_from("0123456789"), max_size=9),
    st.text(st.sampled_from("0123456789+-.eE"), max_size=6),
    st.sampled_from(["US", "yr", "EXP", "20240229", "20230229", "202213", "2022", "99991231", "9" * 19, "9" * 18]),
)


@settings(QUICK, max_examples=150)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_a_field_is_valid_just_where_it_loads_without_an_issue(texts: list[str]) -> None:
    column = pl.Series(texts, dtype=pl.String)
    book = code_book()
    for parse in (Parse.ID, Parse.VERSION, Parse.NUMBER, Parse.DATE, Parse.COUNTRY):
        field = Field("x", "x", parse)
        tally = Tally()
        match parse:
            case Parse.ID:
                read_whole(column, pl.Int64(), "x", tally)
            case Parse.VERSION:
                read_whole(column, pl.Int32(), "x", tally)
            case Parse.NUMBER:
                read_number(column, "x", tally)
            case Parse.DATE:
                read_date(column, "x", tally)
            case _:
                read_code(column, book.countries, "x", tally)
        odd = {value for _, _, value in tally.issues}
        assert odd == {text.strip() for text in texts if not is_valid(text, field, book, required=False)}
