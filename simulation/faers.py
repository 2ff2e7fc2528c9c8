"""FAERS quarters with known truth: true zips of every era, written a quarter at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from simulation.archive import ZipWriter
from simulation.casebook import Casebook
from simulation.contents import fill, harmless_rows
from simulation.counts import CaseCounts
from simulation.damage import Edit, damage_table
from simulation.layouts import TABLES, columns, deleted_member, extra_members, member, zip_name
from simulation.scenario import STANDARD, Scenario
from simulation.stream import Stream
from simulation.text import deleted_lines, table_frame, table_text
from simulation.truth import Account, write_truth
from simulation.world import World
from vocabulary.errors import SettingsError
from vocabulary.quarter import Quarter

Progress = Callable[[int, int, str], None]
"""Called after each quarter with how many are written, how many there are, and which one it was."""

SMALLEST_QUARTER = 200


def simulate(
    out: Path,
    quarters: Sequence[Quarter],
    reports_per_quarter: int | Mapping[Quarter, int],
    seed: int,
    *,
    damage: bool = False,
    progress: Progress | None = None,
    scenario: Scenario = STANDARD,
) -> Path:
    """Write the zips of some quarters into a folder, and the truth beside them.

    The text of a quarter depends on the seed, the quarters up to it and their sizes, and on nothing else. Memory is
    bounded by about two quarters, whatever their number.

    Args:
        out: folder, made if absent; files of the same names are replaced.
        quarters: any distinct quarters from 2004q1 on; gaps are fine.
        reports_per_quarter: rows of DEMO (sightings) in each quarter, at least 200; damage adds lines to them.
        seed: any whole number from 0 up.
        damage: also write lines that must be rejected or repaired.
        progress: called after each quarter.
        scenario: what is planted.

    Returns:
        The folder, which holds one zip per quarter, truth.json, truth_comparison.parquet, truth_reporting.parquet and
        truth_context.parquet.

    Raises:
        SettingsError: no quarter, a quarter twice, one before 2004q1, or one with too few reports.
    """
    ordered = sorted(quarters)
    sizes = {quarter: _size(reports_per_quarter, quarter) for quarter in ordered}
    if not ordered or len(sizes) != len(ordered):
        raise SettingsError("Name at least one quarter to simulate, and each once.")
    out.mkdir(parents=True, exist_ok=True)
    world = World(scenario)
    counts, account = CaseCounts(), Account()
    book = Casebook(counts.add)
    for done, (quarter, size) in enumerate(sizes.items(), start=1):
        _write_quarter(out, quarter, size, seed, world, book, account, damage)
        if progress is not None:
            progress(done, len(sizes), str(quarter))
    book.finish()
    write_truth(out, seed, damage, sizes, world, account, counts, book)
    return out


def _size(sizes: int | Mapping[Quarter, int], quarter: Quarter) -> int:
    size = sizes if isinstance(sizes, int) else sizes.get(quarter, 0)
    if size < SMALLEST_QUARTER:
        raise SettingsError(f"{quarter} would have {size} reports. Simulate at least {SMALLEST_QUARTER} per quarter.")
    if not columns("DEMO", quarter):
        raise SettingsError(f"reference/layout.csv has no layout for {quarter}. Simulate quarters from 2004q1 on.")
    return size


def _write_quarter(
    out: Path,
    quarter: Quarter,
    size: int,
    seed: int,
    world: World,
    book: Casebook,
    account: Account,
    damage: bool,
) -> None:
    def stream(purpose: str) -> Stream:
        return Stream(seed, str(quarter), purpose)

    plan = book.plan(quarter, size, stream("cases"), lambda draws, count: world.main_draw(draws, quarter, count))
    contents = fill(plan, quarter, world, stream("contents"))
    listed = book.settle(plan, quarter, stream("fates"))
    temporary = out / f".{zip_name(quarter)}.part"
    with ZipWriter(temporary) as archive:
        for table in TABLES:
            frame = table_frame(table, plan, contents, quarter, stream(f"text of {table}"))
            edits: list[Edit] = []
            if damage:
                harmless = harmless_rows(table, contents, frame.height)
                edits = damage_table(frame, table, quarter, stream(f"damage to {table}"), harmless)
            archive.add(member(table, quarter), table_text(frame, table, quarter, edits))
            junk = plan.junk_versions if table == "DEMO" else 0
            account.add(quarter, table, member(table, quarter), frame.height, edits, junk_versions=junk)
        if len(listed):
            lines, edits = deleted_lines(listed, stream("damage to DELETED") if damage else None)
            archive.add(deleted_member(quarter), ["".join(lines).encode()])
            account.add(quarter, "DELETED", deleted_member(quarter), len(listed), edits, first_line=1)
        for name, data in extra_members(quarter, seed).items():
            archive.add(name, [data])
    temporary.replace(out / zip_name(quarter))
