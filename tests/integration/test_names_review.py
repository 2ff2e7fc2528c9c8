"""Review of names and the difference of reference tables, on a published file."""

from __future__ import annotations

import shutil

import polars as pl
import pytest

import reference
from pipeline.names_accept import accept
from pipeline.names_review import COLUMNS, review
from transforms.names import match_names
from transforms.names.propose import known_names, propose
from vocabulary.errors import ReferenceDataError
from warehouse.query import open_published
from warehouse.reference_diff import moved_counts, table_changes


@pytest.fixture
def tables(tmp_path):
    """A copy of the reference tables, to be changed."""
    folder = tmp_path / "reference"
    folder.mkdir()
    for path in reference.FOLDER.glob("*.csv"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def proposals(four_quarters):
    return review(four_quarters.home.published, 300, 85)


def without(folder, table, is_gone):
    """Remove lines of one table."""
    path = folder / f"{table}.csv"
    head, *lines = path.read_text().splitlines()
    path.write_text("\n".join([head, *(line for line in lines if not is_gone(line))]) + "\n")


def test_coverage_holds_every_drug_row_once(four_quarters):
    with four_quarters.open() as connection:
        loaded = connection.execute(
            "SELECT quarter, sum(rows_loaded) FROM meta.row_account WHERE table_name = 'report_drug' GROUP BY 1"
        ).fetchall()
        counted = connection.execute(
            "SELECT quarter, sum(drug_row_count) FROM meta.name_coverage WHERE quarter <> 'all' GROUP BY 1"
        ).fetchall()
        ((total,),) = connection.execute(
            "SELECT sum(drug_row_count) FROM meta.name_coverage WHERE quarter = 'all'"
        ).fetchall()
        shares = connection.execute("SELECT sum(drug_row_share) FROM meta.name_coverage GROUP BY quarter").fetchall()
        unmapped = connection.execute("SELECT sum(drug_row_count) FROM meta.unmapped_name").fetchall()[0][0]
        missed = connection.execute(
            "SELECT sum(drug_row_count) FROM meta.name_coverage WHERE quarter = 'all' "
            "AND mapped_by IN ('unmapped', 'partly')"
        ).fetchall()[0][0]
    assert sorted(loaded) == sorted(counted)
    assert total == sum(rows for _, rows in loaded)
    assert all(share == pytest.approx(1) for (share,) in shares)
    assert unmapped >= missed > 0, "a row with two unmapped parts stands twice"


def test_the_review_is_the_same_every_time(four_quarters, proposals):
    again = review(four_quarters.home.published, 300, 85)
    assert tuple(again.columns) == COLUMNS
    assert again.equals(proposals)
    assert proposals["decision"].null_count() == proposals.height
    assert proposals["drug_row_count"].is_sorted(descending=True)
    assert proposals["name"].is_duplicated().sum() == 0


def test_what_fda_codes_for_a_name_goes_before_its_spelling(proposals):
    coded = proposals.filter(pl.col("co_reported_ingredient").is_not_null())
    assert coded.height > 0
    assert set(coded["reason"]) == {"co_reported"}
    assert (coded["ingredient"] == coded["co_reported_ingredient"]).all()


def test_spellings_and_names_inside_names_are_proposed_and_short_names_are_not():
    known = known_names(pl.Series(["rivaroxaban"]))
    found = propose(["RIVAROXABEN", "RIVAROXABAN DAYTIME", "HUMIRE", "QQ", "SOMETHING ELSE"], known, 83)
    assert found.select("name", "ingredient", "reason", "resembles").rows() == [
        ("RIVAROXABEN", "rivaroxaban", "spelling", "RIVAROXABAN"),
        ("RIVAROXABAN DAYTIME", "rivaroxaban", "contains", "RIVAROXABAN"),
        ("HUMIRE", "adalimumab", "spelling", "HUMIRA"),
    ]


def test_decisions_go_into_the_tables_and_refused_ones_are_not_proposed_again(
    four_quarters, proposals, tables, tmp_path
):
    proposed = proposals.filter(
        pl.col("ingredient").is_not_null(), ~pl.col("ingredient").str.contains("+", literal=True)
    )
    substances = set(reference.read("substance")["substance"])
    wanted = proposed.filter(~pl.col("ingredient").is_in(substances))["name"].to_list()
    taken, turned_down = wanted[0], wanted[1]
    file = tmp_path / "review.csv"
    proposals.with_columns(
        decision=pl.when(pl.col("name") == taken)
        .then(pl.lit("accept"))
        .when(pl.col("name") == turned_down)
        .then(pl.lit("refuse"))
    ).write_csv(file)
    done = accept(file, tables)
    assert done.rows == {"ingredient_name": 1, "refused_name": 1}
    assert done.undecided == proposals.height - 2
    row = proposals.row(by_predicate=pl.col("name") == taken, named=True)
    with reference.using(tables):
        pair = pl.DataFrame({"name_id": [1], "reported_drug_name": [taken], "active_ingredient": [""]})
        assert match_names(pair).select("substance", "match_rule").rows() == [(row["ingredient"], "listed")]
        again = review(four_quarters.home.published, 300, 85)
    before = proposals.row(by_predicate=pl.col("name") == turned_down, named=True)
    after = again.row(by_predicate=pl.col("name") == turned_down, named=True)
    assert after["ingredient"] != before["ingredient"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"decision": "maybe"}, "line 2: the decision is maybe"),
        ({"name": "HUMIRA"}, "HUMIRA stands in ingredient_name already"),
        ({"kind": "thing"}, "the kind is thing"),
        ({"rationale": None}, "rationale is blank"),
        ({"ingredient": "adalimumab sodium"}, "adalimumab, not adalimumab sodium"),
    ],
)
def test_a_wrong_line_writes_nothing(row, words, tables, tmp_path):
    good = {"decision": "accept", "name": "ZORBIX", "ingredient": "adalimumab", "kind": "brand", "rationale": "r",
            "source": "s"}  # fmt: skip
    file = tmp_path / "review.csv"
    pl.DataFrame([{**good, **row}, {**good, "name": "ZORBELLE"}]).write_csv(file)
    before = {path.name: path.read_bytes() for path in tables.iterdir()}
    with pytest.raises(ReferenceDataError, match=words):
        accept(file, tables)
    assert {path.name: path.read_bytes() for path in tables.iterdir()} == before


def test_a_name_of_a_reviewed_substance_goes_to_its_table(tables, tmp_path):
    file = tmp_path / "review.csv"
    given = {"decision": "accept", "kind": "brand", "rationale": "r", "source": "s"}
    rows = [
        {**given, "name": "ZORBIX", "ingredient": "sertraline"},
        {**given, "name": "ZORBIDUO", "ingredient": "adalimumab + sertraline"},
    ]
    pl.DataFrame(rows).write_csv(file)
    assert accept(file, tables).rows == {"substance_name": 1, "combination": 2}
    names = ["Zorbix 5 mg", "ZORBIDUO"]
    pairs = pl.DataFrame({"name_id": [1, 2], "reported_drug_name": names, "active_ingredient": ""})
    with reference.using(tables):
        found = match_names(pairs).select("name_id", "substance").rows()
    assert found == [(1, "sertraline"), (2, "adalimumab"), (2, "sertraline")]


def test_the_same_tables_move_nothing(four_quarters, tables):
    with open_published(four_quarters.home.published) as connection:
        assert moved_counts(connection, reference.FOLDER, tables).is_empty()
    assert table_changes(reference.FOLDER, tables) == {}


def test_a_name_and_a_term_less_move_what_they_must(four_quarters, tables):
    without(tables, "substance_name", lambda line: "ZOLOFT" in line.split(",")[0])
    without(tables, "side_effect_term", lambda line: line.startswith("nausea_vomiting,label_style,Vomiting,"))
    with open_published(four_quarters.home.published) as connection:
        moved = moved_counts(connection, reference.FOLDER, tables)
        exposed, without_zoloft = connection.execute(
            """
            SELECT count(DISTINCT case_id), count(DISTINCT case_id) FILTER (
                coalesce(name.active_ingredient, '') <> '' OR name.reported_drug_name NOT ILIKE '%zoloft%')
            FROM core.report_drug
            INNER JOIN core.drug_name AS name USING (drug_name_id)
            INNER JOIN core.drug_name_substance AS named USING (drug_name_id)
            SEMI JOIN (FROM core.report WHERE is_in_universe) AS universe USING (case_id)
            WHERE role IN ('PS', 'SS') AND named.substance = 'sertraline'
            """
        ).fetchall()[0]
        reported = connection.execute(
            """
            WITH by_case AS (
                SELECT case_id, bool_or(term = 'Vomiting') AS has_it, bool_or(term <> 'Vomiting') AS has_other
                FROM core.report_term
                INNER JOIN core.side_effect_term USING (term)
                WHERE side_effect = 'nausea_vomiting' AND definition = 'label_style'
                    AND case_id IN (SELECT case_id FROM core.report WHERE is_in_universe)
                GROUP BY case_id
            )
            SELECT count(*), count(*) FILTER (has_it AND NOT has_other) FROM by_case
            """
        ).fetchall()[0]
    sertraline = moved.row(by_predicate=pl.col("which") == "sertraline", named=True)
    assert sertraline["cases_before"] == exposed
    assert sertraline["cases_after"] == without_zoloft
    assert (sertraline["cases_gained"], sertraline["cases_lost"]) == (0, exposed - without_zoloft)
    assert sertraline["cases_lost"] > 0
    ssri = moved.row(by_predicate=pl.col("which") == "ssri", named=True)
    assert ssri["cases_before"] - ssri["cases_lost"] == ssri["cases_after"]
    vomiting = moved.row(
        by_predicate=(pl.col("which") == "nausea_vomiting") & (pl.col("definition") == "label_style"), named=True
    )
    assert (vomiting["cases_before"], vomiting["cases_lost"]) == reported
    assert set(moved["which"]) == {"sertraline", "ssri", "nausea_vomiting"}
    changes = table_changes(reference.FOLDER, tables)
    assert set(changes) == {"substance_name", "side_effect_term"}
    assert changes["side_effect_term"] == (0, 1)
