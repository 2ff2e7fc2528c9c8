"""Cleaning steps one by one."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.names.clean import ascii_upper, spell_out_enantiomers, without_doses, words
from transforms.names.lexicon import lexicon, without_salts
from transforms.names.parts import split_parts


def apply(expression: pl.Expr, text: str) -> str:
    result: str = pl.DataFrame({"text": [text]}).select(expression).item()
    return result


TEXT = pl.col("text")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Kétamine", "KETAMINE"),
        ("MEROPEN          /01250501/", "MEROPEN           "),
        ("ZOLOFT /00830802", "ZOLOFT  "),
        ("Prozac®", "PROZAC"),
        ("PATIENT'S DRUG", "PATIENTS DRUG"),
        ("D'ESCITALOPRAM", "D ESCITALOPRAM"),
        ("TAB\tSEPARATED", "TAB SEPARATED"),
        ("12/24", "12/24"),
    ],
)
def test_ascii_upper(text: str, clean: str) -> None:
    assert apply(ascii_upper(TEXT), text) == clean


def test_words() -> None:
    assert apply(words(TEXT), " (KETAMINE)-HCL.. ") == "KETAMINE HCL"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("KETAMINE 50 MG/ML INJ", "KETAMINE INJ"),
        ("KETAMINE50MG", "KETAMINE"),
        ("FENTANYL 25 MCG/HR PATCH", "FENTANYL PATCH"),
        ("PROPOFOL 1%", "PROPOFOL"),
        ("IRON 5 MG/FOLIC ACID 1 MG", "IRON /FOLIC ACID"),
        ("VITAMIN B12", "VITAMIN B12"),
        ("PNEUMOVAX 23", "PNEUMOVAX 23"),
    ],
)
def test_without_doses(text: str, clean: str) -> None:
    assert " ".join(apply(without_doses(TEXT), text).split()) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("S-KETAMINE", "S-KETAMINE"),
        ("(S)-KETAMINE", "ESKETAMINE"),
        ("(R)-KETAMINE", "ARKETAMINE"),
        ("KETALAR(R) KETAMINE", "KETALAR KETAMINE"),
        ("RS-KETAMINE", "KETAMINE"),
        ("KETAMINE SR", "KETAMINE SR"),
        ("ANAESTHETIC(S) KETAMINE", "ANAESTHETIC KETAMINE"),
        ("VAPORS KETAMINE", "VAPORS KETAMINE"),
        ("(S)-CITALOPRAM", "ESCITALOPRAM"),
    ],
)
def test_spell_out_enantiomers(text: str, clean: str) -> None:
    assert " ".join(apply(spell_out_enantiomers(TEXT), text).split()) == clean


@pytest.mark.parametrize(
    ("name", "ingredient"),
    [
        ("METOPROLOL TARTRATE", "METOPROLOL"),
        ("DEXAMETHASONE SODIUM PHOSPHATE", "DEXAMETHASONE"),
        ("PAROXETINE HYDROCHLORIDE HEMIHYDRATE", "PAROXETINE"),
        ("SODIUM CHLORIDE", "SODIUM CHLORIDE"),
        ("SODIUM", "SODIUM"),
        ("MAGNESIUM CHLORIDE ANHYDROUS", "MAGNESIUM CHLORIDE"),
        ("DIMETHYL FUMARATE", "DIMETHYL FUMARATE"),
        ("TENOFOVIR DISOPROXIL FUMARATE", "TENOFOVIR DISOPROXIL"),
        ("BETAMETHASONE VALERATE", "BETAMETHASONE VALERATE"),
        ("FOLIC ACID", "FOLIC ACID"),
    ],
)
def test_without_salts(name: str, ingredient: str) -> None:
    assert apply(without_salts(TEXT), name) == ingredient


def test_parts_know_their_item_and_their_bracket() -> None:
    texts = pl.DataFrame({"text_id": [3, 9], "text": ["GEL (A, B)/CREAM AND D", "X) Y"]})
    parts = split_parts(texts).select("text_id", "words", "item", "depth", "is_inner_list").rows()
    assert parts == [
        (3, "GEL", 0, 0, True),
        (3, "A", 0, 1, True),
        (3, "B", 0, 1, True),
        (3, "CREAM", 1, 0, False),
        (3, "D", 2, 0, False),
        (9, "X", 0, 0, False),
        (9, "Y", 0, 0, False),
    ]


def test_lexicon_is_built_once() -> None:
    assert lexicon() is lexicon()
