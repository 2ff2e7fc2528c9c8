"""Step: an export is written into a new folder, then takes the place of the one before it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from pipeline.home import Home
from pipeline.reporter import Reporter, Silent
from pipeline.settings import Settings
from vocabulary.errors import QueryError
from warehouse.export import Comparison, Export, Request, compare_files, read_manifest, write_export
from warehouse.export.request import checked_name


def exports_folder(home: Home) -> Path:
    """Where exports lie, one folder each."""
    return home.root / "exports"


def export(home: Home, settings: Settings, request: Request, name: str, reporter: Reporter | None = None) -> Export:
    """Write ``HOME/exports/<name>``; readers of the one before never meet half of the new one.

    Raises:
        QueryError: the request cannot be answered; what was there stays.
        BuildError: nothing is published.
        BusyError: another process writes the same export.
    """
    reporter = reporter or Silent()
    place = exports_folder(home) / checked_name(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    with home.only_writer(f"export-{name}"):
        fresh, old = place.with_name(f".{name}.next"), place.with_name(f".{name}.old")
        shutil.rmtree(fresh, ignore_errors=True)
        reporter.step("export")
        try:
            made = write_export(
                home.published,
                request,
                name,
                fresh,
                lambda what, number, total: reporter.advance(number, total, what),
                settings.memory_limit,
            )
            shutil.rmtree(old, ignore_errors=True)
            if place.exists():
                place.rename(old)
            fresh.rename(place)
        except OSError as error:
            raise QueryError(
                f"{place} could not be written: {error.strerror}. Free disk space and try again."
            ) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)
    return Export(place, made.manifest, made.notes)


def reproduce(home: Home, settings: Settings, manifest: Path) -> Comparison:
    """Make an export again from its manifest, in a folder that is thrown away, and compare every file.

    The build that it was made from must be the published one, or still be kept.

    Raises:
        QueryError: it is no manifest, or its build is gone.
    """
    told = read_manifest(manifest)
    request = Request.from_json(told["request"])
    build = _build(home, str(told["build"]["build_id"]))
    with tempfile.TemporaryDirectory(prefix=".reproduce-", dir=_scratch(home)) as scratch:
        made = write_export(
            build, request, str(told["name"]), Path(scratch) / "export", memory_limit=settings.memory_limit
        )
        beside = manifest if manifest.is_dir() else manifest.parent
        return compare_files(told, made.manifest, beside if (beside / "data").is_dir() else None)


def _scratch(home: Home) -> Path:
    folder = exports_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _build(home: Home, build_id: str) -> Path:
    kept = home.builds / f"{os.path.basename(build_id)}.duckdb"  # noqa: PTH119  # no path may come in through a file
    if kept.is_file():
        return kept
    raise QueryError(
        f"Build {build_id}, which the export was made from, is not kept in {home.builds} any more. Build it again from "
        "the same quarters with the same version of Ketavigil: the same inputs give the same build id."
    )
