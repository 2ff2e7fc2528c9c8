"""One block of lines at a time: all at once where every line is whole, with care where one is not."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl

from transforms.staging.codes import CodeBook
from transforms.staging.layout import SEPARATOR, Field, Parse, is_legacy
from transforms.staging.lines import Lines, Survey, is_utf8, survey
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


class MemberReader:
    """Reads the blocks of one member in order and keeps its tally.

    A whole block is proven whole without looking at single lines: Polars refuses a row that has too many fields, so if
    none has, and the block holds exactly as many separators as its rows need, then no row has too few either.
    """

    def __init__(self, fields: tuple[Field, ...], table: Table, quarter: Quarter, book: CodeBook) -> None:
        self.tally = Tally()
        self._fields, self._table, self._book = fields, table, book
        self._names = [field.column for field in fields]
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
        raw = self._read_whole(block, judge, seen)
        frame = self._typed(self._read_damaged(block, judge)) if raw is None else self._typed(raw, padded=seen.padded)
        if last:
            frame = pl.concat([frame, self._typed(self._read_unterminated(last, judge))])
        self.tally.lines_in_file += self._next_line - first_line
        self.tally.rows_loaded += len(frame)
        return frame

    def _typed(self, raw: pl.DataFrame, *, padded: bool = True) -> pl.DataFrame:
        return typed_frame(raw, self._fields, self._table, self._book, self.tally, legacy=self._legacy, padded=padded)

    def _are_rows_closed(self, block: bytes) -> bool | None:
        """Whether rows end in one separator more than the header; null where the block has no row to tell."""
        sample = block[: block.rfind(b"\n", 0, _SAMPLE_BYTES) + 1]
        counts = Counter(line.count(SEPARATOR.encode()) for line in sample.splitlines())
        plain = len(self._fields) - 1
        if not counts[plain + 1] and not counts[plain]:
            return None
        # In AERS the closing separator is the rule. Later it takes more than a few rows to believe in one.
        return counts[plain + 1] > counts[plain] and (self._legacy or counts[plain + 1] >= _CLOSED_ROWS)

    def _parse(self, block: bytes, schema: dict[str, type[pl.DataType]], *, strict: bool) -> pl.DataFrame:
        # Without a header line Polars would take the width of the first row for the width of the file.
        header = SEPARATOR.join(schema).encode() + b"\n"
        return pl.read_csv(
            header + block,
            separator=SEPARATOR,
            quote_char=None,
            schema=schema,
            encoding="utf8" if strict else "utf8-lossy",
            truncate_ragged_lines=not strict,
        )

    def _columns(self, judge: LineJudge) -> list[str]:
        return [*self._names, CLOSING] if judge.closed else self._names

    def _line_numbers(self, count: int) -> pl.Series:
        return pl.int_range(self._next_line, self._next_line + count, dtype=pl.Int32, eager=True).alias("source_line")

    def _read_whole(self, block: bytes, judge: LineJudge, seen: Survey) -> pl.DataFrame | None:
        """The rows of a block in which every line is whole and every id a number, else null."""
        columns = self._columns(judge)
        ids = [field.column for field in self._fields if field.parse is Parse.ID]
        try:
            raw = self._parse(block, {name: pl.Int64 if name in ids else pl.String for name in columns}, strict=True)
        except pl.exceptions.ComputeError:
            # A line too long, bytes that are not UTF-8, or an id that is no number.
            return None
        rows = len(raw)
        if (seen.separators, seen.lines) != (rows * (len(columns) - 1), rows):
            return None
        # Polars reads -0 as a number, and so a zero is looked at again.
        if raw["report_id"].null_count() or raw.select((pl.col(ids) <= 0).any()).row(0).count(True):
            return None
        if judge.closed:
            if raw[CLOSING].null_count() != rows:
                return None
            self._add_closed(rows, self._next_line)
        numbers = self._line_numbers(rows)
        self._next_line += rows
        return raw.select(self._names).with_columns(numbers)

    def _read_damaged(self, block: bytes, judge: LineJudge) -> pl.DataFrame:
        """The rows of any block: whole lines together, odd ones judged one by one."""
        lines = Lines(block)
        columns = self._columns(judge)
        raw = self._parse(block, dict.fromkeys(columns, pl.String), strict=False)
        if len(raw) != len(lines):
            raise ArithmeticError(f"{self._table.full_name}: {len(lines)} lines became {len(raw)} rows.")
        whole = pl.Series(lines.separators == len(columns) - 1)
        if judge.closed:
            whole &= read_text(raw[CLOSING]).is_null()
        has_id = whole_numbers(read_text(raw["report_id"]), pl.Int64()).is_not_null()
        good = raw.select(self._names).with_columns(self._line_numbers(len(lines))).filter(whole & has_id)
        if judge.closed and len(good):
            self._add_closed(len(good), good["source_line"][0])

        lost = (whole & ~has_id).to_numpy()
        for at in np.flatnonzero(lost).tolist():
            self.tally.reject(self._next_line + at, Reason.BAD_REPORT_ID, lines[at])
        repaired: list[tuple[int, Record]] = []
        for at in np.flatnonzero(~whole.to_numpy()).tolist():
            records = self._judge(lines[at], self._next_line + at, judge)
            repaired += [(self._next_line + at, record) for record in records]
            lost[at] = not records
        for at in lines.not_utf8():
            if not lost[at]:
                self.tally.add_repair(Repair.INVALID_UTF8_REPLACED, self._next_line + at)
        self._next_line += len(lines)
        return pl.concat([good, self._raw(repaired)]).sort("source_line", maintain_order=True) if repaired else good

    def _read_unterminated(self, line: bytes, judge: LineJudge) -> pl.DataFrame:
        """The last line of a file that lacks its line end: whole, or cut."""
        number = self._next_line
        self._next_line += 1
        # A carriage return is half a line end: nothing of the line is missing.
        records = self._judge(line.removesuffix(b"\r"), number, judge, unterminated=not line.endswith(b"\r"))
        if records and not is_utf8(line):
            self.tally.add_repair(Repair.INVALID_UTF8_REPLACED, number)
        return self._raw([(number, record) for record in records])

    def _judge(self, line: bytes, number: int, judge: LineJudge, *, unterminated: bool = False) -> tuple[Record, ...]:
        """The records of one odd line, none where it is blank or rejected."""
        if not line.strip():
            self.tally.lines_blank += 1
            return ()
        verdict = judge.judge(line.decode("utf-8", "replace"), unterminated=unterminated)
        if verdict.reason is not None:
            self.tally.reject(number, verdict.reason, line)
        if verdict.repair is not None:
            self.tally.add_repair(verdict.repair, number)
        self.tally.lines_from_splits += max(0, len(verdict.records) - 1)
        return verdict.records

    def _raw(self, records: list[tuple[int, Record]]) -> pl.DataFrame:
        schema = dict.fromkeys(self._names, pl.String)
        rows = pl.DataFrame([record for _, record in records], schema=schema, orient="row")
        return rows.with_columns(pl.Series("source_line", [number for number, _ in records], pl.Int32))

    def _add_closed(self, rows: int, first_line: int) -> None:
        # In AERS the closing separator is the layout, not damage.
        if rows and not self._legacy:
            self.tally.add_repair(Repair.EXTRA_TRAILING_SEPARATOR, first_line, rows)
