"""The groups of further drugs hold the ids that the build makes, and catch the names that reports really carry."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest

import reference
from transforms.names import match_names

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
REAL = SHARED / "real" / "faers"
GROUPS = ("benzodiazepine", "opioid", "other_sedative", "stimulant", "mao_inhibitor")


def members(group: str) -> set[str]:
    return set(reference.read("interaction_group").filter(group=group)["substance"])


def matched(names: list[str], field: str) -> list[list[str]]:
    frame = pl.DataFrame(
        {"name_id": range(len(names)), "reported_drug_name": None, "active_ingredient": None},
        schema={"name_id": pl.Int64, "reported_drug_name": pl.String, "active_ingredient": pl.String},
    ).with_columns(pl.Series(field, names))
    found = match_names(frame)
    return [found.filter(name_id=number)["substance"].to_list() for number in range(len(names))]


def test_groups_are_those_of_the_question_and_each_has_one_name():
    table = reference.read("interaction_group")
    assert tuple(table["group"].unique(maintain_order=True)) == GROUPS
    assert table.select("group", "group_name").unique().height == len(GROUPS)
    assert table.null_count().sum_horizontal().item() == 0


def test_a_substance_is_in_one_group_and_no_studied_one_is_in_any():
    table = reference.read("interaction_group")
    assert table["substance"].is_duplicated().sum() == 0
    assert not {"ketamine", "esketamine", "arketamine"} & set(table["substance"])


def test_every_benzodiazepine_among_the_comparators_is_in_its_group():
    classed = reference.read("substance_class").filter(pl.col("class") == "benzodiazepine")["substance"]
    assert set(classed) <= members("benzodiazepine")


@pytest.mark.parametrize("field", ["reported_drug_name", "active_ingredient"])
def test_every_id_is_what_matching_makes_of_it(field):
    ids = reference.read("interaction_group")["substance"].to_list()
    found = matched([name.upper() for name in ids], field)
    assert [(name, got) for name, got in zip(ids, found, strict=True) if got != [name]] == []


@pytest.mark.parametrize(
    ("published", "group"),
    [
        ("METHYLPHENIDATE HYDROCHLORIDE", "stimulant"),
        ("LISDEXAMFETAMINE DIMESYLATE", "stimulant"),
        ("DEXTROAMPHETAMINE SACCHARATE", "stimulant"),
        ("AMPHETAMINE ASPARTATE MONOHYDRATE\\AMPHETAMINE SULFATE", "stimulant"),
        ("OXYCODONE HYDROCHLORIDE", "opioid"),
        ("ACETAMINOPHEN\\HYDROCODONE BITARTRATE", "opioid"),
        ("BUPRENORPHINE HYDROCHLORIDE\\NALOXONE HYDROCHLORIDE", "opioid"),
        ("TRAMADOL HYDROCHLORIDE", "opioid"),
        ("METHADONE HYDROCHLORIDE", "opioid"),
        ("ZOLPIDEM TARTRATE", "other_sedative"),
        ("PHENOBARBITAL SODIUM", "other_sedative"),
        ("CHLORAL HYDRATE", "other_sedative"),
        ("CLORAZEPATE DIPOTASSIUM", "benzodiazepine"),
        ("MIDAZOLAM HYDROCHLORIDE", "benzodiazepine"),
        ("PHENELZINE SULFATE", "mao_inhibitor"),
        ("RASAGILINE MESYLATE", "mao_inhibitor"),
        ("METHYLTHIONINIUM CHLORIDE", "mao_inhibitor"),
    ],
)
def test_active_ingredients_as_published(published, group):
    (found,) = matched([published], "active_ingredient")
    assert set(found) & members(group)


@pytest.mark.parametrize(
    ("published", "group"),
    [
        ("ADDERALL XR", "stimulant"),
        ("RITALIN LA", "stimulant"),
        ("PERCOCET", "opioid"),
        ("TYLENOL W/ CODEINE", "opioid"),
        ("ULTRAM ER", "opioid"),
        ("AMBIEN CR", "other_sedative"),
        ("XANAX", "benzodiazepine"),
        ("HALCION", "benzodiazepine"),
        ("NARDIL", "mao_inhibitor"),
        ("PARNATE", "mao_inhibitor"),
    ],
)
def test_brands_where_no_ingredient_is_given(published, group):
    (found,) = matched([published], "reported_drug_name")
    assert set(found) & members(group)


@pytest.mark.parametrize(
    "name", ["NALOXONE", "NALTREXONE", "LOPERAMIDE", "APOMORPHINE", "PROPOFOL", "ISOPROPYL ALCOHOL", "CETIRIZINE"]
)
def test_what_is_in_no_group(name):
    (found,) = matched([name], "active_ingredient")
    assert not set(found) & set(reference.read("interaction_group")["substance"])


STEMS = {
    "benzodiazepine": r"AZEPAM|AZOLAM|CLOBAZAM|CHLORDIAZEP|CLORAZEPATE",
    "opioid": r"CODONE|CODEINE|MORPH(?:ONE|INE)|FENTAN|TRAMADOL|PETHIDINE|MEPERIDINE|METHADONE|PROPOXYPHENE|"
    r"PENTAZOCINE|NALBUPHINE|BUTORPHANOL|BUPRENORPHINE|\bOPIUM|TAPENTADOL|MITRAGYN",
    "other_sedative": r"ZOLPIDEM|ZOPICLONE|ZALEPLON|BARBIT|BUTALBITAL|PRIMIDONE|OREXANT|GABAPENTIN|PREGABALIN|"
    r"DIPHENHYDRAMINE|DOXYLAMINE|PROMETHAZINE|HYDROXYZINE|OXYBATE|CARISOPRODOL|BACLOFEN|TIZANIDINE|CYCLOBENZAPRINE",
    "stimulant": r"AMPHET|AMFET|PHENIDATE|MODAFINIL|PHENTERMINE|COCAINE|SOLRIAM",
    "mao_inhibitor": r"SELEGILINE|RASAGILINE|SAFINAMIDE|LINEZOLID|PHENELZINE|TRANYLCYP|METHYLENE BLUE|PROCARBAZINE",
}
LOOK_ALIKE = r"ACETAZOLAMIDE|APOMORPHINE"


@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not beside this checkout")
@pytest.mark.parametrize(("group", "least"), [*zip(GROUPS, (60, 180, 100, 40, 10), strict=True)])
def test_no_real_name_of_a_group_escapes_it(real_names, group, least):
    held = members(group)
    told = real_names.filter(
        pl.col("words").str.contains(STEMS[group]) & ~pl.col("words").str.contains(LOOK_ALIKE)
    ).with_columns(is_held=pl.col("substance").is_in(list(held)))
    names = told.group_by("name_id").agg(pl.col("words").first(), pl.col("is_held").any())
    assert names.height >= least
    assert names.filter(~pl.col("is_held"))["words"].to_list() == []


@pytest.fixture(scope="module")
def real_names() -> pl.DataFrame:
    """Distinct names of the real DRUG files with their substances."""
    pairs: set[tuple[str | None, str | None]] = set()
    for path in sorted(REAL.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            (member,) = [name for name in archive.namelist() if "DRUG" in name.upper()]
            lines = archive.read(member).decode("utf-8-sig", errors="replace").splitlines()
        header = [name.strip().lower() for name in lines[0].split("$")]
        places = [header.index(name) if name in header else None for name in ("drugname", "prod_ai")]
        for line in lines[1:]:
            fields = line.split("$")
            reported, ingredient = (
                fields[place].strip() or None if place is not None and place < len(fields) else None for place in places
            )
            pairs.add((reported, ingredient))
    ordered = sorted(pairs, key=lambda pair: (pair[0] or "", pair[1] or ""))
    frame = pl.DataFrame(
        [(number, *pair) for number, pair in enumerate(ordered)],
        schema={"name_id": pl.Int64, "reported_drug_name": pl.String, "active_ingredient": pl.String},
        orient="row",
    )
    text = pl.concat_str(pl.col("reported_drug_name", "active_ingredient").fill_null(""), separator=" | ")
    return frame.join(match_names(frame), on="name_id").select("name_id", "substance", words=text.str.to_uppercase())
