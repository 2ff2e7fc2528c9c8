"""Publish: one atomic swap of a finished build; the last ones are kept; readers never meet a writer."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from vocabulary.errors import BuildError
from warehouse.parts.base import kept_work

CLINIC_NAME = "clinic.duckdb"
"""The file beside the published one, with rows of patients: its owner alone can read it."""


def clinic_build(build: Path) -> Path:
    """Where the clinics' file of a build lies; a build without clinics has none."""
    return build.parent / "clinic" / build.name


def publish(build: Path, published: Path) -> None:
    """Let ``published`` be the content of ``build`` from one instant to the next, and its clinics' file that of it.

    Both are one file on disk where the file system allows it, and read-only, so that nobody changes a build by
    opening it. Whoever has the last one open goes on reading it.

    Raises:
        BuildError: the file could not be put in place; the last published one stays.
    """
    staging = published.with_name(f".{published.name}.next")
    try:
        build.chmod(0o444)
        staging.unlink(missing_ok=True)
        try:
            os.link(build, staging)
        except OSError:
            shutil.copy2(build, staging)
        _publish_clinics(clinic_build(build), published.with_name(CLINIC_NAME))
        staging.replace(published)
        _sync(published.parent)
    except OSError as error:
        raise BuildError(f"{published.name} could not be replaced: {error.strerror}. The last one stays.") from error
    finally:
        staging.unlink(missing_ok=True)


def keep_last(builds: Path, published: Path, keep: int) -> list[str]:
    """Remove all but the newest ``keep`` builds, never the published one. Returns the names removed."""
    files = sorted(builds.glob("*.duckdb"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    removed = []
    for path in files[keep:]:
        if published.exists() and path.samefile(published):
            continue
        path.unlink()
        clinic_build(path).unlink(missing_ok=True)
        kept_work(path).unlink(missing_ok=True)
        path.with_suffix(".plan.csv").unlink(missing_ok=True)
        removed.append(path.name)
    kept = {path.name for path in builds.glob("*.duckdb")}
    for orphan in sorted((builds / "clinic").glob("*.duckdb")):
        if orphan.name not in kept:
            orphan.unlink()
    return removed


def _publish_clinics(build: Path, published: Path) -> None:
    """A build without clinics takes an older one's rows of patients away."""
    if not build.is_file():
        published.unlink(missing_ok=True)
        return
    staging = published.with_name(f".{published.name}.next")
    staging.unlink(missing_ok=True)
    build.chmod(0o400)
    try:
        os.link(build, staging)
    except OSError:
        shutil.copy2(build, staging)
    staging.replace(published)
    staging.unlink(missing_ok=True)  # both were one file already


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
