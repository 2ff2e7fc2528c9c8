"""Delivery of pages to a web server: a release beside the last one, then one rename of a link."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.home import Home

_KEPT = 2
CURRENT = "current"


def deliver(home: Home, web: Path) -> Path:
    """Copy site and Data Docs into ``web/releases/<number>`` and let ``web/current`` be it.

    The site is the first page, Data Docs are under ``quality/``. Whoever reads a page meanwhile has the last release.

    Args:
        home: data folder.
        web: folder that the web server shows.
    """
    releases = web / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    numbers = sorted(int(path.name) for path in releases.iterdir() if path.name.isdecimal())
    release = releases / f"{(numbers[-1] if numbers else 0) + 1:06d}"
    beside = releases / f".{release.name}.new"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    if (home.root / "site" / CURRENT).is_dir():
        shutil.copytree(home.root / "site" / CURRENT, beside, dirs_exist_ok=True)
    if home.quality.is_dir():
        shutil.copytree(home.quality, beside / "quality", ignore=_scratch, dirs_exist_ok=True)
    if not (beside / "index.html").exists():
        (beside / "index.html").write_text(
            '<!doctype html><html lang=en><meta http-equiv=refresh content="0; url=quality/"><title>Ketavigil</title>'
            '<p><a href="quality/">Data Docs</a></p></html>\n',
            encoding="utf-8",
        )
    for path in [beside, *beside.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    beside.rename(release)
    link = web / f".{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / release.name)
    link.replace(web / CURRENT)
    for number in numbers[: max(0, len(numbers) + 1 - _KEPT)]:
        shutil.rmtree(releases / f"{number:06d}", ignore_errors=True)
    return release


def _scratch(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name.startswith(".") or (Path(folder) / name).suffix == ".duckdb"}
