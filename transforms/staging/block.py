"""One block of lines at a time: all at once where every line is whole, with care where one is not."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl

from transforms.staging.codes import CodeBook
from transforms.staging.layout import SEPARATOR, Field, Parse, is_legacy
from transforms.staging.lines import Lines, is_utf8, survey
from transforms.staging.repair import LineJudge, Record
from transforms.staging.tally import Reason, Repair, Tally
from transforms.staging.typed import typed_frame
from transforms.staging.values import read_text, whole_numbers
from vocabulary.quarter import Quarter
from vocabulary.table import Table

CLOSING = "closing"
"""Name of the empty column that a separator at the end of every row makes."""

FIRST_DATA_LINE = 2

_SAMPLE_BYTES = 200_000
"""Bytes that decide whether the rows of a file end in one separator more than its header."""

_CLOSED_ROWS = 20
"""Rows with a separator more, in a file of FAERS, from which on it counts as a file of such rows."""

_MOST_SLICES = 1000
"""Rows of odd lines in a block up to which they are put between slices of the others."""


class MemberReader:
    """Reads the blocks of one member in order and keeps its tally.

    A whole block is proven whole without looking at single lines: Polars refuses a row that has too many fields, so if
    none has, and the block holds exactly as many separators as its rows need, then no row has too few either.
    """

    def __init__(self, fields: tuple[Field, ...], table: Table, quarter: Quarter, book: CodeBook) -> None:
        self.tally = Tally()
        self._fields, self._table, self._book = fields, table, book
        self._names = [field.column for field in fields]
        self._ids = [field.column for field in fields if field.parse is Parse.ID]
        self._legacy = is_legacy(quarter)
        self._closed: bool | None = None
        self._next_line = FIRST_DATA_LINE

    def read(self, block: bytes) -> pl.DataFrame:
        """One block, as rows of the staged table in the order of their lines.

        Args:
            block: whole lines; only the last block of a member may lack the last line end.
        """
        end = block.rfind(b"\n") + 1
        block, last = block[:end], block[end:]
        if self._closed is None:
            self._closed = self._are_rows_closed(block)
        judge = LineJudge(self._fields, self._legacy, bool(self._closed), self._book)
        first_line = self._next_line
        seen = survey(block)
        whole = seen.separators == seen.lines * judge.separators
        raw = self._numeric_ids(block, judge) if whole else None
        if raw is None:
            frame = self._read_damaged(block, judge, padded=seen.padded)
        else:
            self._check_lines(len(raw), seen.lines)
            self._next_line += seen.lines
            frame = self._rows(raw, np.arange(first_line, self._next_line), judge, padded=seen.padded)
        if last:
            frame = pl.concat([frame, self._read_unterminated(last, judge)])
        self.tally.lines_in_file += self._next_line - first_line
        self.tally.rows_loaded += len(frame)
        return frame

    def _are_rows_closed(self, block: bytes) -> bool | None:
        """Whether rows end in one separator more than the header; null where the block has no row to tell."""
        sample = block[: block.rfind(b"\n", 0, _SAMPLE_BYTES) + 1]
        counts = Counter(line.count(SEPARATOR.encode()) for line in sample.splitlines())
        plain = len(self._fields) - 1
        if not counts[plain + 1] and not counts[plain]:
            return None
        # In AERS the closing separator is the rule. Later it takes more than a few rows to believe in one.
        return counts[plain + 1] > counts[plain] and (self._legacy or counts[plain + 1] >= _CLOSED_ROWS)

    def _parse(self, block: bytes, judge: LineJudge, *, id_type: type[pl.DataType]) -> pl.DataFrame:
        columns = [*self._names, CLOSING] if judge.closed else self._names
        # Without a header line Polars would take the width of the first row for the width of the file.
        return pl.read_csv(
            SEPARATOR.join(columns).encode() + b"\n" + block,
            separator=SEPARATOR,
            quote_char=None,
            schema={name: id_type if name in self._ids else pl.String for name in columns},
        )

    def _numeric_ids(self, block: bytes, judge: LineJudge) -> pl.DataFrame | None:
        """The rows of whole lines, ids as numbers; null where an id is none, or a line is not whole or not UTF-8."""
        try:
            raw = self._parse(block, judge, id_type=pl.Int64)
        except pl.exceptions.ComputeError:
            return None
        if judge.closed and raw[CLOSING].null_count() < len(raw):
            return None
        # Polars reads -0 as a number, and so a zero is looked at again.
        odd = raw["report_id"].null_count() or raw.select((pl.col(self._ids) <= 0).any()).row(0).count(True)
        return None if odd else raw

    def _read_damaged(self, block: bytes, judge: LineJudge, *, padded: bool) -> pl.DataFrame:
        """The rows of any block: whole lines together, odd ones judged one by one."""
        lines = Lines(block)
        odd = (lines.separators != judge.separators) | lines.not_utf8()
        if judge.closed:
            odd |= ~lines.closed()
        numbers = np.flatnonzero(~odd) + self._next_line
        whole = lines.without(odd)
        raw = self._numeric_ids(whole, judge)
        if raw is None:
            raw = self._parse(whole, judge, id_type=pl.String)
            self._check_lines(len(raw), len(numbers))
            has_id = whole_numbers(read_text(raw["report_id"]), pl.Int64()).is_not_null()
            for number in numbers[~has_id.to_numpy()].tolist():
                self.tally.reject(number, Reason.BAD_REPORT_ID, lines[number - self._next_line])
            raw, numbers = raw.filter(has_id), numbers[has_id.to_numpy()]
        self._check_lines(len(raw), len(numbers))
        judged: list[tuple[int, Record]] = []
        for at in np.flatnonzero(odd).tolist():
            number = self._next_line + at
            judged += [(number, record) for record in self._judge(lines[at], number, judge)]
        self._next_line += len(lines)
        frame = self._rows(raw, numbers, judge, padded=padded)
        if judged:
            frame = _merged(frame, self._judged_rows(judged))
        return frame

    def _check_lines(self, rows: int, lines: int) -> None:
        if rows != lines:
            raise ArithmeticError(f"{self._table.full_name}: {lines} lines became {rows} rows.")

    def _rows(
        self, raw: pl.DataFrame, numbers: np.typing.NDArray[np.int64], judge: LineJudge, *, padded: bool
    ) -> pl.DataFrame:
        """Rows of whole lines, typed."""
        if judge.closed and not self._legacy and len(numbers):
            self.tally.add_repair(Repair.EXTRA_TRAILING_SEPARATOR, int(numbers[0]), len(numbers))
        lines = pl.Series("source_line", numbers, dtype=pl.Int32)
        fields = raw.select(self._names).with_columns(lines, source_part=pl.lit(1, pl.Int16))
        return self._typed(fields, padded)

    def _judged_rows(self, judged: list[tuple[int, Record]]) -> pl.DataFrame:
        """Rows of odd lines, typed."""
        schema = dict.fromkeys(self._names, pl.String)
        raw = pl.DataFrame([record for _, record in judged], schema=schema, orient="row")
        numbers = [number for number, _ in judged]
        # Records of one line follow one another.
        parts = [place - numbers.index(number, max(0, place - 8)) + 1 for place, number in enumerate(numbers)]
        places = {"source_line": pl.Series(numbers, dtype=pl.Int32), "source_part": pl.Series(parts, dtype=pl.Int16)}
        return self._typed(raw.with_columns(**places), padded=True)

    def _typed(self, raw: pl.DataFrame, padded: bool) -> pl.DataFrame:
        return typed_frame(raw, self._fields, self._table, self._book, self.tally, legacy=self._legacy, padded=padded)

    def _read_unterminated(self, line: bytes, judge: LineJudge) -> pl.DataFrame:
        """The last line of a file that lacks its line end: whole, or cut."""
        number = self._next_line
        self._next_line += 1
        # A carriage return is half a line end: nothing of the line is missing.
        records = self._judge(line.removesuffix(b"\r"), number, judge, unterminated=not line.endswith(b"\r"))
        return self._judged_rows([(number, record) for record in records])

    def _judge(self, line: bytes, number: int, judge: LineJudge, *, unterminated: bool = False) -> tuple[Record, ...]:
        """The records of one odd line, none where it is blank or rejected."""
        if not line.strip():
            self.tally.lines_blank += 1
            return ()
        verdict = judge.judge(line.decode("utf-8", "replace"), unterminated=unterminated)
        if verdict.reason is not None:
            self.tally.reject(number, verdict.reason, line)
            return ()
        if verdict.repair is not None:
            self.tally.add_repair(verdict.repair, number)
        if not is_utf8(line):
            self.tally.add_repair(Repair.INVALID_UTF8_REPLACED, number)
        self.tally.lines_from_splits += len(verdict.records) - 1
        return verdict.records


def _merged(many: pl.DataFrame, few: pl.DataFrame) -> pl.DataFrame:
    """Both in the order of their lines, which no row of one shares with a row of the other.

    In slices, which share the memory of ``many``, unless they were too many: sorting copies it.
    """
    if len(few) > _MOST_SLICES:
        return pl.concat([many, few]).sort("source_line", maintain_order=True)
    places = np.searchsorted(many["source_line"].to_numpy(), few["source_line"].to_numpy())
    pieces, done = [], 0
    for row, place in enumerate(places.tolist()):
        pieces += [many[done:place], few[row : row + 1]]
        done = place
    return pl.concat([*pieces, many[done:]], rechunk=False)
