"""A quarter's zip: clean rows of every table, the damage done to some of them, and the members that are no data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from simulation.archive import ZipWriter
from simulation.casebook import Plan
from simulation.contents import Contents, harmless_rows
from simulation.damage import BLANK, Edit, damage_table
from simulation.demographics import demo_frame
from simulation.layouts import TABLES, deleted_member, extra_members, header, line_end, member, zip_name
from simulation.stream import Ints, Stream
from simulation.tables import coded_frame, drug_frame, indication_frame, reaction_frame, therapy_frame
from simulation.truth import Account
from vocabulary.quarter import Quarter

_ROWS_AT_ONCE = 100_000
_DUPLICATED = {"DRUG": 0.001, "REAC": 0.008, "OUTC": 0.001, "RPSR": 0.002, "THER": 0.002, "INDI": 0.003}
"""Share of child rows that stand twice, all fields alike."""

_BAD_CASES = ("ABC1234", "12.5", "1234 5678")


@dataclass(frozen=True)
class Drawn:
    """A quarter before it is text: its sightings, what they say, and the case numbers of its deleted list."""

    plan: Plan
    contents: Contents
    deleted: Ints


def write_quarter(out: Path, quarter: Quarter, seed: int, drawn: Drawn, account: Account, *, damage: bool) -> None:
    """Write one quarter's zip under its own name once it is whole, and note its lines."""
    temporary = out / f".{zip_name(quarter)}.part"
    try:
        with ZipWriter(temporary) as archive:
            _write_members(archive, quarter, seed, drawn, account, damage=damage)
        temporary.replace(out / zip_name(quarter))
    finally:
        temporary.unlink(missing_ok=True)


def _write_members(
    archive: ZipWriter, quarter: Quarter, seed: int, drawn: Drawn, account: Account, *, damage: bool
) -> None:
    def stream(purpose: str) -> Stream:
        return Stream(seed, str(quarter), purpose)

    for table in TABLES:
        name = member(table, quarter)
        clean = table_frame(table, drawn.plan, drawn.contents, quarter, stream(f"text of {table}"))
        rows = _twice(table, clean.height, stream(f"rows of {table}"))
        frame = clean[rows] if len(rows) > clean.height else clean
        edits: list[Edit] = []
        if damage:
            harmless = harmless_rows(table, drawn.contents, clean.height)[rows]
            edits = damage_table(frame, table, quarter, stream(f"damage to {table}"), harmless)
        archive.add(name, table_text(frame, table, quarter, edits))
        junk = drawn.plan.junk_versions if table == "DEMO" else 0
        account.add(quarter, table, name, frame.height, edits, junk_versions=junk)
    if len(drawn.deleted):
        name = deleted_member(quarter)
        lines, edits = deleted_lines(drawn.deleted, stream("damage to DELETED") if damage else None)
        archive.add(name, ["".join(lines).encode()])
        account.add(quarter, "DELETED", name, len(drawn.deleted), edits, first_line=1)
    for name, data in extra_members(quarter, seed).items():
        archive.add(name, [data])


def table_frame(table: str, plan: Plan, contents: Contents, quarter: Quarter, stream: Stream) -> pl.DataFrame:
    """The clean rows of one table as texts to be joined by ``$``."""
    match table:
        case "DEMO":
            return demo_frame(plan, quarter, stream, contents.told)
        case "DRUG":
            return drug_frame(plan, contents, quarter, stream)
        case "REAC":
            return reaction_frame(plan, contents, quarter, stream)
        case "OUTC":
            return coded_frame(table, plan, contents.outcome, quarter)
        case "RPSR":
            return coded_frame(table, plan, contents.source, quarter)
        case "THER":
            return therapy_frame(plan, contents, quarter, stream)
        case "INDI":
            return indication_frame(plan, contents, quarter)
    raise ValueError(f"{table} is no table of FAERS")


def _twice(table: str, height: int, stream: Stream) -> Ints:
    """Rows of a table in order, a few of them twice, one below the other."""
    repeats = 1 + stream.chance(height, _DUPLICATED.get(table, 0.0)).astype(np.int64)
    return np.repeat(np.arange(height), repeats)


def table_text(frame: pl.DataFrame, table: str, quarter: Quarter, edits: Sequence[Edit]) -> Iterator[bytes]:
    """A member's bytes in pieces: header, rows, and edits in the place of theirs."""
    end = line_end(table, quarter)
    yield (header(table, quarter) + end).encode()
    at = 0
    for edit in edits:
        yield from _rows(frame, at, edit.start, end)
        yield edit.data
        at = edit.stop
    yield from _rows(frame, at, frame.height, end)


def _rows(frame: pl.DataFrame, start: int, stop: int, end: str) -> Iterator[bytes]:
    for first in range(start, stop, _ROWS_AT_ONCE):
        text = frame.slice(first, min(_ROWS_AT_ONCE, stop - first)).write_csv(
            include_header=False, separator="$", quote_style="never", line_terminator=end
        )
        yield text.encode()


def deleted_lines(cases: Ints, damage: Stream | None) -> tuple[list[str], list[Edit]]:
    """Lines of a deleted list, each with its end: the first is one blank, and damage adds some that are no number."""
    lines = [f"{case}\n" for case in cases.tolist()]
    edits = [Edit(0, 0, b" \n", 0, BLANK)]
    if damage is not None:
        for text in (*_BAD_CASES, ""):
            place = int(damage.below(1, len(lines) + 1)[0])
            fate = "bad_case_id" if text else BLANK
            edits.append(Edit(place, place, f"{text}\n".encode(), 0, fate))
        edits.sort(key=lambda edit: edit.start)
    for edit in reversed(edits):
        lines.insert(edit.start, edit.data.decode())
    return lines, edits
