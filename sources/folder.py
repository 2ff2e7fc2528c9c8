"""Finds quarterly zips in a folder that somebody filled by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sources.faers_files import LOOKALIKE, require_name
from vocabulary.errors import SourceError
from vocabulary.quarter import Quarter


class FolderContents(NamedTuple):
    """The quarters found, in time order, and those asked for that are not there."""

    found: dict[Quarter, Path]
    absent: list[Quarter]


def find_in_folder(folder: Path, quarters: Iterable[Quarter] | None = None) -> FolderContents:
    """Find each quarter's ASCII zip; sub-folders are not searched.

    Args:
        folder: where the zips are.
        quarters: the ones wanted; None takes all that are there.

    Raises:
        SourceError: there is no such folder; a wanted quarter has two files; or its only file carries a suffix
            such as ``(1)``. Which of two files is the right one is for a person to say.
    """
    if not folder.is_dir():
        raise SourceError(f"There is no folder {folder}. Name the folder that holds the FDA's zips.")
    wanted = None if quarters is None else sorted(set(quarters))
    named: dict[Quarter, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        match = LOOKALIKE.match(path.name)
        if match and path.is_file():
            named[Quarter.parse(match["quarter"])].append(path)
    found = {
        quarter: _only(quarter, named[quarter]) for quarter in sorted(named) if wanted is None or quarter in wanted
    }
    return FolderContents(found, [quarter for quarter in wanted or [] if quarter not in found])


def folders_with_zips(folder: Path) -> list[Path]:
    """Sub-folders of a folder that hold quarterly zips: for who named the folder above."""
    if not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_dir() and any(LOOKALIKE.match(inside.name) for inside in path.glob("*"))
    ]


def _only(quarter: Quarter, paths: list[Path]) -> Path:
    if len(paths) > 1:
        names = " and ".join(path.name for path in paths)
        raise SourceError(
            f"{quarter} has {len(paths)} files in the folder: {names}. Keep one and move the others away."
        )
    require_name(paths[0].name, quarter)
    return paths[0]
