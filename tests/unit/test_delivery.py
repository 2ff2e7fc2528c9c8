"""What a web server shows: whole releases, one after the other."""

from __future__ import annotations

from pathlib import Path

from pipeline.delivery import deliver
from pipeline.home import Home


def test_a_release_holds_site_and_data_docs_and_takes_the_place_at_once(tmp_path: Path) -> None:
    home, web = Home(tmp_path / "home"), tmp_path / "web"
    (home.quality / "validations").mkdir(parents=True)
    (home.quality / "index.html").write_text("docs")
    deliver(home, web)
    assert "quality/" in (web / "current" / "index.html").read_text()  # no site yet
    for number in range(4):
        site = home.root / "site" / f"build{number}"
        site.mkdir(parents=True)
        (site / "index.html").write_text(f"site {number}")
        (site.parent / "current").unlink(missing_ok=True)
        (site.parent / "current").symlink_to(site.name)
        deliver(home, web)
        assert (web / "current" / "index.html").read_text() == f"site {number}"
    assert (web / "current" / "quality" / "index.html").read_text() == "docs"
    assert sorted(path.name for path in (web / "releases").iterdir()) == ["000004", "000005"]
    assert (web / "current").is_symlink()
    assert not (web / "current").readlink().is_absolute()  # the web server has the volume elsewhere


def test_what_is_no_page_is_not_shown(tmp_path: Path) -> None:
    home, web = Home(tmp_path / "home"), tmp_path / "web"
    home.quality.mkdir(parents=True)
    for name in ("index.html", ".scratch", "spill.duckdb"):
        (home.quality / name).write_text("x")
    deliver(home, web)
    assert [path.name for path in (web / "current" / "quality").iterdir()] == ["index.html"]
