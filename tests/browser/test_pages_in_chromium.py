"""Every page in a real Chromium: silent, self-contained, usable with keyboard, screen reader and phone, and right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

PAGES = (
    "index", "side-effects", "comparators", "contexts", "people", "trend", "onset", "robustness", "clinics", "evidence",
    "claims", "quality", "methods",
)  # fmt: skip
DRAWN = "html[data-drawn=yes]"


@dataclass
class Watched:
    """A page and everything it said or asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.wait()

    def wait(self) -> None:
        if self.page.locator("#page-data").count():
            self.page.wait_for_selector(DRAWN, state="attached", timeout=60_000)

    def choose(self, column: str, value: str) -> None:
        self.page.select_option(f"#filter-{column}", value)
        self.page.wait_for_function("document.documentElement.dataset.drawn === 'yes'")

    def table(self, figure: str) -> list[list[str]]:
        rows = "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
        return self.page.locator(f"#figure-{figure} tbody tr").evaluate_all(rows)


@pytest.fixture
def watched(browser: Any) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    one = Watched(context.new_page())
    one.page.on("console", lambda message: one.said.append(f"{message.type}: {message.text}"))
    one.page.on("pageerror", lambda error: one.said.append(str(error)))
    one.page.on("request", lambda request: one.asked.append(request.url))
    yield one
    context.close()


def address(made: Any, name: str) -> str:
    return (made.site / f"{name}.html").as_uri()


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_silent_complete_accessible_and_fits_a_phone(made: Any, watched: Watched, name: str) -> None:
    page = watched.page
    watched.open(address(made, name))
    charts = page.locator(".chart")
    for number in range(charts.count()):
        assert charts.nth(number).locator("svg, p.none").count() == 1
        assert len(charts.nth(number).get_attribute("aria-label")) > 20
    tables = page.locator("section.figure table")
    assert all(rows > 0 for rows in tables.evaluate_all("all => all.map(one => one.rows.length)"))
    assert violations(page) == []

    page.emulate_media(color_scheme="dark")
    watched.wait()
    assert violations(page) == []

    page.set_viewport_size({"width": 360, "height": 780})
    page.wait_for_timeout(50)
    watched.wait()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert watched.said == []
    assert {url for url in watched.asked if not url.startswith("data:")} == {address(made, name)}


def test_filters_change_what_is_shown_and_the_address_keeps_them(made: Any, watched: Watched) -> None:
    watched.open(address(made, "side-effects"))
    before = watched.table("forest_by_side_effect")
    drawn = watched.page.locator("#figure-forest_by_side_effect svg").inner_html()
    watched.choose("exposure", "esketamine")
    watched.choose("comparator", "ssri")
    after = watched.table("forest_by_side_effect")
    assert after != before
    assert watched.page.locator("#figure-forest_by_side_effect svg").inner_html() != drawn
    assert "Esketamine \u00b7 SSRI" in watched.page.locator("#figure-forest_by_side_effect .choices").inner_text()
    assert "exposure=esketamine&comparator=ssri" in watched.page.url

    kept = watched.page.url
    watched.page.goto("about:blank")
    watched.open(kept)
    assert watched.table("forest_by_side_effect") == after


def test_each_filter_takes_one_value(made: Any, watched: Watched) -> None:
    for name in ("side-effects", "clinics", "evidence"):
        watched.open(address(made, name))
        assert watched.page.locator("form.filters select").count() > 0
        assert watched.page.locator("form.filters select[multiple]").count() == 0


def test_the_table_says_what_the_mart_says(made: Any, watched: Watched) -> None:
    watched.open(address(made, "side-effects"))
    watched.choose("exposure", "esketamine")
    shown = {row[0]: row for row in watched.table("forest_by_side_effect")}
    with duckdb.connect(made.home.published, read_only=True) as connection:
        rows = connection.execute(
            """SELECT side_effect_name, ror, a, a + b, c, c + d FROM mart.side_effect_comparison JOIN core.side_effect
            USING (side_effect) WHERE exposure = 'esketamine' AND comparator = 'rest' AND role_scope = 'suspect'
            AND definition = 'label_style' AND context = 'all' AND route_group = 'all'"""
        ).fetchall()
    assert len(shown) == len(rows) > 10
    for name, ror, *cells in rows:
        assert [int(text.replace(",", "")) for text in shown[name][3:7]] == cells
        if ror is not None and 0.1 <= ror < 10:
            assert shown[name][1].startswith(f"{ror:.2f} (")


def test_suppressed_cells_are_marked_and_their_numbers_are_nowhere(made: Any, watched: Watched) -> None:
    watched.open(address(made, "clinics"))
    shown = watched.table("clinic_incidence")
    with duckdb.connect(made.home.published, read_only=True) as connection:
        query = """SELECT side_effect_name, event_session_count, event_patient_count FROM mart.clinic_incidence JOIN
            core.side_effect USING (side_effect) WHERE drug = 'ketamine' AND dimension = 'all' AND measure = 'reported'
            AND is_suppressed"""
        hidden = connection.execute(query).fetchall()
    assert hidden, "the made-up clinics have side effects that are rare"
    for name, sessions, patients in hidden:
        for counted, count in (("Per session", sessions), ("Per patient", patients)):
            (row,) = [row for row in shown if row[:2] == [name, counted]]
            assert row[3] == ("hidden" if count is None else f"{count:,}")
    text = watched.page.locator("#figure-clinic_incidence .said").inner_text()
    assert "hidden, because they would tell of small groups" in text


def test_what_is_shown_can_be_saved(made: Any, watched: Watched, tmp_path: Path) -> None:
    watched.open(address(made, "side-effects"))
    watched.choose("exposure", "esketamine")
    starts = {"csv": b"exposure,", "svg": b"<svg", "png": b"\x89PNG"}
    for form, start in starts.items():
        with watched.page.expect_download() as download:
            watched.page.click(f"#figure-reporting_share button[data-save={form}]")
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        content = saved.read_bytes()
        assert content.startswith(start)
        if form == "csv":
            assert content.count(b"\nesketamine,") == len(watched.table("reporting_share"))
        if form == "svg":
            assert b"SIMULATED" in content
            assert b"Esketamine" in content
    assert watched.said == []


def test_the_keyboard_reaches_skip_link_filters_and_tables(made: Any, watched: Watched) -> None:
    watched.open(address(made, "evidence"))
    page = watched.page
    focused = (
        "document.activeElement.className + ' ' + document.activeElement.id + ' ' + document.activeElement.tagName"
    )
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(focused))
    assert reached[0].startswith("skip")
    assert any("filter-drug" in one for one in reached)
    assert any("SUMMARY" in one for one in reached)
    page.locator("#figure-evidence_clinic summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#figure-evidence_clinic details").get_attribute("open") is not None


def test_the_switch_overrides_the_system(made: Any, watched: Watched) -> None:
    watched.open(address(made, "index"))
    paper = "getComputedStyle(document.body).backgroundColor"
    light = watched.page.evaluate(paper)
    watched.page.select_option("#theme", "dark")
    watched.wait()
    assert watched.page.evaluate(paper) != light
    watched.page.select_option("#theme", "light")
    watched.page.emulate_media(color_scheme="dark")
    assert watched.page.evaluate(paper) == light


def test_a_ratio_with_a_zero_cell_is_drawn_empty_and_seen(made: Any, watched: Watched) -> None:
    with duckdb.connect(made.home.published, read_only=True) as connection:
        ((exposure, side_effect, hollow, whole),) = connection.execute(
            """SELECT exposure, side_effect, count(*) FILTER (is_zero_cell_corrected), count(*)
            FROM mart.side_effect_comparison
            WHERE exposure IN ('ketamine', 'esketamine') AND role_scope = 'suspect' AND definition = 'label_style'
            AND context = 'all' AND route_group = 'all' AND ror IS NOT NULL
            GROUP BY ALL HAVING count(*) FILTER (is_zero_cell_corrected) > 0 ORDER BY ALL LIMIT 1"""
        ).fetchall()
    watched.open(address(made, "side-effects"))
    watched.choose("exposure", exposure)
    watched.choose("side_effect", side_effect)
    points = watched.page.locator("#figure-forest_by_comparator .mark-symbol path")
    drawn = points.evaluate_all("all => all.map(one => [one.getAttribute('fill-opacity'), one.getAttribute('stroke')])")
    assert len(drawn) == whole
    empty = [stroke for opacity, stroke in drawn if opacity == "0"]
    assert len(empty) == hollow
    assert all(stroke and stroke != "none" for stroke in empty)


def test_so_is_one_beside_the_other_evidence(made: Any, watched: Watched) -> None:
    with duckdb.connect(made.home.published, read_only=True) as connection:
        ((drug, hollow, whole),) = connection.execute(
            """SELECT drug, count(*) FILTER (faers_ror_against_rest_is_zero_cell_corrected), count(*)
            FROM mart.evidence WHERE faers_ror_against_rest IS NOT NULL
            GROUP BY ALL HAVING count(*) FILTER (faers_ror_against_rest_is_zero_cell_corrected) > 0
            ORDER BY ALL LIMIT 1"""
        ).fetchall()
    watched.open(address(made, "evidence"))
    watched.choose("drug", drug)
    points = watched.page.locator("#figure-evidence_odds .mark-symbol path")
    drawn = points.evaluate_all("all => all.map(one => one.getAttribute('fill-opacity'))")
    assert (len(drawn), drawn.count("0")) == (whole, hollow)
    filled = watched.page.locator("#figure-evidence_reference .mark-symbol path")
    assert "0" not in filled.evaluate_all("all => all.map(one => one.getAttribute('fill-opacity'))")
