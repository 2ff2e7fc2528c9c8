"""Opens a clinic batch, a folder or a zip, and gives its files by position; what they are called is judged elsewhere.

No message repeats a name or a value: the name of a file that a clinic sends may hold a patient's.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sources.archive import ArchiveLimits, SmallReads, form_trick, name_trick, overlapping, size_trick
from sources.member import open_member
from vocabulary.errors import ClinicBatchError, HostileArchiveError, SourceError

CLINIC_LIMITS = ArchiveLimits(members=50, directory_bytes=1 << 17, text_bytes=4 << 30)
"""Ten million readings are 0.4 GB of text."""

_PLAIN_EXTRA = {0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875}
"""Extra fields that packers add by themselves: sizes, times and owner of a file."""


@dataclass(frozen=True, slots=True)
class DropFile:
    """One file of a batch.

    Attributes:
        position: 1 for the first in the order of the zip's directory, or of the names in a folder.
        name: its path inside the batch; not to be shown before it is known to be one of the contract's.
        size_bytes: its size, or what the zip declares.
        read: gives its bytes.
    """

    position: int
    name: str
    size_bytes: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Drop:
    """What lies in a batch's folder or zip.

    Attributes:
        name: name of the folder or zip, without its ending.
        files: files in order of position.
        has_comment: the zip or a member carries a comment or data of its own beside the files.
    """

    name: str
    files: tuple[DropFile, ...]
    has_comment: bool


def open_drop(path: Path, limits: ArchiveLimits = CLINIC_LIMITS) -> Drop:
    """List the files of a folder or zip; nothing is read yet.

    Raises:
        ClinicBatchError: there is nothing, it is neither a folder nor a zip, or it is too large or cut.
        HostileArchiveError: a member is a trick, named by its position.
    """
    if path.is_symlink() or not path.exists():
        raise ClinicBatchError("The batch: there is no such folder or zip, or it is a link. Name the batch itself.")
    return _folder(path, limits) if path.is_dir() else _zip(path, limits)


def _folder(path: Path, limits: ArchiveLimits) -> Drop:
    files: list[DropFile] = []
    total = 0
    for position, entry in enumerate(sorted(path.rglob("*")), start=1):
        if position > limits.members:
            raise ClinicBatchError(
                f"The batch: more than {limits.members} files. Send the files of the contract alone."
            )
        status = entry.lstat()
        if stat.S_ISDIR(status.st_mode):
            # A folder that a batch should not have is judged by its name like a file.
            files.append(DropFile(position, f"{entry.relative_to(path)}/", 0, bytes))
            continue
        if not stat.S_ISREG(status.st_mode):
            raise HostileArchiveError(
                f"The batch: file {position} is a link or a device, not a file. Send plain files."
            )
        total += status.st_size
        files.append(DropFile(position, str(entry.relative_to(path)), status.st_size, entry.read_bytes))
    if total > limits.text_bytes:
        raise ClinicBatchError(f"The batch: {total:,} bytes; {limits.text_bytes:,} are allowed. Send it in parts.")
    return Drop(path.name, tuple(files), has_comment=False)


def _zip(path: Path, limits: ArchiveLimits) -> Drop:
    members, comment = _directory(path, limits)
    seen: set[str] = set()
    files: list[DropFile] = []
    for position, info in enumerate(members, start=1):
        reason = name_trick(info.orig_filename) or form_trick(info) or size_trick(info, limits)
        if reason is None and info.filename.casefold() in seen:
            reason = "stands twice"
        if reason is not None:
            raise HostileArchiveError(f"The batch: member {position} {reason}. Pack the plain files into a plain zip.")
        seen.add(info.filename.casefold())
        files.append(DropFile(position, info.filename, info.file_size, _reader(path, info.filename, position)))
    if sum(file.size_bytes for file in files) > limits.text_bytes:
        raise HostileArchiveError(f"The batch: declares more than {limits.text_bytes:,} bytes. Send it in parts.")
    has_comment = comment or any(info.comment or _odd_extra(info.extra) for info in members)
    return Drop(path.name.removesuffix(".zip"), tuple(files), has_comment=has_comment)


def _directory(path: Path, limits: ArchiveLimits) -> tuple[list[zipfile.ZipInfo], bool]:
    members: list[zipfile.ZipInfo] | None = None
    end_of_data, comment = 0, False
    try:
        with SmallReads(path) as file:
            file.limit = limits.directory_bytes
            with zipfile.ZipFile(file) as archive:
                members, end_of_data, comment = archive.infolist(), archive.start_dir, bool(archive.comment)
    except (
        HostileArchiveError,
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        OverflowError,
        OSError,
        struct.error,
    ):
        members = None  # told below: the error itself may quote the file
    if members is None:
        raise ClinicBatchError("The batch is neither a folder nor a zip, or the zip is cut. Pack it again.")
    if len(members) > limits.members:
        raise HostileArchiveError(f"The batch: {len(members):,} members; {limits.members} are allowed.")
    if overlapping(members, end_of_data) is not None:
        raise HostileArchiveError("The batch: members of the zip overlap. Pack the plain files into a plain zip.")
    return members, comment


def _reader(path: Path, name: str, position: int) -> Callable[[], bytes]:
    def read() -> bytes:
        content: bytes | None = None
        try:
            with open_member(path, name) as member:
                content = member.read()
        except SourceError:
            content = None  # its message quotes the name
        if content is None:
            raise ClinicBatchError(f"The batch: member {position} is cut or damaged. Pack the batch again.")
        return content

    return read


def _odd_extra(extra: bytes) -> bool:
    """Does a member carry a field that no packer adds by itself?"""
    at = 0
    while at + 4 <= len(extra):
        field, size = struct.unpack_from("<HH", extra, at)
        if field not in _PLAIN_EXTRA:
            return True
        at += 4 + size
    return at != len(extra)
