"""Which ways a message goes, and to whom."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.notify.message import Message
from pipeline.settings import Settings
from vocabulary.errors import NotificationError, SettingsError

EMAIL, WEBHOOK = "email", "webhook"


def channels(settings: Settings) -> tuple[str, ...]:
    """The ways that are configured for what is told to all; none by default."""
    ways = []
    if addresses(settings.notify_email):
        ways.append(EMAIL)
    if settings.notify_webhook is not None:
        ways.append(WEBHOOK)
    return tuple(ways)


def addresses(text: str | None) -> tuple[str, ...]:
    """E-mail addresses of a setting, in order, each once; those of single clinics left out.

    Raises:
        SettingsError: one of them is no address.
    """
    return _plain([entry for entry in _entries(text) if "=" not in entry])


def owners(settings: Settings, clinic_id: str | None) -> tuple[str, ...]:
    """Who is told of a refused batch: the owners of that clinic, else those of all, else whoever is told of failures.

    Args:
        settings: settings.
        clinic_id: the clinic's id; None where the batch's manifest could not be believed.

    Raises:
        SettingsError: an address is none.
    """
    own = [
        entry.partition("=")[2].strip()
        for entry in _entries(settings.notify_clinic_email)
        if clinic_id is not None and entry.partition("=")[0].strip() == clinic_id and "=" in entry
    ]
    return _plain(own) or addresses(settings.notify_clinic_email) or addresses(settings.notify_email)


def send(
    message: Message,
    settings: Settings,
    to: Sequence[str] | None = None,
    ways: Sequence[str] | None = None,
    *,
    first_wait_seconds: float = 2.0,
) -> tuple[str, ...]:
    """Send a message every way that is configured; one that fails does not stop the other.

    Args:
        message: what is told.
        settings: settings.
        to: addresses; None for those of KETAVIGIL_NOTIFY_EMAIL.
        ways: only these, of EMAIL and WEBHOOK; None for all.
        first_wait_seconds: wait before the second attempt; it doubles.

    Returns:
        The ways it went; none where nothing is configured.

    Raises:
        NotificationError: a way failed; ``sent`` names those that did not.
    """
    from pipeline.notify.smtp import send_mail
    from pipeline.notify.webhook import post

    to = addresses(settings.notify_email) if to is None else to
    sent: list[str] = []
    failed: list[str] = []
    for way, is_wanted in ((EMAIL, bool(to)), (WEBHOOK, settings.notify_webhook is not None)):
        if not is_wanted or (ways is not None and way not in ways):
            continue
        try:
            if way == EMAIL:
                send_mail(message, settings, to, first_wait_seconds=first_wait_seconds)
            else:
                post(message, settings, first_wait_seconds=first_wait_seconds)
        except (NotificationError, SettingsError) as error:
            failed.append(str(error))
        else:
            sent.append(way)
    if failed:
        raise NotificationError(" ".join(failed), tuple(sent))
    return tuple(sent)


def _entries(text: str | None) -> list[str]:
    return [entry.strip() for entry in (text or "").split(",") if entry.strip()]


def _plain(entries: Sequence[str]) -> tuple[str, ...]:
    for entry in entries:
        if entry.count("@") != 1 or any(letter.isspace() for letter in entry) or not all(entry.split("@")):
            raise SettingsError("KETAVIGIL_NOTIFY_EMAIL or KETAVIGIL_NOTIFY_CLINIC_EMAIL holds what is no address.")
    return tuple(dict.fromkeys(entries))
