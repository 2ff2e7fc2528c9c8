"""XLSX: a sheet of rows, a sheet that says what the columns mean, one that says what it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from warehouse.export.fields import Field
from warehouse.plain_text import FORMULA_STARTS, shown

MOST_ROWS = 1_048_575
"""A sheet's rows without the header."""

LONGEST_TEXT = 32_767
"""Characters of a cell."""

CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""In place of the clock: the same request must give the same bytes."""


class WorkbookFile:
    """Written row by row in constant memory; text is never a formula or a link."""

    def __init__(self, path: Path, name: str, fields: Sequence[Field], about: Sequence[tuple[str, str]]) -> None:
        self._book = xlsxwriter.Workbook(
            path,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
            },
        )
        self._book.set_properties({"title": name, "created": CREATED})
        self._bold = self._book.add_format({"bold": True})
        # A cell that begins with = + - @ is marked as text, so that it stays text when it is edited or saved.
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self.shortened = 0
        self._fields = fields
        self._describe(about)
        self._sheet = self._book.add_worksheet(name[:31])
        self._sheet.freeze_panes(1, 0)
        for at, field in enumerate(fields):
            self._sheet.write_string(0, at, field.name, self._bold)
        self._row = 1

    def add(self, batch: pl.DataFrame) -> None:
        """Write rows."""
        sheet = self._sheet
        for row in batch.iter_rows():
            for at, value in enumerate(row):
                self._cell(sheet, self._row, at, value)
            self._row += 1

    def close(self) -> None:
        """Finish the file."""
        self._sheet.activate()
        self._book.close()

    def _cell(self, sheet: Any, row: int, at: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, at, value)
        elif isinstance(value, int):
            sheet.write_number(row, at, value)
        elif isinstance(value, float):
            if math.isfinite(value):
                sheet.write_number(row, at, value)
        elif isinstance(value, date):
            sheet.write_datetime(row, at, value, self._day)
        else:
            self._text(sheet, row, at, value if isinstance(value, str) else shown(value))

    def _text(self, sheet: Any, row: int, at: int, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            text, self.shortened = text[:LONGEST_TEXT], self.shortened + 1
        sheet.write_string(row, at, text, self._quoted if text.startswith(FORMULA_STARTS) else None)

    def _describe(self, about: Sequence[tuple[str, str]]) -> None:
        first = self._book.add_worksheet("about")
        for row, (what, words) in enumerate(about):
            first.write_string(row, 0, what, self._bold)
            self._text(first, row, 1, words)
        second = self._book.add_worksheet("columns")
        for at, title in enumerate(("column", "type", "unit", "meaning", "allowed values")):
            second.write_string(0, at, title, self._bold)
        for row, field in enumerate(self._fields, start=1):
            told = (field.name, field.kind, field.unit or "", field.label, ", ".join(field.allowed))
            for at, text in enumerate(told):
                self._text(second, row, at, text)
