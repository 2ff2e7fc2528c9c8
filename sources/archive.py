"""Reads a quarterly zip's directory, refuses what does not belong there, and says which member is which table.

Nothing is ever extracted to a path that the zip names; names are refused all the same, because a zip that carries
a trick is not the FDA's.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath

from vocabulary.errors import HostileArchiveError, SourceError
from vocabulary.quarter import Quarter
from vocabulary.tables.staged import FAERS_TABLES

_TABLE = re.compile(rf"^(?P<table>{'|'.join(FAERS_TABLES)})(?P<short>\d\dQ[1-4])(_NEW)?\.TXT$")
_SHORT_QUARTER = re.compile(r"(?<!\d)\d\dQ[1-4](?!\d)")
_INFORMATION = re.compile(
    r"^(THUMBS\.DB|DESKTOP\.INI|\.DS_STORE|\._.*|(STAT|SIZE|READ_?ME|FAQ|ASC_NTS).*\.TXT|.*\.(PDF|DOCX?|RTF|HTML?|XLSX?))$"
)
_SIMULATED = "SIMULATED.TXT"
_METHODS = {
    9: "Deflate64. The FDA's XML zips use it; take the ASCII zip of the quarter",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "XZ",
    99: "AES encryption",
}


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What a quarter may claim. A whole quarter is about 0.1 GB zipped and 0.5 GB of text, at most 25 to 1.

    Attributes:
        members: files and folders in the zip.
        directory_bytes: size of the zip's directory.
        text_bytes: declared size of all members together.
        ratio: declared over compressed size of one member.
        ratio_from_bytes: smaller members may have any ratio; a table of headers alone says nothing.
    """

    members: int = 500
    directory_bytes: int = 1 << 20
    text_bytes: int = 8 << 30
    ratio: float = 200.0
    ratio_from_bytes: int = 1 << 20


FAERS_LIMITS = ArchiveLimits()
"""Ten times and more of what any quarter has needed."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What is in a quarter's zip.

    Attributes:
        quarter: the quarter that all members belong to.
        tables: FDA's table name to the member that holds it, in the order of FAERS_TABLES.
        missing_tables: those of the seven that are not there, in the same order.
        deleted_list: member with the ids of deleted cases; FDA adds it from 2019q1.
        ignored: members that carry no data: statistics, sizes, documents.
        is_simulated: made by the project's generator, never real.
        text_bytes: what the members declare together once inflated; good for a progress bar, proven by nothing.
    """

    quarter: Quarter
    tables: Mapping[str, str]
    missing_tables: tuple[str, ...]
    deleted_list: str | None
    ignored: tuple[str, ...]
    is_simulated: bool
    text_bytes: int = 0


def inspect_archive(path: Path, quarter: Quarter, limits: ArchiveLimits = FAERS_LIMITS) -> Archive:
    """Say what a quarter's zip holds, from its directory alone; contents are proven by ``check_contents``.

    Raises:
        SourceError: not a zip, or cut.
        HostileArchiveError: a member that has no place in a quarter's zip, named with the reason.
    """
    members = _read_directory(path, limits)
    _refuse_tricks(path, members, limits)
    archive = _assign(path, quarter, [info.filename for info in members if not info.is_dir()])
    return replace(archive, text_bytes=sum(info.file_size for info in members))


class SmallReads(io.FileIO):
    """A file that will not give a huge directory to a parser that reads it whole."""

    limit = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """As a file reads, within the limit."""
        if size is not None and size > self.limit:
            raise HostileArchiveError(f"its directory claims {size:,} bytes; {self.limit:,} are allowed")
        return super().read(size) or b""


def _read_directory(path: Path, limits: ArchiveLimits) -> list[zipfile.ZipInfo]:
    try:
        with SmallReads(path) as file:
            file.limit = limits.directory_bytes
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                end_of_data = archive.start_dir
    except FileNotFoundError as error:
        raise SourceError(f"{path.name}: there is no such file.") from error
    except HostileArchiveError as error:
        raise HostileArchiveError(f"{path.name}: {error}. Download the quarter again from the FDA.") from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError, struct.error) as error:
        raise SourceError(f"{path.name} is not a zip, or it is cut or damaged ({error}). Download it again.") from error
    if len(members) > limits.members:
        raise HostileArchiveError(f"{path.name}: {len(members):,} members; {limits.members:,} are allowed.")
    name = overlapping(members, end_of_data)
    if name is not None:
        raise _refusal(path, name, "overlaps what follows it: the same bytes would be read twice")
    return members


def overlapping(members: list[zipfile.ZipInfo], end_of_data: int) -> str | None:
    """Name of the first member whose data reach into what follows; None where all lie apart."""
    starts = sorted((info.header_offset, info.compress_size, info.orig_filename) for info in members)
    for (start, size, name), (following, _, _) in pairwise([*starts, (end_of_data, 0, "")]):
        if start + size + 30 > following:  # 30: the shortest local header
            return name
    return None


def _refuse_tricks(path: Path, members: list[zipfile.ZipInfo], limits: ArchiveLimits) -> None:
    seen: set[str] = set()
    total = 0
    for info in members:
        reason = name_trick(info.orig_filename) or form_trick(info) or size_trick(info, limits)
        if reason is None and info.filename.casefold() in seen:
            reason = "stands twice"
        total += info.file_size
        if reason is None and total > limits.text_bytes:
            reason = f"brings the declared text to {total:,} bytes; {limits.text_bytes:,} are allowed"
        if reason is not None:
            raise _refusal(path, info.orig_filename, reason)
        seen.add(info.filename.casefold())


def name_trick(name: str) -> str | None:
    """What is wrong with a member's name; None where nothing is."""
    if not name.isprintable():
        return "has unprintable characters in its name"
    if "\\" in name:
        return "has a backslash in its name"
    if ":" in name:
        return "has a drive letter or a colon in its name"
    if name.startswith("/"):
        return "has an absolute path"
    if ".." in name.split("/"):
        return "has a path that leads outside"
    return None


def form_trick(info: zipfile.ZipInfo) -> str | None:
    """What is wrong with a member's form: encryption, links, odd packing; None where nothing is."""
    if info.flag_bits & 0x2041:  # encrypted, strongly encrypted, masked header
        return "is encrypted"
    if info.flag_bits & 0x20:
        return "is a patch, not a file"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device, not a file"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"is packed with {_METHODS.get(info.compress_type, f'method {info.compress_type}')}"
    return None


def size_trick(info: zipfile.ZipInfo, limits: ArchiveLimits) -> str | None:
    """What is wrong with the sizes that a member claims; None where nothing is."""
    if info.is_dir() and info.file_size:
        return "is a folder that holds data"
    if info.compress_type == zipfile.ZIP_STORED and info.compress_size != info.file_size:
        return "is stored with two different sizes"
    if info.file_size > max(limits.ratio_from_bytes, limits.ratio * info.compress_size):
        return f"declares {info.file_size:,} bytes from {info.compress_size:,}; {limits.ratio:g} to 1 is allowed"
    return None


def _assign(path: Path, quarter: Quarter, names: list[str]) -> Archive:
    """Give each member its part by its name; the folder and the case of the letters are free, as at the FDA."""
    tables: dict[str, str] = {}
    deleted_list: str | None = None
    ignored: list[str] = []
    is_simulated = False
    for name in names:
        base = PurePosixPath(name).name.upper()
        if base == _SIMULATED:
            is_simulated = True
        elif name.startswith("__MACOSX/") or _INFORMATION.match(base):
            ignored.append(name)
        elif match := _TABLE.match(base):
            table = match["table"]
            if table in tables:
                raise _refusal(path, name, f"is a second file for {table} beside {tables[table]!r}")
            _require_quarter(path, name, base, quarter)
            tables[table] = name
        elif base.endswith(".TXT") and "DELETE" in name.upper():
            if deleted_list is not None:
                raise _refusal(path, name, f"is a second deleted list beside {deleted_list!r}")
            _require_quarter(path, name, base, quarter)
            deleted_list = name
        else:
            raise _refusal(path, name, "is neither a FAERS table nor a document that the FDA is known to add")
    if not tables:
        raise HostileArchiveError(f"{path.name}: no FAERS table in it. Take the quarter's ASCII zip, not the XML one.")
    return Archive(
        quarter=quarter,
        tables={table: tables[table] for table in FAERS_TABLES if table in tables},
        missing_tables=tuple(table for table in FAERS_TABLES if table not in tables),
        deleted_list=deleted_list,
        ignored=tuple(ignored),
        is_simulated=is_simulated,
    )


def _require_quarter(path: Path, name: str, base: str, quarter: Quarter) -> None:
    others = [short for short in _SHORT_QUARTER.findall(base) if short != quarter.short]
    if others:
        raise _refusal(path, name, f"belongs to {others[0]}, not to {quarter}")


def _refusal(path: Path, member: str, reason: str) -> HostileArchiveError:
    return HostileArchiveError(
        f"{path.name}: member {member[:200]!r} {reason}. Download the quarter again from the FDA."
    )
