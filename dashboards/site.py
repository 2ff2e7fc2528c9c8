"""The whole site from one published file, into a new folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboards import theme
from dashboards.ask import Warehouse
from dashboards.images import Picture, draw
from dashboards.model import Page
from dashboards.pages import GROUPS, pages
from dashboards.render import default_choices, default_rows, render
from dashboards.safe_csv import safe_csv
from warehouse.query import open_published

MANIFEST = "site.json"


@dataclass(frozen=True, slots=True)
class Site:
    """What was written."""

    folder: Path
    build_id: str
    pages: tuple[str, ...]


def write_site(
    published: Path, folder: Path, *, docs: Mapping[str, str] | None = None, mark: str = "", only: Collection[str] = ()
) -> Site:
    """Write pages, pictures and data into ``folder``, which must not exist.

    ``docs`` has the address of the Data Docs page per quarter, ``warehouse`` for the one of the build, as seen from a
    page; it is the one thing that does not come from the published file. ``mark`` says what the site was made from
    and stands in its manifest. ``only`` names the pages to make, for trying things; else all are made. Nothing
    depends on the time.

    Raises:
        BuildError: the file cannot be read, or lacks a table that the pages need.
    """
    folder.mkdir(parents=True)
    (folder / "figures").mkdir()
    (folder / "data").mkdir()
    with open_published(published) as connection:
        warehouse = Warehouse(connection)
        (build,) = warehouse.rows("build")
        made = [page for page in pages(warehouse, build, docs or {}) if not only or page.name in only]
    menu = [(group, [page for page in made if page.name in names]) for group, names in GROUPS]
    origin = _origin(build)
    for page in made:
        (folder / f"{page.name}.html").write_text(render(page, menu, build, origin), encoding="utf-8")
    answers = {answer.name: answer for page in made for answer in page.answers}
    for answer in answers.values():
        (folder / "data" / f"{answer.name}.csv").write_bytes(safe_csv(answer.frame))
    draw([picture for page in made for picture in _pictures(page, folder / "figures", origin)])
    _write_manifest(folder, build, mark)
    return Site(folder, str(build["build_id"]), tuple(page.name for page in made))


def _origin(build: Mapping[str, Any]) -> str:
    mark = "SIMULATED data. " if build["is_simulated"] else ""
    return f"{mark}Ketavigil build {build['build_id']}, {build['first_quarter']} to {build['last_quarter']}"


def _pictures(page: Page, folder: Path, origin: str) -> list[Picture]:
    answers = {answer.name: answer for answer in page.answers}
    return [
        Picture(
            folder / figure.name,
            figure.spec,
            default_rows(figure, page, answers[figure.answer]),
            figure.title,
            tuple(line for line in (default_choices(figure, page, answers[figure.answer]), origin) if line),
            theme.config("light"),
        )
        for figure in page.figures
    ]


def _write_manifest(folder: Path, build: Mapping[str, Any], mark: str) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    content = {
        "build_id": build["build_id"],
        "is_simulated": build["is_simulated"],
        "mark": mark,
        "files": {
            str(path.relative_to(folder)): {
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "size_bytes": path.stat().st_size,
            }
            for path in files
        },
    }
    (folder / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
