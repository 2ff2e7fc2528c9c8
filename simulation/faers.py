"""FAERS quarters with known truth: true zips of every era, written a quarter at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from simulation.casebook import Casebook
from simulation.contents import fill
from simulation.counts import CaseCounts
from simulation.duplicates import Planted
from simulation.layouts import columns
from simulation.scenario import STANDARD, Scenario
from simulation.stream import Stream
from simulation.truth import Account, write_truth
from simulation.world import World
from simulation.writing import Drawn, write_quarter
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
        The folder, which holds one zip per quarter, truth.json, truth_comparison.parquet, truth_reporting.parquet,
        truth_context.parquet and truth_duplicate.parquet.

    Raises:
        SettingsError: a negative seed, no quarter, a quarter twice, one before 2004q1, one with too few reports, or a
            folder that cannot be written.
    """
    ordered = sorted(quarters)
    sizes = {quarter: _size(reports_per_quarter, quarter) for quarter in ordered}
    if seed < 0:
        raise SettingsError(f"The seed is {seed}. Give a whole number from 0 up.")
    if not ordered or len(sizes) != len(ordered):
        raise SettingsError("Name at least one quarter to simulate, and each once.")
    world = World(scenario)
    counts, account = CaseCounts(), Account()
    book, planted = Casebook(counts.add), Planted()
    try:
        out.mkdir(parents=True, exist_ok=True)
        # While a quarter is written, the next one is drawn: two quarters are in memory, never three.
        with ThreadPoolExecutor(max_workers=1) as writer:
            pending: Future[None] | None = None
            for done, (quarter, size) in enumerate(sizes.items()):
                drawn = _draw(quarter, size, seed, world, book, planted)
                _wait(pending, progress, done, ordered)
                pending = writer.submit(write_quarter, out, quarter, seed, drawn, account, damage=damage)
            _wait(pending, progress, len(ordered), ordered)
        book.finish()
        write_truth(out, seed, damage, sizes, world, account, counts, book, planted)
    except OSError as error:
        raise SettingsError(
            f"Quarters cannot be written into {out}: {error}. Make room, or name another folder."
        ) from error
    return out


def _wait(pending: Future[None] | None, progress: Progress | None, done: int, quarters: Sequence[Quarter]) -> None:
    if pending is not None:
        pending.result()
        if progress is not None:
            progress(done, len(quarters), str(quarters[done - 1]))


def _draw(quarter: Quarter, size: int, seed: int, world: World, book: Casebook, planted: Planted) -> Drawn:
    plan = book.plan(
        quarter,
        size,
        Stream(seed, str(quarter), "cases"),
        lambda stream, count: world.main_draw(stream, quarter, count),
    )
    contents = fill(plan, quarter, world, Stream(seed, str(quarter), "contents"), planted)
    return Drawn(
        plan, contents, book.settle(plan, quarter, Stream(seed, str(quarter), "fates"), contents.told.is_planted)
    )


def _size(sizes: int | Mapping[Quarter, int], quarter: Quarter) -> int:
    size = sizes if isinstance(sizes, int) else sizes.get(quarter, 0)
    if size < SMALLEST_QUARTER:
        raise SettingsError(f"{quarter} would have {size} reports. Simulate at least {SMALLEST_QUARTER} per quarter.")
    if not columns("DEMO", quarter):
        raise SettingsError(f"reference/layout.csv has no layout for {quarter}. Simulate quarters from 2004q1 on.")
    return size
