"""The current pages for one person: reached from this machine alone; nothing else is served but Data Docs."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOOPBACK = "127.0.0.1"


class _Pages(SimpleHTTPRequestHandler):
    def __init__(self, *args: object, site: Path, quality: Path, **more: object) -> None:
        self._site, self._quality = site, quality
        super().__init__(*args, **more)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        parts = [part for part in unquote(urlsplit(path).path).split("/") if part not in {"", "."}]
        if any(part == ".." or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
            return str(self._site / "not-there")
        if parts and parts[0] == "quality":
            return str(self._quality.joinpath(*parts[1:]))
        return str(self._site.joinpath(*parts))

    def list_directory(self, path: object) -> None:  # noqa: ARG002
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: who looks at what is nobody's business."""


def server(site: Path, quality: Path, port: int) -> ThreadingHTTPServer:
    """A server on the loopback address; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    return ThreadingHTTPServer((LOOPBACK, port), partial(_Pages, site=site, quality=quality))
