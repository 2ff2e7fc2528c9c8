"""The reviewed tables keep their own rules: one meaning per name, no orphans, no loops."""

from __future__ import annotations

import re

import polars as pl
import pytest

import reference
from transforms.names.lexicon import lexicon
from transforms.terms import DEFINITIONS, side_effect_members
from vocabulary.errors import ReferenceDataError

EXPECTED_SUBSTANCES = """
ketamine esketamine arketamine sertraline paroxetine escitalopram citalopram fluoxetine fluvoxamine venlafaxine
desvenlafaxine duloxetine levomilnacipran clonazepam alprazolam lorazepam diazepam midazolam buspirone pregabalin
gabapentin propranolol phenelzine hydroxyzine bupropion dextromethorphan_bupropion mirtazapine quetiapine
aripiprazole brexpiprazole lithium propofol etomidate methohexital dexmedetomidine sevoflurane fentanyl morphine
hydromorphone
"""


def column(table: str, name: str) -> list[str | None]:
    return reference.read(table)[name].to_list()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("substance", ["substance"]),
        ("substance", ["name"]),
        ("substance_class", ["class", "substance"]),
        ("substance_name", ["name"]),
        ("combination", ["name", "ingredient"]),
        ("fixed_combination", ["substance", "ingredient"]),
        ("narrower_substance", ["substance"]),
        ("not_substance", ["name"]),
        ("salt", ["word", "kind"]),
        ("inn_stem", ["stem"]),
        ("name_noise", ["word"]),
        ("side_effect", ["side_effect"]),
        ("side_effect_term", ["side_effect", "term"]),
        ("code", ["field", "code"]),
        ("country", ["name"]),
        ("fda_row_count", ["faers_table", "quarter"]),
    ],
)
def test_key_is_unique_and_never_blank(table: str, key: list[str]) -> None:
    frame = reference.read(table)
    assert frame.select(key).null_count().sum_horizontal().item() == 0
    assert frame.select(key).is_duplicated().sum() == 0


@pytest.mark.parametrize(
    "table",
    [
        *["substance", "substance_class", "substance_name", "side_effect", "side_effect_term", "term_alias", "salt"],
        *["combination", "fixed_combination", "narrower_substance", "not_substance"],
    ],
)
def test_every_row_says_why_and_from_where(table: str) -> None:
    frame = reference.read(table)
    assert frame.select("rationale", "source").null_count().sum_horizontal().item() == 0


def test_unknown_table_is_refused_by_name() -> None:
    with pytest.raises(ReferenceDataError, match="no_such_table"):
        reference.read("no_such_table")


def test_substances_are_those_of_the_project() -> None:
    assert set(column("substance", "substance")) == set(EXPECTED_SUBSTANCES.split())
    roles = reference.read("substance").filter(role="studied")["substance"].to_list()
    assert roles == ["ketamine", "esketamine", "arketamine"]


def test_no_orphan_class_name_or_combination() -> None:
    known = set(column("substance", "substance"))
    classed = set(column("substance_class", "substance"))
    assert classed == known - {"ketamine", "esketamine", "arketamine"}
    assert set(column("substance_name", "substance")) == known
    assert set(column("fixed_combination", "substance")) <= known
    assert set(column("narrower_substance", "substance")) <= known
    assert set(column("narrower_substance", "parent")) <= known
    resembled = {name for name in column("not_substance", "resembles") if name}
    assert resembled <= known
    for name, rows in reference.read("combination").group_by("name"):
        assert rows.height >= 2, f"{name} is a combination of one"
        assert known & set(rows["ingredient"]), f"{name} holds no reviewed substance"


def test_a_class_has_one_name() -> None:
    assert reference.read("substance_class").select("class", "class_name").unique().height == 7


def test_midazolam_alone_is_in_two_classes() -> None:
    twice = reference.read("substance_class").group_by("substance").len().filter(pl.col("len") > 1)
    assert twice["substance"].to_list() == ["midazolam"]


@pytest.mark.parametrize("table", ["substance_name", "combination", "not_substance"])
def test_names_are_kept_in_the_form_that_matching_makes(table: str) -> None:
    for name in column(table, "name"):
        assert name is not None
        assert re.fullmatch(r"[A-Z0-9]+(?: [A-Z0-9]+)*", name), f"{table}: {name!r} can never be matched"


def test_every_substance_is_known_by_its_own_name() -> None:
    own = {
        (row["substance"].replace("_", " ").upper(), row["substance"])
        for row in reference.read("substance").iter_rows(named=True)
    }
    assert own <= set(reference.read("substance_name").select("name", "substance").iter_rows())


def test_no_name_means_two_things_across_tables() -> None:
    reviewed, combined, others = (
        set(column(table, "name")) for table in ("substance_name", "combination", "not_substance")
    )
    assert not reviewed & combined
    assert not reviewed & others
    assert not combined & others
    assert not reviewed & lexicon().noise


def test_kinds_are_a_closed_vocabulary() -> None:
    assert set(column("substance_name", "kind")) <= {
        "ingredient",
        "salt",
        "brand",
        "foreign",
        "misspelling",
        "abbreviation",
    }
    assert set(column("not_substance", "kind")) == {"phrase", "prefix", "suffix", "placeholder"}
    assert set(column("salt", "kind")) == {"salt", "water", "qualifier", "kept"}
    assert set(column("term_alias", "kind")) == {"spelling", "older_name", "misspelling", "everyday"}
    assert set(column("side_effect_term", "definition")) == set(DEFINITIONS)


def test_each_group_has_one_single_term_and_each_wider_definition_holds_the_narrower() -> None:
    terms = reference.read("side_effect_term")
    singles = terms.filter(definition="single_term")["side_effect"]
    assert sorted(singles) == sorted(column("side_effect", "side_effect"))
    members = side_effect_members()
    for group in singles:
        held = [set(members.filter(side_effect=group, definition=name)["term"]) for name in DEFINITIONS]
        assert len(held[0]) == 1
        assert held[0] <= held[1] <= held[2]
        assert members.filter(side_effect=group, definition="broad").height == terms.filter(side_effect=group).height


def test_aliases_point_at_canonical_terms_and_never_away_from_one() -> None:
    canonical = {str(term) for term in column("side_effect_term", "term")}
    aliases = {str(alias).lower() for alias in column("term_alias", "alias")}
    assert len(aliases) == reference.read("term_alias").height, "an alias stands twice but for its case"
    assert not aliases & {term.lower() for term in canonical}
    assert set(column("term_alias", "term")) <= canonical


def test_one_spelling_per_term() -> None:
    terms = reference.read("side_effect_term")["term"].unique()
    assert terms.str.to_lowercase().n_unique() == terms.len()


def test_codes_point_at_canonical_codes() -> None:
    codes = reference.read("code")
    for row in codes.iter_rows(named=True):
        target = codes.filter(field=row["field"], code=row["canonical"])
        assert target.height == 1, f"{row['field']} {row['code']} points at {row['canonical']}, which is no code"
        assert target["canonical"].item() == row["canonical"]
        assert target["factor"].item() == row["factor"], "the same unit has two factors"
        assert row["code"] == row["code"].upper()


def test_units_have_factors_and_other_codes_have_none() -> None:
    codes = reference.read("code")
    units = pl.col("field").is_in(["age_unit", "weight_unit", "duration_unit"])
    assert codes.filter(units)["factor"].cast(pl.Float64).is_not_null().all()
    assert codes.filter(~units)["factor"].is_null().all()


@pytest.mark.parametrize(
    ("field", "code", "factor"),
    [
        ("age_unit", "DEC", 10.0),
        ("age_unit", "YR", 1.0),
        ("age_unit", "MON", 1 / 12),
        ("age_unit", "WK", 7 / 365.25),
        ("age_unit", "DY", 1 / 365.25),
        ("age_unit", "HR", 1 / 8766),
        ("weight_unit", "KG", 1.0),
        ("weight_unit", "LBS", 0.45359237),
        ("weight_unit", "GMS", 0.001),
        ("duration_unit", "YR", 365.25),
        ("duration_unit", "MON", 30.4375),
        ("duration_unit", "DAY", 1.0),
        ("duration_unit", "MIN", 1 / 1440),
        ("duration_unit", "SEC", 1 / 86400),
    ],
)
def test_factors(field: str, code: str, factor: float) -> None:
    row = reference.read("code").filter(field=field, code=code)
    assert float(row["factor"].item()) == pytest.approx(factor, rel=1e-12)


def test_every_documented_code_is_there() -> None:
    published = {
        "role": "PS SS C I DN",
        "sex": "F M UNK NS",
        "age_unit": "DEC YR MON WK DY HR",
        "weight_unit": "KG LBS GMS",
        "duration_unit": "YR MON WK DAY HR MIN SEC",
        "age_group": "N I C T A E",
        "report_type": "EXP PER DIR 5DAY 30DAY",
        "reporter_occupation": "MD PH OT HP RN LW CN",
        "outcome": "DE LT HO DS CA RI OT",
        "source_type": "FGN SDY LIT CSM HP UF CR DT OTH",
        "dechallenge": "Y N U D",
        "rechallenge": "Y N U D",
        "name_source": "1 2",
        "initial_or_followup": "I F",
        "is_electronic": "Y N",
        "sent_to_manufacturer": "Y N",
        "is_confidential": "Y N",
    }
    codes = reference.read("code")
    assert set(codes["field"]) == set(published)
    for field, wanted in published.items():
        assert set(wanted.split()) <= set(codes.filter(field=field)["code"])
    coded_columns = reference.read("layout").filter(parse="code")["column"].unique()
    assert set(coded_columns) == set(published)


def test_all_countries_by_code_and_by_name() -> None:
    countries = reference.read("country")
    iso = countries.filter(rationale="ISO 3166-1 alpha-2")
    assert iso.height == 249
    assert (iso["name"] == iso["country_code"]).all()
    named = countries.filter(rationale="ISO 3166-1 short name")["country_code"]
    assert sorted(named) == sorted(iso["name"])
    assert countries["name"].str.to_uppercase().equals(countries["name"])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UNITED STATES", "US"),
        ("KOREA, REPUBLIC OF", "KR"),
        ("KOREA, DEMOCRATIC PEOPLE'S REPUBLIC OF", "KP"),
        ("JAPAN", "JP"),
        ("NA", "NA"),
        ("NAMIBIA", "NA"),
        ("UK", "GB"),
        ("MACEDONIA, THE FORMER YUGOSLAV REPUBLIC OF", "MK"),
        ("COUNTRY NOT SPECIFIED", None),
        ("EU", None),
        ("YUGOSLAVIA", None),
    ],
)
def test_country(name: str, code: str | None) -> None:
    assert reference.read("country").filter(name=name)["country_code"].to_list() == [code]


def test_published_row_counts_are_numbers_of_known_tables_and_quarters() -> None:
    counts = reference.read("fda_row_count")
    assert set(counts["faers_table"]) == {"DEMO", "DRUG", "REAC", "OUTC", "RPSR", "THER", "INDI", "DELETE"}
    assert counts["quarter"].str.contains(r"^20\d\dq[1-4]$").all()
    assert (counts["data_rows"].cast(pl.Int64) > 0).all()
    assert counts.filter(faers_table="DRUG", quarter="2022q4")["data_rows"].item() == "2006967"
