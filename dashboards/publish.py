"""Sites of the last builds side by side, and a link that changes from one instant to the next."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from dashboards.site import MANIFEST
from vocabulary.errors import BuildError

CURRENT = "current"
"""The link to the site that people see."""


def put_in_place(new: Path, place: Path) -> None:
    """Let ``place`` be the folder ``new``; what stood there is gone afterwards.

    Raises:
        BuildError: there is something that is no site.
    """
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        if not (place / MANIFEST).is_file() and any(place.iterdir()):
            raise BuildError(f"{place} is there already and is no site of Ketavigil. Name another folder.")
        place.rename(old)
    place.parent.mkdir(parents=True, exist_ok=True)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def make_current(site: Path) -> None:
    """Let the link beside a site point to it; whoever loads a page meets the old one or the new one."""
    beside = site.with_name(f".{CURRENT}.next")
    beside.unlink(missing_ok=True)
    beside.symlink_to(site.name)
    beside.replace(site.with_name(CURRENT))


def keep_last(sites: Path, keep: int) -> list[str]:
    """Remove all but the newest ``keep`` sites, never the current one, and what a killed run left. Names removed."""
    current = (sites / CURRENT).resolve()
    folders = [path for path in sites.iterdir() if path.is_dir() and not path.is_symlink()]
    left = [path for path in folders if path.name.startswith(".")]
    done = [path for path in folders if (path / MANIFEST).is_file() and path not in left]
    done.sort(key=lambda path: (path.resolve() != current, -path.stat().st_mtime_ns, path.name))
    removed = done[keep:]
    for path in (*left, *removed):
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in removed]


def is_finished(site: Path, mark: str) -> bool:
    """Whether a site was made from the same build by the same code."""
    try:
        return bool(json.loads((site / MANIFEST).read_text(encoding="utf-8"))["mark"] == mark)
    except (OSError, ValueError, KeyError):
        return False
