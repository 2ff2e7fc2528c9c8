"""Lands quarterly zips: proven, hashed, written once, with a receipt.

``raw_root/<quarter>/<first 16 of the sha256>/<file name>`` is a landed zip, read-only and never changed.
``raw_root/<quarter>/receipts.json`` says which one is current.
``raw_root/<quarter>/partial/`` holds a transfer that is under way or was cut.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from sources.archive import FAERS_LIMITS, Archive, ArchiveLimits, inspect_archive
from sources.download import Partial, Progress, download
from sources.faers_files import require_name
from sources.member import check_contents
from sources.receipt import (
    Origin,
    Receipt,
    current_receipts,
    flush_file,
    flush_folder,
    quarter_receipts,
    with_current,
    write_receipts,
)
from sources.web import PATIENT, Network, look
from vocabulary.errors import HostileArchiveError, SourceError
from vocabulary.quarter import Quarter

_COPY_BYTES = 1 << 20
_READ_ONLY = 0o444


def land(
    source: Path | str,
    quarter: Quarter,
    raw_root: Path,
    landed_at: datetime,
    *,
    network: Network = PATIENT,
    limits: ArchiveLimits = FAERS_LIMITS,
    on_progress: Progress | None = None,
    is_kept: Callable[[Receipt], bool] | None = None,
) -> Receipt:
    """Bring one quarter's zip under ``raw_root``, unless it is there already.

    Content that was landed before gives its receipt again, and no zip is written. Other content for the same
    quarter becomes the current one; the earlier zip and its receipt stay, with status ``replaced``.

    Args:
        source: a file, or the URL of one.
        quarter: the quarter it holds; its name and members must agree.
        raw_root: HOME/raw/faers.
        landed_at: the time to write on a new receipt, with time zone.
        network: how patient a transfer is.
        limits: what a zip may claim.
        on_progress: called while bytes are copied or received.
        is_kept: whether the zip of an earlier receipt is kept; left out, it must stand under ``raw_root``.

    Raises:
        SourceError: the file could not be had whole and undamaged, or not be written; nothing was landed.
        HostileArchiveError: the zip has something in it that does not belong there; nothing was landed.
    """
    if landed_at.tzinfo is None:
        raise ValueError("landed_at needs a time zone")
    name = source.name if isinstance(source, Path) else Path(urlsplit(source).path).name
    require_name(name, quarter)
    with _file_errors_named(quarter, name), _only_one_at_a_time(raw_root / str(quarter), quarter):
        landing = _Landing(quarter, name, raw_root, landed_at, limits, is_kept)
        if isinstance(source, Path):
            return landing.land_file(source, on_progress)
        return landing.land_url(source, network, on_progress)


class _Landing:
    """Landing of one quarter, while nobody else lands it."""

    def __init__(
        self,
        quarter: Quarter,
        name: str,
        raw_root: Path,
        landed_at: datetime,
        limits: ArchiveLimits,
        is_kept: Callable[[Receipt], bool] | None,
    ) -> None:
        self._quarter = quarter
        self._name = name
        self._raw_root = raw_root
        self._landed_at = landed_at
        self._limits = limits
        self._is_kept = is_kept or (lambda receipt: receipt.is_intact(raw_root))
        self._partial = Partial(raw_root / str(quarter) / "partial" / name)
        self._known = quarter_receipts(raw_root, quarter)

    def land_file(self, path: Path, on_progress: Progress | None) -> Receipt:
        """Land a file of a folder."""
        if not path.is_file():
            raise SourceError(f"{self._quarter}: there is no file {path}.")
        origin = _file_origin(path)
        receipt = self._unchanged(origin)
        if receipt is None and self._known:  # a first landing need not be read once more than it is copied
            receipt = self._landed_before(_sha256(path))
        if receipt is not None:
            return self._make_current(receipt)
        try:
            self._partial.restart(origin)
            _copy(path, self._partial.path, on_progress)
            return self._admit(origin, self._prove())
        finally:
            self._partial.discard()

    def land_url(self, url: str, network: Network, on_progress: Progress | None) -> Receipt:
        """Land a file of a server. A damaged one is fetched once more, because a proxy may have damaged it."""
        with network.client() as client:
            seen = network.persist(url, partial(look, client, url))
            if seen is not None and (receipt := self._unchanged(seen)) is not None:
                return receipt
            fetch = partial(download, client, url, self._partial, network, on_progress)
            try:
                return self._keep(fetch())
            except _DamagedTransferError:
                return self._keep(fetch())

    def _keep(self, origin: Origin) -> Receipt:
        """Land what was downloaded; it does not stay as partial, whether it was good or not."""
        try:
            receipt = self._landed_before(_sha256(self._partial.path))
            if receipt is None:
                return self._admit(origin, self._prove_transfer(origin))
            # The receipt takes the server's new marks, else the same content would be fetched again every time.
            source, etag, last_modified = origin.source, origin.etag, origin.last_modified
            return self._make_current(replace(receipt, source=source, etag=etag, last_modified=last_modified))
        finally:
            self._partial.discard()

    def _prove(self) -> Archive:
        """The partial file's directory has nothing wrong in it, and all its members are whole."""
        archive = inspect_archive(self._partial.path, self._quarter, self._limits)
        check_contents(self._partial.path)
        return archive

    def _prove_transfer(self, origin: Origin) -> Archive:
        try:
            return self._prove()
        except HostileArchiveError:
            raise
        except SourceError as error:
            raise _DamagedTransferError(f"{origin.source}: {error}") from error

    def _unchanged(self, origin: Origin) -> Receipt | None:
        """The current receipt, if its zip stands there and the source shows no sign of a change."""
        for receipt in self._known:
            if receipt.status == "current" and self._is_kept(receipt) and origin.is_unchanged_from(receipt.origin):
                return receipt
        return None

    def _landed_before(self, sha256: str) -> Receipt | None:
        for receipt in self._known:
            if receipt.sha256 == sha256 and self._is_kept(receipt):
                return receipt
        return None

    def _admit(self, origin: Origin, archive: Archive) -> Receipt:
        """Give the proven partial file its final place, and write its receipt."""
        self._keep_real_apart(archive)
        path = self._partial.path
        receipt = Receipt(
            quarter=self._quarter,
            file_name=self._name,
            source=origin.source,
            sha256=_sha256(path),
            size_bytes=path.stat().st_size,
            landed_at=self._landed_at.astimezone(UTC),
            etag=origin.etag,
            last_modified=origin.last_modified,
            is_simulated=archive.is_simulated,
            status="current",
        )
        place = self._raw_root / receipt.path
        place.parent.mkdir(exist_ok=True)
        path.chmod(_READ_ONLY)
        path.replace(place)
        flush_folder(place.parent)
        flush_folder(place.parent.parent)
        return self._make_current(receipt)

    def _make_current(self, receipt: Receipt) -> Receipt:
        updated = with_current(self._known, receipt)
        if updated != self._known:
            write_receipts(self._raw_root, self._quarter, updated)
            self._known = updated
        return replace(receipt, status="current")

    def _keep_real_apart(self, archive: Archive) -> None:
        """A made-up quarter never joins real ones. Real ones may join made-up ones: the build then takes them alone."""
        real = [str(one.quarter) for one in current_receipts(self._raw_root).values() if not one.is_simulated]
        if archive.is_simulated and real:
            raise SourceError(
                f"{self._quarter}: {self._name} is simulated, but this data home holds real quarters "
                f"({real[0]} among them). Use another data home for simulated ones."
            )


class _DamagedTransferError(SourceError):
    """A download that was complete by HTTP and yet is no sound zip."""


def _file_origin(path: Path) -> Origin:
    status = path.stat()
    seconds, nanoseconds = divmod(status.st_mtime_ns, 10**9)
    changed = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{nanoseconds:09d}Z"
    return Origin(path.name, status.st_size, last_modified=changed)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(path: Path, target: Path, on_progress: Progress | None) -> None:
    total = path.stat().st_size
    copied = 0
    with path.open("rb") as source, target.open("wb") as file:
        while chunk := source.read(_COPY_BYTES):
            file.write(chunk)
            copied += len(chunk)
            if on_progress:
                on_progress(copied, total)
        flush_file(file)


@contextmanager
def _only_one_at_a_time(folder: Path, quarter: Quarter) -> Iterator[None]:
    """Hold the quarter's folder; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SourceError(f"{quarter} is being landed by another process. Wait for it, then run again.") from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _file_errors_named(quarter: Quarter, name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"{quarter}: {name} could not be landed: {error.strerror or error}. "
            "Free space or mend the permissions, then run again; nothing was landed."
        ) from error
