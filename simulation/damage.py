"""Damaged lines with a known fate: what must be rejected or repaired, and nothing that changes a count of cases.

A rejected line is an extra one, so no report loses anything; a repaired line holds the same values as before, or text
that belongs to no reviewed substance and no side effect. Kinds and places are those of faers.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from simulation.layouts import Era, columns, ends_in_separator, era_of, line_end
from simulation.stream import Bools, Stream
from vocabulary.quarter import Quarter

_CANDIDATES = 600
_ROWS_PER_SET = 60_000
"""Every kind of damage comes once, and once more per so many rows."""

_FOREIGN = 3_200_000
"""First case number of rows that belong to no report; no simulated case has it."""

BLANK = "blank"
"""Fate of a line without text: neither loaded nor rejected."""

_LOST = b"\xe9\xff"
"""Bytes that are not UTF-8."""


@dataclass(frozen=True)
class Edit:
    """Lines written in place of the rows ``start`` to ``stop`` (none: before ``start``), and their fate.

    Attributes:
        start: first row of the frame that is replaced.
        stop: row after the last one replaced.
        data: what is written, line ends included.
        loaded: rows that must come of it.
        fate: rejection reason, repair, ``BLANK``, or empty where the lines are whole.
        is_repair: the fate is a repair.
        is_orphan: the rows load and belong to no report.
        issue: (column, issue) of a value that loads and is noted, as meta.value_issue names them.
    """

    start: int
    stop: int
    data: bytes
    loaded: int
    fate: str = ""
    is_repair: bool = False
    is_orphan: bool = False
    issue: tuple[str, str] | None = None


Fields = list[str]
Check = Callable[[Fields], bool]


class Damage:
    """Chooses rows of one table and writes their damaged forms."""

    def __init__(self, frame: pl.DataFrame, table: str, quarter: Quarter, stream: Stream, safe: Bools) -> None:
        self.table, self.quarter, self.era = table, quarter, era_of(quarter)
        self.names = [name for _, name in columns(table, quarter)]
        self.width = len(self.names)
        self.closed = ends_in_separator(table, quarter)
        self.end = line_end(table, quarter)
        self.height = frame.height
        starts = stream.sample(_CANDIDATES, (frame.height - 1) // 3) * 3
        starts = starts[stream.words(len(starts)).argsort(kind="stable")]
        # A row and the one below it; whole numbers of three keep the pairs apart.
        first = _lines(frame, starts.tolist())
        second = _lines(frame, (starts + 1).tolist())
        allowed = (safe[starts] & safe[starts + 1]).tolist()
        self._free = [
            (at, *texts) for at, *texts, ok in zip(starts.tolist(), first, second, allowed, strict=True) if ok
        ]
        self.edits: list[Edit] = []
        self.tail: list[Edit] = []

    def fields(self, line: str) -> Fields:
        """Fields of a whole line, without the closing separator of AERS."""
        return line.split("$")[: self.width]

    def value(self, fields: Fields, name: str) -> str:
        """One field by our column name; empty where the era lacks it."""
        return fields[self.names.index(name)] if name in self.names else ""

    def line(self, fields: Fields) -> str:
        """A whole line of fields."""
        return "$".join(fields) + ("$" if self.closed else "")

    def take(self, check: Check) -> tuple[int, str, str] | None:
        """A row not used yet that fits, with its line and the next one."""
        for place, (at, first, second) in enumerate(self._free):
            if check(self.fields(first)) and self._is_plain(first) and self._is_plain(second):
                del self._free[place]
                return at, first, second
        return None

    def _is_plain(self, line: str) -> bool:
        """No junk version, blank case or TAB that would be judged for its own sake."""
        version = self.value(self.fields(line), "case_version")
        case = self.value(self.fields(line), "case_id")
        return (not version or version.isdecimal()) and "\t" not in line and ("case_id" not in self.names or bool(case))

    def insert(self, make: Callable[[Fields], str | bytes], reason: str, check: Check = lambda _: True) -> None:
        """Add a line made of some row's fields, which must be rejected."""
        if found := self.take(check):
            at, first, _ = found
            self.edits.append(Edit(at, at, self._ended(make(self.fields(first))), 0, reason))

    def change(self, make: Callable[[Fields], str | bytes], repair: str, check: Check = lambda _: True) -> None:
        """Replace a row by a line that must be repaired into it."""
        if found := self.take(check):
            at, first, _ = found
            self.edits.append(Edit(at, at + 1, self._ended(make(self.fields(first))), 1, repair, bool(repair)))

    def spoil(self, issue: tuple[str, str], **values: str) -> None:
        """Give a row values that load, and are noted as odd."""
        if found := self.take(lambda _: True):
            at, first, _ = found
            fields = self.fields(first)
            for name, value in values.items():
                fields[self.names.index(name)] = value
            self.edits.append(Edit(at, at + 1, self._ended(self.line(fields)), 1, issue=issue))

    def glue(self) -> None:
        """Two records on one line."""
        if found := self.take(lambda _: True):
            at, first, second = found
            self.edits.append(Edit(at, at + 2, self._ended(first + second), 2, "glued_line_split", True))

    def blank(self, text: str) -> None:
        """A line without text."""
        if found := self.take(lambda _: True):
            self.edits.append(Edit(found[0], found[0], self._ended(text), 0, BLANK))

    def append(self, line: str) -> None:
        """A whole row at the end that belongs to no report."""
        self.tail.append(Edit(self.height, self.height, self._ended(line), 1, is_orphan=True))

    def cut(self, make: Callable[[Fields], Fields]) -> None:
        """A record cut in its middle at the end of the file."""
        if found := self.take(lambda _: True):
            line = self.line(make(self.fields(found[1])))
            self.tail.append(Edit(self.height, self.height, line[: len(line) // 3].encode(), 0, "truncated_last_line"))

    def _ended(self, line: str | bytes) -> bytes:
        return (line if isinstance(line, bytes) else line.encode()) + self.end.encode()

    def all_edits(self) -> list[Edit]:
        """Edits in file order; a record cut at the end comes last of all."""
        tail = sorted(self.tail, key=lambda edit: edit.fate == "truncated_last_line")
        return sorted(self.edits, key=lambda edit: (edit.start, edit.stop)) + tail


def _lines(frame: pl.DataFrame, rows: Sequence[int]) -> list[str]:
    text = frame[list(rows)].write_csv(include_header=False, separator="$", quote_style="never", line_terminator="\n")
    return text.split("\n")[:-1]


def damage_table(frame: pl.DataFrame, table: str, quarter: Quarter, stream: Stream, safe: Bools) -> list[Edit]:
    """Damage for one table of a quarter.

    Args:
        frame: the table's clean rows, as they would be written.
        table: FDA's name of it.
        quarter: its quarter.
        stream: source of chance.
        safe: rows whose text names no reviewed substance and no side effect.

    Returns:
        Edits that do not overlap, in file order.
    """
    if frame.height < 60:
        return []
    work = Damage(frame, table, quarter, stream, safe)
    for _ in range(1 + frame.height // _ROWS_PER_SET):
        _everywhere(work)
        _BY_TABLE[table](work)
    if table == "DEMO":
        work.cut(lambda fields: _foreign(work, fields))
    if table in ("DRUG", "REAC"):
        _orphan(work)
    return work.all_edits()


def _everywhere(work: Damage) -> None:
    work.blank("")
    work.blank("   ")
    if work.table == "RPSR":
        return
    work.insert(lambda fields: work.line(["ABC123", *fields[1:]]), "bad_report_id")
    work.insert(lambda fields: work.line(["", *fields[1:]]), "bad_report_id")
    if work.width > 3:
        work.insert(lambda fields: "$".join(fields[:2]), "wrong_field_count")
    work.glue()
    if work.closed:
        # AERS rows without the closing separator are fine as they are.
        work.change(lambda fields: "$".join(fields), "")


def _demo(work: Damage) -> None:
    def has_number(fields: Fields) -> bool:
        return "-" in work.value(fields, "manufacturer_number") and not work.value(fields, "authority_number")

    def split_number(fields: Fields) -> str:
        # As in DEMO12Q1: JP-CUBIST-$E2B0000000182.
        place = work.names.index("manufacturer_number")
        beginning = fields[place].rpartition("-")[0]
        return work.line([*fields[:place], f"{beginning}-", "E2B0000000182", *fields[place + 1 :]])

    work.change(split_number, "inner_separator_rejoined", has_number)
    work.spoil(("age_years", "implausible"), age_reported="999", age_unit="YR")
    work.spoil(("age_years", "no_unit"), age_reported="45", age_unit="")
    work.spoil(("weight_kg", "implausible"), weight_reported="7000", weight_unit="LBS")
    work.spoil(("reporter_occupation", "unknown_code"), reporter_occupation="ZZ")
    work.spoil(("event_date", "unreadable"), event_date="20221345")
    sender = work.names.index("manufacturer_sender")
    work.change(
        lambda fields: _foul(work, fields, sender), "invalid_utf8_replaced", lambda fields: bool(fields[sender])
    )
    work.change(lambda fields: "$".join(fields[:-1]), "missing_trailing_field", lambda fields: not fields[-1])


def _drug(work: Damage) -> None:
    name = work.names.index("reported_drug_name")
    dose = work.names.index("dose_text")

    # Beside an ingredient no one could tell to which of the two a piece of a name belongs; a lot stands between codes.
    split = work.names.index("lot_number") if work.era is Era.FAERS_2 else name
    work.change(
        lambda fields: work.line(_with(fields, split, _halved)),
        "inner_separator_rejoined",
        lambda fields: len(fields[split].strip()) > 5,
    )
    work.insert(
        lambda fields: work.line(_with(_foreign(work, fields), dose, lambda _: "10 MG$ TWICE DAILY")),
        "ambiguous_separator",
        lambda fields: bool(fields[dose - 1].strip()) and bool(fields[dose].strip()),
    )
    work.change(
        lambda fields: _foul(work, fields, name), "invalid_utf8_replaced", lambda fields: bool(fields[name].strip())
    )
    work.change(lambda fields: "$".join(fields[:-1]), "missing_trailing_field", lambda fields: not fields[-1])


def _reaction(work: Damage) -> None:
    term = work.names.index("reported_term")
    split = (lambda fields: work.line(_with(fields, term, _halved)), lambda fields: len(fields[term]) > 5)
    if work.era is Era.FAERS_2:
        # The second half could as well be the term that recurred.
        work.insert(split[0], "ambiguous_separator", lambda fields: split[1](fields) and not fields[-1])
        work.change(lambda fields: "$".join(fields[:-1]), "missing_trailing_field", lambda fields: not fields[-1])
    else:
        work.change(split[0], "inner_separator_rejoined", split[1])


def _indication(work: Damage) -> None:
    work.change(
        lambda fields: work.line(_with(fields, -1, _halved)),
        "inner_separator_rejoined",
        lambda fields: len(fields[-1]) > 5,
    )
    _trailing(work)


def _trailing(work: Damage) -> None:
    if work.era.is_faers:
        work.change(lambda fields: work.line(fields) + "$", "extra_trailing_separator")


def _nothing(_: Damage) -> None:
    """No damage of the table's own."""


_BY_TABLE: dict[str, Callable[[Damage], None]] = {
    "DEMO": _demo,
    "DRUG": _drug,
    "REAC": _reaction,
    "OUTC": _trailing,
    "RPSR": _nothing,
    "THER": _trailing,
    "INDI": _indication,
}


def _with(fields: Fields, place: int, change: Callable[[str], str]) -> Fields:
    changed = list(fields)
    changed[place] = change(fields[place])
    return changed


def _halved(text: str) -> str:
    """A separator in the middle of a text, between two letters."""
    text = text.strip()
    return f"{text[: len(text) // 2].strip()}${text[len(text) // 2 :].strip()}"


def _foul(work: Damage, fields: Fields, place: int) -> bytes:
    before, after = "$".join(fields[:place]), "$".join(fields[place + 1 :])
    return f"{before}${fields[place]}".encode() + _LOST + f"${after}{'$' if work.closed else ''}".encode()


def _foreign(work: Damage, fields: Fields) -> Fields:
    """The fields with the report and case number of a report that exists nowhere."""
    changed = [str(_FOREIGN * (10 if work.era.is_faers else 1) + 1), *fields[1:]]
    if "case_id" in work.names:
        changed[1] = str(_FOREIGN)
    return changed


def _orphan(work: Damage) -> None:
    """A ketamine row or a dissociation row of a report whose DEMO row is not there: loaded, and counted nowhere."""
    if found := work.take(lambda _: True):
        fields = _foreign(work, work.fields(found[1]))
        if work.table == "REAC":
            fields[work.names.index("reported_term")] = "Dissociation"
        else:
            fields[work.names.index("reported_drug_name")] = "KETAMINE"
            fields[work.names.index("role")] = "PS"
            if "active_ingredient" in work.names:
                fields[work.names.index("active_ingredient")] = "KETAMINE HYDROCHLORIDE"
        work.append(work.line(fields))
