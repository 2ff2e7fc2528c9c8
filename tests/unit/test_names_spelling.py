"""Misspellings: one edit, the right first letter, one substance alone."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.names.lexicon import lexicon
from transforms.names.spelling import correct, is_one_edit, restore_lost_letters

WORDS = st.text("ABCD", min_size=1, max_size=6)


def one_edit_by_listing(word: str) -> set[str]:
    """Every word one edit away over the same letters, the slow and obvious way."""
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    dropped = {left + right[1:] for left, right in splits if right}
    changed = {left + letter + right[1:] for left, right in splits if right for letter in "ABCD"}
    added = {left + letter + right for left, right in splits for letter in "ABCD"}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    return (dropped | changed | added | swapped) - {word}


@given(WORDS, WORDS)
def test_one_edit_is_what_listing_all_edits_says(left: str, right: str) -> None:
    assert is_one_edit(left, right) == (right in one_edit_by_listing(left))


@given(WORDS)
def test_every_listed_edit_is_found_both_ways(word: str) -> None:
    for other in one_edit_by_listing(word):
        assert is_one_edit(word, other)
        assert is_one_edit(other, word)


@pytest.mark.parametrize(
    ("word", "substance"),
    [
        ("VENLAFAXXINE", "venlafaxine"),
        ("SERTRAYLINE", "sertraline"),
        ("HYDROMORPHONNE", "hydromorphone"),
        ("QUETIAPYNE", "quetiapine"),
        ("ESKETAMMINE", "esketamine"),
        ("KETAMMINE", "ketamine"),
        ("DESVENLAFAXYNE", "desvenlafaxine"),
    ],
)
def test_one_edit_is_mended(word: str, substance: str) -> None:
    assert correct(pl.Series([word]), lexicon())["substance"].to_list() == [substance]


@pytest.mark.parametrize(
    "word",
    [
        "EKETAMINE",  # the first letter would have to change for ketamine; esketamine is as near
        "CLORAZEPAM",  # lorazepam or clonazepam
        "CETAMIDE",  # an eye ointment
        "NORKETAMINE",
        "TILETAMINE",
        "KETAZINNE",  # two edits
        "OXYMORPHONE",
        "LOPRAZOLAM",
        "TABLETTEN",
        "VENLAFAXINE",  # right as it is
    ],
)
def test_what_must_not_be_mended(word: str) -> None:
    assert correct(pl.Series([word]), lexicon()).is_empty()


def test_a_lost_letter_comes_back_where_one_substance_fits() -> None:
    texts = ["PAROX?TINE 20", "(K?TAMINE)", "CO?VENLAFAXINE", "NO QUESTION", "INJ ?KETAMINE"]
    frame = pl.DataFrame({"text_id": range(5), "text": texts}, schema={"text_id": pl.Int64, "text": pl.String})
    restored = restore_lost_letters(frame, lexicon()).sort("text_id")
    assert restored["text"].to_list() == [
        "PAROXETINE 20",
        "(KETAMINE)",
        "CO VENLAFAXINE",
        "NO QUESTION",
        "INJ  KETAMINE",
    ]
    assert restored["is_restored"].to_list() == [True, True, False, False, False]
