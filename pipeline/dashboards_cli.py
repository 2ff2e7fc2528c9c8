"""The command ``ketavigil dashboard``: the pages of the published build, made and served."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vocabulary.errors import SettingsError


def dashboard(
    home: Annotated[
        Path | None, typer.Option("--home", help="Data folder. Default: KETAVIGIL_HOME, else data.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write to instead of the data folder's site.")
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Serve the pages to this machine until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port for --serve; 0 takes a free one.")] = 8081,
) -> None:
    """Make static pages from the published file: charts, tables and data inside, no network."""
    from pipeline.dashboards import publish_site, sites, write_site_to
    from pipeline.home import Home
    from pipeline.settings import Settings
    from pipeline.terminal import Terminal

    settings = Settings() if home is None else Settings(home=home)
    place = Home(settings.home)
    with Terminal() as terminal:
        made = write_site_to(place, out, terminal) if out else publish_site(place, settings, terminal)
    folder = made.folder if out else sites(place) / "current"
    when = "are made" if made.is_new else "were made already"
    _say(f"Pages of build {made.build_id} {when}: {folder / 'index.html'}")
    if serve:
        _serve(folder, place.quality, port)


def _serve(folder: Path, quality: Path, port: int) -> None:
    from pipeline.dashboards_server import LOOPBACK, server

    try:
        running = server(folder, quality, port)
    except OSError as error:
        raise SettingsError(f"Port {port} cannot be used: {error.strerror}. Name another with --port.") from error
    with running:
        _say(f"http://{LOOPBACK}:{running.server_address[1]}/ until Ctrl-C; nobody but this machine can reach it.")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            _say("Stopped.")


def _say(text: str) -> None:
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)
