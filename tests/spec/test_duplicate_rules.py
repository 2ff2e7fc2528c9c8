"""Who is linked with whom, on literal cases: exact keys, missing values, contradictions, and which case is kept."""

from __future__ import annotations

from datetime import date

import pytest

from tests.spec.literal_cases import case, literal_lookups, together
from warehouse.duplicates import duplicate_steps
from warehouse.duplicates.explain import explain

DRUGS = [("PS", "KETAMINE"), ("SS", "ROCURONIUM")]
TARGETS = ["core.report", "core.report_substance", "core.report_term", "meta.duplicate_linkage"]
TERMS = ["Dissociation", "Laryngospasm", "Rash"]
PATIENT = {
    "sex": "F", "age_years": 41.0, "occurrence_country": "NZ", "weight_kg": 61.5,
    "event_date": date(2020, 1, 14), "event_date_precision": "day",
    "fda_received_date": date(2020, 3, 1), "manufacturer_sender": "ONE", "manufacturer_number": "NZ-ONE-20200001",
}  # fmt: skip


def told(number, drugs=DRUGS, terms=TERMS, **changes):
    made = case(number, drugs, terms)
    made["report"][0].update({**PATIENT, "manufacturer_number": f"NZ-{number}-77{number}0", **changes})
    return made


def stranger(number):
    """One of many others, so that names have frequencies."""
    return told(
        number,
        [("PS", f"DRUG{number % 17}")],
        [f"Term{number % 23}"],
        sex="FM"[number % 2],
        age_years=20.0 + number % 50,
        occurrence_country="US" if number % 3 else "DE",
        weight_kg=50.0 + number % 37,
        event_date=date(2019, 1 + number % 12, 1 + number % 28),
        manufacturer_sender=f"SENDER{number % 9}",
    )


@pytest.fixture
def linked(literal_warehouse):
    """Gives ``find(*cases)``: {case: (cluster, reason)} among 150 strangers, and the connection."""

    def find(*cases):
        tables = together(*(stranger(number) for number in range(1000, 1150)), *cases)
        connection = literal_warehouse(tables, TARGETS, [*literal_lookups(), *duplicate_steps()])
        rows = connection.execute("SELECT case_id, cluster_id, reason FROM core.report_duplicate").fetchall()
        return {number: (cluster, reason) for number, cluster, reason in rows if number < 1000}, connection

    return find


def test_one_story_of_two_senders_is_linked_and_the_most_complete_is_kept(linked):
    found, connection = linked(told(1, weight_kg=None), told(2, manufacturer_sender="TWO"))
    assert found == {2: (2, "kept"), 1: (2, "linked")}
    flags = connection.execute("SELECT case_id, is_probable_duplicate FROM core.report WHERE case_id < 9").fetchall()
    assert dict(flags) == {1: True, 2: False}
    explained = explain(connection, 1)
    (pair,) = explained.pairs
    assert pair.prior_bits + sum(one.bits for one in pair.comparisons) == pytest.approx(pair.match_weight, abs=1e-3)
    weight = next(one for one in pair.comparisons if one.name == "weight")
    assert (weight.values, weight.level, weight.bits) == (("", "61.5"), "not compared", 0)


def test_of_equally_complete_cases_the_earliest_is_kept(linked):
    found, _ = linked(told(1, manufacturer_sender="TWO"), told(2, fda_received_date=date(2020, 2, 1)))
    assert found == {2: (2, "kept"), 1: (2, "linked")}


def test_a_case_that_counts_is_kept_before_a_more_complete_one_that_does_not(linked):
    number = {"manufacturer_number": "NZ-ONE-20200001"}
    found, _ = linked(told(1, [], **number), told(2, weight_kg=None, sex=None, **number))
    assert found == {2: (2, "kept"), 1: (2, "same_manufacturer_number")}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"manufacturer_number": "NZ-ONE-20200001"}, {"manufacturer_number": "NZ/ONE 20200001"},
         "same_manufacturer_number"),
        ({"authority_number": "GB-MHRA-00123456"}, {"authority_number": "gb mhra 00123456"}, "same_authority_number"),
    ],
)  # fmt: skip
def test_exact_keys_link_whatever_else_is_missing(linked, one, other, reason):
    blank = {"age_years": None, "weight_kg": None, "event_date": None, "event_date_precision": None, "sex": None}
    found, _ = linked(told(1, **one), told(2, [("PS", "OTHER")], ["Cough"], **{**blank, **other}))
    assert found == {1: (1, "kept"), 2: (1, reason)}


def test_a_number_does_not_link_two_people(linked):
    number = {"manufacturer_number": "NZ-ONE-20200001"}
    found, _ = linked(told(1, **number), told(2, sex="M", age_years=70.0, **number))
    assert found == {}


def test_missing_never_equals_missing(linked):
    blank = dict.fromkeys(
        ("sex", "age_years", "weight_kg", "event_date", "event_date_precision", "occurrence_country",
         "manufacturer_number", "authority_number", "literature_reference")
    )  # fmt: skip
    found, _ = linked(*(told(number, [("PS", "DRUG1")], ["Term1"], **blank) for number in (1, 2)))
    assert found == {}


def test_a_batch_of_different_people_is_not_linked(linked):
    people = [("F", 31.0, 55.0), ("M", 52.0, 88.0), ("F", 67.0, 71.0), ("M", 24.0, 64.0)]
    batch = [
        told(number, [("PS", "KETAMINE")], ["Dissociation"], sex=sex, age_years=age, weight_kg=weight)
        for number, (sex, age, weight) in enumerate(people, start=1)
    ]
    assert linked(*batch)[0] == {}


def test_nobody_is_removed_through_a_third_case(linked):
    """Two people whose cases both resemble a vague one: only one of them is tied to it."""
    vague = told(3, age_years=None, sex=None, weight_kg=None, manufacturer_sender="THREE")
    one = told(1, manufacturer_sender="TWO")
    other = told(2, sex="M", age_years=70.0, weight_kg=90.0)
    found, _ = linked(one, other, vague)
    assert {1, 2} - {number for number, (_, reason) in found.items() if reason != "kept"} == {1, 2}


def test_tiny_data_use_the_reviewed_model_and_say_so(linked):
    _, connection = linked(told(1))
    rows = connection.execute("SELECT DISTINCT m_source, u_pair_count, outcome FROM meta.duplicate_model").fetchall()
    assert [row[:2] for row in rows] == [("reviewed", 0)]
    assert "too few cases to train on" in rows[0][2]
    assert connection.execute("SELECT is_everyone, compared_case_count FROM meta.duplicate_linkage").fetchall() == [
        (True, 151)
    ]


def test_above_the_limit_only_studied_substances_and_comparators_are_compared(literal_warehouse):
    tables = together(*(stranger(number) for number in range(1000, 1010)), told(1), told(2))
    steps = [*literal_lookups(), *duplicate_steps(most_cases=5)]
    connection = literal_warehouse(tables, ["meta.duplicate_linkage"], steps)
    found = connection.sql("SELECT case_count, compared_case_count, is_everyone FROM meta.duplicate_linkage").fetchall()
    assert found == [(12, 2, False)]
