"""One block of text columns to one frame in the declared schema of its staged table."""

from __future__ import annotations

import polars as pl

from transforms.staging.codes import CodeBook
from transforms.staging.layout import Field, Parse
from transforms.staging.tally import Tally
from transforms.staging.values import (
    in_base_unit,
    read_code,
    read_date,
    read_number,
    read_text,
    read_version,
    read_whole,
)
from vocabulary.table import Table

MEASURES = {
    "age_years": ("age_reported", "age_unit"),
    "weight_kg": ("weight_reported", "weight_unit"),
    "duration_days": ("duration_reported", "duration_unit"),
}
"""Column in its base unit: the number and the unit that it comes from."""


def typed_frame(
    raw: pl.DataFrame,
    fields: tuple[Field, ...],
    table: Table,
    book: CodeBook,
    tally: Tally,
    *,
    legacy: bool,
    padded: bool,
) -> pl.DataFrame:
    """Type every column of a block.

    Args:
        raw: one column per field, under our names, text or (ids only) whole numbers; source_line and source_part.
        fields: the columns of the file.
        table: the staged table.
        book: the reviewed codes.
        tally: counts what could not be read.
        legacy: AERS, where a blank version is the first one, 0.
        padded: text may be blank or surrounded by white space; if not, it is taken as it is, which is much faster.

    Returns:
        The staged table's columns in declared order, rows as given. Columns that the era lacks are null.
    """
    columns: dict[str, pl.Series] = {"source_line": raw["source_line"], "source_part": raw["source_part"]}
    for field in fields:
        text = raw[field.column]
        match field.parse:
            case Parse.TEXT:
                columns[field.column] = read_text(text) if padded else text
            case Parse.ID:
                kind = table.column(field.column).kind.polars
                columns[field.column] = text if text.dtype == kind else read_whole(text, kind, field.column, tally)
            case Parse.VERSION:
                kind = table.column(field.column).kind.polars
                columns[field.column] = read_version(text, kind, field.column, tally, legacy=legacy)
            case Parse.NUMBER:
                columns[field.column] = read_number(text, field.column, tally)
            case Parse.DATE:
                precision = f"{field.column}_precision"
                columns[field.column], columns[precision] = read_date(text, field.column, tally)
            case Parse.CODE | Parse.COUNTRY:
                columns[field.column] = read_code(text, book.known(field), field.column, tally)
    for name, (number, unit) in MEASURES.items():
        if number in columns:
            column = table.column(name)
            columns[name] = in_base_unit(
                columns[number], columns[unit], book.factor(unit), (column.minimum, column.maximum), name, tally
            )
    return pl.DataFrame(
        [
            columns[name].alias(name) if name in columns else pl.Series(name, [None], kind).new_from_index(0, len(raw))
            for name, kind in table.polars_schema.items()
        ],
        schema=table.polars_schema,
    )
