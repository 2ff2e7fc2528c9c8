"""Roles, the universe and the counting unit as literal tables: rows in, cells out."""

from __future__ import annotations

import pytest

from tests.spec.literal_cases import case as _case
from tests.spec.literal_cases import literal_lookups, together


@pytest.fixture
def counted(literal_warehouse):
    """Cells by (exposure, comparator, definition, role_scope), from literal cases."""

    def run(*cases):
        connection = literal_warehouse(together(*cases), ["work.comparison_count", "core.report"], literal_lookups())
        rows = connection.execute(
            "SELECT exposure, comparator, definition, role_scope, a, b, c, d, both_exposed_count "
            "FROM work.comparison_count WHERE population = 1"
        ).fetchall()
        return {row[:4]: row[4:] for row in rows}, connection

    return run


SINGLE = ("single_term", "suspect")


def test_one_case_counts_once_however_many_rows_it_has(counted):
    cells, _ = counted(
        _case(1, [("PS", "KETAMINE"), ("SS", "KETAMINE")], ["Nausea", "Nausea", "Vomiting"]),
        _case(2, [("PS", "OTHER")], ["Rash"]),
    )
    assert cells["ketamine", "rest", *SINGLE] == (1, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("role", "in_scope"),
    [
        ("PS", {"primary_suspect", "suspect", "any"}),
        ("SS", {"suspect", "any"}),
        ("C", {"any"}),
        ("I", {"any"}),
        ("DN", set()),
    ],
)
def test_role_scopes(counted, role, in_scope):
    cells, _ = counted(_case(1, [("PS", "OTHER"), (role, "KETAMINE")], ["Nausea"]))
    found = {scope for (exposure, other, level, scope), cell in cells.items()
             if exposure == "ketamine" and other == "rest" and level == "single_term" and cell[0] == 1}  # fmt: skip
    assert found == in_scope


def test_the_strongest_role_of_a_substance_counts(counted):
    cells, _ = counted(_case(1, [("PS", "OTHER"), ("C", "KETAMINE"), ("SS", "KETAMINE")], ["Nausea"]))
    assert cells["ketamine", "rest", *SINGLE][0] == 1


def test_a_report_without_primary_suspect_gives_that_role_to_its_first_drug(counted):
    cells, connection = counted(_case(1, [("C", "OTHER", 2), ("SS", "KETAMINE", 1)], ["Nausea"]))
    assert cells["ketamine", "rest", "single_term", "primary_suspect"][0] == 1
    assert connection.execute(
        "SELECT role, is_role_imputed FROM core.report_drug ORDER BY drug_sequence"
    ).fetchall() == [("PS", True), ("C", False)]


def test_a_drug_that_was_not_given_never_becomes_primary_suspect(counted):
    _, connection = counted(_case(1, [("DN", "KETAMINE", 1), ("C", "OTHER", 2)], ["Nausea"]))
    assert connection.execute("SELECT role FROM core.report_drug ORDER BY drug_sequence").fetchall() == [
        ("DN",),
        ("PS",),
    ]


@pytest.mark.parametrize(
    ("drugs", "terms", "inside"),
    [
        ([("PS", "OTHER")], ["Rash"], True),
        ([("PS", "OTHER")], [], False),
        ([], ["Rash"], False),
        ([("DN", "OTHER")], ["Rash"], False),
        ([("PS", None)], ["Rash"], False),
        ([("PS", "OTHER")], [None], False),
    ],
)
def test_the_universe_is_cases_with_an_eligible_drug_and_a_reaction(counted, drugs, terms, inside):
    _, connection = counted(_case(1, drugs, terms), _case(2, [("PS", "X")], ["Y"]))
    assert connection.execute("SELECT is_in_universe FROM core.report WHERE case_id = 1").fetchall() == [(inside,)]


def test_a_case_with_both_exposures_is_in_neither_arm(counted):
    cells, _ = counted(
        _case(1, [("PS", "KETAMINE")], ["Nausea"]),
        _case(2, [("PS", "SERTRALINE")], ["Nausea"]),
        _case(3, [("PS", "KETAMINE"), ("SS", "SERTRALINE")], ["Nausea"]),
        _case(4, [("PS", "PAROXETINE"), ("SS", "SERTRALINE")], ["Rash"]),
        _case(5, [("PS", "KETAMINE+PAROXETINE")], ["Rash"]),
    )
    assert cells["ketamine", "sertraline", *SINGLE] == (1, 1, 1, 1, 1)
    assert cells["ketamine", "ssri", *SINGLE] == (1, 0, 1, 1, 2)
    # As primary suspects alone, case 3 exposes to ketamine only.
    assert cells["ketamine", "sertraline", "single_term", "primary_suspect"] == (2, 1, 1, 0, 0)


def test_definitions_hold_one_another(counted):
    cells, _ = counted(
        _case(1, [("PS", "KETAMINE")], ["Nausea"]),
        _case(2, [("PS", "KETAMINE")], ["Vomiting"]),
        _case(3, [("PS", "KETAMINE")], ["Retching", "Vomiting"]),
        _case(4, [("PS", "KETAMINE")], ["Retching"]),
        _case(5, [("PS", "OTHER")], ["Retching"]),
    )
    levels = ("single_term", "label_style", "broad")
    assert {level: cells["ketamine", "rest", level, "suspect"][:4] for level in levels} == {
        "single_term": (1, 3, 0, 1),
        "label_style": (3, 1, 0, 1),
        "broad": (4, 0, 1, 0),
    }  # fmt: skip


def test_seriousness_is_of_the_case(counted):
    _, connection = counted(
        _case(1, [("PS", "KETAMINE")], ["Nausea"], ["DE", "HO"]), _case(2, [("PS", "KETAMINE")], ["Nausea"], ["OT"])
    )
    assert connection.execute(
        "SELECT is_serious, is_death, is_hospitalisation FROM core.report ORDER BY case_id"
    ).fetchall() == [(True, True, True), (True, False, False)]
