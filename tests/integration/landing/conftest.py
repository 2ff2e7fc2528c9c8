"""A real HTTP server that fails on demand, and small quarters to put on it."""

import hashlib
import io
import random
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sources.web import Network

TABLES = ("DEMO", "DRUG", "REAC", "OUTC", "RPSR", "THER", "INDI")
LAST_MODIFIED = "Sat, 04 Feb 2023 10:00:00 GMT"


@dataclass(frozen=True)
class Answer:
    """How the server answers one GET; the default is well.

    Attributes:
        status: answered instead of the file.
        retry_after: sent along with the status.
        cut_after: bytes of the body after which the connection is dropped.
        stall_after: bytes of the body after which nothing comes, until the server is closed.
        declared: a Content-Length that is not true.
        ignores_range: sends the whole file although a part was asked for.
        part_from: sends the part from this byte on, whatever part was asked for.
        ignores_if_range: sends a part although the file has changed.
        content: what the file is from this answer on.
        headers: added, or in the place of the usual ones; an empty value leaves a header out.
    """

    status: int | None = None
    retry_after: str | None = None
    cut_after: int | None = None
    stall_after: int | None = None
    declared: int | None = None
    ignores_range: bool = False
    part_from: int | None = None
    ignores_if_range: bool = False
    content: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    headers: dict[str, str]


class FaultyServer(ThreadingHTTPServer):
    """Serves ``files``; GETs use up ``answers`` one by one and are then answered well."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.answers: list[Answer] = []
        self.every_get = Answer()
        self.head_status: int | None = None
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/Exports"

    def publish(self, name: str, content: bytes) -> str:
        self.files[f"/Exports/{name}"] = content
        return f"{self.url}/{name}"

    def gets(self) -> list[Request]:
        return [request for request in self.requests if request.method == "GET"]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyServer

    def do_HEAD(self) -> None:
        self._note()
        content = self.server.files.get(self.path)
        status = self.server.head_status or (200 if content is not None else 404)
        self._start(status, content or b"", {"Content-Length": str(len(content or b"")) if status == 200 else "0"})

    def do_GET(self) -> None:
        self._note()
        answer = self.server.answers.pop(0) if self.server.answers else self.server.every_get
        if answer.content is not None:
            self.server.files[self.path] = answer.content
        content = self.server.files.get(self.path)
        if content is None or answer.status is not None:
            extra = {"Content-Length": "0"} | ({"Retry-After": answer.retry_after} if answer.retry_after else {})
            self._start(answer.status or 404, b"", extra)
            return
        first = self._first_byte(content, answer)
        if first is not None and first >= len(content):
            self._start(416, content, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
            return
        body = content[first or 0 :]
        headers = {"Content-Length": str(len(body) if answer.declared is None else answer.declared)}
        if first is not None:
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        self._start(200 if first is None else 206, content, headers | dict(answer.headers))
        self._send(body, answer)

    def _send(self, body: bytes, answer: Answer) -> None:
        limits = [limit for limit in (answer.cut_after, answer.stall_after) if limit is not None]
        self.wfile.write(body[: min(limits)] if limits else body)
        self.wfile.flush()
        if answer.stall_after is not None:
            self.server.closing.wait(30)
        if limits or answer.declared is not None:
            self.close_connection = True

    def _first_byte(self, content: bytes, answer: Answer) -> int | None:
        asked = self.headers.get("Range")
        if asked is None or answer.ignores_range:
            return None
        condition = self.headers.get("If-Range")
        if condition not in (None, _etag(content), LAST_MODIFIED) and not answer.ignores_if_range:
            return None
        if answer.part_from is not None:
            return answer.part_from
        return int(asked.removeprefix("bytes=").partition("-")[0])

    def _start(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        usual = {"ETag": _etag(content), "Last-Modified": LAST_MODIFIED, "Content-Type": "application/zip"}
        self.send_response(status)
        for name, value in (usual | headers).items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def _note(self) -> None:
        self.server.requests.append(Request(self.command, self.path, dict(self.headers)))

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:12]}"'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    server = FaultyServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def answer() -> type[Answer]:
    return Answer


@pytest.fixture
def waits() -> list[float]:
    """The waits that a transfer asked for."""
    return []


@pytest.fixture
def network(waits: list[float]) -> Network:
    """Impatient, and never really waiting."""
    return Network(connect_seconds=5, read_seconds=5, attempts=4, first_wait_seconds=1.0, sleep=waits.append)


@pytest.fixture
def quarter_zip() -> Callable[..., bytes]:
    """Gives ``make(short="22Q4", seed=1, is_simulated=False)``: a sound zip of about 200 kB.

    Seeds differ in content and not in size, so that a size alone never tells a change.
    """

    def make(short: str = "22Q4", seed: int = 1, is_simulated: bool = False) -> bytes:
        noise = random.Random(seed)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for table in TABLES:
                lines = [f"{number}${noise.randbytes(20).hex()}" for number in range(600)]
                member = zipfile.ZipInfo(f"ASCII/{table}{short}.txt", (2023, 1, 31, 0, 0, 0))
                archive.writestr(member, "\r\n".join(["primaryid$caseid", *lines, ""]))
            if is_simulated:
                archive.writestr("SIMULATED.txt", "Made up.")
        return file.getvalue()

    return make


@pytest.fixture
def tree() -> Callable[[Path], dict[str, tuple[int, int]]]:
    """Gives ``look(folder)``: every file under it with inode and time, to prove that nothing was written."""

    def look(folder: Path) -> dict[str, tuple[int, int]]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}

    return look
