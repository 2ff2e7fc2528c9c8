"""Inflates members of a zip, fast and in bounded memory, and trusts nothing that the zip declares about them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from isal import igzip_lib, isal_zlib

from vocabulary.errors import SourceError

BLOCK_BYTES = 16 << 20
"""Memory of this size is reused by the C library; blocks above its 32 MiB limit cost fresh pages and half the speed."""

LONGEST_LINE_BYTES = 16 << 20
"""FAERS lines have at most some thousands; a member without line ends must not fill the memory."""

_PIECE_BYTES = 256 << 10
_LOCAL_HEADER = struct.Struct("<4s2xHH16xHH")  # signature, flags, method, name length, extra length
_UTF8_NAME = 0x800


def read_blocks(path: Path, member: str, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Inflate a member into blocks of whole lines; the next block is inflated while the caller works on this one.

    The blocks together are the member, byte for byte. At most three blocks' worth of memory is held: the caller's,
    and one being inflated and joined.

    Args:
        path: an inspected zip.
        member: name as the zip's directory spells it.
        block_bytes: size to aim at, positive; a block exceeds it by less than the last piece (256 KiB) or line.

    Yields:
        Blocks that end at a line end; the last one may not.

    Raises:
        SourceError: the member is missing, cut or damaged, inflates to more than it declares, or has a line beyond
            LONGEST_LINE_BYTES. Damage may show in the CRC alone, so this can come after the last block: write what
            you make of the blocks to a temporary place.
    """
    blocks = _whole_lines(_pieces(path, member, min(block_bytes, _PIECE_BYTES)), path, member, block_bytes)
    with ThreadPoolExecutor(1, thread_name_prefix="inflate") as inflating:
        upcoming = inflating.submit(next, blocks, None)
        while (block := upcoming.result()) is not None:
            upcoming = inflating.submit(next, blocks, None)
            yield block


def open_member(path: Path, member: str) -> BinaryIO:
    """Open a member for reading as a binary stream, with the same checks and errors as ``read_blocks``."""
    return io.BufferedReader(_PieceStream(_pieces(path, member, _PIECE_BYTES)))


def check_contents(path: Path) -> None:
    """Inflate every member once, to prove its size and CRC.

    Raises:
        SourceError: a member is cut or damaged, or inflates to more than it declares.
    """
    with path.open("rb") as file, _directory(file, path) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    for name in names:
        for _ in _pieces(path, name, _PIECE_BYTES):
            pass


def _whole_lines(pieces: Iterator[bytes], path: Path, member: str, block_bytes: int) -> Iterator[bytes]:
    """Join pieces, and cut at the last line end before the block would grow too long."""
    held: list[bytes] = []
    held_bytes = 0
    for piece in pieces:
        if held_bytes + len(piece) > block_bytes:
            cut = piece.rfind(b"\n") + 1
            if cut:
                block = b"".join([*held, piece[:cut]])
                held, held_bytes = [], 0
                piece = piece[cut:]
                yield block
                del block  # the caller's now; the next one needs the memory
            elif held_bytes > block_bytes + LONGEST_LINE_BYTES:
                raise _damaged(path, member, f"it has a line of more than {LONGEST_LINE_BYTES:,} bytes")
        held.append(piece)
        held_bytes += len(piece)
    if held_bytes:
        yield b"".join(held)


def _pieces(path: Path, member: str, piece_bytes: int) -> Iterator[bytes]:
    """Inflate a member piece by piece, and prove its length and CRC at the end."""
    with path.open("rb") as file:
        info = _seek_to_data(file, path, member)
        raw = (
            _stored(file, info, piece_bytes)
            if info.compress_type == zipfile.ZIP_STORED
            else _inflated(file, info, piece_bytes)
        )
        length = crc = 0
        try:
            for piece in raw:
                length += len(piece)
                if length > info.file_size:
                    raise _damaged(
                        path, member, f"it inflates to more than the {info.file_size:,} bytes that it declares"
                    )
                crc = isal_zlib.crc32(piece, crc)
                yield piece
        except igzip_lib.IsalError as error:  # type: ignore[misc]  # isal's stub calls the class an instance
            raise _damaged(path, member, str(error)) from error
    if length < info.file_size:
        raise _damaged(path, member, f"it ends after {length:,} of {info.file_size:,} bytes")
    if crc != info.CRC:
        raise _damaged(path, member, "its CRC does not match")


def _directory(file: BinaryIO, path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path.name} is not a zip, or it is cut or damaged ({error}). Download it again.") from error


def _seek_to_data(file: BinaryIO, path: Path, member: str) -> zipfile.ZipInfo:
    """Put the file at the first byte of the member's data; the local header must agree with the directory."""
    with _directory(file, path) as archive:
        try:
            info = archive.getinfo(member)
        except KeyError as error:
            raise SourceError(f"{path.name}: there is no member {member!r}.") from error
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size:
        raise _damaged(path, member, "its local header is cut")
    signature, flags, method, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(header)
    name = file.read(name_bytes).decode("utf-8" if flags & _UTF8_NAME else "cp437", errors="replace")
    if signature != b"PK\x03\x04" or method != info.compress_type or name != info.orig_filename:
        raise _damaged(path, member, "its local header is not the one that the directory describes")
    if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _damaged(path, member, f"its packing method {method} cannot be read")
    file.seek(extra_bytes, io.SEEK_CUR)
    return info


def _stored(file: BinaryIO, info: zipfile.ZipInfo, piece_bytes: int) -> Iterator[bytes]:
    left = info.compress_size
    while left and (piece := file.read(min(piece_bytes, left))):
        left -= len(piece)
        yield piece


def _inflated(file: BinaryIO, info: zipfile.ZipInfo, piece_bytes: int) -> Iterator[bytes]:
    """Inflate raw deflate; isal releases the GIL meanwhile. Stops where the stream ends or the bytes do."""
    inflater = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)
    left = info.compress_size
    while not inflater.eof:
        packed = b""
        if inflater.needs_input:
            packed = file.read(min(_PIECE_BYTES, left))
            if not packed:
                return
            left -= len(packed)
        piece = inflater.decompress(packed, piece_bytes)
        if piece:
            yield piece


def _damaged(path: Path, member: str, reason: str) -> SourceError:
    return SourceError(f"{path.name}: member {member!r} is damaged: {reason}. Download the quarter again.")


class _PieceStream(io.RawIOBase):
    """Pieces as a readable stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as the current piece goes; 0 is the end."""
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Let the pieces close the zip."""
        if not self.closed and hasattr(self._pieces, "close"):
            self._pieces.close()
        super().close()
