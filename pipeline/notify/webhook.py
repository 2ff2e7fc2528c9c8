"""One message to a webhook, as JSON. Its address and token are secrets: they are in no error and no log.

The standard library, because HTTP clients that log their requests would log the address.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import tenacity

from pipeline.notify.message import Message
from pipeline.settings import Settings
from vocabulary.errors import NotificationError, SettingsError

_SECONDS = 20.0
_ATTEMPTS = 4
_PASSING = (408, 425, 429, 500, 502, 503, 504)


class _PassingError(Exception):
    """A later attempt may go through."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is sent, and the token, go to the address that was set and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post(message: Message, settings: Settings, *, first_wait_seconds: float = 2.0) -> None:
    """Post a message: ``text`` for chat programs, and its parts by name; what passes is tried again.

    Raises:
        SettingsError: no address is set, or it is none of http or https.
        NotificationError: the server could not be reached, or refused.
    """
    request = _request(message, settings)
    told = ""
    try:
        for attempt in tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=tenacity.wait_exponential_jitter(first_wait_seconds, max=30, jitter=first_wait_seconds),
            retry=tenacity.retry_if_exception_type(_PassingError),
            reraise=True,
        ):
            with attempt:
                _call(request)
    except (_PassingError, NotificationError) as error:
        told = str(error)
    if told:
        raise NotificationError(
            f"The webhook did not take {message.subject!r}: {told}. `ketavigil notify test` tries the settings."
        )


def _request(message: Message, settings: Settings) -> urllib.request.Request:
    address = "" if settings.notify_webhook is None else settings.notify_webhook.get_secret_value()
    if not address.lower().startswith(("http://", "https://")):
        raise SettingsError("KETAVIGIL_NOTIFY_WEBHOOK must be an http or https address.")
    content = {
        "kind": message.kind,
        "subject": message.subject,
        "lines": list(message.told),
        "link": message.link,
        "text": message.text,
    }
    headers = {"Content-Type": "application/json", "User-Agent": "ketavigil"}
    if settings.notify_webhook_token is not None:
        headers["Authorization"] = f"Bearer {settings.notify_webhook_token.get_secret_value()}"
    try:
        return urllib.request.Request(address, json.dumps(content).encode(), headers, method="POST")  # noqa: S310
    except ValueError:
        pass
    raise SettingsError("KETAVIGIL_NOTIFY_WEBHOOK is no address.")


def _call(request: urllib.request.Request) -> None:
    """One attempt; errors say a status or a kind, for their own words may quote the address."""
    status, why = 0, ""
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        why = type(reason if isinstance(reason, Exception) else error).__name__
    except Exception as error:  # http.client's own
        why = type(error).__name__
    if why:
        raise _PassingError(f"no answer ({why})")
    if status in _PASSING:
        raise _PassingError(f"it answered {status}")
    if not 200 <= status < 300:
        raise NotificationError(f"it answered {status}")
