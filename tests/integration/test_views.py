"""Views with plain names say what the marts say; the search finds terms and substances."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.dictionary import dictionary
from warehouse.views import DECLARED_VIEWS


@pytest.fixture(scope="module")
def published(four_quarters):
    with four_quarters.open() as connection:
        yield connection


@pytest.mark.parametrize("name", sorted(DECLARED_VIEWS))
def test_a_view_has_one_row_per_key_and_words_on_every_column(published, name):
    view = DECLARED_VIEWS[name]
    key = ", ".join(view.key) or "COLUMNS(*)"
    rows, keys = published.execute(f"SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT {key} FROM {name})) "
                                   f"FROM {name}").fetchall()[0]  # fmt: skip
    assert rows == keys
    comments = published.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ?", [view.name]
    ).fetchall()
    assert dict(comments) == {column.name: column.comment for column in view.columns}


@pytest.mark.parametrize(
    ("view", "mart", "choice"),
    [
        ("side_effects_by_drug", "side_effect_reporting",
         "definition = 'label_style' AND role_scope = 'suspect' AND context = 'all' AND route_group = 'all'"),
        ("compared_with", "side_effect_comparison",
         "definition = 'label_style' AND role_scope = 'suspect' AND context = 'all' AND route_group = 'all'"),
        ("compared_in_context", "side_effect_comparison",
         "definition = 'label_style' AND role_scope = 'suspect' AND context <> 'all' AND route_group = 'all'"),
        ("how_robust", "side_effect_robustness", "true"),
        ("signals_over_time", "signal_trend", "definition = 'label_style' AND role_scope = 'suspect'"),
        ("first_signals", "signal_first_met", "definition = 'label_style' AND role_scope = 'suspect'"),
        ("how_soon", "time_to_onset", "definition = 'label_style' AND role_scope = 'suspect'"),
        ("women_and_men", "sex_comparison", "definition = 'label_style'"),
        ("with_other_drugs", "interaction", "definition = 'label_style' AND role_scope = 'any'"),
        ("drug_event_pairs", "drug_event_signal", "true"),
        ("how_often_in_clinics", "clinic_incidence", "dimension = 'all'"),
        ("compared_in_clinics", "clinic_comparison", "true"),
        ("blood_pressure_in_clinics", "clinic_blood_pressure", "route = 'all'"),
        ("course_in_clinics", "clinic_course", "true"),
        ("evidence_side_by_side", "evidence", "true"),
    ],
)  # fmt: skip
def test_a_view_loses_no_row_of_its_mart(published, view, mart, choice):
    shared = [column.name for column in DECLARED_VIEWS[f"main.{view}"].columns]
    held = {row[0] for row in published.execute(f"DESCRIBE mart.{mart}").fetchall()}
    columns = ", ".join(name for name in shared if name in held)
    differing = published.execute(
        f"SELECT count(*) FROM ((SELECT {columns} FROM {view} EXCEPT ALL SELECT {columns} FROM mart.{mart} "
        f"WHERE {choice}) UNION ALL (SELECT {columns} FROM mart.{mart} WHERE {choice} "
        f"EXCEPT ALL SELECT {columns} FROM {view}))"
    ).fetchall()
    assert differing == [(0,)]


def test_the_profile_of_ketamine_is_that_of_the_drug(published):
    rows = published.execute(
        "SELECT count(*) FROM side_effects_of_ketamine AS one JOIN side_effects_by_drug AS every "
        "ON every.exposure = 'ketamine' AND one.side_effect = every.side_effect AND one.report_count = "
        "every.report_count AND one.ror IS NOT DISTINCT FROM every.ror WHERE every.report_count > 0"
    ).fetchall()
    assert rows[0][0] > 10


def test_names_for_people_are_never_missing(published):
    named = {
        "compared_with": "comparator_name",
        "drug_event_pairs": "substance_name",
        "side_effects_by_drug": "exposure_name",
        "with_other_drugs": "interaction_group_name",
    }
    for view, column in named.items():
        assert published.execute(f"SELECT count(*) FROM {view} WHERE {column} IS NULL").fetchall() == [(0,)]


def test_views_work_in_an_attached_file(four_quarters):
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{four_quarters.home.published}' AS published (READ_ONLY)")
        assert connection.execute("SELECT count(*) FROM published.side_effects_of_ketamine").fetchall()[0][0] > 10
        connection.execute("USE published")
        assert connection.execute("FROM search('nause')").fetchall()


def test_the_file_holds_the_dictionary(published):
    rows = published.execute("SELECT schema_name, table_name, column_name FROM meta.dictionary").fetchall()
    assert set(rows) == set(dictionary().select("schema_name", "table_name", "column_name").rows())


@pytest.mark.parametrize(
    ("words", "kind", "id_"),
    [
        ("nause", "preferred term", "Nausea"),
        ("nause", "side effect", "nausea_vomiting"),
        (" KETAM ", "substance", "ketamine"),
        ("ssri", "class", "ssri"),
        ("opioid", "group of further drugs", "opioid"),
    ],
)
def test_the_search_finds_parts_of_words(published, words, kind, id_):
    found = published.execute("SELECT kind, id FROM search($words)", {"words": words}).fetchall()
    assert (kind, id_) in found


def test_the_search_counts_cases_and_knows_reported_names(published):
    term, substance = (
        published.execute(f"SELECT case_count FROM search('{word}') WHERE kind = '{kind}' AND id = '{id_}'").fetchall()
        for word, kind, id_ in (("nausea", "preferred term", "Nausea"), ("ketamine", "substance", "ketamine"))
    )
    assert term == published.execute("SELECT case_count FROM core.term WHERE term = 'Nausea'").fetchall()
    assert (
        substance
        == published.execute(
            "SELECT count(*) FROM core.report_substance JOIN core.report USING (case_id) "
            "WHERE substance = 'ketamine' AND is_in_universe"
        ).fetchall()
    )
    found = published.execute("SELECT id, found_in FROM search('spravato')").fetchall()
    assert ("esketamine", True) in [(name, "SPRAVATO" in (where or "")) for name, where in found]


def test_the_search_for_nothing_finds_nothing(published):
    assert published.execute("FROM search('  ')").fetchall() == []
    assert published.execute("FROM search('xyzzy')").fetchall() == []
