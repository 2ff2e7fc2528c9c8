"""Batches that must be refused: identifiers, free text, broken contracts. Every name and number in them is made up."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

Frames = dict[str, pl.DataFrame]
Files = dict[str, bytes]


def _set(table: str, column: str, value: str | float) -> Callable[[Frames], Frames]:
    """Put a value into one column of the first row; text makes the whole column text."""

    def change(frames: Frames) -> Frames:
        frame = frames[table]
        kind = pl.String if isinstance(value, str) else frame.schema[column]
        first = pl.int_range(pl.len()) == 0
        changed = pl.when(first).then(pl.lit(value, kind)).otherwise(pl.col(column).cast(kind))
        return frames | {table: frame.with_columns(changed.alias(column))}

    return change


def _add(table: str, column: str, value: str) -> Callable[[Frames], Frames]:
    return lambda frames: frames | {table: frames[table].with_columns(pl.lit(value).alias(column))}


IN_TABLES: dict[str, Callable[[Frames], Frames]] = {
    "name_column": _add("patient", "patient_name", "Jane Roe"),
    "date_column": _add("session", "visit_date", "2024-03-05"),
    "postcode_column": _add("patient", "zip_code", "02139"),
    "calendar_date": _set("session", "day_offset", "03/05/2024"),
    "record_number": _set("patient", "patient_id", "MRN00123456"),
    "telephone": _set("event", "action", "call 617-555-0142"),
    "e_mail": _set("event", "outcome", "jane.roe@example.org"),
    "free_text": _set("event", "term", "Felt unwell, her husband drove her home to Elm Street"),
    "age_over_89": _set("patient", "age_years", 93),
    "implausible_pressure": _set("vital", "systolic_mmhg", 20),
    "dose_in_grams": _set("session", "dose_mg", 0.06),
    "orphan_reading": _set("vital", "session_id", "bcdfghjklmnp"),
    "unknown_route": _set("session", "route", "rectal"),
}
"""Kind of damage to what it does to the tables."""


def _altered(files: Files) -> Files:
    return {name: content + b"\n" if name.startswith("event") else content for name, content in files.items()}


def _without_scale(files: Files) -> Files:
    return {name: content for name, content in files.items() if not name.startswith("scale")}


def _note(files: Files) -> Files:
    return files | {"notes.txt": b"Mrs Roe comes on Tuesdays.\n"}


IN_FILES: dict[str, Callable[[Files], Files]] = {
    "altered_file": _altered,
    "missing_table": _without_scale,
    "note_beside": _note,
}
"""Kind of damage to what it does to the files after they were sealed."""

KINDS = (*IN_TABLES, *IN_FILES)
