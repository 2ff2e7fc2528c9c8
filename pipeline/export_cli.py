"""The command ``ketavigil export``: marts or a query as files for a paper, and whether they can be made again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.answers import say
from pipeline.home import Home
from pipeline.query_cli import HomeOption
from pipeline.settings import Settings

DIFFERS = 3
"""Exit code where an export could be made again and is not the same."""


def export(
    marts: Annotated[list[str] | None, typer.Argument(help="Marts or views, such as side_effect_comparison.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every mart.")] = False,
    sql: Annotated[str | None, typer.Option("--query", help="One SELECT instead, or beside the marts.")] = None,
    table: Annotated[str, typer.Option("--as", help="Name of the query's table.")] = "answer",
    formats: Annotated[
        str | None,
        typer.Option("--format", help="Of csv,parquet,r,xlsx,stata,sas; csv always. Default: csv,parquet,r."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Folder in HOME/exports. Default: build and request.")
    ] = None,
    reproduce: Annotated[
        Path | None, typer.Option("--reproduce", help="A manifest.json: make it again and say whether it is the same.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Export marts or a query with their words, their origin and their limits; or prove an export repeatable."""
    settings = Settings()
    place = Home(home or settings.home)
    if reproduce is not None:
        _reproduce(place, settings, reproduce)
        return
    from pipeline.exporting import export as write
    from pipeline.terminal import Terminal
    from warehouse.export import Request, mart_resources, query_resource
    from warehouse.export.request import MARTS, USUAL_FORMATS
    from warehouse.query import open_published

    chosen = list(MARTS) if every else list(marts or [])
    resources = mart_resources(chosen) + ((query_resource(table, sql),) if sql else ())
    wanted = {"csv", *(part.strip() for part in formats.split(","))} if formats else set(USUAL_FORMATS)
    request = Request(resources, tuple(sorted(wanted)))
    with open_published(place.published) as connection:
        ((build_id, is_simulated),) = connection.execute("SELECT build_id, is_simulated FROM meta.build").fetchall()
    with Terminal() as terminal:
        made = write(place, settings, request, name or f"{build_id}-{request.digest}", terminal)
    for note in made.notes:
        say(note)
    rows = ", ".join(f"{resource} {count:,}" for resource, count in made.manifest["rows"].items())
    say(f"Written: {made.folder} ({rows} rows).")
    if is_simulated:
        say("The reports are SIMULATED: nothing here says anything about a real drug.")


def _reproduce(place: Home, settings: Settings, manifest: Path) -> None:
    from pipeline.exporting import reproduce as make_again

    found = make_again(place, settings, manifest)
    for path in found.changed_since:
        say(f"Changed since it was exported: {path}")
    if found.is_same:
        say(f"The same: {len(found.same)} files, byte for byte.")
        return
    for path in found.differing:
        say(f"Differs: {path}")
    if found.other_software:
        say(f"Other versions: {', '.join(found.other_software)}.")
    say(f"Not the same: {len(found.differing)} of {len(found.same) + len(found.differing)} files differ.")
    raise typer.Exit(DIFFERS)
