"""What a line with the wrong number of separators was meant to be, decided line by line.

A line is repaired only where one reading, and one alone, makes every id, date, number and code valid. Otherwise it is
rejected and kept with its reason: a wrong guess would put one patient's drug beside another patient's reaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from transforms.staging.codes import CodeBook
from transforms.staging.layout import SEPARATOR, Field, Parse
from transforms.staging.tally import Reason, Repair
from transforms.staging.validity import is_cut, is_report_id, is_valid

MOST_INNER_SEPARATORS = 8
"""Longer lines are rejected unread: with so many separators too many, no single reading can be trusted."""

LEGACY_ID_DIGITS = 7
"""Every ISR of the public extract has seven digits."""

LONGEST_VERSION = 3
"""Digits of the version that FAERS appends to the case number to make the report id."""

Record = list[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The records of a line with what was done to win them, or the reason why it is rejected."""

    records: tuple[Record, ...] = ()
    repair: Repair | None = None
    reason: Reason | None = None


@dataclass(frozen=True)
class LineJudge:
    """Judges the odd lines of one member.

    Attributes:
        fields: the columns in the file's order.
        legacy: AERS, where one separator more per row is the layout and children carry no case number.
        closed: the rows of this file end in one separator more than the header.
        book: the reviewed codes.
    """

    fields: tuple[Field, ...]
    legacy: bool
    closed: bool
    book: CodeBook

    @property
    def separators(self) -> int:
        """Separators in a whole line of the file."""
        return len(self.fields) - 1 + self.closed

    def judge(self, line: str, *, unterminated: bool = False) -> Verdict:
        """Read one odd line.

        Args:
            line: text without its line end.
            unterminated: it is the last line of the file and lacks the line end.
        """
        width = len(self.fields)
        if line.count(SEPARATOR) > 2 * width + MOST_INNER_SEPARATORS:
            return Verdict(reason=Reason.WRONG_FIELD_COUNT)
        tokens = line.split(SEPARATOR)
        if unterminated and (verdict := self._cut(tokens)):
            return verdict
        if len(tokens) == width + self.closed and (not self.closed or not tokens[-1].strip()):
            return self._whole(tokens)
        in_layout = self.legacy and (len(tokens) == width or (len(tokens) == width + 1 and not tokens[-1].strip()))
        if in_layout and self.is_valid(tokens[:width]):
            return Verdict((tokens[:width],))
        if split := self._split(tokens):
            alone = len(split) == 2
            return Verdict(split, Repair.GLUED_LINE_SPLIT) if alone else Verdict(reason=Reason.AMBIGUOUS_SEPARATOR)
        verdict = self._padded(tokens) if len(tokens) <= width else self._rejoin(tokens)
        if in_layout and verdict.reason is Reason.WRONG_FIELD_COUNT and self._is_plausible(tokens[:width]):
            return Verdict((tokens[:width],))
        return verdict

    @property
    def _id_at(self) -> int:
        return next(at for at, field in enumerate(self.fields) if field.column == "report_id")

    def is_valid(self, record: Record) -> bool:
        """Whether every field of a record would load without an issue and its report id is there."""
        return not any(self._odd(record))

    def _odd(self, record: Record) -> Iterator[Field]:
        for text, field in zip(record, self.fields, strict=True):
            if not is_valid(text, field, self.book, required=field.column == "report_id"):
                yield field

    def _is_plausible(self, record: Record) -> bool:
        """Whether the fields of a record are in place: one value may be odd, but no id.

        Enough where the separators themselves speak for the reading: an AERS row with or without its closing
        separator, judged only because a row that lacks a field but is closed looks alike; the halves of a glued line.
        """
        odd = list(self._odd(record))
        return len(odd) <= 1 and not any(field.parse is Parse.ID for field in odd)

    def _cut(self, tokens: Record) -> Verdict | None:
        """The verdict on a last line without line end, or null where it may be whole."""
        width = len(self.fields)
        if len(tokens) < width or (self.closed and len(tokens) == width):
            return Verdict(reason=Reason.TRUNCATED_LAST_LINE)
        if len(tokens) == width and is_cut(tokens[-1], self.fields[-1], self.book):
            return Verdict(reason=Reason.TRUNCATED_LAST_LINE)
        closed = self.closed and len(tokens) == width + 1 and not tokens[-1].strip()
        if len(tokens) > width and not closed:
            return None
        return self._whole(tokens)

    def _whole(self, tokens: Record) -> Verdict:
        """A line that is as the file's lines are; its values may be odd, its report id may not."""
        if not is_report_id(tokens[self._id_at]):
            return Verdict(reason=Reason.BAD_REPORT_ID)
        closing = Repair.EXTRA_TRAILING_SEPARATOR if self.closed and not self.legacy else None
        return Verdict((tokens[: len(self.fields)],), closing)

    def _split(self, tokens: Record) -> tuple[Record, ...]:
        """The two records of a glued line, none, or more than two where there are several ways to part it."""
        width = len(self.fields)
        pairs: list[tuple[Record, Record]] = []
        for reading in [tokens] if tokens[-1].strip() else [tokens, tokens[:-1]]:
            if len(reading) == 2 * width:
                pairs.append((reading[:width], reading[width:]))
            elif len(reading) == 2 * width - 1:
                before, touching, after = reading[: width - 1], reading[width - 1], reading[width:]
                pairs += [([*before, last], [first, *after]) for last, first in self._touching(touching, after)]
        sound = [pair for pair in pairs if self._keyed(pair[1]) and all(self._is_plausible(half) for half in pair)]
        return tuple(record for pair in sound for record in pair)

    def _touching(self, text: str, following: Record) -> Iterator[tuple[str, str]]:
        """Ways to part the last field of one record from the report id of the next."""
        if self.legacy:
            if match := re.fullmatch(rf"(.*?)(\d{{{LEGACY_ID_DIGITS}}})", text, re.ASCII | re.DOTALL):
                yield match[1], match[2]
            return
        # The next record's case number follows its report id, and the report id is that number and the version.
        case = following[0].strip() if following else ""
        if case.isdecimal() and case.isascii():
            for match in re.finditer(rf"(?={case}\d{{1,{LONGEST_VERSION}}}$)", text, re.ASCII):
                yield text[: match.start()], text[match.start() :]

    def _keyed(self, record: Record) -> bool:
        """Whether the second half of a glued line begins as a record must."""
        value = {field.column: text.strip() for text, field in zip(record, self.fields, strict=True)}
        report, case = value["report_id"], value.get("case_id", "")
        if self.legacy:
            return len(report) == LEGACY_ID_DIGITS
        return bool(case) and report.startswith(case) and 1 <= len(report) - len(case) <= LONGEST_VERSION

    def _padded(self, tokens: Record) -> Verdict:
        """A row that may lack its last field: nothing is repaired if even then a field would be out of place."""
        missing = len(self.fields) - len(tokens)
        record = [*tokens, *[""] * missing]
        if missing > 1 or not self.is_valid(record):
            return Verdict(reason=Reason.WRONG_FIELD_COUNT)
        return Verdict((record,), Repair.MISSING_TRAILING_FIELD if missing else None)

    def _rejoin(self, tokens: Record) -> Verdict:
        """Find the one way to put surplus separators back into text, or to drop a trailing one."""
        width = len(self.fields)
        readings = self._without_trailing(tokens)
        if len(readings[0]) - width > MOST_INNER_SEPARATORS:
            return Verdict(reason=Reason.WRONG_FIELD_COUNT)
        for blank_pieces in (False, True):
            # First only separators between two texts: a separator beside nothing is more likely an empty field.
            ways = [(way, reading) for reading in readings for way in self._joinings(reading, blank_pieces)]
            if len(ways) > 1:
                return Verdict(reason=Reason.AMBIGUOUS_SEPARATOR)
            for way, reading in ways:
                if len(reading) > width:
                    return Verdict((way,), Repair.INNER_SEPARATOR_REJOINED)
                one_is_layout = self.legacy and len(tokens) == width + 1
                return Verdict((way,), None if one_is_layout else Repair.EXTRA_TRAILING_SEPARATOR)
        return Verdict(reason=Reason.WRONG_FIELD_COUNT)

    def _without_trailing(self, tokens: Record) -> list[Record]:
        """The line as it stands and with separators at its end dropped: AERS' closing one, and one too many."""
        width, readings = len(self.fields), [tokens]
        if self.legacy and not tokens[-1].strip():
            readings = [tokens[:-1]] if self.closed else [tokens, tokens[:-1]]
        last = readings[-1]
        if len(last) == width + 1 and not last[-1].strip():
            readings.append(last[:-1])
        return readings

    def _joinings(self, tokens: Record, blank_pieces: bool) -> list[Record]:
        """At most two distinct ways to join tokens into as many valid fields as there are columns."""
        fields, count, enough = self.fields, len(tokens), any if blank_pieces else all

        @cache
        def rest(column: int, start: int) -> tuple[tuple[str, ...], ...]:
            if column == len(fields):
                return ((),) if start == count else ()
            found: list[tuple[str, ...]] = []
            spare = count - start - (len(fields) - column)
            for size in range(1, (spare if fields[column].parse is Parse.TEXT else 0) + 2):
                pieces = tokens[start : start + size]
                if len(pieces) < size or (size > 1 and not enough(map(str.strip, pieces))):
                    continue
                text = SEPARATOR.join(pieces)
                if is_valid(text, fields[column], self.book, required=fields[column].column == "report_id"):
                    found += [(text, *more) for more in rest(column + 1, start + size)]
                if len(found) > 1:
                    break
            return tuple(found[:2])

        return [list(way) for way in rest(0, 0)]
