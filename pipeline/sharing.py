"""A machine's working copy of the store: parts are pulled before a step and pushed after it.

Every step works on a local data folder as it does with one machine. What is in the store is what counts: a part that
differs from it here is replaced by what stands there. A part that the store has not got yet is work to be pushed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pipeline.home import Home
from pipeline.parts import Part, is_light, named
from pipeline.settings import Settings
from pipeline.store import File, Index, Store, StoreConflictError

Outcome = TypeVar("Outcome")

_ATTEMPTS = 4
_OWN = ".store"
_WRITTEN_ONCE = (".zip", ".duckdb")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What this machine knows of a part: the index that it pulled or pushed last, and its own files then.

    Attributes:
        e_tag: state of the index; None where the part was never pulled or pushed.
        is_whole: all of its files are here.
        files: path to what the store has, and size and time of the file here.
    """

    e_tag: str | None
    is_whole: bool
    files: dict[str, tuple[File, int, int]]

    def is_unchanged(self, path: str, local: Path) -> bool:
        """Whether a file is what was pulled or pushed, by its size and time."""
        if path not in self.files:
            return False
        status = local.stat()
        return (status.st_size, status.st_mtime_ns) == self.files[path][1:]


class WorkingCopy:
    """One machine's data folder beside the store.

    Args:
        home: the local data folder.
        store: what all machines share.
    """

    def __init__(self, home: Home, store: Store) -> None:
        self.home, self.store = home, store

    def pull_kinds(self, *kinds: str, light: bool = False) -> list[Part]:
        """Bring every part of these kinds here (raw, staged, certificate, clinic); one request where nothing is new.

        Returns:
            The parts that the store has.
        """
        parts = []
        for name, e_tag in self.store.indexes().items():
            part = named(name)
            if part is None or name.partition("/")[0] not in kinds:
                continue
            parts.append(part)
            seen = self._seen(part)
            local = part.local_files(self.home.root)
            is_here = all(path in local and seen.is_unchanged(path, local[path]) for path in seen.files)
            if seen.e_tag != e_tag or not is_here or not (light or seen.is_whole):
                self.pull(part, light=light)
        return parts

    def pull(self, part: Part, *, light: bool = False) -> None:
        """Bring a part here as the store has it; with ``light`` only the small files that say what it is."""
        with self._held(part):
            index = self.store.index(part.name)
            if index.e_tag is None:
                return
            seen, local = self._seen(part), part.local_files(self.home.root)
            kept = {
                path: place
                for path, place in local.items()
                if path in index.files and seen.is_unchanged(path, place) and seen.files[path][0] == index.files[path]
            }
            wanted = [path for path in index.files if path not in kept and (not light or is_light(path))]
            if wanted or (not part.is_growing and len(kept) < len(local)):
                self._replace(part, index, wanted, kept)
            self._remember(part, index)

    def push(self, part: Part) -> bool:
        """Put a part into the store as it is here.

        Returns:
            False where the store has it so.

        Raises:
            StoreConflictError: another machine has changed it meanwhile.
        """
        with self._held(part):
            seen, local = self._seen(part), part.local_files(self.home.root)
            if all(seen.is_unchanged(path, place) for path, place in local.items()):
                return False
            index = self.store.index(part.name)
            files = {path: _file(place) for path, place in local.items()}
            whole = {**index.files, **files} if part.is_growing else files
            is_new = whole != index.files
            if is_new:
                if index.e_tag != seen.e_tag and not part.is_derived:
                    raise StoreConflictError(
                        f"{part.name} was changed in {self.store.address} by another machine meanwhile. Run again."
                    )
                for path, file in files.items():
                    if index.files.get(path) != file:
                        self.store.put_file(path, local[path], file, is_private=part.is_private)
                index = self.store.put_index(part.name, whole, index)
            self._remember(part, index)
        return is_new

    def has(self, part: Part, path: str, sha256: str) -> bool:
        """Whether the store has a file of a part with these bytes."""
        found = self.store.index(part.name).files.get(path)
        return found is not None and found.sha256 == sha256

    def _replace(self, part: Part, index: Index, wanted: Sequence[str], kept: dict[str, Path]) -> None:
        """Download beside, then put in place: a folder in one step, with what of it stays."""
        root = self.home.root
        beside = root / _OWN / f"incoming~{part.name.replace('/', '~')}"
        shutil.rmtree(beside, ignore_errors=True)
        for path in wanted:
            _owned_folder(beside, (beside / path).parent)
            self.store.get_file(path, beside / path, index.files[path], is_private=part.is_private)
            mode = 0o400 if path.endswith(_WRITTEN_ONCE) else 0o600
            (beside / path).chmod(mode if part.is_private else mode | 0o044)
        if part.is_growing:
            # What says which file is current comes last.
            for path in sorted(wanted, key=lambda one: (one.endswith(".json"), one)):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (beside / path).replace(root / path)
        else:
            for path, place in kept.items():
                _owned_folder(beside, (beside / path).parent)
                os.link(place, beside / path)
            for name in reversed(part.paths):  # the first one says what the others are
                _swap(beside / name, root / name, is_private=part.is_private)
        shutil.rmtree(beside, ignore_errors=True)

    def _seen(self, part: Part) -> _Seen:
        try:
            content: dict[str, Any] = json.loads(self._place_of_state(part).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return _Seen(None, is_whole=False, files={})
        if content["store"] != self.store.address:
            return _Seen(None, is_whole=False, files={})
        files = {path: (File(sha256, size), size, time) for path, (sha256, size, time) in content["files"].items()}
        return _Seen(content["e_tag"], content["is_whole"], files)

    def _remember(self, part: Part, index: Index) -> None:
        local = part.local_files(self.home.root)
        here = {path: local[path].stat() for path in index.files if path in local}
        content = {
            "store": self.store.address,
            "e_tag": index.e_tag,
            "is_whole": len(here) == len(index.files),
            "files": {
                path: (index.files[path].sha256, status.st_size, status.st_mtime_ns) for path, status in here.items()
            },
        }
        place = self._place_of_state(part)
        scratch = place.with_name(f".{place.name}.new")
        scratch.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        scratch.replace(place)

    def _place_of_state(self, part: Part) -> Path:
        return self.home.root / _OWN / f"{part.name.replace('/', '~')}.json"

    @contextmanager
    def _held(self, part: Part) -> Iterator[None]:
        """Other processes of this machine wait; other machines are met by the index."""
        folder = self.home.root / _OWN
        _owned_folder(self.home.root, folder)
        with (folder / f"{part.name.replace('/', '~')}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def working_copy(settings: Settings) -> WorkingCopy | None:
    """The working copy that the settings ask for; None where the data folder is all there is."""
    if settings.store is None:
        return None
    return WorkingCopy(Home(settings.home), Store(settings.store, encryption=settings.store_encryption))


def shared(
    copy: WorkingCopy | None, pull: Callable[[WorkingCopy], object], work: Callable[[], Outcome], writes: Sequence[Part]
) -> Outcome:
    """Do a step on what the store has, and give what it made to the store.

    If another machine was faster, its work is pulled and the step looks again; it finds by fingerprints what is done.

    Args:
        copy: None does the step and no more.
        pull: brings here what the step reads.
        work: the step.
        writes: what it may have changed.

    Raises:
        StoreConflictError: others were faster each time.
    """
    if copy is None:
        return work()
    for attempt in range(1, _ATTEMPTS + 1):
        pull(copy)
        outcome = work()
        try:
            for part in writes:
                copy.push(part)
        except StoreConflictError:
            if attempt == _ATTEMPTS:
                raise
        else:
            break
    return outcome


def _swap(fresh: Path, place: Path, *, is_private: bool) -> None:
    """Let ``place`` be ``fresh``, or nothing where there is none."""
    if place.is_dir() or fresh.is_dir():
        old = place.with_name(f".{place.name}.gone")
        shutil.rmtree(old, ignore_errors=True)
        place.parent.mkdir(mode=0o700 if is_private else 0o777, parents=True, exist_ok=True)
        if place.exists():
            place.rename(old)
        if fresh.exists():
            for folder in [fresh, *(path for path in fresh.rglob("*") if path.is_dir())]:
                folder.chmod(0o700 if is_private else 0o755)
            fresh.rename(place)
        shutil.rmtree(old, ignore_errors=True)
    elif fresh.exists():
        place.parent.mkdir(mode=0o700 if is_private else 0o777, parents=True, exist_ok=True)
        fresh.replace(place)
    else:
        place.unlink(missing_ok=True)


def _owned_folder(top: Path, folder: Path) -> None:
    """Make a folder that its owner alone can open, and those between it and ``top``."""
    top.mkdir(mode=0o700 if _OWN in top.parts else 0o777, parents=True, exist_ok=True)
    for part in [*reversed(folder.relative_to(top).parents), folder.relative_to(top)]:
        (top / part).mkdir(mode=0o700, exist_ok=True)


def _file(path: Path) -> File:
    with path.open("rb") as file:
        return File(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
