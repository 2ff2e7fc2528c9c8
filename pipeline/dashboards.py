"""Step: pages from the published file into a new folder, checked, and put in the place of the last ones."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from dashboards.check import check_site
from dashboards.publish import is_finished, keep_last, make_current, put_in_place
from dashboards.site import write_site
from pipeline import fingerprint
from pipeline.home import Home
from pipeline.reporter import Reporter, Silent
from pipeline.settings import Settings
from warehouse.query import open_published

CODE = ("dashboards/**/*.py", "dashboards/**/*.sql", "dashboards/templates/*", "dashboards/assets/*")


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """Where the pages lie; ``is_new`` says that they were made now."""

    folder: Path
    build_id: str
    is_new: bool


def sites(home: Home) -> Path:
    """Folder of the sites of the last builds, with the link ``current``."""
    return home.root / "site"


def publish_site(home: Home, settings: Settings, reporter: Reporter | None = None) -> PublishedSite:
    """Make the pages of the published build unless they are there, check them, let them be the current ones.

    Raises:
        BuildError: there is no published file, or the pages did not pass their checks; the last ones stay.
        BusyError: another process makes pages in this home.
    """
    reporter = reporter or Silent()
    with home.only_writer("site"):
        build_id, mark = _mark(home)
        place = sites(home) / build_id
        is_new = not is_finished(place, mark)
        if is_new:
            reporter.step("pages")
            sites(home).mkdir(parents=True, exist_ok=True)
            new = place.with_name(f".{build_id}.next")
            shutil.rmtree(new, ignore_errors=True)
            write_site(home.published, new, docs=data_docs(home), mark=mark)
            check_site(new)
            put_in_place(new, place)
        make_current(place)
        for name in keep_last(sites(home), settings.keep_sites):
            reporter.note(f"removed the pages of build {name}")
    return PublishedSite(place, build_id, is_new)


def write_site_to(home: Home, out: Path, reporter: Reporter | None = None) -> PublishedSite:
    """Make the pages into a folder of one's own, without links to Data Docs: it can be carried away.

    Raises:
        BuildError: there is no published file, the pages did not pass, or the folder holds something else.
    """
    (reporter or Silent()).step("pages")
    build_id, mark = _mark(home)
    new = out.with_name(f".{out.name}.next")
    shutil.rmtree(new, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_site(home.published, new, mark=mark)
        check_site(new)
        put_in_place(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return PublishedSite(out, build_id, is_new=True)


def data_docs(home: Home) -> dict[str, str]:
    """Address of the Data Docs of each quarter, and of the build, as seen from a page of this home's sites."""
    pages = sorted((home.quality / "validations").glob("*.html"))
    named = [page for page in pages if "~" not in page.name]  # those of clinic batches are for their clinics
    return {page.stem: f"../../quality/validations/{page.name}" for page in named}


def _mark(home: Home) -> tuple[str, str]:
    """Build id, and a hash of all that the pages are made from."""
    with open_published(home.published) as connection:
        query = "SELECT build_id, built_at::VARCHAR FROM meta.build"
        ((build_id, built_at),) = connection.execute(query).fetchall()
    docs = [f"{name} {address}" for name, address in data_docs(home).items()]
    return str(build_id), fingerprint.of_parts(fingerprint.of_code(CODE), str(build_id), str(built_at), *docs)
