"""The commands of whoever keeps a data folder: housekeeping, backup, restore. See docs/maintenance.md."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

HomeOption = Annotated[Path | None, typer.Option("--home", help="Data folder. Default: KETAVIGIL_HOME, else data.")]


def add_operations(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(housekeeping)
    app.command()(backup)
    app.command()(restore)


def housekeeping(
    home: HomeOption = None,
    apply: Annotated[bool, typer.Option("--apply", help="Remove it. Without this, only show what may go.")] = False,
    keep_builds: Annotated[int | None, typer.Option("--keep-builds", min=1, help="Builds that stay.")] = None,
    keep_sites: Annotated[int | None, typer.Option("--keep-sites", min=1, help="Sites that stay.")] = None,
    raw: Annotated[
        Literal["keep", "drop_replaced"] | None,
        typer.Option("--raw", help="Keep all raw zips, or drop those that the FDA has replaced since."),
    ] = None,
) -> None:
    """Show what may go: old builds and sites, what killed runs left. With --apply, remove it; never what is published.

    Defaults: KETAVIGIL_KEEP_BUILDS, KETAVIGIL_KEEP_SITES, KETAVIGIL_RAW_POLICY, KETAVIGIL_QUARANTINE_DAYS.
    """
    from pipeline.home import Home
    from pipeline.housekeeping import plan, sweep, sweep_store
    from pipeline.settings import Settings

    settings = Settings() if home is None else Settings(home=home)
    asked = {"keep_builds": keep_builds, "keep_sites": keep_sites, "raw_policy": raw}
    settings = settings.model_copy(update={name: value for name, value in asked.items() if value is not None})
    place, now = Home(settings.home), datetime.now(UTC)
    items = sweep(place, settings, now) if apply else plan(place, settings, now)
    for item in items:
        name = item.path.relative_to(place.root)
        typer.echo(f"{item.kind:<10} {item.size_bytes / 1e6:>10,.1f} MB  {name} ({item.why})")
    in_store, size = sweep_store(settings, now, apply=apply)
    if in_store:
        typer.echo(f"{'store':<10} {size / 1e6:>10,.1f} MB  {in_store:,} files that no part names any more")
    count, freed = len(items) + in_store, (sum(item.size_bytes for item in items) + size) / 1e6
    if not count:
        _say("Nothing may go.")
    elif apply:
        _say(f"Removed {count:,}, {freed:,.1f} MB.")
    else:
        _say(f"{count:,} may go, {freed:,.1f} MB. Nothing was removed: that is what --apply does.")


def backup(
    target: Annotated[Path, typer.Argument(help="Tar file to write, for its owner alone.", show_default=False)],
    home: HomeOption = None,
    raw: Annotated[bool, typer.Option("--raw", help="Raw zips too, not their hashes alone.")] = False,
) -> None:
    """Write what cannot be had again to one file: hashes, certificates, clinic batches, reference tables."""
    from pipeline.backup import backup as write
    from pipeline.home import Home
    from pipeline.settings import Settings

    written = write(Home(home or Settings().home), target, with_raw=raw)
    _say(f"{target}: {written['files']:,} files, {written['bytes'] / 1e6:,.1f} MB.")
    _say("It may hold rows of patients: keep it where clinic data may lie.")


def restore(
    source: Annotated[Path, typer.Argument(help="Backup to restore.", show_default=False)],
    home: HomeOption = None,
) -> None:
    """Bring a backup back into an empty data folder; `ketavigil run` then makes the rest anew."""
    from pipeline.backup import restore as bring_back
    from pipeline.home import Home
    from pipeline.settings import Settings

    place = Home(home or Settings().home)
    back = bring_back(source, place)
    _say(
        f"{back.file_count:,} files are back in {place.root}: {len(back.quarters)} quarters by their hashes, "
        f"{back.clinic_batches} clinic batches."
    )
    if back.raw_missing:
        _say(f"To be landed again: {', '.join(back.raw_missing)}. `ketavigil run` with the same source does.")
    if not back.is_same_reference:
        _say("The reference tables were others: the same tables need the version of Ketavigil that was backed up.")


def _say(text: str) -> None:
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)
