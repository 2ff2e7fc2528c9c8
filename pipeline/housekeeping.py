"""What may go from a data folder: old builds and sites, what killed runs left, replaced raw files where that is wished.

First a plan, which changes nothing; then, if somebody wants it, just what the plan names. The published file, the
clinics' file and the site that belong to it, receipts, certificates, staged data and current raw files are never in
it: a plan holds what is listed here by kind, and nothing else is ever removed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.home import Home
from pipeline.run_log import recorded
from pipeline.settings import Settings
from pipeline.sharing import working_copy
from sources import receipts
from warehouse.publish import clinic_build

LEFTOVER_AGE = timedelta(days=1)
"""What a run that was killed left is its own for a day; a partial download may go on for a week."""
PARTIAL_AGE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may go.

    Attributes:
        kind: build, site, leftover, raw or quarantine.
        path: file or folder.
        size_bytes: what it frees; a file with another hard link frees nothing.
        why: in a few words.
    """

    kind: str
    path: Path
    size_bytes: int
    why: str


def plan(home: Home, settings: Settings, now: datetime) -> list[Item]:
    """What may go, in the order in which it would. Changes nothing."""
    return [
        *_builds(home, settings.keep_builds),
        *_sites(home, settings.keep_sites),
        *_leftovers(home, now),
        *(_replaced_raw(home) if settings.raw_policy == "drop_replaced" else ()),
        *(_quarantine(home, settings.quarantine_days, now) if settings.quarantine_days is not None else ()),
    ]


def sweep(home: Home, settings: Settings, now: datetime) -> list[Item]:
    """Remove what a plan made under the build's lock names.

    Raises:
        BusyError: a build or a publication is under way.
    """
    with home.only_writer("build"), recorded(home, "housekeeping") as facts:
        items = plan(home, settings, now)
        for item in items:
            _remove(item.path)
        facts |= {"item_count": len(items), "freed_bytes": sum(item.size_bytes for item in items)}
        facts["is_nothing_new"] = not items
    return items


def sweep_store(settings: Settings, now: datetime, *, apply: bool) -> tuple[int, int]:
    """Count, and with ``apply`` remove, what no part in the store names any more; counts alone, for names tell clinics.

    Returns:
        Number of objects and their bytes; nothing where there is no store.

    Raises:
        StoreError: it does not answer.
    """
    copy = working_copy(settings)
    if copy is None:
        return 0, 0
    look = copy.store.remove_unused if apply else copy.store.unused
    found = look(now, settings.store_keep_days)
    return len(found), sum(found.values())


def _builds(home: Home, keep: int) -> Iterator[Item]:
    """All but the newest, as publishing does it; a build that was never published counts as any other."""
    files = sorted(home.builds.glob("*.duckdb"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    kept = {path.name for path in files[:keep]}
    for path in files[keep:]:
        if home.published.exists() and path.samefile(home.published):
            kept.add(path.name)
            continue
        yield Item("build", path, _size(path), f"older than the last {keep}")
        if (beside := clinic_build(path)).exists():
            yield Item("build", beside, _size(beside), "clinics' file of that build")
    names = {path.name for path in files}
    for orphan in sorted((home.builds / "clinic").glob("*.duckdb")):
        if orphan.name not in names:
            yield Item("build", orphan, _size(orphan), "clinics' file of a build that is gone")


def _sites(home: Home, keep: int) -> Iterator[Item]:
    """Folders of ``site/`` but the newest, and never the one that a link there shows."""
    folder = home.root / "site"
    places = list(folder.iterdir()) if folder.is_dir() else []
    shown = {path.resolve() for path in places if path.is_symlink()}
    found = [path for path in places if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")]
    found.sort(key=lambda path: (path.resolve() not in shown, -path.stat().st_mtime_ns, path.name))
    for path in found[keep:]:
        if path.resolve() not in shown:
            yield Item("site", path, _size(path), f"older than the last {keep}")


def _leftovers(home: Home, now: datetime) -> Iterator[Item]:
    patterns = (
        ("warehouse/builds/*.partial*", LEFTOVER_AGE),
        ("warehouse/builds/*.scratch", LEFTOVER_AGE),
        ("warehouse/.*.next", LEFTOVER_AGE),
        ("staged/clinic/.batch=*.new", LEFTOVER_AGE),
        ("site/.[!.]*", LEFTOVER_AGE),
        ("raw/faers/*/partial/*", PARTIAL_AGE),
    )
    for pattern, age in patterns:
        for path in sorted(home.root.glob(pattern)):
            if now - datetime.fromtimestamp(path.lstat().st_mtime, UTC) > age:
                yield Item("leftover", path, _size(path), "a run was ended in the middle")


def _replaced_raw(home: Home) -> Iterator[Item]:
    """Zips that the FDA has published again since. Their receipts stay, with the hash."""
    all_of_them = receipts(home.raw)
    current = {receipt.path for receipt in all_of_them if receipt.status == "current"}
    for receipt in all_of_them:
        path = home.raw / receipt.path
        if receipt.status == "replaced" and receipt.path not in current and path.exists():
            yield Item("raw", path, _size(path), f"{receipt.quarter} was published again")


def _quarantine(home: Home, days: int, now: datetime) -> Iterator[Item]:
    for path in sorted(home.clinic_quarantine.glob("*")):
        if now - datetime.fromtimestamp(path.lstat().st_mtime, UTC) > timedelta(days=days):
            yield Item("quarantine", path, _size(path), f"refused more than {days} days ago")


def _size(path: Path) -> int:
    files = [path] if not path.is_dir() or path.is_symlink() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.lstat().st_size for one in files if one.lstat().st_nlink == 1)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
