"""Receipts: what was landed for each quarter, from where, and which file is the current one.

Each quarter's receipts stand in one file, so that replacing the current one is a single rename.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal

from vocabulary.errors import SourceError
from vocabulary.quarter import Quarter

Status = Literal["current", "replaced"]

_FILE_NAME = "receipts.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file comes from, and what tells without reading it whether it has changed.

    Attributes:
        source: URL without user, password and query, or the file's name in its folder; never a path of the machine.
        size_bytes: as the server or the file system says; None where a server does not.
        etag: as the server says, with its quotes.
        last_modified: the server's header, or the file's time in UTC with nanoseconds.
    """

    source: str
    size_bytes: int | None
    etag: str | None = None
    last_modified: str | None = None

    def is_unchanged_from(self, other: Origin) -> bool:
        """Whether both are surely the same content: same place and size, and the strongest mark they have is equal."""
        if self.source != other.source or self.size_bytes is None or self.size_bytes != other.size_bytes:
            return False
        if self.etag or other.etag:
            return self.etag == other.etag
        return self.last_modified is not None and self.last_modified == other.last_modified


@dataclass(frozen=True, slots=True)
class Receipt:
    """One landed zip.

    Attributes:
        quarter: the quarter it holds.
        file_name: the FDA's name, as it was written at the source.
        source, etag, last_modified: its origin, see Origin.
        sha256: of the whole zip, in hex.
        size_bytes: of the whole zip.
        landed_at: when it was first landed, with time zone.
        is_simulated: made by the project's generator, never real.
        status: ``current``, or ``replaced`` since other content was landed for the quarter.
    """

    quarter: Quarter
    file_name: str
    source: str
    sha256: str
    size_bytes: int
    landed_at: datetime
    etag: str | None
    last_modified: str | None
    is_simulated: bool
    status: Status

    @property
    def path(self) -> str:
        """Place of the zip under the raw folder: quarter, first 16 of the sha256, name."""
        return f"{self.quarter}/{self.sha256[:16]}/{self.file_name}"

    @property
    def origin(self) -> Origin:
        """Where it came from, to compare with what is there now."""
        return Origin(self.source, self.size_bytes, self.etag, self.last_modified)

    def is_intact(self, raw_root: Path) -> bool:
        """Whether the zip still stands there in its size."""
        path = raw_root / self.path
        return path.is_file() and path.stat().st_size == self.size_bytes


def receipts(raw_root: Path) -> list[Receipt]:
    """All receipts under HOME/raw/faers, replaced ones too, by quarter and then in the order of landing.

    Raises:
        SourceError: a receipt file cannot be read.
    """
    files = sorted(raw_root.glob(f"????q?/{_FILE_NAME}"))
    return [receipt for file in files for receipt in quarter_receipts(raw_root, Quarter.parse(file.parent.name))]


def current_receipts(raw_root: Path) -> dict[Quarter, Receipt]:
    """The current receipt of each landed quarter, in time order."""
    return {receipt.quarter: receipt for receipt in receipts(raw_root) if receipt.status == "current"}


def quarter_receipts(raw_root: Path, quarter: Quarter) -> list[Receipt]:
    """Receipts of one quarter in the order of landing; none if it was never landed."""
    path = raw_root / str(quarter) / _FILE_NAME
    if not path.exists():
        return []
    try:
        return [_from_json(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"{quarter}: {_FILE_NAME} cannot be read ({error}). Remove that file and land the quarter again."
        ) from error


def with_current(known: Sequence[Receipt], receipt: Receipt) -> list[Receipt]:
    """The quarter's receipts with this one current and every other replaced; a known sha256 keeps its place."""
    updated = [
        replace(receipt, status="current") if one.sha256 == receipt.sha256 else replace(one, status="replaced")
        for one in known
    ]
    if all(one.sha256 != receipt.sha256 for one in known):
        updated.append(replace(receipt, status="current"))
    return updated


def write_receipts(raw_root: Path, quarter: Quarter, entries: Sequence[Receipt]) -> None:
    """Write a quarter's receipts in one step: a reader sees the old list or the new one."""
    text = json.dumps([_to_json(receipt) for receipt in entries], indent=2, ensure_ascii=False) + "\n"
    write_whole(raw_root / str(quarter) / _FILE_NAME, text)


def write_whole(path: Path, text: str) -> None:
    """Write a small text file to a temporary name, flush it to the disk and rename it."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            flush_file(file)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_file(file: IO[Any]) -> None:
    """Flush an open file to the disk."""
    file.flush()
    os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Flush a folder to the disk, so that a rename in it outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _to_json(receipt: Receipt) -> dict[str, Any]:
    fields = asdict(receipt)
    fields["quarter"] = str(receipt.quarter)
    fields["landed_at"] = receipt.landed_at.astimezone(UTC).isoformat()
    return fields | {"path": receipt.path}


def _from_json(entry: Mapping[str, Any]) -> Receipt:
    fields = dict(entry)
    del fields["path"]
    fields["quarter"] = Quarter.parse(fields["quarter"])
    fields["landed_at"] = datetime.fromisoformat(fields["landed_at"])
    return Receipt(**fields)
