"""How the project speaks HTTP: patience, retries, and what a server says about a file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import httpx
import tenacity

from sources.receipt import Origin
from vocabulary.errors import SourceError

T = TypeVar("T")

_GONE = (404, 410)
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_NO_HEAD = (403, 405, 501)
_HEADERS = {
    # The FDA's server is said to hang on Range together with gzip; a zip gains nothing from it anyway.
    "Accept-Encoding": "identity",
    "User-Agent": "ketavigil (FAERS quarterly extract)",
}


class InterruptedTransferError(Exception):
    """A request failed in a way that a later attempt may mend; it never leaves this package."""

    def __init__(self, reason: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Network:
    """How patient a transfer is.

    Attributes:
        connect_seconds: given to a server to take the call.
        read_seconds: silence after which a server is given up and called again.
        attempts: tries in a row that bring nothing new; a cut transfer that brought bytes is not counted.
        first_wait_seconds: wait after the first failure; it doubles each time, with jitter.
        longest_wait_seconds: no wait is longer, whatever the server asks for in Retry-After.
        largest_bytes: a file that is or becomes larger is refused.
        sleep: how to wait.
    """

    connect_seconds: float = 20.0
    read_seconds: float = 60.0
    attempts: int = 6
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 60.0
    largest_bytes: int = 2 << 30
    sleep: Callable[[float], None] = time.sleep

    def client(self) -> httpx.Client:
        """A client that follows redirects and never waits for ever."""
        timeout = httpx.Timeout(self.read_seconds, connect=self.connect_seconds)
        return httpx.Client(headers=_HEADERS, timeout=timeout, follow_redirects=True)

    def persist(self, url: str, action: Callable[[], T]) -> T:
        """Do the action, again after a wait while it is interrupted.

        Raises:
            SourceError: the last attempt was interrupted too.
        """
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.attempts),
            wait=self._wait,
            retry=tenacity.retry_if_exception_type(InterruptedTransferError),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retrying(action)
        except InterruptedTransferError as error:
            raise SourceError(
                f"{public_url(url)}: given up after {self.attempts} attempts; the last one: {error}. "
                "Run again later: what was already transferred is kept."
            ) from error

    def _wait(self, state: tenacity.RetryCallState) -> float:
        backoff = tenacity.wait_exponential_jitter(
            self.first_wait_seconds, self.longest_wait_seconds, jitter=self.first_wait_seconds
        )
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_seconds if isinstance(error, InterruptedTransferError) else 0.0
        return min(max(backoff(state), asked), self.longest_wait_seconds)


PATIENT = Network()
"""The default: given up after about a minute of failures, or six silences of a minute."""


def look(client: httpx.Client, url: str) -> Origin | None:
    """Ask what the server says about a file, without its content.

    Returns:
        None where the server has no such file.

    Raises:
        InterruptedTransferError: no usable answer this time.
        SourceError: an answer that waiting will not mend, or a web page in the place of a file.
    """
    with network_errors_named():
        response = client.head(url)
        if response.status_code in _NO_HEAD:
            with client.stream("GET", url, headers={"Range": "bytes=0-0"}) as response:
                pass
    if response.status_code in _GONE:
        return None
    require_success(response)
    return origin_of(response, url)


def require_success(response: httpx.Response) -> None:
    """Sort the answer's status: fine, to be tried again, or final.

    Raises:
        InterruptedTransferError: the server is busy or broken for now.
        SourceError: it will say the same next time, or it sent a web page.
    """
    status, url = response.status_code, public_url(str(response.url))
    if status in _PASSING:
        raise InterruptedTransferError(f"the server answered {status}", _retry_after(response))
    if status in _GONE:
        raise SourceError(
            f"{url}: there is no such file ({status}). The FDA publishes about a month after the quarter."
        )
    if not response.is_success:
        raise SourceError(
            f"{url}: the server answered {status}. Check the address, and whether it may be read from here."
        )
    if response.headers.get("content-type", "").startswith("text/html"):
        raise SourceError(f"{url}: a web page came in the place of a zip. Check the address and any proxy on the way.")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise SourceError(f"{url}: the server packed the zip again, unasked. Check for a proxy that changes content.")


def origin_of(response: httpx.Response, url: str) -> Origin:
    """What the answer says about the whole file, also where it carries a part of it."""
    part = content_range(response)
    length = response.headers.get("content-length", "")
    size = part[1] if part else int(length) if length.isdecimal() else None
    return Origin(public_url(url), size, response.headers.get("etag"), response.headers.get("last-modified"))


def content_range(response: httpx.Response) -> tuple[int, int | None] | None:
    """First byte and whole size of a partial answer (RFC 9110, 14.4); None for a whole one."""
    if response.status_code != httpx.codes.PARTIAL_CONTENT:
        return None
    unit, _, rest = response.headers.get("content-range", "").partition(" ")
    span, _, whole = rest.partition("/")
    first = span.partition("-")[0]
    if unit != "bytes" or not first.isdecimal():
        raise InterruptedTransferError("the server sent a part without saying which")
    return int(first), int(whole) if whole.isdecimal() else None


def public_url(url: str) -> str:
    """The URL without user, password, query and fragment: fit for a receipt or a message."""
    return str(httpx.URL(url).copy_with(userinfo=b"", query=None, fragment=None))


@contextmanager
def network_errors_named() -> Iterator[None]:
    """Turn a client's network errors into interruptions.

    Raises:
        InterruptedTransferError: the transfer failed on the way.
        SourceError: the URL is not one.
    """
    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.TooManyRedirects) as error:
        raise SourceError(f"The address cannot be used: {error}. It should begin with https://.") from error
    except httpx.TimeoutException as error:
        raise InterruptedTransferError("the server was silent for too long") from error
    except httpx.TransportError as error:
        raise InterruptedTransferError(str(error) or type(error).__name__) from error


def _retry_after(response: httpx.Response) -> float:
    seconds = response.headers.get("retry-after", "")
    return float(seconds) if seconds.isdecimal() else 0.0
