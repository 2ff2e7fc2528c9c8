"""Turns a table's file, CSV or Parquet, into columns as they are; no message repeats what stands in it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from transforms.privacy import Finding, FindingKind, undeclared_name
from vocabulary.table import Table

_LONGEST_HEADER = 1 << 16
_MOST_BYTES = 16 << 30
_MOST_ROWS = 100_000_000
_PLAIN_METADATA = {b"ARROW:schema", b"pandas"}


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table's file as it is.

    Attributes:
        columns: column of the contract to its Arrow data: text where the file is a CSV.
        rows: rows of the file.
        findings: what is wrong with its form and its header.
    """

    columns: dict[str, pa.ChunkedArray]
    rows: int
    findings: tuple[Finding, ...]


def read_table(declared: Table, content: bytes, *, is_parquet: bool) -> RawTable:
    """Read a file.

    Args:
        declared: the contract's table.
        content: bytes of the file.
        is_parquet: Parquet, not CSV.

    Returns:
        The columns of the contract that are there; none of them where the file cannot be read at all.
    """
    findings: list[Finding] = []
    read = _parquet(declared, content, findings) if is_parquet else _csv(declared, content, findings)
    if read is None:
        return RawTable({}, 0, tuple(findings))
    names = read.column_names
    for position, name in enumerate(names, start=1):
        if name not in declared.column_names:
            findings.append(undeclared_name(declared.name, f"column {position}", name))
        elif name in names[: position - 1]:
            findings.append(_finding(declared, f"column {position}", "repeated", "It stands twice. Keep one."))
    words = "The column is missing. Add it, blank where unknown."
    findings += [_finding(declared, name, "missing", words) for name in declared.column_names if name not in names]
    kept = {name: read.column(names.index(name)) for name in declared.column_names if name in names}
    return RawTable(kept, read.num_rows, tuple(findings))


def count_rows(declared: Table, content: bytes, *, is_parquet: bool) -> int:
    """Rows of a file, those with a wrong number of fields included."""
    raw = read_table(declared, content, is_parquet=is_parquet)
    return raw.rows + sum(finding.rows for finding in raw.findings if finding.rule == "wrong_field_count")


def _csv(declared: Table, content: bytes, findings: list[Finding]) -> pa.Table | None:
    names = _header(content)
    if not names:
        findings.append(_finding(declared, None, "no_header", "There is no header. Take the file of the template."))
        return None
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        findings.append(_finding(declared, None, "separator", "Fields must be parted by commas. Save it as CSV again."))
        return None
    wrong_rows = 0

    def count(_: object) -> str:
        nonlocal wrong_rows
        wrong_rows += 1
        return "skip"

    if not content.endswith(b"\n"):
        content += b"\n"
    try:
        read = pa_csv.read_csv(
            pa.BufferReader(content),
            parse_options=pa_csv.ParseOptions(invalid_row_handler=count, ignore_empty_lines=False),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowException, ValueError, KeyError, OSError):
        read = None  # told below: the error itself may quote a row
    if read is None:
        words = "It is no CSV in UTF-8. Save it as CSV, UTF-8, parted by commas."
        findings.append(_finding(declared, None, "not_csv", words))
        return None
    if wrong_rows:
        words = "Rows have more or fewer fields than the header. A comma inside a field, or a line cut in two?"
        findings.append(Finding(FindingKind.CONTRACT, declared.name, None, "wrong_field_count", wrong_rows, words))
    return read


def _header(content: bytes) -> list[str]:
    line = content[:_LONGEST_HEADER].partition(b"\n")[0]
    try:
        return next(csv.reader(io.StringIO(line.decode("utf-8-sig").rstrip("\r"))), [])
    except (ValueError, csv.Error):
        return []


def _parquet(declared: Table, content: bytes, findings: list[Finding]) -> pa.Table | None:
    read: pa.Table | None = None
    too_large = has_notes = False
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        too_large = _text_bytes(file.metadata) > _MOST_BYTES or file.metadata.num_rows > _MOST_ROWS
        if not too_large:
            has_notes = _has_notes(file)
            read = file.read()
    except (pa.ArrowException, ValueError, KeyError, OSError):
        read = None
    if read is None:
        words = "It claims to be larger than a batch may be." if too_large else "It is no Parquet file. Write it again."
        findings.append(_finding(declared, None, "not_parquet", words))
    if has_notes:
        words = "The file carries metadata of its own, which could hold anything. Write it without."
        findings.append(Finding(FindingKind.PRIVACY, declared.name, None, "free_text", 1, words))
    return read


def _text_bytes(metadata: pq.FileMetaData) -> int:
    return sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))


def _has_notes(file: pq.ParquetFile) -> bool:
    """Is there metadata beyond what Arrow, pandas and Polars write about types?"""
    metadata = dict(file.metadata.metadata or {}) | dict(file.schema_arrow.metadata or {})
    attributes = json.loads(metadata[b"pandas"]).get("attributes") if b"pandas" in metadata else None
    fields = any(set(field.metadata or {}) - {b"PARQUET:field_id"} for field in file.schema_arrow)
    return bool(set(metadata) - _PLAIN_METADATA or attributes or fields)


def text_or_number(column: pa.ChunkedArray) -> pl.Series:
    """The column in Polars, dictionaries resolved."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return pl.Series(pl.from_arrow(column))


def _finding(declared: Table, column: str | None, rule: str, words: str) -> Finding:
    return Finding(FindingKind.CONTRACT, declared.name, column, rule, 1, words)
