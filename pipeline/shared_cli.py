"""The command on a working copy of the store: what it reads is pulled before it, what it made is pushed after it."""

from __future__ import annotations

import sys

import typer

from pipeline import parts
from pipeline.home import Home
from pipeline.settings import Settings
from pipeline.sharing import WorkingCopy, working_copy

_FULL: dict[str, tuple[str, ...]] = {
    "run": ("raw", "staged", "certificate", "clinic"),
    "stage": ("raw",),
    "validate": ("staged", "certificate"),
    "build": ("staged", "certificate", "clinic"),
    "clinic": ("clinic",),
    "trace": ("raw",),
}
"""Kinds of parts whose files a command reads; of all others it needs only what says how far they are."""

_ALONE = ("simulate",)
_MADE = {"run": (parts.QUALITY,), "publish": (parts.QUALITY,), "dashboard": (parts.SITE,), "export": (parts.EXPORTS,)}


def share(context: typer.Context) -> None:
    """Pull before the command; push when it has ended, so that what was finished before an error is not lost.

    Raises:
        StoreError: the store does not answer.
        StoreConflictError: another machine was faster; what it made is pulled by the next run.
    """
    command = context.invoked_subcommand or ""
    home = _home_option(sys.argv[1:])
    settings = Settings() if home is None else Settings(home=home)
    copy = working_copy(settings)
    if copy is None or command in _ALONE or "--help" in sys.argv:
        return
    published = parts.published(with_clinic_rows=settings.store_clinic_rows)
    full = _FULL.get(command, ())
    copy.pull_kinds(*({"raw", "staged", "certificate", "clinic"} - set(full)), light=True)
    copy.pull_kinds(*full)
    copy.pull(published)
    context.call_on_close(lambda: _push(copy, [*_local(copy.home), published, *_MADE.get(command, ())]))


def _push(copy: WorkingCopy, made: list[parts.Part]) -> None:
    for part in made:
        copy.push(part)


def _local(home: Home) -> list[parts.Part]:
    """Parts that are here, whether the store has them or not."""
    return [
        *(parts.raw(folder.name) for folder in sorted(home.raw.glob("????q?"))),
        *(parts.staged(quarter) for quarter in home.staged_quarters()),
        *(parts.certificate(path.stem) for path in sorted((home.root / "certificates" / "faers").glob("*.json"))),
        *(parts.clinic(folder.name.removeprefix("batch=")) for folder in home.clinic_batches()),
    ]


def _home_option(arguments: list[str]) -> str | None:
    for number, argument in enumerate(arguments):
        if argument == "--home" and number + 1 < len(arguments):
            return arguments[number + 1]
        if argument.startswith("--home="):
            return argument.removeprefix("--home=")
    return None
