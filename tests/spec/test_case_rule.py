"""The case rule as literal tables: sightings in, what counts and why the others do not.

Each case is one sentence of the rule; docs/methods.md shows them.
"""

from __future__ import annotations

import random
from datetime import date

import pytest

D = date

# (sentence, sightings (quarter, report, case, version, FDA date), deleted (quarter, case), counted (quarter, report),
#  excluded {(quarter, report or line): reason})
RULES = [
    (
        "The highest version of a case counts.",
        [("2020q1", 1001, 100, 1, D(2020, 1, 1)), ("2020q2", 1002, 100, 2, D(2020, 5, 1))],
        [],
        {("2020q2", 1002)},
        {("2020q1", 1001): "superseded"},
    ),
    (
        "A higher version counts even where it was published earlier and has the earlier FDA date.",
        [("2020q1", 1002, 100, 2, D(2020, 1, 1)), ("2020q2", 1001, 100, 1, D(2020, 5, 1))],
        [],
        {("2020q1", 1002)},
        {("2020q2", 1001): "superseded"},
    ),
    (
        "With equal versions the later FDA date counts; an unknown date is older than any.",
        [
            ("2010q1", 11, 100, 0, D(2010, 1, 1)),
            ("2010q1", 12, 100, 0, D(2010, 2, 1)),
            ("2010q1", 13, 100, 0, None),
        ],
        [],
        {("2010q1", 12)},
        {("2010q1", 11): "superseded", ("2010q1", 13): "superseded"},
    ),
    (
        "With equal dates too, the later quarter counts, then the higher report number.",
        [
            ("2010q1", 19, 100, 0, D(2010, 1, 1)),
            ("2010q2", 11, 100, 0, D(2010, 1, 1)),
            ("2010q2", 12, 100, 0, D(2010, 1, 1)),
        ],
        [],
        {("2010q2", 12)},
        {("2010q1", 19): "superseded", ("2010q2", 11): "superseded"},
    ),
    (
        "An unknown legacy version (junk) is below a blank one (0).",
        [("2010q1", 11, 100, None, D(2010, 3, 1)), ("2010q1", 12, 100, 0, D(2010, 1, 1))],
        [],
        {("2010q1", 12)},
        {("2010q1", 11): "superseded"},
    ),
    (
        "A FAERS sighting supersedes a legacy one, whatever the versions.",
        [("2012q3", 77, 100, 9, D(2012, 8, 1)), ("2012q4", 1001, 100, 1, D(2012, 7, 1))],
        [],
        {("2012q4", 1001)},
        {("2012q3", 77): "superseded"},
    ),
    (
        "The same version published again counts once, in the later quarter.",
        [("2020q1", 1001, 100, 1, D(2020, 1, 1)), ("2020q2", 1001, 100, 1, D(2020, 1, 1))],
        [],
        {("2020q2", 1001)},
        {("2020q1", 1001): "superseded"},
    ),
    (
        "A case is deleted if a list of the quarter of its last sighting, or a later one, names it.",
        [
            ("2020q1", 1001, 100, 1, D(2020, 1, 1)),
            ("2020q2", 1002, 100, 2, D(2020, 5, 1)),
            ("2020q1", 2001, 200, 1, D(2020, 1, 1)),
        ],
        [("2020q2", 100), ("2020q4", 200)],
        set(),
        {
            ("2020q1", 1001): "superseded",
            ("2020q2", 1002): "deleted",
            ("2020q1", 2001): "deleted",
        },
    ),
    (
        "A later sighting brings a deleted case back; an older list does not touch it.",
        [("2020q1", 1001, 100, 1, D(2020, 1, 1)), ("2020q3", 1002, 100, 2, D(2020, 8, 1))],
        [("2020q2", 100)],
        {("2020q3", 1002)},
        {("2020q1", 1001): "superseded"},
    ),
    (
        "What matters for a deletion is the case's last sighting, even one of a lower version.",
        [("2020q1", 1002, 100, 2, D(2020, 1, 1)), ("2020q3", 1001, 100, 1, D(2020, 1, 1))],
        [("2020q2", 100)],
        {("2020q1", 1002)},
        {("2020q3", 1001): "superseded"},
    ),
    (
        "A list may name a case that was never seen.",
        [("2020q1", 1001, 100, 1, D(2020, 1, 1))],
        [("2020q1", 999)],
        {("2020q1", 1001)},
        {},
    ),
    (
        "A sighting without a case number does not count.",
        [("2008q1", 55, None, 0, D(2008, 1, 1))],
        [],
        set(),
        {("2008q1", 55): "no_case_id"},
    ),
    (
        "One legacy report under two cases belongs to the case of its latest sighting.",
        [
            ("2008q1", 55, 100, 0, D(2008, 1, 1)),
            ("2008q1", 55, 200, 0, D(2008, 2, 1)),
            ("2007q1", 44, 100, 0, D(2007, 1, 1)),
        ],
        [],
        {("2008q1", 55), ("2007q1", 44)},
        {("2008q1", 2): "conflicting_case"},
    ),
    (
        "A legacy report number and a FAERS one that happen to be equal have nothing to do with each other.",
        [("2008q1", 1001, 7, 0, D(2008, 1, 1)), ("2020q1", 1001, 100, 1, D(2020, 1, 1))],
        [],
        {("2008q1", 1001), ("2020q1", 1001)},
        {},
    ),
]


def _tables(sightings, deleted):
    return {
        "report": [
            dict(zip(("quarter", "report_id", "case_id", "case_version", "fda_received_date"), row, strict=True))
            for row in sightings
        ],
        "deleted_case": [{"quarter": quarter, "case_id": case} for quarter, case in deleted],
    }


@pytest.mark.parametrize(
    ("sentence", "sightings", "deleted", "counted", "excluded"), RULES, ids=[rule[0] for rule in RULES]
)
def test_rule(literal_warehouse, sentence, sightings, deleted, counted, excluded):
    connection = literal_warehouse(_tables(sightings, deleted), ["work.current_report", "core.report_exclusion"])
    assert set(connection.execute("SELECT quarter, report_id FROM work.current_report").fetchall()) == counted
    found = connection.execute("SELECT quarter, report_id, source_line, reason FROM core.report_exclusion").fetchall()
    by_report = {(quarter, report): reason for quarter, report, _, reason in found}
    by_line = {(quarter, line): reason for quarter, _, line, reason in found}
    for key, reason in excluded.items():
        assert by_line.get(key, by_report.get(key)) == reason
    assert len(found) == len(excluded) == len(sightings) - len(counted)


@pytest.mark.parametrize("seed", range(3))
def test_order_of_loading_changes_nothing(literal_warehouse, seed):
    """All rules at once, in shuffled order of rows: the same cases count."""
    sightings, deleted, counted = [], [], set()
    for shift, (_, rows, lists, kept, _) in enumerate(RULES):
        offset = 10_000 * (shift + 1)
        sightings += [(q, r + offset, c and c + offset, v, d) for q, r, c, v, d in rows]
        deleted += [(q, c + offset) for q, c in lists]
        counted |= {(q, r + offset) for q, r in kept}
    random.Random(seed).shuffle(sightings)
    connection = literal_warehouse(_tables(sightings, deleted), ["work.current_report"])
    assert set(connection.execute("SELECT quarter, report_id FROM work.current_report").fetchall()) == counted


def test_rows_repeated_within_a_quarter(literal_warehouse):
    """An identical line of a report is a duplicate_row, another content a conflicting_row; the first line counts."""
    row = {"quarter": "2012q4", "report_id": 1001, "case_id": 100, "case_version": 1, "sex": "F"}
    connection = literal_warehouse(
        {"report": [row, dict(row), {**row, "sex": "M"}]}, ["work.current_report", "core.report_exclusion"]
    )
    assert connection.execute("SELECT source_line FROM work.current_report").fetchall() == [(2,)]
    assert connection.execute(
        "SELECT source_line, reason FROM core.report_exclusion ORDER BY source_line"
    ).fetchall() == [(3, "duplicate_row"), (4, "conflicting_row")]
