"""The commands ``ketavigil notify``: try the settings, tell what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vocabulary.errors import SettingsError

notify = typer.Typer(
    help="E-mail and webhook: try the settings, tell what changed with the published build.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@notify.command("test")
def try_settings() -> None:
    """Send a test message every way that is configured."""
    from pipeline.notify import Message, owners, send
    from pipeline.settings import Settings

    settings = Settings()
    lines = ("Whoever reads this is told of failed quarters, refused clinic batches and changed signals.",)
    to = (*owners(settings, None), *_operators(settings))
    ways = send(Message("test", "Notifications work", lines), settings, tuple(dict.fromkeys(to)))
    if not ways:
        raise SettingsError("Nobody is told of anything: set KETAVIGIL_NOTIFY_EMAIL or KETAVIGIL_NOTIFY_WEBHOOK.")
    _say(f"Sent by {' and '.join(ways)}.")


@notify.command()
def changes(
    home: Annotated[
        Path | None, typer.Option("--home", help="Data folder. Default: KETAVIGIL_HOME, else data.")
    ] = None,
) -> None:
    """Tell what is new and what vanished with the published build, unless it was told already."""
    from pipeline.home import Home
    from pipeline.notify import tell_changes
    from pipeline.settings import Settings

    settings = Settings()
    ways = tell_changes(Home(home or settings.home), settings)
    _say(f"Sent by {' and '.join(ways)}." if ways else "Nothing was sent: nothing changed, or it was told already.")


def _operators(settings: object) -> tuple[str, ...]:
    from pipeline.notify import addresses

    return addresses(getattr(settings, "notify_email", None))


def _say(text: str) -> None:
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)
