"""Landing from a server that behaves: what is asked, what is recorded, what is not asked again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.landing import land
from sources.published import probe_quarters
from sources.receipt import receipts
from sources.web import Network
from vocabulary.errors import SourceError
from vocabulary.quarter import Quarter, parse_quarters

Q4 = Quarter(2022, 4)
NAME = "faers_ascii_2022q4.zip"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
Maker = Callable[..., bytes]
Tree = Callable[[Path], dict[str, tuple[int, int]]]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def test_probing_tells_published_from_not_under_both_spellings(server: Any, network: Network) -> None:
    lower = server.publish("aers_ascii_2012q3.zip", b"PK")
    upper = server.publish("faers_ascii_2012Q4.zip", b"PK")
    quarters = [Quarter(2013, 1), *parse_quarters("2012q3..2012q4")]
    for base in (server.url, server.url + "/"):
        assert probe_quarters(base, quarters, network) == {Quarter(2012, 3): lower, Quarter(2012, 4): upper}
    assert not server.gets()
    assert {request.headers["Accept-Encoding"] for request in server.requests} == {"identity"}


@pytest.mark.parametrize("status", [403, 405, 501])
def test_probing_a_server_without_head(server: Any, network: Network, status: int) -> None:
    url = server.publish(NAME, b"PK")
    server.head_status = status
    assert probe_quarters(server.url, [Q4, Quarter(2023, 1)], network) == {Q4: url}
    assert all(request.headers["Range"] == "bytes=0-0" for request in server.gets())


def test_probing_a_server_in_trouble_is_not_the_same_as_not_published(
    server: Any, network: Network, waits: list[float]
) -> None:
    server.publish(NAME, b"PK")
    server.head_status = 503
    with pytest.raises(SourceError, match="given up after 4 attempts; the last one: the server answered 503"):
        probe_quarters(server.url, [Q4], network)
    assert len(server.requests) == 4
    assert len(waits) == 3
    assert all(2**n <= wait <= 2**n + 1 for n, wait in enumerate(waits))


def test_probing_refuses_a_web_page_in_the_place_of_a_zip(server: Any, network: Network, answer: Any) -> None:
    server.publish(NAME, b"<html>sign in</html>")
    server.head_status = 405
    server.every_get = answer(headers=(("Content-Type", "text/html; charset=utf-8"),))
    with pytest.raises(SourceError, match="a web page came in the place of a zip"):
        probe_quarters(server.url, [Q4], network)


def test_nobody_there(network: Network) -> None:
    with pytest.raises(SourceError, match="given up after 4 attempts"):
        probe_quarters("http://127.0.0.1:9/Exports", [Q4], network)
    with pytest.raises(SourceError, match="should begin with https"):
        probe_quarters("fis.example/Exports", [Q4], network)


def test_a_download_lands_with_the_marks_of_the_server(
    server: Any, network: Network, raw: Path, quarter_zip: Maker
) -> None:
    content = quarter_zip()
    url = server.publish(NAME, content)
    progress: list[tuple[int, int | None]] = []
    private = url.replace("http://", "http://somebody:secret@") + "?token=secret"
    server.files[f"/Exports/{NAME}?token=secret"] = content
    receipt = land(private, Q4, raw, NOON, network=network, on_progress=lambda *step: progress.append(step))
    assert (raw / receipt.path).read_bytes() == content
    assert receipt.source == url
    assert receipt.etag is not None
    assert receipt.last_modified is not None
    assert progress[-1] == (len(content), len(content))
    assert "secret" not in (raw / "2022q4" / "receipts.json").read_text()
    assert not (raw / "2022q4" / "partial").exists()
    assert {request.headers["Accept-Encoding"] for request in server.requests} == {"identity"}


def test_an_unchanged_file_is_not_fetched_again(
    server: Any, network: Network, raw: Path, quarter_zip: Maker, tree: Tree
) -> None:
    url = server.publish(NAME, quarter_zip())
    first = land(url, Q4, raw, NOON, network=network)
    before = tree(raw)
    assert land(url, Q4, raw, LATER, network=network) == first
    assert len(server.gets()) == 1
    assert tree(raw) == before


def test_a_republished_file_replaces(server: Any, network: Network, raw: Path, quarter_zip: Maker) -> None:
    first = land(server.publish(NAME, quarter_zip()), Q4, raw, NOON, network=network)
    second = land(server.publish(NAME, quarter_zip(seed=2)), Q4, raw, LATER, network=network)
    assert first.sha256 != second.sha256
    assert receipts(raw) == [replace(first, status="replaced"), second]
    assert (raw / first.path).is_file()


def test_the_same_content_elsewhere_is_the_same_receipt_with_new_marks(
    server: Any, network: Network, raw: Path, tmp_path: Path, quarter_zip: Maker
) -> None:
    """What was dropped in a folder before is fetched once to be compared, and never again."""
    drop = tmp_path / NAME
    drop.write_bytes(quarter_zip())
    first = land(drop, Q4, raw, NOON)
    url = server.publish(NAME, quarter_zip())
    second = land(url, Q4, raw, LATER, network=network)
    assert second == replace(first, source=url, etag=second.etag, last_modified=second.last_modified)
    assert receipts(raw) == [second] == [land(url, Q4, raw, LATER, network=network)]
    assert len(server.gets()) == 1
    assert land(drop, Q4, raw, LATER) == second


def test_a_quarter_that_is_not_published(server: Any, network: Network, raw: Path, waits: list[float]) -> None:
    with pytest.raises(SourceError, match=r"no such file \(404\).*about a month after the quarter"):
        land(f"{server.url}/{NAME}", Q4, raw, NOON, network=network)
    assert waits == []
    assert receipts(raw) == []


def test_a_refused_address_is_not_asked_again(server: Any, network: Network, raw: Path, answer: Any) -> None:
    url = server.publish(NAME, b"PK")
    server.answers = [answer(status=401)]
    with pytest.raises(SourceError, match="the server answered 401"):
        land(url, Q4, raw, NOON, network=network)
    assert len(server.gets()) == 1


def test_a_file_without_any_mark_is_compared_by_its_content(
    server: Any, network: Network, raw: Path, quarter_zip: Maker, answer: Any
) -> None:
    url = server.publish(NAME, quarter_zip())
    server.head_status = 405
    server.every_get = answer(headers=(("ETag", ""), ("Last-Modified", "")))
    first = land(url, Q4, raw, NOON, network=network)
    assert (first.etag, first.last_modified) == (None, None)
    assert land(url, Q4, raw, LATER, network=network) == first
    assert len(receipts(raw)) == 1
