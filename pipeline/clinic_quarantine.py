"""Keeps a refused clinic batch where its owner alone can look at it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.clinic_staging import owner_only
from pipeline.home import Home
from transforms.privacy import Finding

_MOST_BYTES = 8 << 30
_CONTENT = "batch"


def quarantine(home: Home, path: Path, findings: Sequence[Finding], reason: str, *, move: bool) -> str:
    """Copy or move a refused batch to ``quarantine/clinic/<hash of its content>``, folders 0700 and files 0600.

    Args:
        home: data folder.
        path: the batch as it was sent.
        findings: what is wrong with it.
        reason: why it could not be read at all; blank where it could.
        move: remove what was sent once the copy is whole.

    Returns:
        A sentence that says where it is, without its name.
    """
    files = list(_plain_files(path))
    if not files or sum(file.stat().st_size for file in files) > _MOST_BYTES:
        return "It was left where it is."
    top = path if path.is_dir() else path.parent
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest() + str(file.relative_to(top)).encode())
    home.clinic_quarantine.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner_only(home.clinic_quarantine)
    place = home.clinic_quarantine / digest.hexdigest()[:16]
    owner_only(place)
    for file in files:
        target = place / _CONTENT / file.relative_to(top)
        _folders(place, target.parent)
        _copy(file, target)
    refusal = {"reason": reason, "findings": [finding.text for finding in findings]}
    _write(place / "refusal.json", (json.dumps(refusal, indent=1) + "\n").encode())
    if move:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return (
        f"{'It was moved' if move else 'A copy is'} to be found in quarantine/clinic/{place.name} of the data folder."
    )


def _plain_files(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.exists():
        return
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file() and not file.is_symlink():
            yield file


def _folders(place: Path, folder: Path) -> None:
    for part in [*reversed(folder.relative_to(place).parents), folder.relative_to(place)]:
        (place / part).mkdir(mode=0o700, exist_ok=True)


def _copy(file: Path, target: Path) -> None:
    with file.open("rb") as source, _opened(target) as copy:
        shutil.copyfileobj(source, copy, 1 << 20)


def _write(target: Path, content: bytes) -> None:
    with _opened(target) as file:
        file.write(content)


def _opened(target: Path):  # type: ignore[no-untyped-def]
    """A file that was never readable for others, not even while it was written."""
    target.unlink(missing_ok=True)
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
