"""Backup of what cannot be had again, and restore of it into an empty data folder.

A backup is one tar file, for its owner alone: receipts of raw files with their hashes, certificates, staged clinic
batches (what a clinic sent is not kept, so these are all there is), reference tables and the run log; the raw files
themselves only if asked for, since the FDA has them. Everything else is made anew from these: staged quarters, builds,
pages. The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import reference
from pipeline.clinic_staging import STAGED_SCHEMA as CLINIC_SCHEMA
from pipeline.home import Home
from vocabulary.errors import SettingsError, SourceError

FORMAT = 1
MANIFEST = "backup.json"
PRIVATE = ("staged/clinic",)
"""What is of patients: folders 0700, files 0600."""
KEPT = (
    "raw/faers/*/receipts.json",
    "certificates/*/*.json",
    "staged/clinic/batch=*/**/*",
    "log/*.jsonl",
)
RAW = "raw/faers/*/????????????????/*.zip"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back.

    Attributes:
        file_count: files written.
        clinic_batches: staged clinic batches among them.
        quarters: quarters with receipts.
        raw_missing: quarters whose current zip must be landed again.
        is_same_reference: the reference tables are those of this code; else builds may differ.
    """

    file_count: int
    clinic_batches: int
    quarters: tuple[str, ...]
    raw_missing: tuple[str, ...]
    is_same_reference: bool


def backup(home: Home, target: Path, *, with_raw: bool = False) -> dict[str, int]:
    """Write a backup. No clinic batch may be taken in meanwhile: files that change are noticed, and it fails.

    Args:
        home: data folder.
        target: the tar file; one that is there is replaced when the new one is whole.
        with_raw: raw zips too.

    Returns:
        Files and bytes in it.

    Raises:
        SourceError: there is nothing to back up, or it could not be written.
    """
    files = dict(_files(home, with_raw=with_raw))
    if not any(name.startswith(("raw/", "staged/")) for name in files):
        raise SourceError(f"{home.root} holds nothing to back up. Name the data folder with --home.")
    partial = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            hashes = _write(raw, files)
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    except OSError as error:
        raise SourceError(f"{target} could not be written: {error.strerror or error}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return {"files": len(hashes), "bytes": target.stat().st_size}


def restore(source: Path, home: Home) -> Restored:
    """Bring a backup back into a data folder that holds none of what it brings; whole or not at all.

    Raises:
        SourceError: it cannot be read, or its content is not what its manifest says.
        SettingsError: the data folder is in use.
    """
    for name in ("raw", "certificates", "staged"):
        if (home.root / name).exists():
            raise SettingsError(f"{home.root} holds {name}/ already. Restore into an empty folder.")
    home.root.mkdir(parents=True, exist_ok=True)
    scratch = home.root / ".restore"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        manifest = _unpack(source, scratch)
        private = [scratch / name for name in PRIVATE]
        for folder in (*private, *(one for top in private for one in top.rglob("*"))):
            if folder.is_dir():
                folder.chmod(0o700)
        for place in sorted(scratch.iterdir()):
            if place.name != "reference" and place.is_dir():
                place.rename(home.root / place.name)
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise SourceError(f"{source} could not be restored: {error}. Nothing was changed.") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _restored(home, manifest)


def _files(home: Home, *, with_raw: bool) -> Iterator[tuple[str, Path]]:
    for path in sorted(reference.FOLDER.glob("*.csv")):
        yield f"reference/{path.name}", path
    for pattern in (*KEPT, RAW) if with_raw else KEPT:
        for path in sorted(home.root.glob(pattern)):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(home.root).as_posix(), path


def _write(raw: Any, files: dict[str, Path]) -> dict[str, str]:
    hashes = {name: _sha256(path) for name, path in files.items()}
    manifest = {
        "format": FORMAT,
        "reference_version": reference.version(),
        "clinic_schema": CLINIC_SCHEMA,
        "files": hashes,
    }
    text = json.dumps(manifest, indent=1, sort_keys=True).encode()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(_member(MANIFEST, len(text), 0o600), io.BytesIO(text))
        for name, path in files.items():
            with path.open("rb") as file:
                archive.addfile(_member(name, path.stat().st_size, path.stat().st_mode & 0o777), file)
    return hashes


def _member(name: str, size: int, mode: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, mode, 0
    return info


def _unpack(source: Path, scratch: Path) -> dict[str, Any]:
    """Every member that the manifest names, as it says, and no other."""
    with tarfile.open(source, "r:") as archive:
        first = archive.next()
        file = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
        if file is None:
            raise SourceError(f"{source} is no backup of Ketavigil: it does not begin with {MANIFEST}.")
        manifest: dict[str, Any] = json.loads(file.read())
        if manifest["format"] != FORMAT:
            raise SourceError(f"{source} is of another format ({manifest['format']}). Use the version that wrote it.")
        left = dict(manifest["files"])
        while (member := archive.next()) is not None:
            expected = left.pop(member.name, None)
            place = PurePosixPath(member.name)
            if expected is None or not member.isreg() or place.is_absolute() or ".." in place.parts:
                raise SourceError(f"{source} holds {member.name}, which does not belong there. Nothing was changed.")
            content = archive.extractfile(member)
            if content is None or _extract(content, scratch / place, member.mode, place) != expected:
                raise SourceError(f"{source}: {member.name} is not what was backed up. Use another backup.")
    if left:
        raise SourceError(f"{source} lacks {min(left)} and {len(left) - 1} more. Use another backup.")
    return manifest


def _extract(content: Any, target: Path, mode: int, place: PurePosixPath) -> str:
    is_private = str(place).startswith(PRIVATE)
    target.parent.mkdir(parents=True, exist_ok=True)  # in a folder of its owner's until all is there
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
            file.write(chunk)
    target.chmod(0o600 if is_private else mode & 0o755)
    return digest.hexdigest()


def _restored(home: Home, manifest: dict[str, Any]) -> Restored:
    from sources import current_receipts

    current = current_receipts(home.raw)
    return Restored(
        file_count=len(manifest["files"]),
        clinic_batches=len(home.clinic_batches()),
        quarters=tuple(map(str, current)),
        raw_missing=tuple(str(quarter) for quarter, one in current.items() if not one.is_intact(home.raw)),
        is_same_reference=manifest["reference_version"] == reference.version(),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
