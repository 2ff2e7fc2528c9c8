"""A zip written as a stream: isal's fast deflate, fixed times, the plain format that any reader opens."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from isal import isal_zlib

from vocabulary.errors import SettingsError

_LEVEL = 1
_DATE = (2024 - 1980) << 9 | 1 << 5 | 1
_LIMIT = 0xFFFFFFFF
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")


class ZipWriter:
    """Write members one after another; sizes and CRC are patched in when a member is done.

    The text of a member is the same on every machine; its deflated bytes are those of the installed isal.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("wb")
        self._central: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._finish()
        self._file.close()

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one member.

        Raises:
            SettingsError: the member or the zip passes 4 GiB, more than the plain format holds.
        """
        encoded = name.encode()
        start = self._file.tell()
        self._file.write(self._local(encoded, 0, 0, 0))
        deflate = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15)
        checksum = size = 0
        for chunk in chunks:
            checksum = isal_zlib.crc32(chunk, checksum)
            size += len(chunk)
            self._file.write(deflate.compress(chunk))
        self._file.write(deflate.flush())
        end = self._file.tell()
        packed = end - start - _LOCAL.size - len(encoded)
        if size > _LIMIT or end > _LIMIT:
            raise SettingsError(f"{name} would pass 4 GiB. Simulate fewer reports per quarter.")
        self._file.seek(start)
        self._file.write(self._local(encoded, checksum, packed, size))
        self._file.seek(end)
        self._central.append(
            _CENTRAL.pack(
                *(0x02014B50, 20, 20, 0x800, 8, 0, _DATE, checksum, packed, size),
                *(len(encoded), 0, 0, 0, 0, 0, start),
            )
            + encoded
        )

    @staticmethod
    def _local(name: bytes, checksum: int, packed: int, size: int) -> bytes:
        return _LOCAL.pack(0x04034B50, 20, 0x800, 8, 0, _DATE, checksum, packed, size, len(name), 0) + name

    def _finish(self) -> None:
        start = self._file.tell()
        directory = b"".join(self._central)
        count = len(self._central)
        self._file.write(directory + _END.pack(0x06054B50, 0, 0, count, count, len(directory), start, 0))
