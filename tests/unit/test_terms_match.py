"""Reported terms to canonical terms, and terms to side effects."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.terms import OUTPUT_SCHEMA, RULES, match_terms, side_effect_members


def match(*terms: str | None) -> list[tuple[int, str, str]]:
    frame = pl.DataFrame(
        {"term_id": range(len(terms)), "reported_term": terms},
        schema={"term_id": pl.Int64, "reported_term": pl.String},
    )
    matched = match_terms(frame)
    assert matched.schema == OUTPUT_SCHEMA
    return matched.rows()


@pytest.mark.parametrize(
    ("reported", "term", "rule"),
    [
        ("Dissociation", "Dissociation", "exact"),
        ("DISSOCIATION", "Dissociation", "case"),
        (" dissociation ", "Dissociation", "case"),
        ("HALLUCINATION, AUDITORY", "Hallucination, auditory", "case"),
        ("Hallucination auditory", "Hallucination, auditory", "spelling"),
        ("Paresthesia", "Paraesthesia", "spelling"),
        ("HEMATURIA", "Haematuria", "spelling"),
        ("Derealization", "Derealisation", "spelling"),
        ("Depersonalisation", "Depersonalisation/derealisation disorder", "older_name"),
        ("SUICIDE", "Completed suicide", "older_name"),
        ("Diziness", "Dizziness", "misspelling"),
        ("Drowsiness", "Somnolence", "everyday"),
        ("Hiv infection", "Hiv infection", "published"),
        ("COVID-19", "COVID-19", "published"),
        ("RENAL FAILURE ACUTE", "Renal failure acute", "sentence_case"),
    ],
)
def test_term(reported: str, term: str, rule: str) -> None:
    assert rule in RULES
    assert match(reported) == [(0, term, rule)]


def test_capitals_take_the_mixed_case_seen_in_another_quarter() -> None:
    assert match("HIV INFECTION", "HIV infection") == [
        (0, "HIV infection", "published"),
        (1, "HIV infection", "published"),
    ]


def test_blank_terms_give_no_row() -> None:
    assert match(None, "", "  ") == []


def test_matching_twice_changes_nothing() -> None:
    once = [term for _, term, _ in match("HEMATURIA", "DISSOCIATION", "RENAL FAILURE ACUTE", "COVID-19")]
    assert [term for _, term, _ in match(*once)] == once


LABEL_DISSOCIATION = """Delusional perception; Depersonalisation/derealisation disorder; Derealisation; Diplopia;
Dissociation; Dysaesthesia; Feeling cold; Feeling hot; Feeling of body temperature change; Hallucination;
Hallucination, auditory; Hallucination, visual; Hyperacusis; Illusion; Ocular discomfort; Oral dysaesthesia;
Paraesthesia; Paraesthesia oral; Pharyngeal paraesthesia; Photophobia; Time perception altered; Tinnitus;
Vision blurred; Visual impairment"""


def held(side_effect: str, definition: str) -> set[str]:
    members = side_effect_members()
    return set(members.filter(side_effect=side_effect, definition=definition)["term"])


def test_label_style_dissociation_is_the_footnote_of_the_label() -> None:
    assert held("dissociation", "label_style") == {" ".join(term.split()) for term in LABEL_DISSOCIATION.split(";")}


@pytest.mark.parametrize(
    ("side_effect", "term"),
    [
        ("nausea_vomiting", "Nausea"),
        ("dissociation", "Dissociation"),
        ("dizziness", "Dizziness"),
        ("vision_perception", "Vision blurred"),
        ("blood_pressure_increased", "Blood pressure increased"),
        ("heart_rate_increased", "Tachycardia"),
        ("sedation_disorientation", "Sedation"),
        ("headache", "Headache"),
        ("anxiety", "Anxiety"),
        ("suicidality", "Suicidal ideation"),
        ("abuse_dependence", "Drug abuse"),
        ("urinary_tract", "Cystitis"),
        ("hepatobiliary", "Liver function test abnormal"),
        ("cognition", "Memory impairment"),
    ],
)
def test_single_term(side_effect: str, term: str) -> None:
    assert held(side_effect, "single_term") == {term}


@pytest.mark.parametrize(
    ("side_effect", "terms"),
    [
        ("nausea_vomiting", {"Nausea", "Vomiting"}),
        ("dizziness", {"Dizziness", "Dizziness exertional", "Dizziness postural", "Procedural dizziness"}),
        ("vision_perception", {"Vision blurred", "Visual impairment", "Diplopia"}),
        ("heart_rate_increased", {"Tachycardia", "Heart rate increased", "Extrasystoles"}),
        ("sedation_disorientation", {"Sedation", "Somnolence", "Altered state of consciousness", "Hypersomnia"}),
        ("headache", {"Headache", "Sinus headache"}),
    ],
)
def test_label_style(side_effect: str, terms: set[str]) -> None:
    assert held(side_effect, "label_style") == terms


def test_groups_may_overlap() -> None:
    members = side_effect_members().filter(definition="label_style", term="Vision blurred")
    assert members["side_effect"].to_list() == ["dissociation", "vision_perception"]


def test_members_come_in_the_order_of_the_groups() -> None:
    members = side_effect_members()
    assert members["side_effect"].unique(maintain_order=True).to_list()[:2] == ["nausea_vomiting", "dissociation"]
    assert members.is_duplicated().sum() == 0
