"""Landing from a server that cuts, stalls, lies, changes its mind or is out of order."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sources.download import Partial, download
from sources.landing import land
from sources.receipt import Receipt, receipts
from sources.web import Network
from vocabulary.errors import HostileArchiveError, SourceError
from vocabulary.quarter import Quarter

Q4 = Quarter(2022, 4)
NAME = "faers_ascii_2022q4.zip"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPOSITORY = Path(__file__).resolve().parents[3]
NO_MARKS = (("ETag", ""), ("Last-Modified", ""))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


@pytest.fixture
def content(quarter_zip: Callable[..., bytes]) -> bytes:
    return quarter_zip()


@pytest.fixture
def fetch(server: Any, network: Network, raw: Path, content: bytes) -> Callable[..., Receipt]:
    """Publishes the quarter, and lands it while the server gives the answers."""
    url = server.publish(NAME, content)

    def run(*answers: Any, **patience: Any) -> Receipt:
        server.answers = list(answers)
        return land(url, Q4, raw, NOON, network=replace(network, **patience))

    return run


def landed(raw: Path, receipt: Receipt) -> bytes:
    assert receipts(raw) == [receipt]
    assert not (raw / "2022q4" / "partial").exists()
    return (raw / receipt.path).read_bytes()


def ranges(server: Any) -> list[str | None]:
    return [request.headers.get("Range") for request in server.gets()]


def test_a_cut_transfer_goes_on_where_it_was_cut(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    cuts = [answer(cut_after=30_000), answer(cut_after=1), answer(cut_after=50_000)]
    receipt = fetch(*cuts, attempts=1)
    assert landed(raw, receipt) == content
    assert ranges(server) == [None, "bytes=30000-", "bytes=30001-", "bytes=80001-"]
    assert {request.headers["If-Range"] for request in server.gets()[1:]} == {receipt.etag}


def test_a_stalled_server_is_given_up_and_resumed(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    started = time.monotonic()
    assert landed(raw, fetch(answer(stall_after=40_000), answer(stall_after=0), read_seconds=0.5)) == content
    assert ranges(server) == [None, "bytes=40000-", "bytes=40000-"]
    assert time.monotonic() - started < 5


def test_last_modified_serves_where_the_etag_is_weak(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    weak = (("ETag", 'W/"1"'),)
    receipt = fetch(answer(cut_after=40_000, headers=weak), answer(headers=weak))
    assert landed(raw, receipt) == content
    assert server.gets()[1].headers["If-Range"] == receipt.last_modified
    assert ranges(server) == [None, "bytes=40000-"]


def test_without_marks_nothing_is_pieced_together(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    assert landed(raw, fetch(answer(cut_after=40_000, headers=NO_MARKS), answer(headers=NO_MARKS))) == content
    assert ranges(server) == [None, None]


def test_a_server_that_ignores_range_is_read_from_the_start(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    assert landed(raw, fetch(answer(cut_after=40_000), answer(ignores_range=True))) == content
    assert ranges(server) == [None, "bytes=40000-"]


@pytest.mark.parametrize(
    ("if_range_works", "shown", "longer", "asked"),
    [
        (True, (), b"", [None, "bytes=40000-"]),
        (False, (("Last-Modified", ""),), b"", [None, "bytes=40000-", None]),
        (False, (("ETag", ""), ("Last-Modified", "Sun, 05 Feb 2023 10:00:00 GMT")), b"", [None, "bytes=40000-", None]),
        (False, NO_MARKS, b"and more", [None, "bytes=40000-", None]),
    ],
    ids=["server compares", "other ETag", "other time", "other size"],
)
def test_a_file_that_changes_between_attempts_is_never_mixed(
    server: Any,
    network: Network,
    tmp_path: Path,
    content: bytes,
    quarter_zip: Callable[..., bytes],
    answer: Any,
    if_range_works: bool,
    shown: tuple[tuple[str, str], ...],
    longer: bytes,
    asked: list[str | None],
) -> None:
    """Looked at before any check of the zip, which would find a mixture too, but later."""
    other = quarter_zip(seed=2) + longer
    url = server.publish(NAME, content)
    server.answers = [
        answer(cut_after=40_000),
        answer(content=other, ignores_if_range=not if_range_works, headers=shown),
    ]
    partial = Partial(tmp_path / "partial" / NAME)
    with network.client() as client:
        download(client, url, partial, network)
    assert partial.path.read_bytes() == other
    assert ranges(server) == asked


def test_another_part_than_the_one_asked_for_is_not_appended(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    assert landed(raw, fetch(answer(cut_after=40_000), answer(part_from=50_000))) == content
    assert ranges(server) == [None, "bytes=40000-", None]


def test_a_file_that_became_shorter_is_fetched_anew(
    server: Any, fetch: Any, raw: Path, content: bytes, quarter_zip: Callable[..., bytes], answer: Any
) -> None:
    longer = quarter_zip(seed=2) + b"\0" * 1000
    first = answer(content=longer, cut_after=len(longer) - 10)
    assert landed(raw, fetch(first, answer(content=content, ignores_if_range=True))) == content
    assert ranges(server) == [None, f"bytes={len(longer) - 10}-", None]


def test_a_length_that_is_too_short_is_caught_by_the_zip(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    lie = answer(declared=len(content) - 5000)
    assert landed(raw, fetch(lie)) == content
    other = raw.with_name("other")
    server.answers = [lie, lie]
    with pytest.raises(SourceError, match="is not a zip, or it is cut"):
        land(f"{server.url}/{NAME}", Q4, other, NOON)
    assert receipts(other) == []
    assert [path.name for path in other.rglob("*")] == ["2022q4"]


def test_a_length_that_is_too_long_is_caught(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any, network: Network
) -> None:
    lie = answer(declared=len(content) + 5000, ignores_range=True)
    with pytest.raises(SourceError, match=r"given up after 4 attempts.*peer closed connection"):
        fetch(*[lie] * 20)
    assert receipts(raw) == []
    assert landed(raw, fetch()) == content


def test_a_length_that_is_too_long_from_a_server_that_resumes(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    """The rest that was announced does not exist: the server says 416, and the next whole answer is right."""
    assert landed(raw, fetch(answer(declared=len(content) + 5000))) == content
    assert ranges(server) == [None, f"bytes={len(content)}-", None]


def test_a_damaged_transfer_is_fetched_once_more(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    damaged = bytearray(content)
    damaged[len(content) // 2] ^= 1
    assert landed(raw, fetch(answer(content=bytes(damaged)), answer(content=content))) == content
    server.publish(NAME, bytes(damaged))
    with pytest.raises(SourceError, match=r"2022q4\.zip: faers_ascii_2022q4\.zip: member .* is damaged"):
        land(f"{server.url}/{NAME}", Q4, raw, NOON)
    assert len(receipts(raw)) == 1


def test_a_hostile_zip_is_not_fetched_again(
    server: Any, fetch: Any, raw: Path, quarter_zip: Callable[..., bytes], answer: Any
) -> None:
    with pytest.raises(HostileArchiveError, match="belongs to 22Q3"):
        fetch(answer(content=quarter_zip("22Q3")))
    assert len(server.gets()) == 1
    assert [path.name for path in raw.rglob("*")] == ["2022q4"]


def test_out_of_order_for_a_while(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any, waits: list[float]
) -> None:
    troubles = [answer(status=503), answer(status=500), answer(status=429, retry_after="37")]
    assert landed(raw, fetch(*troubles)) == content
    assert 1 <= waits[0] <= 2 <= waits[1] <= 3
    assert waits[2] == 37


def test_no_wait_is_longer_than_allowed(fetch: Any, answer: Any, waits: list[float]) -> None:
    fetch(*[answer(status=503, retry_after="86400")] * 9, attempts=10, longest_wait_seconds=8)
    assert waits == [8.0] * 9


def test_out_of_order_for_good_keeps_what_was_transferred(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    with pytest.raises(SourceError, match=r"given up after 4 attempts.*503.*what was already transferred is kept"):
        fetch(answer(cut_after=40_000), *[answer(status=503)] * 4)
    assert receipts(raw) == []
    assert (raw / "2022q4" / "partial" / NAME).read_bytes() == content[:40_000]
    assert landed(raw, fetch()) == content
    assert ranges(server)[-1] == "bytes=40000-"


def test_a_server_cannot_fill_the_disk(fetch: Any, raw: Path, content: bytes, answer: Any) -> None:
    unsaid = answer(headers=(("Content-Length", ""), ("Connection", "close")))
    with pytest.raises(SourceError, match="a quarter's zip has at most 100,000"):
        fetch(unsaid, largest_bytes=100_000)
    assert [path.name for path in raw.rglob("*")] == ["2022q4"]


def test_a_file_that_is_announced_as_too_large_is_not_begun(
    server: Any, network: Network, raw: Path, content: bytes
) -> None:
    begun: list[int] = []
    with pytest.raises(SourceError, match=f"{len(content):,} bytes; a quarter's zip has at most"):
        land(
            server.publish(NAME, content),
            Q4,
            raw,
            NOON,
            network=replace(network, largest_bytes=len(content) - 1),
            on_progress=lambda received, _: begun.append(received),
        )
    assert begun == []


def test_a_server_that_does_not_say_the_length(fetch: Any, raw: Path, content: bytes, answer: Any) -> None:
    unsaid = (("Content-Length", ""), ("Connection", "close"))
    assert landed(raw, fetch(answer(cut_after=40_000, headers=unsaid), answer(headers=unsaid))) == content


def test_a_zip_that_is_packed_again_on_the_way_is_refused(fetch: Any, answer: Any) -> None:
    with pytest.raises(SourceError, match="packed the zip again"):
        fetch(answer(headers=(("Content-Encoding", "gzip"),)))


LAND = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from sources.download import Partial, download
from sources.landing import land
from vocabulary.errors import SourceError
from vocabulary.quarter import Quarter
if int(sys.argv[3]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    land(sys.argv[1], Quarter(2022, 4), Path(sys.argv[2]), datetime(2026, 11, 23, tzinfo=UTC))
except SourceError as error:
    print(error)
    sys.exit(3)
"""


def start_elsewhere(server: Any, raw: Path, limit: int = 0) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", LAND, f"{server.url}/{NAME}", str(raw), str(limit)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def test_a_killed_download_is_completed_by_the_next_call(
    server: Any, fetch: Any, raw: Path, content: bytes, answer: Any
) -> None:
    server.answers = [answer(stall_after=140_000)]
    partial = raw / "2022q4" / "partial" / NAME
    running = start_elsewhere(server, raw)
    deadline = time.monotonic() + 30
    while not partial.exists() or partial.stat().st_size < 65_536:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.kill()
    assert running.wait(10) == -signal.SIGKILL
    running.communicate()
    kept = partial.read_bytes()
    assert content.startswith(kept)
    assert receipts(raw) == []
    assert landed(raw, fetch()) == content
    assert ranges(server) == [None, f"bytes={len(kept)}-"]


def test_a_full_disk_leaves_only_what_can_be_resumed(server: Any, fetch: Any, raw: Path, content: bytes) -> None:
    """RLIMIT_FSIZE makes write() fail in the middle, as a full disk does."""
    with start_elsewhere(server, raw, limit=100_000) as running:
        said = running.communicate(timeout=60)[0]
    assert running.returncode == 3
    assert "2022q4: faers_ascii_2022q4.zip could not be landed: File too large" in said
    assert receipts(raw) == []
    kept = (raw / "2022q4" / "partial" / NAME).read_bytes()
    assert content.startswith(kept)
    assert landed(raw, fetch()) == content
    assert ranges(server) == [None, f"bytes={len(kept)}-"]
