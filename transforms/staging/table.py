"""Stage one member of a quarter: blocks of bytes in, Parquet parts and an account out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from transforms.staging.ahead import ReadAhead
from transforms.staging.block import MemberReader
from transforms.staging.codes import code_book
from transforms.staging.layout import SEPARATOR, fields_of_header
from transforms.staging.parts import PartWriter
from transforms.staging.tally import Reason, TableAccount, Tally
from transforms.staging.validity import is_report_id
from vocabulary.errors import LayoutError
from vocabulary.quarter import Quarter
from vocabulary.table import Table
from vocabulary.tables.staged import DELETED_CASE, FAERS_TABLES


def stage_table(blocks: Iterable[bytes], *, faers_table: str, quarter: Quarter, member: str, out: Path) -> TableAccount:
    """Parse one table of one quarter into typed Parquet.

    Args:
        blocks: the member's bytes in blocks that end at a line end; only the last may lack one. Read one block ahead
            in a second thread.
        faers_table: DEMO, DRUG, REAC, OUTC, RPSR, THER or INDI.
        quarter: decides the layout.
        member: name of the file inside the zip, for the account and for messages.
        out: folder for the parts, made if absent; one part per block that has rows, in line order.

    Returns:
        The account, in which lines read = rows loaded + lines rejected + blank lines.

    Raises:
        LayoutError: the file is empty, or its header is not the declared one.
    """
    table = FAERS_TABLES[faers_table]
    with ReadAhead.over(blocks) as ahead, PartWriter(table, out) as parts:
        header, rest = _after_header(iter(ahead), f"{faers_table} {quarter}, file {member}")
        reader = MemberReader(fields_of_header(header, faers_table, quarter, member), table, quarter, code_book())
        for block in rest:
            if block and len(frame := reader.read(block)):
                parts.write(frame)
        return reader.tally.account(table, str(quarter), member, parts.finish())


def _after_header(blocks: Iterator[bytes], where: str) -> tuple[bytes, Iterator[bytes]]:
    first = next(filter(None, blocks), b"")
    header, _, body = first.partition(b"\n")
    if not header.strip():
        raise LayoutError(f"{where}: the file is empty or has no header line. Fetch the quarter's zip again.")

    def rest() -> Iterator[bytes]:
        yield body
        yield from blocks

    return header, rest()


def stage_deleted(blocks: Iterable[bytes], *, quarter: Quarter, member: str, out: Path) -> TableAccount:
    """Parse a quarter's list of deleted cases, one case number per line and no header; see ``stage_table``."""
    tally = Tally()
    line, found = 0, list[tuple[int, int]]()
    for block in blocks:
        for raw in block.removesuffix(b"\n").split(b"\n") if block else ():
            line += 1
            text = raw.decode("utf-8", "replace").removeprefix("\ufeff").strip().rstrip(SEPARATOR)
            if not raw.strip():
                tally.lines_blank += 1
            elif is_report_id(text):
                found.append((line, int(text)))
            else:
                tally.reject(line, Reason.BAD_CASE_ID, raw)
    tally.lines_in_file, tally.rows_loaded = line, len(found)
    with PartWriter(DELETED_CASE, out) as parts:
        parts.write(pl.DataFrame(found, schema=DELETED_CASE.polars_schema, orient="row"))
        return tally.account(DELETED_CASE, str(quarter), member, parts.finish())


def stage_absent(table: Table, *, quarter: Quarter, out: Path) -> TableAccount:
    """An empty table for a file that the zip does not have; its account names no member and counts nothing."""
    with PartWriter(table, out) as parts:
        return Tally().account(table, str(quarter), None, parts.finish())
