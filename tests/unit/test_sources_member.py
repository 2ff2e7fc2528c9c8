"""Members are inflated to exactly what they are, or not at all."""

import struct
import threading
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources import member as member_module
from sources.archive import inspect_archive
from sources.member import check_contents, open_member, read_blocks
from vocabulary.errors import SourceError
from vocabulary.quarter import Quarter

MEMBER = "ASCII/DEMO22Q4.txt"
METHODS = {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED}
REUSE_FOLDER = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def make_zip(folder: Path, text: bytes, method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "faers_ascii_2022q4.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(MEMBER, text)
        archive.writestr("ASCII/DRUG22Q4.txt", b"another member follows")
    return path


def change(path: Path, offset: int, form: str, value: int) -> Path:
    """Overwrite a field of the first member's entry in the directory."""
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, content.index(b"PK\x01\x02") + offset, value)
    path.write_bytes(content)
    return path


LINES = b"".join(b"%d$%d$%s\r\n" % (n, n * 7, b"x" * (n % 90)) for n in range(40_000))


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize("block_bytes", [1, 50, 4096, 1 << 20, 1 << 30])
@pytest.mark.parametrize("ending", [b"", b"cut in the mid"])
def test_blocks_are_the_member_in_whole_lines(tmp_path: Path, method: int, block_bytes: int, ending: bytes) -> None:
    text = LINES[: 40_000 if block_bytes < 100 else None] + b"\n" + ending
    blocks = list(read_blocks(make_zip(tmp_path, text, method), MEMBER, block_bytes))
    assert b"".join(blocks) == text
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    assert max(map(len, blocks)) <= block_bytes + max(256 << 10, 110)
    assert len(blocks) > 1 or block_bytes >= len(text)


@REUSE_FOLDER
@given(
    text=st.lists(st.sampled_from([b"\n", b"\r\n", b"a", b"$$$", b"long " * 20, b"\xff\x00"])).map(b"".join),
    block_bytes=st.integers(1, 300),
    method=st.sampled_from(list(METHODS.values())),
)
def test_any_text_and_block_size(tmp_path: Path, text: bytes, block_bytes: int, method: int) -> None:
    blocks = list(read_blocks(make_zip(tmp_path, text, method), MEMBER, block_bytes))
    assert b"".join(blocks) == text
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    assert all(blocks)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_stream_is_the_member(tmp_path: Path, method: int) -> None:
    path = make_zip(tmp_path, LINES, method)
    with open_member(path, MEMBER) as stream:
        assert stream.readline() == LINES[: LINES.index(b"\n") + 1]
        assert stream.readline() + stream.read() == LINES[LINES.index(b"\n") + 1 :]


def test_an_empty_member_has_no_blocks(tmp_path: Path) -> None:
    assert list(read_blocks(make_zip(tmp_path, b""), MEMBER)) == []


def test_other_writers_of_zips_are_read(tmp_path: Path) -> None:
    """A zip written as a stream has its sizes after the data, and forced ZIP64 has them in an extra field."""
    path = tmp_path / "faers_ascii_2022q4.zip"

    class Pipe:
        def __init__(self) -> None:
            self.file = path.open("wb")

        def write(self, piece: bytes) -> int:
            return self.file.write(piece)

        def flush(self) -> None:
            self.file.flush()

    pipe = Pipe()
    with (
        zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(zipfile.ZipInfo(MEMBER), "w", force_zip64=True) as stream,
    ):
        stream.write(LINES)
    pipe.file.close()
    inspect_archive(path, Quarter(2022, 4))
    assert b"".join(read_blocks(path, MEMBER, 1000)) == LINES


def everything(path: Path) -> Iterator[object]:
    """The three ways to read a member."""
    yield lambda: list(read_blocks(path, MEMBER))
    yield lambda: open_member(path, MEMBER).read()
    yield lambda: check_contents(path)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_changed_byte_is_found(tmp_path: Path, method: int) -> None:
    path = make_zip(tmp_path, LINES, method)
    content = bytearray(path.read_bytes())
    content[5000] ^= 0x04
    path.write_bytes(content)
    for read in everything(path):
        with pytest.raises(SourceError, match=r"DEMO22Q4\.txt' is damaged"):
            read()


def test_a_member_that_inflates_beyond_its_word_is_cut_off(tmp_path: Path) -> None:
    text = b"\n" * 50_000_000
    path = change(make_zip(tmp_path, text), offset=24, form="<L", value=1_000_000)
    change(path, offset=16, form="<L", value=zlib.crc32(text[:1_000_000]))
    for read in everything(path):
        tracemalloc.start()
        with pytest.raises(SourceError, match="inflates to more than the 1,000,000 bytes"):
            read()
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
        tracemalloc.stop()


def test_a_member_that_ends_early_is_refused(tmp_path: Path) -> None:
    path = change(make_zip(tmp_path, LINES), offset=24, form="<L", value=len(LINES) + 1)
    for read in everything(path):
        with pytest.raises(SourceError, match="it ends after"):
            read()


def test_a_text_without_line_ends_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_module, "LONGEST_LINE_BYTES", 1 << 20)
    path = make_zip(tmp_path, b"a line\n" + b"x" * 3_000_000)
    with pytest.raises(SourceError, match="line of more than 1,048,576 bytes"):
        list(read_blocks(path, MEMBER, 1000))


def test_a_local_header_that_contradicts_the_directory_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path, LINES)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"DEMO", b"REAC", 1))
    for read in everything(path):
        with pytest.raises(SourceError, match="local header"):
            read()


def test_a_missing_member_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no member 'ASCII/REAC22Q4\.txt'"):
        next(read_blocks(make_zip(tmp_path, LINES), "ASCII/REAC22Q4.txt"))


def test_the_next_block_is_inflated_while_the_caller_works(tmp_path: Path) -> None:
    blocks = read_blocks(make_zip(tmp_path, LINES), MEMBER, 100_000)
    next(blocks)
    assert any(thread.name.startswith("inflate") for thread in threading.enumerate())
    blocks.close()
    deadline = time.monotonic() + 5
    while any(thread.name.startswith("inflate") for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "a caller that stops early must leave no thread behind"


def test_memory_is_bounded_by_blocks_not_by_the_member(tmp_path: Path) -> None:
    path = make_zip(tmp_path, LINES * 30)  # 60 MB
    tracemalloc.start()
    for _ in read_blocks(path, MEMBER, 2_000_000):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * 2_000_000 + 1_500_000


SOUND = b"primaryid$caseid$age\n" + b"1001$100$45\n2002$200$\n" * 40


@REUSE_FOLDER
@given(data=st.data())
def test_no_damage_whatever_gives_other_text_or_another_kind_of_error(tmp_path: Path, data: st.DataObject) -> None:
    path = make_zip(tmp_path, SOUND)
    content = bytearray(path.read_bytes())
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[position] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))])
    try:
        archive = inspect_archive(path, Quarter(2022, 4))
        check_contents(path)
        if "DEMO" in archive.tables:
            assert b"".join(read_blocks(path, archive.tables["DEMO"])) == SOUND
    except SourceError:
        pass
