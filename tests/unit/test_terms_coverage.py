"""The alias table reaches the old and misspelt names that others found for the terms of our groups."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

import reference
from transforms.terms import match_terms

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
PAIRS = SHARED / "reference" / "names" / "pt_old_to_current.csv"

pytestmark = pytest.mark.skipif(not PAIRS.is_file(), reason="../shared/reference/names is not beside this checkout")


@pytest.fixture(scope="module")
def compared() -> list[tuple[str, str, str]]:
    """Old or misspelt name, the current name by others, the current name by us: terms of our groups alone."""
    ours = {term.lower(): term for term in reference.read("side_effect_term")["term"]}
    with PAIRS.open(encoding="utf-8") as lines:
        pairs = [
            (row["pt"], ours[row["standard_pt"]])
            for row in csv.DictReader(lines, delimiter=";")
            if row["standard_pt"] in ours
        ]
    frame = pl.DataFrame(
        {"term_id": range(len(pairs)), "reported_term": [old for old, _ in pairs]},
        schema={"term_id": pl.Int64, "reported_term": pl.String},
    )
    got = match_terms(frame)["term"].to_list()
    return [(old, theirs, mine) for (old, theirs), mine in zip(pairs, got, strict=True)]


def test_no_alias_contradicts_them(compared: list[tuple[str, str, str]]) -> None:
    canonical = set(reference.read("side_effect_term")["term"])
    contradictions = [row for row in compared if row[2] in canonical and row[2] != row[1]]
    assert contradictions == []


def test_most_old_names_are_known(compared: list[tuple[str, str, str]]) -> None:
    """The rest are lower-level terms and indications (a drug class, a body part), which the REAC file never holds."""
    assert len(compared) >= 100
    assert sum(theirs == mine for _, theirs, mine in compared) / len(compared) >= 0.6
