"""``ketavigil status``: a table for people, ``--check`` for monitoring, ``--json`` for machines."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def status(
    home: Annotated[
        Path | None, typer.Option("--home", help="Data folder. Default: KETAVIGIL_HOME, else data.")
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Exit with 0 where all is well, else with the sum of 4 (stale), 8 (failed), 16 (disk)."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Show quarters, counts, the published build and its age; with --check, whether somebody must look."""
    from pipeline.home import Home
    from pipeline.monitoring import look_at
    from pipeline.settings import Settings
    from pipeline.status import status as describe

    settings = Settings()
    place, now = Home(home or settings.home), datetime.now(UTC)
    if not check and not as_json:
        Console().print(describe(place, settings, now))
        return
    health = look_at(place, settings, now)
    if as_json:
        typer.echo(json.dumps(health.to_json()))
    else:
        for kind, what in health.troubles:
            typer.echo(f"{(kind.name or '').lower()}: {what}")
        if not health.troubles:
            typer.echo("All is well.")
    if check:
        sys.exit(health.exit_code)
