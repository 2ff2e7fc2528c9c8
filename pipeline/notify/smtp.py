"""One message by SMTP. Neither the password nor what a server answers to it is in any error."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import tenacity

from pipeline.notify.message import Message
from pipeline.settings import Settings
from vocabulary.errors import NotificationError, SettingsError

_SECONDS = 20.0
_ATTEMPTS = 4


class _LaterError(Exception):
    """The server asked to come again."""


def send_mail(message: Message, settings: Settings, to: Sequence[str], *, first_wait_seconds: float = 2.0) -> None:
    """Send a message to some addresses, each of which gets it once; a server that is busy is asked again.

    Raises:
        SettingsError: no server or sender is set.
        NotificationError: the server could not be reached, or refused.
    """
    if settings.smtp_host is None or settings.smtp_from is None:
        raise SettingsError("Set KETAVIGIL_SMTP_HOST and KETAVIGIL_SMTP_FROM, or no address to send e-mail to.")
    mail = EmailMessage()
    mail["Subject"] = " ".join(f"[Ketavigil] {message.subject}".split())
    mail["From"] = settings.smtp_from
    mail["To"] = ", ".join(to)
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=settings.smtp_from.rpartition("@")[2].strip("> "))
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    told = ""
    try:
        for attempt in tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=tenacity.wait_exponential_jitter(first_wait_seconds, max=30, jitter=first_wait_seconds),
            retry=tenacity.retry_if_exception(_passes),
            reraise=True,
        ):
            with attempt:
                _deliver(mail, settings, to)
    except smtplib.SMTPResponseException as error:
        told = f"it refused with code {error.smtp_code}"
    except smtplib.SMTPRecipientsRefused as error:
        told = f"it refused {len(error.recipients)} of {len(to)} addresses"
    except _LaterError:
        told = f"it was busy {_ATTEMPTS} times"
    except (OSError, smtplib.SMTPException) as error:
        told = type(error).__name__
    if told:
        raise NotificationError(
            f"E-mail {message.subject!r} was not sent by {settings.smtp_host}:{settings.smtp_port}: {told}. "
            "`ketavigil notify test` tries the settings."
        )


def _passes(error: BaseException) -> bool:
    """Errors of smtplib are errors of the system too, by their class: only those that mean a lost line count here."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected)
    return isinstance(error, _LaterError | OSError)


def _deliver(mail: EmailMessage, settings: Settings, to: Sequence[str]) -> None:
    host, port = settings.smtp_host or "", settings.smtp_port
    context = ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
            if settings.smtp_security == "tls"
            else smtplib.SMTP(host, port, timeout=_SECONDS)
        ) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            if settings.smtp_user is not None and settings.smtp_password is not None:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(mail, to_addrs=list(to))
    except smtplib.SMTPResponseException as error:
        if 400 <= error.smtp_code < 500:
            raise _LaterError from None
        raise
