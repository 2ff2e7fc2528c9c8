"""Many clinic batches: side by side in processes where there is enough to do, one that is refused stopping no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.clinic import TakeIn, take_in
from pipeline.crew import Crew
from pipeline.home import Home
from pipeline.reporter import Reporter
from pipeline.settings import Settings
from vocabulary.errors import KetavigilError

HEAVY_BYTES = 60 << 20
"""Batches of this size together are worth more processes than one."""


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A batch by its number: the name of a file may be a patient's and is not shown."""

    number: int
    path: Path

    def __str__(self) -> str:
        return f"batch {self.number}"


def take_in_all(
    home: Home, settings: Settings, batches: Sequence[Path], reporter: Reporter, *, move_refused: bool = False
) -> Iterator[tuple[int, TakeIn | KetavigilError]]:
    """Take batches in.

    Batches of one clinic wait for each other, for no session may stand in two of them; so they are mixed.

    Args:
        home: data folder.
        settings: settings.
        batches: folders and zips.
        reporter: told what is done.
        move_refused: a refused batch is moved to quarantine, not copied.

    Yields:
        Number of a batch, from 1 in the order given, and what became of it or why it was not taken in.
    """
    items = [_Numbered(number, path) for number, path in enumerate(batches, start=1)]
    if len(items) < 2 or sum(_bytes(one.path) for one in items) <= HEAVY_BYTES:
        for one in items:
            try:
                yield one.number, take_in(home, settings, one.path, reporter, move_refused=move_refused)
            except KetavigilError as error:
                yield one.number, error
        return
    mixed = sorted(items, key=lambda one: (one.path.name.partition("~")[2], one.number))
    with Crew(settings.workers, reporter) as crew:
        found = crew.each(
            "take in",
            take_turn,
            mixed,
            lambda one: (home, settings, one.path, move_refused),
            is_heavy=True,
            unit="clinic batches",
        )
        for one, outcome in found:
            yield one.number, outcome


def take_turn(
    home: Home, settings: Settings, path: Path, move_refused: bool, reporter: Reporter | None = None
) -> TakeIn:
    """Take one in, after others of its clinic that are at it."""
    return take_in(home, settings, path, reporter, move_refused=move_refused, waits=True)


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.lstat().st_size for file in files if file.is_file())
