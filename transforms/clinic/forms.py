"""Holds each column of a raw table against its declared form, and types what fits."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pyarrow as pa

import reference
from transforms.clinic.reading import RawTable, text_or_number
from transforms.privacy import Finding, FindingKind, id_findings, misfit_findings, value_finding, year_findings
from vocabulary.table import Column, Kind, Table
from vocabulary.tables.clinic import DECIMALS, ID_COLUMNS, ID_PATTERN, REVIEWED_CODES

_YES, _NO = "yes", "no"
_WHOLE = r"^(0|-?[1-9][0-9]{0,3})$"
_DECIMAL = r"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,%d})?$"
_LARGEST = 9999
"""Of more than four digits no number is believed to be a measurement."""


def typed_table(declared: Table, raw: RawTable) -> tuple[pl.DataFrame, list[Finding]]:
    """Type a table; a cell that is not of its column's form becomes null and is counted in a finding.

    Args:
        declared: the contract's table.
        raw: its file.

    Returns:
        The contract's columns that are there, in declared order and types, and what is wrong with their cells.
    """
    columns: list[pl.Series] = []
    findings: list[Finding] = []
    for column in declared.columns:
        if column.name in raw.columns:
            series, found = _typed_column(declared, column, raw.columns[column.name])
            columns.append(series.alias(column.name))
            findings += found
    return pl.DataFrame(columns), findings


def _typed_column(table: Table, column: Column, data: pa.ChunkedArray) -> tuple[pl.Series, list[Finding]]:
    kind = data.type.value_type if pa.types.is_dictionary(data.type) else data.type
    target = column.kind.polars
    if pa.types.is_null(kind):
        typed = pl.Series(column.name, [None] * len(data), dtype=target)
        return typed, _blank_findings(table, column, typed.is_null())
    misplaced = _misplaced(column, kind)
    if misplaced:
        there = len(data) - data.null_count
        found = [value_finding(table.name, column, misplaced, there)] if there else []
        return pl.Series(column.name, [None] * len(data), dtype=target), found
    cells = text_or_number(data)
    fits, typed = _fitting(table, column, cells)
    blank = cells.is_null()
    misfits = cells.filter(~fits & ~blank)
    findings = misfit_findings(table.name, column, misfits)
    findings += _blank_findings(table, column, blank)
    if column.kind not in (Kind.TEXT, Kind.BOOLEAN):
        findings += year_findings(table.name, column, typed)
    if not misfits.len() and table.key == (column.name,):
        findings += id_findings(table.name, column.name, typed)
    return typed, findings


def _misplaced(column: Column, kind: pa.DataType) -> str | None:
    """Identifier class of a Parquet type that no cell of the column may have; None where cells are looked at."""
    if pa.types.is_temporal(kind):
        return "date"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return "photo"
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    is_flag = pa.types.is_boolean(kind) and column.kind is Kind.BOOLEAN
    if is_text or is_flag or (is_number and column.kind not in (Kind.TEXT, Kind.BOOLEAN)):
        return None
    return "other_code" if is_number and column.kind is Kind.TEXT else "free_text"


def _fitting(table: Table, column: Column, cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Which cells are in form, and all of them typed; null where not in form."""
    target = column.kind.polars
    if column.kind is Kind.BOOLEAN:
        if cells.dtype == pl.Boolean:
            return cells.is_not_null(), cells
        fits = cells.is_in([_YES, _NO]).fill_null(False)
        return fits, _nulled(cells, fits, lambda known: known == _YES, target)
    if column.kind is Kind.TEXT:
        fits = _text_fits(table, column, cells).fill_null(False)
        return fits, _nulled(cells, fits, lambda known: known, target)
    decimals = DECIMALS.get((table.name, column.name), 0)
    if cells.dtype == pl.String:
        fits = cells.str.contains(_DECIMAL % decimals if decimals else _WHOLE).fill_null(False)
    else:
        rounded = cells.cast(pl.Float64).round(decimals)
        # Compared in the file's own type: 0.513 in four bytes is not the 0.513 of eight.
        fits = ((rounded.abs() <= _LARGEST) & (rounded.cast(cells.dtype, strict=False) == cells)).fill_null(False)
        cells = rounded
    return fits, _nulled(cells, fits, lambda known: known.cast(target, strict=False), target)


def _text_fits(table: Table, column: Column, cells: pl.Series) -> pl.Series:
    if column.name in ID_COLUMNS:
        return cells.str.contains(ID_PATTERN)
    if (table.name, column.name) in REVIEWED_CODES:
        name, field = REVIEWED_CODES[table.name, column.name]
        return cells.is_in(reference.read(name)[field].unique().sort().to_list())
    return cells.is_in(list(column.allowed))


def _nulled(
    cells: pl.Series, fits: pl.Series, typed: Callable[[pl.Series], pl.Series], target: pl.DataType
) -> pl.Series:
    known = cells if fits.all() else pl.select(pl.when(fits).then(cells)).to_series()
    return typed(known).cast(target)


def _blank_findings(table: Table, column: Column, blank: pl.Series) -> list[Finding]:
    rows = int(blank.sum())
    if column.nullable or not rows:
        return []
    words = "It is blank, and must not be."
    return [Finding(FindingKind.CONTRACT, table.name, column.name, "blank", rows, words)]
