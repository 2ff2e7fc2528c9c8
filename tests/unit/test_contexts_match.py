"""Reported indications to contexts, and reported routes to groups."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.contexts import (
    INDICATION_RULES,
    INDICATION_SCHEMA,
    ROUTE_RULES,
    ROUTE_SCHEMA,
    match_indications,
    match_routes,
)


def indications(*texts: str | None) -> list[tuple[str | None, ...]]:
    matched = match_indications(pl.DataFrame({"reported_indication": texts}, schema={"reported_indication": pl.String}))
    assert matched.schema == INDICATION_SCHEMA
    return matched.rows()


def routes(*texts: str | None) -> list[tuple[str | None, ...]]:
    matched = match_routes(pl.DataFrame({"route": texts}, schema={"route": pl.String}))
    assert matched.schema == ROUTE_SCHEMA
    return matched.rows()


@pytest.mark.parametrize(
    ("reported", "term", "context", "rule"),
    [
        ("Social anxiety disorder", "Social anxiety disorder", "social_anxiety", "exact"),
        ("SOCIAL PHOBIA", "Social anxiety disorder", "social_anxiety", "older_name"),
        ("ANXIETY", "Anxiety", "other_anxiety_ptsd", "case"),
        ("Anxiety NOS", "Anxiety", "other_anxiety_ptsd", "spelling"),
        ("Worry", "Anxiety", "other_anxiety_ptsd", "everyday"),
        ("Generalized anxiety disorder", "Generalised anxiety disorder", "other_anxiety_ptsd", "spelling"),
        ("Posttraumatic stress disorder", "Post-traumatic stress disorder", "other_anxiety_ptsd", "older_name"),
        ("Obsessive compulsive disorder", "Obsessive-compulsive disorder", "other_anxiety_ptsd", "spelling"),
        ("Mixed anxiety and depressive disorder",) * 2 + ("other_anxiety_ptsd", "exact"),
        ("Major depressive disorder", "Major depression", "depression", "older_name"),
        ("Depresion", "Depression", "depression", "misspelling"),
        ("Bipolar depression", "Bipolar disorder", "depression", "older_name"),
        ("Suicidal behavior", "Suicidal behaviour", "depression", "spelling"),
        ("General anesthesia", "General anaesthesia", "anaesthesia_procedure", "spelling"),
        ("Anaesthetic premedication",) * 2 + ("anaesthesia_procedure", "exact"),
        ("  Endotracheal   intubation ", "Endotracheal intubation", "anaesthesia_procedure", "exact"),
        ("Reflex sympathetic dystrophy", "Complex regional pain syndrome", "pain", "older_name"),
        ("Tumor pain", "Tumour pain", "pain", "spelling"),
        ("Dysmenorrhea", "Dysmenorrhoea", "pain", "spelling"),
        ("Suicide", "Completed suicide", "misuse_or_overdose", "older_name"),
        ("Intentional overdose", "Intentional overdose", "misuse_or_overdose", "exact"),
        ("Premedication", "Premedication", "other", "exact"),
        ("Migraine", "Migraine", "other", "exact"),
        ("Drug dependence", "Drug dependence", "other", "exact"),
        ("Product used for unknown indication",) * 2 + ("unknown", "exact"),
        ("ILL-DEFINED DISORDER", "Ill-defined disorder", "unknown", "case"),
        ("Fetal exposure during pregnancy", "Foetal exposure during pregnancy", "unknown", "spelling"),
        ("Off label use", "Off label use", "unknown", "exact"),
        ("Psoriatic arthropathy", None, "other", "unreviewed"),
        ("Painless thyroiditis", None, "other", "unreviewed"),
        ("...", None, "unknown", "blank"),
        ("  ", None, "unknown", "blank"),
        (None, None, "unknown", "blank"),
    ],
)
def test_indication(reported: str | None, term: str | None, context: str, rule: str) -> None:
    assert rule in INDICATION_RULES
    assert indications(reported) == [(reported, term, context, rule)]


@pytest.mark.parametrize(
    ("reported", "group", "rule"),
    [
        ("Intravenous (not otherwise specified)", "intravenous", "exact"),
        ("INTRAVENOUS DRIP", "intravenous", "case"),
        ("Intravenous", "intravenous", "exact"),
        ("i.v.", "intravenous", "case"),
        ("Intramuscular", "intramuscular", "exact"),
        ("Nasal", "intranasal", "exact"),
        ("Sublingual", "oral_sublingual", "exact"),
        ("Buccal", "oral_sublingual", "exact"),
        ("ORAL", "oral_sublingual", "case"),
        ("Transdermal", "topical", "exact"),
        ("Subcutaneous", "other", "exact"),
        ("Intra uterine", "other", "spelling"),
        ("Haemodialysis", "other", "spelling"),
        ("Other", "other", "exact"),
        ("Unknown", "unknown", "exact"),
        ("Parenteral", "unknown", "exact"),
        ("By owl", "unknown", "unreviewed"),
        ("", "unknown", "blank"),
        (None, "unknown", "blank"),
    ],
)
def test_route(reported: str | None, group: str, rule: str) -> None:
    assert rule in ROUTE_RULES
    assert routes(reported) == [(reported, group, rule)]


def test_one_row_per_given_row_in_the_order_of_the_text() -> None:
    given = ["Pain", None, "pain", "Anxiety", "PAIN"]
    assert [row[0] for row in indications(*given)] == [None, "Anxiety", "PAIN", "Pain", "pain"]
    assert [row[0] for row in routes("b", None, "a")] == [None, "a", "b"]


def test_nothing_in_nothing_out() -> None:
    assert indications() == []
    assert routes() == []
