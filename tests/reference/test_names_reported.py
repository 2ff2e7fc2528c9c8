"""Recall and precision on real verbatim names, by an answer key written by hand from knowledge of the drugs.

The key holds no name: a row is found by the sha256 of ``drugname|prod_ai``.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import polars as pl
import pytest

from transforms.names import match_names

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
REPORTED = SHARED / "reference" / "names" / "reported_drug_names.csv"
ANSWERS = Path(__file__).parent / "answers" / "reported_drug_names.csv"

pytestmark = pytest.mark.skipif(not REPORTED.is_file(), reason="../shared/reference/names is not beside this checkout")


def answers() -> dict[str, set[str]]:
    with ANSWERS.open(encoding="utf-8") as lines:
        return {row["key"]: set(filter(None, row["substances"].split(";"))) for row in csv.DictReader(lines)}


def rows() -> list[tuple[str, str]]:
    with REPORTED.open(encoding="utf-8") as lines:
        return [(row["drugname"], row["prod_ai"]) for row in csv.DictReader(lines)]


def found(names: list[tuple[str, str]]) -> list[set[str]]:
    pairs = pl.DataFrame(
        [(place, name, ingredient or None) for place, (name, ingredient) in enumerate(names)],
        schema={"name_id": pl.Int64, "reported_drug_name": pl.String, "active_ingredient": pl.String},
        orient="row",
    )
    matched = match_names(pairs).filter("is_reviewed").group_by("name_id").agg("substance")
    by_id = {name_id: set(substances) for name_id, substances in matched.iter_rows()}
    return [by_id.get(place, set()) for place in range(len(names))]


def key_of(name: str, ingredient: str) -> str:
    return hashlib.sha256(f"{name}|{ingredient}".encode()).hexdigest()


def test_the_key_answers_every_row_and_no_other() -> None:
    assert {key_of(*row) for row in rows()} == set(answers())


def test_recall_and_precision_are_at_least_98_percent() -> None:
    key = answers()
    names = rows()
    true_positive = false_positive = false_negative = 0
    wrong = []
    for row, got in zip(names, found(names), strict=True):
        wanted = key[key_of(*row)]
        true_positive += len(got & wanted)
        false_positive += len(got - wanted)
        false_negative += len(wanted - got)
        if got != wanted:
            wrong.append((row, sorted(got), sorted(wanted)))
    assert true_positive / (true_positive + false_negative) >= 0.98, wrong
    assert true_positive / (true_positive + false_positive) >= 0.98, wrong


def test_ketamine_and_esketamine_are_never_confused() -> None:
    key = answers()
    names = rows()
    for row, got in zip(names, found(names), strict=True):
        assert got & {"ketamine", "esketamine"} == key[key_of(*row)] & {"ketamine", "esketamine"}, row


def test_the_reported_name_alone_is_read_as_well() -> None:
    key = answers()
    names = rows()
    alone = found([(name, "") for name, _ in names])
    right = sum(got == key[key_of(*row)] for row, got in zip(names, alone, strict=True))
    assert right / len(names) >= 0.98
