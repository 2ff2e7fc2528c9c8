"""Publish: one atomic swap of a finished build; the last ones are kept; readers never meet a writer."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from vocabulary.errors import BuildError


def publish(build: Path, published: Path) -> None:
    """Let ``published`` be the content of ``build`` from one instant to the next.

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
        removed.append(path.name)
    return removed


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
