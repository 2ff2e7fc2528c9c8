"""Two drugs and a side effect as literal cases: rows in, eight counts and Omega out."""

from __future__ import annotations

import math

import polars as pl
import pytest

from vocabulary.tables.mart.interaction import INTERACTION
from warehouse.marts import interaction
from warehouse.plan import frame_step

CELLS = interaction.CELLS
GOLDEN = (25, 253, 53, 1444, 42, 1293, 185, 6527)
"""statistics.md: Omega about 1.16, lower bound about .54."""

# (drugs as (role, name), terms, how many cases)
CASES = [
    ([("PS", "ketamine"), ("C", "morphine")], ["Sedation"], 3),  # both, in scope any alone
    ([("PS", "ketamine"), ("SS", "morphine")], ["Sedation", "Nausea"], 2),  # both, suspect too
    ([("PS", "ketamine"), ("SS", "morphine"), ("SS", "codeine")], ["Rash"], 1),  # two of one group count once
    ([("PS", "ketamine")], ["Sedation"], 4),
    ([("SS", "ketamine"), ("PS", "aspirin")], ["Rash"], 5),
    ([("PS", "codeine")], ["Somnolence"], 6),  # label style, not the single term
    ([("PS", "aspirin"), ("I", "morphine")], ["Rash"], 7),
    ([("PS", "aspirin")], ["Sedation", "Sedation"], 8),
    ([("PS", "aspirin"), ("DN", "ketamine")], ["Rash"], 9),  # not given is no exposure
    ([("PS", "aspirin")], [], 10),  # no reaction: outside the universe
]


def _rows():
    tables = {"report": [], "report_drug": [], "report_reaction": []}
    number = 0
    for drugs, terms, times in CASES:
        for _ in range(times):
            number += 1
            key = {"quarter": "2022q1", "report_id": number * 10, "case_id": number}
            tables["report"].append({**key, "case_version": 1})
            tables["report_drug"] += [
                {**key, "role": role, "reported_drug_name": name, "drug_sequence": place}
                for place, (role, name) in enumerate(drugs, start=1)
            ]
            tables["report_reaction"] += [{**key, "reported_term": term} for term in terms]
    return tables


def _lookups():
    def names(connection):
        rows = connection.execute("SELECT drug_name_id, reported_drug_name FROM core.drug_name").fetchall()
        return pl.DataFrame(
            [
                {"drug_name_id": i, "substance": name, "is_reviewed": True, "matched_field": "f", "match_rule": "r"}
                for i, name in rows
            ]
        )

    def terms(connection):
        return connection.sql("SELECT reported_term, reported_term AS term FROM work.reported_term").pl()

    def frame(columns, *rows):
        made = pl.DataFrame(list(rows), schema=columns, orient="row")
        return lambda _: made

    return [
        frame_step("core.drug_name_substance", names, "core.drug_name"),
        frame_step("work.matched_term", terms, "work.reported_term"),
        frame_step("core.exposure", frame(["exposure", "exposure_name", "exposure_kind", "is_studied"],
                                          ("ketamine", "Ketamine", "substance", True))),
        frame_step("core.exposure_substance", frame(["exposure", "substance"], ("ketamine", "ketamine"))),
        frame_step("core.side_effect", frame({"side_effect": pl.String, "side_effect_name": pl.String,
                                              "question": pl.String},
                                             ("sedation_disorientation", "Sedation", None))),
        frame_step("core.side_effect_term", frame(
            ["side_effect", "definition", "term"],
            ("sedation_disorientation", "single_term", "Sedation"),
            ("sedation_disorientation", "label_style", "Sedation"),
            ("sedation_disorientation", "label_style", "Somnolence"),
            ("sedation_disorientation", "broad", "Sedation"),
            ("sedation_disorientation", "broad", "Somnolence"),
        )),
        frame_step("core.interaction_group", frame(["interaction_group", "interaction_group_name", "substance"],
                                                   ("opioid", "Opioids", "morphine"), ("opioid", "Opioids", "codeine"),
                                                   ("stimulant", "Stimulants", "amphetamine"))),
    ]  # fmt: skip


@pytest.fixture
def counted(literal_warehouse):
    lookups = _lookups()
    taken = {step.target for step in lookups}
    steps = [*lookups, *(step for step in interaction.steps() if step.target not in taken)]
    connection = literal_warehouse(_rows(), ["mart.interaction"], steps)
    rows = connection.execute(
        f"SELECT exposure, interaction_group, side_effect, definition, role_scope, {', '.join(CELLS)}, omega, "
        "is_signal, undefined_reason FROM mart.interaction"
    ).fetchall()
    return {row[:5]: row[5:] for row in rows}


@pytest.mark.parametrize(
    ("definition", "scope", "cells"),
    [
        ("single_term", "any", (5, 1, 4, 5, 0, 13, 8, 9)),
        ("single_term", "suspect", (2, 1, 7, 5, 0, 6, 8, 16)),
        ("label_style", "any", (5, 1, 4, 5, 6, 7, 8, 9)),
        ("broad", "suspect", (2, 1, 7, 5, 6, 0, 8, 16)),
    ],
)
def test_eight_counts_of_ketamine_with_opioids(counted, definition, scope, cells):
    found = counted["ketamine", "opioid", "sedation_disorientation", definition, scope]
    assert found[:8] == cells
    assert sum(found[:8]) == 45


def test_every_question_has_its_row_and_an_empty_stratum_says_so(counted):
    assert len(counted) == 2 * 2 * 4 * 3 * 2
    cells = counted["ketamine", "stimulant", "sedation_disorientation", "broad", "any"]
    assert cells[:8] == (0, 0, 9, 6, 0, 0, 14, 16)
    assert cells[8:] == (None, False, "no_cases_with_both")
    nobody = counted["esketamine", "opioid", "dissociation", "broad", "any"]
    assert (nobody[:8], nobody[8:]) == ((0, 0, 0, 0, 0, 19, 0, 26), (None, False, "no_cases_with_both"))


def test_golden_value(literal_warehouse):
    row = {"exposure": "ketamine", "interaction_group": "opioid", "side_effect": "dissociation",
           "definition": "broad", "role_scope": "any", **dict(zip(CELLS, GOLDEN, strict=True))}  # fmt: skip
    counts = frame_step("work.interaction_count", lambda _: pl.DataFrame([row]))
    connection = literal_warehouse({}, ["mart.interaction"], [counts, *interaction.steps()])
    ((expected, omega, lower, upper, is_signal, reason),) = connection.execute(
        "SELECT expected, omega, omega_lower_95, omega_upper_95, is_signal, undefined_reason FROM mart.interaction"
    ).fetchall()
    assert (round(omega, 2), round(lower, 2)) == (1.16, 0.54)
    assert omega == pytest.approx(math.log2(25.5 / (expected + 0.5)), rel=1e-12)
    assert lower < omega < upper
    assert (is_signal, reason) == (True, None)


def test_no_signal_where_the_lower_bound_is_not_above_zero(literal_warehouse):
    base = {"exposure": "ketamine", "interaction_group": "opioid", "side_effect": "dissociation", "role_scope": "any"}
    rows = [
        {**base, "definition": "broad", **dict(zip(CELLS, (1, 9, 10, 90, 10, 90, 10, 90), strict=True))},
        {**base, "definition": "label_style", **dict(zip(CELLS, (10, 0, 1, 99, 1, 99, 1, 99), strict=True))},
    ]
    counts = frame_step("work.interaction_count", lambda _: pl.DataFrame(rows))
    connection = literal_warehouse({}, ["mart.interaction"], [counts, *interaction.steps()])
    found = connection.execute("SELECT definition, is_signal, omega_lower_95 > 0 FROM mart.interaction").fetchall()
    assert sorted(found) == [("broad", False, False), ("label_style", True, True)]
    assert set(INTERACTION.key) == {*base, "definition"}
