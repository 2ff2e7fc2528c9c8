"""The worked example of docs/methods.md: ten cases, every count and measure of one comparison. Rendered from here.

To renew the page after a change that is meant: run this file as a script and read the diff.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.spec.literal_cases import case, literal_lookups, together
from warehouse.marts.columns import with_measures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods.md"
START, END = "<!-- worked example: rendered by tests/spec/test_worked_example.py -->", "<!-- end of worked example -->"

CASES = [
    (1, [("PS", "KETAMINE")], ["Nausea", "Vomiting"], "a: one case, though two of its terms are in the group"),
    (2, [("PS", "KETAMINE"), ("SS", "KETAMINE")], ["Vomiting"], "a: the drug stands twice, the case counts once"),
    (3, [("SS", "KETAMINE"), ("PS", "OTHER")], ["Rash"], "b: suspect, though not the primary one"),
    (4, [("C", "KETAMINE"), ("PS", "SERTRALINE")], ["Nausea"], "c: ketamine is concomitant, no suspect"),
    (5, [("PS", "SERTRALINE")], ["Rash"], "d"),
    (6, [("PS", "SERTRALINE")], ["Retching"], "d: Retching is in the broad definition alone"),
    (7, [("PS", "KETAMINE"), ("SS", "SERTRALINE")], ["Nausea"], "neither: both exposures"),
    (8, [("PS", "KETAMINE")], ["Rash"], "b"),
    (9, [("PS", "OTHER")], ["Nausea"], "neither: no exposure that is compared"),
    (10, [("PS", "KETAMINE")], [], "outside the universe: no reaction term"),
]
"""Number, drugs with roles, reaction terms, and where the case stands: ketamine against sertraline, suspects, label
style (here: Nausea, Vomiting)."""

CELLS = {"a": 2, "b": 2, "c": 1, "d": 2}
"""Counted by hand from the last column."""


@pytest.fixture
def comparison(literal_warehouse):
    rows = together(*(case(number, drugs, terms) for number, drugs, terms, _ in CASES))
    connection = literal_warehouse(rows, ["work.comparison_count", "core.report"], literal_lookups())
    return connection.sql(
        "SELECT a, b, c, d, both_exposed_count FROM work.comparison_count WHERE population = 1 "
        "AND exposure = 'ketamine' AND comparator = 'sertraline' AND definition = 'label_style' "
        "AND role_scope = 'suspect'"
    ).pl()


def measured():
    import polars as pl

    return with_measures(pl.DataFrame({name: [count] for name, count in CELLS.items()})).row(0, named=True)


def rendered() -> str:
    lines = ["| case | drugs (role) | reactions | where it counts |", "|---|---|---|---|"]
    for number, drugs, terms, place in CASES:
        given = ", ".join(f"{name.capitalize()} ({role})" for role, name in drugs)
        lines.append(f"| {number} | {given} | {', '.join(terms) or 'none'} | {place} |")
    found = measured()
    cells = ", ".join(f"{name} = {count}" for name, count in CELLS.items())
    met = ", ".join(name for name in found if name.startswith("meets_") and found[name]) or "none"
    lines += [
        "",
        f"So {cells}, and `both_exposed_count` is 1. From these:",
        "",
        "| measure | value |",
        "|---|---|",
        f"| expected | {found['expected']:.3f} |",
        f"| ROR | {found['ror']:.3f} ({found['ror_lower_95']:.3f} to {found['ror_upper_95']:.3f}) |",
        f"| PRR | {found['prr']:.3f} ({found['prr_lower_95']:.3f} to {found['prr_upper_95']:.3f}) |",
        f"| chi-squared, Yates | {found['chi_squared']:.3f}, {found['chi_squared_yates']:.3f} |",
        f"| IC | {found['ic']:.3f} ({found['ic_lower_95']:.3f} to {found['ic_upper_95']:.3f}) |",
        f"| criteria met | {met} |",
    ]
    return "\n".join(lines)


def test_the_cells_are_those_counted_by_hand(comparison):
    assert comparison.row(0, named=True) == {**CELLS, "both_exposed_count": 1}


def test_the_measures_are_those_computed_by_hand():
    found = measured()
    assert found["ror"] == pytest.approx(2 * 2 / (2 * 1))
    half = 1.959963985 * math.sqrt(1 / 2 + 1 / 2 + 1 / 1 + 1 / 2)
    assert found["ror_lower_95"] == pytest.approx(2 * math.exp(-half))
    assert found["prr"] == pytest.approx((2 / 4) / (1 / 3))
    assert found["expected"] == pytest.approx(4 * 3 / 7)
    assert found["ic"] == pytest.approx(math.log2((2 + 0.5) / (12 / 7 + 0.5)))


def test_the_page_shows_this_example():
    assert f"{START}\n{rendered()}\n{END}" in PAGE.read_text()


if __name__ == "__main__":
    text = PAGE.read_text()
    head, tail = text.split(START)[0], text.split(END)[1]
    PAGE.write_text(f"{head}{START}\n{rendered()}\n{END}{tail}")
