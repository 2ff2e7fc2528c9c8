"""Every table of reference/ is proven: keys, orphans, names that mean one thing, terms that are known ones."""

from __future__ import annotations

import polars as pl
import pytest

import reference
from transforms.names import match_names
from transforms.names.lexicon import lexicon
from vocabulary.errors import ReferenceDataError
from vocabulary.quarter import Quarter
from vocabulary.tables import staged
from warehouse.corrections import correct_staged

KEYS = {
    "clinic_dose_band": ["route", "dose_band"],
    "duplicate_model": ["comparison", "level"],
    "clinic_measure": ["measure"],
    "clinical_rate": ["drug", "side_effect", "measure", "outcome_name", "unit", "study", "source"],
    "code": ["field", "code"],
    "combination": ["name", "ingredient"],
    "context": ["context"],
    "corrections": ["table_name", "quarter", "report_id", "source_line", "column_name"],
    "country": ["name"],
    "fda_row_count": ["faers_table", "quarter"],
    "fhir_code": ["element", "system", "code"],
    "fixed_combination": ["substance", "ingredient"],
    "indication_alias": ["alias"],
    "indication_context": ["term"],
    "ingredient_name": ["name", "ingredient"],
    "inn_stem": ["stem"],
    "interaction_group": ["substance"],
    "layout": ["faers_table", "source_column", "first_quarter"],
    "name_noise": ["word"],
    "narrower_substance": ["substance"],
    "not_substance": ["name"],
    "refused_name": ["name", "ingredient"],
    "region": ["country_code"],
    "route_group": ["route"],
    "salt": ["word", "kind"],
    "side_effect": ["side_effect"],
    "side_effect_term": ["side_effect", "term"],
    "substance": ["substance"],
    "substance_class": ["class", "substance"],
    "substance_name": ["name"],
    "term_alias": ["alias"],
}
"""Key of each table. A new table needs a line here, and its rules below or in a test of its own."""

MAY_BE_BLANK = {"clinical_rate", "corrections"}
"""Tables whose key holds columns that may be blank."""


def column(table: str, name: str) -> list[str]:
    return reference.read(table)[name].drop_nulls().to_list()


def matched(names: list[str], field: str) -> dict[str, list[str]]:
    pairs = pl.DataFrame(
        {"name_id": range(len(names)), "reported_drug_name": None, "active_ingredient": None},
        schema={"name_id": pl.Int64, "reported_drug_name": pl.String, "active_ingredient": pl.String},
    ).with_columns(pl.Series(field, names))
    found = match_names(pairs)
    return {name: found.filter(name_id=number)["substance"].to_list() for number, name in enumerate(names)}


def test_every_table_has_its_key_here():
    assert {path.stem for path in reference.FOLDER.glob("*.csv")} == set(KEYS)


@pytest.mark.parametrize("table", sorted(KEYS))
def test_ids_are_unique_and_never_blank(table):
    frame = reference.read(table)
    assert frame.select(KEYS[table]).is_duplicated().sum() == 0
    if table not in MAY_BE_BLANK:
        assert frame.select(KEYS[table]).null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize("table", sorted(KEYS))
def test_cells_are_trimmed_and_rows_are_not_repeated(table):
    raw = pl.read_csv(reference.FOLDER / f"{table}.csv", infer_schema=False)
    assert raw.is_duplicated().sum() == 0
    assert all((raw[name] == raw[name].str.strip_chars()).fill_null(True).all() for name in raw.columns)


@pytest.mark.parametrize("table", ["ingredient_name", "refused_name", "interaction_group", "region", "route_group"])
def test_every_row_says_why_and_from_where(table):
    assert reference.read(table).select("rationale", "source").null_count().sum_horizontal().item() == 0


def test_no_name_stands_for_two_substances():
    names = reference.read("substance_name").group_by("name").agg(pl.col("substance").n_unique())
    assert names.filter(pl.col("substance") > 1).is_empty()


def test_a_listed_name_stands_in_no_other_table_of_names():
    listed = set(column("ingredient_name", "name"))
    for table in ("substance_name", "combination"):
        assert not listed & set(column(table, "name")), table
    assert not listed & lexicon().noise
    # What resembles a reviewed substance and is another one may be listed as that.
    others = reference.read("not_substance").join(reference.read("ingredient_name"), on="name")
    assert not (others["resembles"] == others["ingredient"]).any()


def test_a_listed_ingredient_is_never_a_reviewed_substance():
    """Its names belong into substance_name.csv, where they are found word by word."""
    assert not set(column("ingredient_name", "ingredient")) & set(column("substance", "substance"))


def test_a_listed_name_is_read_as_its_ingredients():
    listed = reference.read("ingredient_name")
    wanted = {name: sorted(rows["ingredient"]) for (name,), rows in listed.group_by("name", maintain_order=True)}
    assert matched(list(wanted), "reported_drug_name") == wanted


def test_a_listed_ingredient_is_written_as_the_build_makes_it():
    ingredients = sorted(set(column("ingredient_name", "ingredient")))
    assert matched(ingredients, "active_ingredient") == {name: [name] for name in ingredients}


def test_what_a_person_refused_is_in_no_table():
    refused = set(reference.read("refused_name").select("name", "ingredient").rows())
    accepted = set(reference.read("ingredient_name").select("name", "ingredient").rows())
    accepted |= set(reference.read("substance_name").select("name", "substance").rows())
    assert not refused & accepted


def test_no_comparator_is_an_orphan():
    """Each has a class, a name of its own, and its class has members that are comparators."""
    roles = reference.read("substance")
    comparators = set(roles.filter(role="comparator")["substance"])
    assert set(roles["role"]) == {"studied", "comparator"}
    assert set(column("substance_class", "substance")) == comparators
    assert comparators <= set(column("substance_name", "substance"))


def test_every_alias_leads_to_a_known_term_and_none_to_another_alias():
    for table, terms in (
        ("term_alias", column("side_effect_term", "term")),
        ("indication_alias", column("indication_context", "term")),
    ):
        assert set(column(table, "term")) <= set(terms), table
        assert not {alias.lower() for alias in column(table, "alias")} & {term.lower() for term in terms}, table


def test_groups_contexts_and_measures_are_known():
    side_effects = set(column("side_effect", "side_effect"))
    studied = set(reference.read("substance").filter(role="studied")["substance"])
    measures = set(column("clinic_measure", "measure"))
    assert set(column("side_effect_term", "side_effect")) <= side_effects
    assert set(column("clinic_measure", "side_effect")) <= side_effects
    assert set(column("clinical_rate", "side_effect")) <= side_effects
    assert set(column("clinical_rate", "measure")) <= measures
    assert set(column("clinical_rate", "drug")) <= studied
    assert set(reference.read("fhir_code").filter(element="drug")["value"]) <= studied
    assert set(column("indication_context", "context")) <= set(column("context", "context"))
    assert set(column("region", "country_code")) == set(column("country", "country_code"))


def test_rates_are_counts_or_percentages_that_can_be():
    rates = reference.read("clinical_rate").with_columns(
        pl.col("event_count", "total_count", "control_event_count", "control_total_count").cast(pl.Int64),
        pl.col("percent").cast(pl.Float64),
    )
    for event, total in (("event_count", "total_count"), ("control_event_count", "control_total_count")):
        assert (rates[event] <= rates[total]).fill_null(True).all()
    assert rates["percent"].is_between(0, 100).fill_null(True).all()
    assert (rates["event_count"].is_not_null() | rates["percent"].is_not_null()).all()


def test_dose_bands_do_not_overlap():
    bands = reference.read("clinic_dose_band").with_columns(pl.col("lowest", "below").cast(pl.Float64))
    for (route, _), rows in bands.group_by("route", "unit"):
        ordered = rows.sort("lowest", nulls_last=False)
        assert ordered["below"].to_list()[:-1] == ordered["lowest"].to_list()[1:], route


def test_layouts_name_known_columns_and_quarters():
    layout = reference.read("layout")
    names = {table.name for table in staged.FAERS_TABLES.values()}
    assert set(layout["faers_table"]) - {"DELETE"} <= set(staged.FAERS_TABLES), names
    for quarter in {*column("layout", "first_quarter"), *column("layout", "last_quarter")}:
        Quarter.parse(quarter)


def test_the_corrections_of_the_project_are_well_formed():
    """Of no quarter at hand, so none is applied; a malformed one is refused all the same."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS staged")
        connection.execute("CREATE TABLE staged.report (report_id BIGINT)")
        correct_staged(connection, reference.read("corrections"), set())


def test_another_folder_is_read_meanwhile(tmp_path):
    (tmp_path / "substance.csv").write_text("substance,name,role\nzorbimab,Zorbimab,studied\n")
    with reference.using(tmp_path):
        assert column("substance", "substance") == ["zorbimab"]
    assert "ketamine" in column("substance", "substance")
    with pytest.raises(ReferenceDataError, match="no folder of reference tables"), reference.using(tmp_path / "none"):
        pass
