"""The site as files: what stands in them is what the marts say, nothing depends on when they were made."""

from __future__ import annotations

import json
import shutil
import threading
import urllib.error
import urllib.request
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.check import PAGE_LIMIT, check_site
from dashboards.model import Answer
from dashboards.pack import packed, script_json
from dashboards.publish import keep_last, make_current
from dashboards.safe_csv import safe_csv
from dashboards.site import MANIFEST, write_site
from pipeline.dashboards import publish_site
from pipeline.dashboards_server import server
from pipeline.home import Home
from vocabulary.errors import BuildError

MARTS = {
    "reporting": "mart.side_effect_reporting",
    "comparison": "mart.side_effect_comparison",
    "comparator_map": "mart.side_effect_comparison",
    "context_comparison": "mart.side_effect_comparison",
    "route_comparison": "mart.side_effect_comparison",
    "route_share": "mart.side_effect_reporting",
    "trend": "mart.signal_trend",
    "first_met": "mart.signal_first_met",
    "onset": "mart.time_to_onset",
    "clinic_course": "mart.clinic_course",
    "clinic_vital": "mart.clinic_blood_pressure",
    "clinic_comparison": "mart.clinic_comparison",
    "evidence": "mart.evidence",
    "variants": "mart.side_effect_sensitivity",
    "stratified": "mart.side_effect_stratified",
    "sex_comparison": "mart.sex_comparison",
    "stratum_comparison": "mart.side_effect_stratum",
    "interaction": "mart.interaction",
}


@pytest.mark.parametrize("question", MARTS)
def test_a_csv_is_what_its_mart_says(made: Any, question: str) -> None:
    path = made.site / "data" / f"{question}.csv"
    names = path.open().readline().strip().split(",")
    with duckdb.connect(made.home.published, read_only=True) as connection:
        kinds = dict(
            connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {MARTS[question]})").fetchall()
        )
        columns = {name: kinds.get(name, "BIGINT") for name in names}  # sums of cells are no columns of the mart
        listed = ", ".join(name for name in names if name in kinds)
        csv = f"read_csv('{path}', header = true, columns = {columns})"
        other = f"SELECT {listed} FROM {csv} EXCEPT SELECT {listed} FROM {MARTS[question]}"
        assert connection.execute(f"SELECT count(*) FROM ({other})").fetchall() == [(0,)]
        assert connection.execute(f"SELECT count(*) FROM {csv}").fetchall() > [(0,)]


def test_no_small_count_of_clinics_is_in_any_file(made: Any) -> None:
    counts = ("event_count", "total_count", "events", "reading_count", "patient_count", "mild_count")
    least = made.settings.clinic_minimum_cell
    seen = 0
    for path in (made.site / "data").glob("clinic_*.csv"):
        frame = pl.read_csv(path, infer_schema_length=None)
        for name in set(counts) & set(frame.columns):
            values = frame[name].drop_nulls()
            seen += values.len()
            assert not ((values > 0) & (values < least)).any(), f"{path.name} {name}"
    assert seen > 100


def test_every_page_is_small_and_every_figure_is_there_as_picture_and_numbers(made: Any) -> None:
    pages = sorted(made.site.glob("*.html"))
    assert len(pages) == 13
    assert all(page.stat().st_size < PAGE_LIMIT for page in pages)
    figures = {path.stem for path in (made.site / "figures").iterdir()}
    assert len(figures) > 30
    for name in figures:
        assert (made.site / "figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert "SIMULATED" in (made.site / "figures" / f"{name}.svg").read_text()
    check_site(made.site)


def test_the_word_rate_is_never_used_for_reports(made: Any) -> None:
    for page in made.site.glob("*.html"):
        text = page.read_text().split('id="page-data"')[0].lower()
        assert "reporting rate" not in text
        assert "frequency of reports" not in text


def test_data_docs_are_linked_where_they_are(made: Any) -> None:
    text = (made.site / "quality.html").read_text()
    assert 'href="../../quality/validations/2022q4.html"' in text
    assert (made.home.root / "site" / "current" / "../../quality/validations/2022q4.html").exists()
    assert "~" not in text.split("page-data")[0], "pages of clinic batches are not linked"


def test_the_same_build_gives_the_same_bytes_and_nothing_is_done_twice(made: Any, tmp_path: Path) -> None:
    before = json.loads((made.site / MANIFEST).read_text())["files"]
    assert not publish_site(made.home, made.settings).is_new
    some = ("index", "clinics", "trend", "claims")
    other = write_site(made.home.published, tmp_path / "some", only=some).folder
    names = sorted(path.relative_to(other).as_posix() for path in other.rglob("*") if path.name != MANIFEST)
    files = [name for name in names if name in before and not name.endswith(".html")]
    assert len(files) > 30
    assert all(sha256((other / name).read_bytes()).hexdigest() == before[name]["sha256"] for name in files)
    again = write_site(made.home.published, tmp_path / "again", only=some).folder
    for page in some:
        assert (other / f"{page}.html").read_bytes() == (again / f"{page}.html").read_bytes()
        assert str(tmp_path) not in (other / f"{page}.html").read_text()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda text: text.replace("</main>", '<img src="https://example.org/x.png"></main>'), "outside"),
        (lambda text: text.replace("</main>", '<a href="nowhere.html">x</a></main>'), "not there"),
        (lambda text: text.replace("SIMULATED", "real"), "made up"),
        (lambda text: text + " " * PAGE_LIMIT, "bytes"),
    ],
)
def test_a_page_with_a_fault_is_not_published(made: Any, tmp_path: Path, change: Any, fault: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(change((made.site / "methods.html").read_text()))
    for page in made.site.glob("*.html"):
        if page.name != "index.html":
            (folder / page.name).write_text("<strong>SIMULATED</strong>")
    (folder / MANIFEST).write_text(json.dumps({"build_id": "b", "is_simulated": True, "files": {}}))
    with pytest.raises(BuildError, match=fault):
        check_site(folder)


def test_a_home_without_a_build_says_what_to_do(tmp_path: Path, made: Any) -> None:
    with pytest.raises(BuildError, match="ketavigil run"):
        publish_site(Home(tmp_path), made.settings)


def test_a_folder_with_other_things_is_not_taken(made: Any, tmp_path: Path) -> None:
    site = tmp_path / "mine"
    site.mkdir()
    (site / "letter.txt").write_text("mine")
    from dashboards.publish import put_in_place

    new = tmp_path / "new"
    new.mkdir()
    with pytest.raises(BuildError, match="no site"):
        put_in_place(new, site)
    assert (site / "letter.txt").read_text() == "mine"


def test_the_last_sites_are_kept_and_never_the_current_one_removed(tmp_path: Path) -> None:
    import os

    for number, name in enumerate(("a", "b", "c", ".c.next")):
        (tmp_path / name).mkdir()
        (tmp_path / name / MANIFEST).write_text("{}")
        os.utime(tmp_path / name, (number, number))
    make_current(tmp_path / "a")
    assert keep_last(tmp_path, 2) == ["b"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c", "current"]
    make_current(tmp_path / "c")
    assert (tmp_path / "current").resolve().name == "c"
    assert keep_last(tmp_path, 1) == ["a"]


def test_the_server_gives_pages_and_data_docs_and_nothing_else(made: Any) -> None:
    with server(made.site, made.home.quality, 0) as running:
        host, port = running.server_address[:2]
        assert host == "127.0.0.1"
        threading.Thread(target=running.serve_forever, daemon=True).start()

        def status(path: str) -> int:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code

        assert status("/") == status("/clinics.html") == status("/data/trend.csv") == 200
        assert status("/quality/validations/2022q4.html") == 200
        for path in ("/data/", "/../warehouse/clinic.duckdb", "/%2e%2e/%2e%2e/warehouse/clinic.duckdb",
                     "/quality/../warehouse/ketavigil.duckdb", "/quality/%2e%2e/warehouse/clinic.duckdb"):  # fmt: skip
            assert status(path) == 404, path
        running.shutdown()


def test_text_cannot_be_a_formula_or_end_a_script() -> None:
    frame = pl.DataFrame({"name": ["=1+1", "+1", "-1", "@x", "\tx", "plain", None], "number": [-1.5] * 7})
    lines = safe_csv(frame).decode().splitlines()
    assert lines[1:] == ["'=1+1,-1.5", "'+1,-1.5", "'-1,-1.5", "'@x,-1.5", "'\tx,-1.5", "plain,-1.5", ",-1.5"]
    assert "<" not in script_json({"text": "</script><script>alert(1)</script>"})


def test_templates_escape_what_they_are_given() -> None:
    from dashboards.render import _environment

    parts = _environment().get_template("parts.html").module
    shown = str(parts.table("<b>", ("<i>",), [("<script>alert(1)</script>",)]))
    assert "<script>" not in shown
    assert "<b>" not in shown


@given(st.lists(st.tuples(st.sampled_from(["x", "y", None]), st.sampled_from([1, 2.5, None]))))
def test_packed_columns_hold_every_row(rows: list[tuple[str | None, float | None]]) -> None:
    frame = pl.DataFrame(
        {"name": [name for name, _ in rows], "number": [number for _, number in rows]},
        schema={"name": pl.String, "number": pl.Float64},
    )
    content = packed(Answer("one", frame, {}, ("name", "number")))
    name, number = content["columns"]["name"], content["columns"]["number"]
    runs = zip(name["runs"][::2], name["runs"][1::2], strict=True)
    assert [None if place < 0 else name["ids"][place] for place, length in runs for _ in range(length)] == [
        one for one, _ in rows
    ]
    steps = number.get("steps")
    values = number["n"] if steps is None else [
        value for value, length in zip(steps[::2], steps[1::2], strict=True) for _ in range(length)
    ]  # fmt: skip
    assert values == [one for _, one in rows]


def test_a_site_is_carried_away_whole(made: Any, tmp_path: Path) -> None:
    shutil.copytree(made.site, tmp_path / "elsewhere")
    check_site(tmp_path / "elsewhere")
