"""Names that look alike, read as a person who knows the drugs reads them. Reviewed substances alone are listed."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.names import OUTPUT_SCHEMA, RULES, match_names


def read(name: str | None, ingredient: str | None = None) -> pl.DataFrame:
    pair = {"name_id": [1], "reported_drug_name": [name], "active_ingredient": [ingredient]}
    schema = {"name_id": pl.Int64, "reported_drug_name": pl.String, "active_ingredient": pl.String}
    return match_names(pl.DataFrame(pair, schema=schema))


def reviewed(name: str | None, ingredient: str | None = None) -> list[str]:
    return read(name, ingredient).filter("is_reviewed")["substance"].to_list()


def unreviewed(name: str | None, ingredient: str | None = None) -> list[str]:
    return read(name, ingredient).filter(~pl.col("is_reviewed"))["substance"].to_list()


@pytest.mark.parametrize(
    ("name", "substance"),
    [
        ("KETAMINE", "ketamine"),
        ("ketamine hydrochloride.", "ketamine"),
        ("KETAMINE HCL INJ 50 MG/ML", "ketamine"),
        ("KETALAR                            /00171101/", "ketamine"),
        ("Ketanest 10 mg", "ketamine"),
        ("KETANEST S 25 MG/ML INJ", "esketamine"),
        ("KETANEST-S", "esketamine"),
        ("KETANEST(S)", "esketamine"),
        ("ESKETAMINE", "esketamine"),
        ("SPRAVATO 84 MG NASAL SPRAY", "esketamine"),
        ("S-KETAMINE", "esketamine"),
        ("(S)-KETAMINE", "esketamine"),
        ("S(+)-KETAMINE HYDROCHLORIDE", "esketamine"),
        ("S+ KETAMINE", "esketamine"),
        ("KETAMINE (S)", "esketamine"),
        ("cloridrato de dextrocetamina", "esketamine"),
        ("cetamina", "ketamine"),
        ("KÉTAMINE 50 mg/5 ml", "ketamine"),
        ("(R,S)-KETAMINE", "ketamine"),
        ("R/S-KETAMINE", "ketamine"),
        ("(+/-)-KETAMINE", "ketamine"),
        ("KETALAR (R) KETAMINE", "ketamine"),
        ("(R)-KETAMINE", "arketamine"),
        ("ARKETAMINE HYDROCHLORIDE", "arketamine"),
        ("KETAMINE [KETAMINE HYDROCHLORIDE]", "ketamine"),
        ("KETAMINE (SPRAVATO)", "esketamine"),
        ("SPRAVATO (KETAMINE) 28 MG/0.2 ML", "esketamine"),
    ],
)
def test_ketamine_and_its_enantiomers_are_never_confused(name: str, substance: str) -> None:
    assert reviewed(name) == [substance]


@pytest.mark.parametrize(
    "name",
    [
        "NORKETAMINE",
        "NOR-KETAMINE",
        "HYDROXYNORKETAMINE",
        "TILETAMINE",
        "DESCHLOROKETAMINE",
        "N-ETHYL DESCHLOROKETAMINE",
        "2-FLUORO-DESCHLORO-KETAMINE",
        "2F-KETAMINE",
        "METHOXETAMINE",
        "KETAMINE METABOLITE",
        "EKETAMINE",
        "NORCITALOPRAM",
        "DESMETHYLCITALOPRAM",
        "O-DESMETHYLVENLAFAXINE",
        "O-DESMETHYL-VENLAFAXINE",
        "NORFLUOXETINE",
        "IMIDAZOLE SALICYLATE",
        "GABAPENTIN ENACARBIL 600 MG",
        "HORIZANT",
        "ARISTADA",
        "FOSPROPOFOL DISODIUM",
        "LITHIUM HEPARIN TUBE",
        "MORPHINE-6-GLUCURONIDE",
        "APOMORPHINE",
        "DIAMORPHINE",
        "SUFENTANIL",
        "REMIFENTANIL",
        "ACETYL FENTANYL",
        "NORDIAZEPAM",
        "LORMETAZEPAM",
        "MILNACIPRAN",
        "MEDETOMIDINE",
        "CLORAZEPAM",
        "DEXTROMETHORPHAN HBR",
        "KETAMINE PLACEBO",
        "WITHOUT LITHIUM",
    ],
)
def test_what_only_looks_like_a_reviewed_substance(name: str) -> None:
    assert reviewed(name) == []
    assert len(unreviewed(name)) == 1, "the background keeps it"


@pytest.mark.parametrize(
    ("name", "substance"),
    [
        ("DESVENLAFAXINE", "desvenlafaxine"),
        ("DES-VENLAFAXINE 50 MG", "desvenlafaxine"),
        ("VENLAFAXINE", "venlafaxine"),
        ("EFFEXOR (DESVENLAFAXINE)", "desvenlafaxine"),
        ("ESCITALOPRAM", "escitalopram"),
        ("ES-CITALOPRAM", "escitalopram"),
        ("OXALATE D'ESCITALOPRAM", "escitalopram"),
        ("CITALOPRAM (LEXAPRO) 10 MG", "escitalopram"),
        ("CELEXA", "citalopram"),
        ("HYDROMORPHONE", "hydromorphone"),
        ("LEVOMILNACIPRAN", "levomilnacipran"),
        ("DEXMEDETOMIDINE", "dexmedetomidine"),
        ("TAVOR (LORAZEPAM)", "lorazepam"),
        ("MS CONTIN 30 MG", "morphine"),
        ("PROPOFOL-LIPURO 1%", "propofol"),
        ("LITHIUM CARBONATE ER", "lithium"),
    ],
)
def test_relatives_are_kept_apart(name: str, substance: str) -> None:
    assert reviewed(name) == [substance]


@pytest.mark.parametrize(
    ("name", "substance"),
    [
        ("APO-QUETIAPINE XR TABLETS", "quetiapine"),
        ("DAILY 20MG PROZAC", "fluoxetine"),
        ("FILM?COATED SERTRALINE", "sertraline"),
        ("CO?PAROXETINE", "paroxetine"),
        ("PAROX?TINE", "paroxetine"),
        ("INJ K?TAMINE", "ketamine"),
        ("SERTRALINE100MG", "sertraline"),
        ("FENTANYL 25 MCG/HR PATCH", "fentanyl"),
        ("MIDAZOLAM 1 MG/ML, AMP", "midazolam"),
        ("DIAZEPAM TABLETS BP (WOCKHARDT)", "diazepam"),
        ("REMERON SOLTAB ??", "mirtazapine"),
        ("CHLORHYDRATE DE FLUOXETINE", "fluoxetine"),
        ("SEVOFLURANE 250 ML LIQUID FOR INHALATION", "sevoflurane"),
    ],
)
def test_forms_doses_makers_and_lost_characters(name: str, substance: str) -> None:
    assert reviewed(name) == [substance]


@pytest.mark.parametrize(
    ("name", "substances"),
    [
        ("VERSED AND KETAMINE", ["ketamine", "midazolam"]),
        ("COCKTAIL (VERSED, KETAMINE)", ["ketamine", "midazolam"]),
        ("DIAZEPAM, LORAZEPAM; FENTANYL", ["diazepam", "fentanyl", "lorazepam"]),
        ("PROPOFOL\\KETAMINE HYDROCHLORIDE", ["ketamine", "propofol"]),
        ("MIDAZOLAM W/MORPHINE", ["midazolam", "morphine"]),
        ("KETOFOL", ["ketamine", "propofol"]),
        ("SYMBYAX 6/25", ["fluoxetine"]),
        ("CONTRAVE", ["bupropion"]),
        ("ESKETAMINE/KETAMINE", ["esketamine", "ketamine"]),
        ("KETAMINE/KETAMINE HCL", ["ketamine"]),
    ],
)
def test_several_ingredients_give_several_substances(name: str, substances: list[str]) -> None:
    assert reviewed(name) == substances


def test_the_other_ingredients_stay_in_the_background() -> None:
    assert unreviewed("KETAMINE/AMITRIPTYLINE HCL/LIDOCAINE GEL") == ["amitriptyline", "lidocaine"]
    assert unreviewed("CONTRAVE") == ["naltrexone"]
    assert unreviewed("GEL (ATIVAN, BENADRYL, HALDOL)") == ["diphenhydramine", "haloperidol"]
    assert unreviewed("DRUG X", "GLYBURIDE\\METFORMIN HYDROCHLORIDE") == ["glyburide", "metformin"]


@pytest.mark.parametrize(
    ("name", "ingredient"),
    [
        ("AUVELITY", None),
        ("AUVELITY", "BUPROPION HYDROCHLORIDE\\DEXTROMETHORPHAN HYDROBROMIDE"),
        ("BUPROPION/DEXTROMETHORPHAN", None),
        ("DEXTROMETHORPHAN HBR 45 MG + BUPROPION HCL 105 MG", None),
    ],
)
def test_dextromethorphan_with_bupropion_is_itself_and_not_bupropion(name: str, ingredient: str | None) -> None:
    assert read(name, ingredient)["substance"].to_list() == ["dextromethorphan_bupropion"]


def test_active_ingredient_wins_over_the_reported_name() -> None:
    assert reviewed("SPRAVATO", "KETAMINE") == ["ketamine"]
    assert reviewed("KETALAR", "ESKETAMINE HYDROCHLORIDE") == ["esketamine"]
    assert reviewed("ZOLOFT", "PIROXICAM") == []
    assert read("ZOLOFT", "SERTRALINE HYDROCHLORIDE")["matched_field"].item() == "active_ingredient"


def test_active_ingredient_that_says_nothing_leaves_the_reported_name() -> None:
    for nothing in ("UNSPECIFIED INGREDIENT", "  ", ".", None):
        row = read("KETAMINE", nothing)
        assert row["substance"].to_list() == ["ketamine"]
        assert row["matched_field"].item() == "reported_drug_name"


def test_active_ingredient_is_read_whole_and_never_guessed_at() -> None:
    assert reviewed("X", "KETAMINE RELATED COMPOUND") == []
    assert unreviewed("X", "LITHIUM HEPARIN") == ["lithium heparin"]
    assert reviewed("X", "LITHIUM CATION") == ["lithium"]
    assert reviewed("X", "MORPHINE SULFATE") == ["morphine"]


def test_a_bracket_names_the_ingredient() -> None:
    # The sender coded the ingredient and typed the brand, so the ingredient stands, as FDA's own field does.
    assert reviewed("PAXIL(PIROXICAM)(PIROXICAM)") == []
    assert unreviewed("PAXIL(PIROXICAM)(PIROXICAM)") == ["piroxicam"]
    assert reviewed("ZOLOFT (PAROXETINE)") == ["paroxetine"]
    # A country, a maker or a misspelling of the right ingredient is no other ingredient.
    for bracket in ("CANADA", "GLAXOSMITHKLINE", "PAROXOTINNE", "PAROXETINE HYDROCHLORIDE"):
        assert reviewed(f"PAXIL ({bracket})") == ["paroxetine"]


@pytest.mark.parametrize("name", [None, "", "   ", "???", "."])
def test_a_blank_name_gives_no_row(name: str | None) -> None:
    assert read(name).height == 0


@pytest.mark.parametrize(
    ("name", "ingredient", "rule"),
    [
        ("ZOLOFT", None, "exact"),
        ("X", "SERTRALINE HYDROCHLORIDE", "salt"),
        ("SERTRALINE SULFATE", None, "salt"),
        ("ZOLOFT 50 MG", None, "suffix"),
        ("LUSTRALIS [SERTRALINE HYDROCHLORIDE]", None, "bracket"),
        ("SERTRALLINNE TAB", None, "cleaned"),
        ("VENLAFAXXINE TAB", None, "misspelling"),
        ("ZOLFT", None, "misspelling"),
        ("ZOLOFT/XANAX", None, "combination"),
        ("ASPIRIN", None, "cleaned"),
    ],
)
def test_rule_says_how_the_name_was_read(name: str, ingredient: str | None, rule: str) -> None:
    assert rule in RULES
    assert set(read(name, ingredient)["match_rule"]) == {rule}


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("MEROPEN          /01250501/", "meropen"),
        ("ASPIRIN.", "aspirin"),
        ("METOPROLOL SUCCINATE ER 25 MG TABLETS", "metoprolol"),
        ("ZESTRIL (LISINOPRIL) TABLET", "lisinopril"),
        ("POTASSIUM CHLORIDE", "potassium chloride"),
        ("MAGNESIUM CHLORIDE ANHYDROUS", "magnesium chloride"),
        ("FERROUS SULFATE", "ferrous sulfate"),
        ("DIMETHYL FUMARATE", "dimethyl fumarate"),
        ("FOLIC ACID", "folic acid"),
        ("VITAMIN B12", "vitamin b12"),
        ("10 MG", "10 mg"),
    ],
)
def test_the_rest_keeps_its_cleaned_name(name: str, cleaned: str) -> None:
    row = read(name)
    assert row["substance"].to_list() == [cleaned]
    assert row["is_reviewed"].to_list() == [False]


def test_columns_and_empty_input() -> None:
    schema = {"name_id": pl.Int64, "reported_drug_name": pl.String, "active_ingredient": pl.String}
    assert match_names(pl.DataFrame(schema=schema)).schema == OUTPUT_SCHEMA
    assert read("KETAMINE").schema == OUTPUT_SCHEMA
