"""Downloads one file to a partial file that survives cuts, kills and restarts, and resumes there."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import httpx

from sources.receipt import Origin, flush_file, write_whole
from sources.web import (
    InterruptedTransferError,
    Network,
    content_range,
    network_errors_named,
    origin_of,
    public_url,
    require_success,
)
from vocabulary.errors import SourceError

Progress = Callable[[int, int | None], None]
"""Called with the bytes so far and the whole size, None where the server does not say."""


class Partial:
    """Bytes received so far, always a prefix of one version of the file, and a note that says of which."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._note = path.with_name(f"{path.name}.json")

    @property
    def received_bytes(self) -> int:
        """Length of the prefix."""
        return self.path.stat().st_size if self.path.exists() else 0

    def resumable(self, source: str) -> Origin | None:
        """The version that the prefix is of, if the rest of the very same version can be asked for."""
        try:
            origin = Origin(**json.loads(self._note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        if origin.source != source or origin.size_bytes is None or _strong_mark(origin) is None:
            return None
        return origin if 0 < self.received_bytes < origin.size_bytes else None

    def restart(self, origin: Origin) -> None:
        """Forget the prefix and note the version that comes now, before its first byte is kept."""
        self.discard()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._note, json.dumps(asdict(origin)))

    def discard(self) -> None:
        """Forget everything: first the bytes, so that they never stand beside another version's note."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        with suppress(OSError):  # another name's partial file may still lie there
            self.path.parent.rmdir()


def download(
    client: httpx.Client, url: str, partial: Partial, network: Network, on_progress: Progress | None = None
) -> Origin:
    """Download a whole file into the partial file, resuming what an earlier call left there.

    A transfer is resumed only where the server can promise, by ETag or Last-Modified (RFC 9110, If-Range), that the
    rest belongs to the same version; otherwise it begins anew.

    Returns:
        What the server said about the version that was downloaded; ``partial.path`` holds all of it, on the disk.

    Raises:
        SourceError: given up, refused, or too large. The partial file stays, so that a later call goes on.
    """
    transfer = _Transfer(client, url, partial, network.largest_bytes, on_progress)
    while (origin := network.persist(url, transfer.advance)) is None:
        network.sleep(network.first_wait_seconds)
    return origin


class _Transfer:
    """Attempts at one file, which know how far any of them came."""

    def __init__(
        self, client: httpx.Client, url: str, partial: Partial, largest_bytes: int, on_progress: Progress | None
    ) -> None:
        self._client = client
        self._url = url
        self._partial = partial
        self._largest_bytes = largest_bytes
        self._on_progress = on_progress
        self._furthest = partial.received_bytes

    def advance(self) -> Origin | None:
        """Make one attempt.

        Returns:
            The origin if the file is complete; None if the attempt was cut, but came further than any before.

        Raises:
            InterruptedTransferError: the attempt brought nothing new.
        """
        try:
            with network_errors_named():
                return self._request()
        except InterruptedTransferError:
            reached = self._partial.received_bytes
            if reached <= self._furthest:
                raise
            self._furthest = reached
            return None

    def _request(self) -> Origin:
        known = self._partial.resumable(public_url(self._url))
        headers = {}
        if known:
            headers = {"Range": f"bytes={self._partial.received_bytes}-", "If-Range": _strong_mark(known) or ""}
        with self._client.stream("GET", self._url, headers=headers) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._begin_anew("the server has no such rest of the file")
            require_success(response)
            origin = self._continued(response, known)
            if origin is None:
                origin = origin_of(response, self._url)
                self._require_size(origin.size_bytes or 0)
                self._partial.restart(origin)
            self._receive(response, origin)
        return origin

    def _continued(self, response: httpx.Response, known: Origin | None) -> Origin | None:
        """The known version if the answer is the rest of it; None if the answer is a whole file."""
        part = content_range(response)
        if part is None:
            return None
        now = origin_of(response, self._url)
        is_rest = (
            known is not None
            and part[0] == self._partial.received_bytes
            and now.size_bytes in (None, known.size_bytes)
            and now.etag in (None, known.etag)
            and now.last_modified in (None, known.last_modified)
        )
        if not is_rest:
            self._begin_anew("the file changed while it was transferred")
        return known

    def _receive(self, response: httpx.Response, origin: Origin) -> None:
        received = self._partial.received_bytes
        with self._partial.path.open("ab") as file:
            for chunk in response.iter_raw():
                received += len(chunk)
                self._require_size(received)
                if origin.size_bytes is not None and received > origin.size_bytes:
                    self._begin_anew(f"more than the {origin.size_bytes:,} bytes that it announced")
                file.write(chunk)
                if self._on_progress:
                    self._on_progress(received, origin.size_bytes)
            flush_file(file)
        if origin.size_bytes is not None and received < origin.size_bytes:
            raise InterruptedTransferError(f"cut after {received:,} of {origin.size_bytes:,} bytes")

    def _require_size(self, size_bytes: int) -> None:
        if size_bytes > self._largest_bytes:
            self._partial.discard()
            raise SourceError(
                f"{public_url(self._url)}: {size_bytes:,} bytes; a quarter's zip has at most {self._largest_bytes:,}. "
                "Check the address."
            )

    def _begin_anew(self, reason: str) -> None:
        self._partial.discard()
        raise InterruptedTransferError(reason)


def _strong_mark(origin: Origin) -> str | None:
    """What If-Range accepts: an ETag that is not weak, or the time of the last change."""
    if origin.etag and not origin.etag.startswith("W/"):
        return origin.etag
    return origin.last_modified
