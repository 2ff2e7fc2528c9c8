"""Stata and SAS transport, with labels and units, within the limits of the two formats; what is cut is told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyreadstat

from warehouse.export.fields import Field

MOST_ROWS = 5_000_000
"""Both are written from memory, whole."""

_TIME_IN_STATA = re.compile(rb"(<timestamp>.)(.{17})(</timestamp>)", re.DOTALL)
_TIME_IN_SAS = re.compile(rb"\d{2}[A-Z]{3}\d{2}:\d{2}:\d{2}:\d{2}")
_FIXED_IN_STATA = b"01 Jan 2000 00:00"
_FIXED_IN_SAS = b"01JAN00:00:00:00"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a format can hold."""

    name_length: int
    label_length: int
    text_bytes: int
    flag_name_length: int
    """Of a column with labels for its values, which are named by it and by its number."""


STATA = Limits(32, 80, 2045, flag_name_length=28)
SAS = Limits(8, 40, 200, flag_name_length=8)
"""Version 5, which every reader of SAS transport takes."""


@dataclass(frozen=True, slots=True)
class Written:
    """What had to be changed to fit."""

    names: Mapping[str, str]
    """Column to its name in the file, where they differ."""
    cut_labels: tuple[str, ...]
    cut_texts: Mapping[str, int]
    """Column to the number of values that were cut."""


def write_stata(path: Path, frame: pl.DataFrame, fields: Sequence[Field], title: str) -> Written:
    """Stata 14 and later (format 118): labels hold words and unit, yes and no are 1 and 0 with value labels."""
    fitted, written = _fit(frame, fields, STATA)
    yes_no: dict[int | float, str] = {0: "no", 1: "yes"}
    flags = {written.names.get(field.name, field.name): yes_no for field in fields if field.kind == "BOOLEAN"}
    pyreadstat.write_dta(
        fitted.to_pandas(),
        path,
        file_label=title[: STATA.label_length],
        column_labels=[_label(field, STATA) for field in fields],
        version=14,
        variable_value_labels=flags,
    )
    _fix(path, lambda head: _TIME_IN_STATA.sub(lambda found: found[1] + _FIXED_IN_STATA + found[3], head))
    return written


def write_sas(path: Path, frame: pl.DataFrame, fields: Sequence[Field], name: str) -> Written:
    """SAS transport, version 5: names of eight characters, the full ones are in the label or in columns.csv."""
    fitted, written = _fit(frame, fields, SAS)
    pyreadstat.write_xport(
        fitted.to_pandas(),
        path,
        file_label="Ketavigil",
        table_name=_short(name, SAS.name_length, set()),
        column_labels=[_label(field, SAS) for field in fields],
        file_format_version=5,
    )
    _fix(path, lambda head: _TIME_IN_SAS.sub(_FIXED_IN_SAS, head))
    return written


def _fit(frame: pl.DataFrame, fields: Sequence[Field], limits: Limits) -> tuple[pl.DataFrame, Written]:
    """Names, texts and types that the format can hold."""
    taken: set[str] = set()
    names = {field.name: _short(field.name, _name_length(field, limits), taken) for field in fields}
    cut: dict[str, int] = {}
    columns = []
    for field in fields:
        column = frame[field.name]
        if column.dtype.is_nested():
            column = (
                column.cast(pl.List(pl.String())).list.join("; ") if column.dtype == pl.List else column.cast(pl.String)
            )
        if column.dtype == pl.String():
            long = column.str.len_bytes() > limits.text_bytes
            if count := int(long.sum()):
                cut[field.name] = count
                column = pl.Series(field.name, [_cut(text, limits.text_bytes) for text in column], dtype=pl.String())
            column = column.fill_null("")  # both formats know no other missing text
        elif column.dtype == pl.Boolean():
            column = column.cast(pl.Int8())
        elif column.dtype.is_float():
            column = pl.select(pl.when(column.is_finite()).then(column)).to_series()
        if column.dtype.is_integer() and column.null_count():
            column = column.cast(pl.Float64())
        columns.append(column.alias(names[field.name]))
    labels = tuple(field.name for field in fields if len(field.words) > limits.label_length)
    differing = {name: short for name, short in names.items() if name != short}
    return pl.DataFrame(columns), Written(differing, labels, cut)


def _name_length(field: Field, limits: Limits) -> int:
    return limits.flag_name_length if field.kind == "BOOLEAN" else limits.name_length


def _label(field: Field, limits: Limits) -> str:
    words = f"{field.label} ({field.unit})" if field.unit else field.label
    if len(words) <= limits.label_length:
        return words
    if limits.label_length < 80:  # too short for a sentence: the full name says more
        return field.name[: limits.label_length]
    unit = f" ({field.unit})" if field.unit else ""
    return words[: limits.label_length - len(unit) - 3].removesuffix(unit) + "..." + unit


def _short(name: str, length: int, taken: set[str]) -> str:
    """A name of at most that length that is not taken: its beginning, numbered where two would be the same."""
    plain = re.sub(r"\W", "_", name)
    plain = plain if plain[:1].isalpha() else f"c_{plain}"
    short, number = plain[:length], 1
    while short.lower() in taken:
        number += 1
        short = f"{plain[: length - len(str(number))]}{number}"
    taken.add(short.lower())
    return short


def _cut(text: str | None, size: int) -> str | None:
    return None if text is None else text.encode()[:size].decode("utf-8", "ignore")


def _fix(path: Path, change: object) -> None:
    """Put a fixed time in the place of the clock's; both stand in the first bytes."""
    with path.open("r+b") as file:
        head = file.read(4096)
        fixed = change(head)  # type: ignore[operator]
        file.seek(0)
        file.write(fixed)
