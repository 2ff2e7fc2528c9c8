"""Context, route group and strata of a case as literal tables: rows in, one group of each kind out."""

from __future__ import annotations

import random

import polars as pl
import pytest

from warehouse.plan import frame_step

Q = "2020q1"
STUDIED = ("ketamine", "esketamine", "arketamine")


def _case(number, drugs=(), indications=(), **report):
    """One case of one report: drugs are (role, name, route), numbered from 1; indications (drug's number, term)."""
    key = {"quarter": report.pop("quarter", Q), "report_id": number * 10 + 1, "case_id": number}
    return {
        "report": [{**key, "case_version": 1, **report}],
        "report_drug": [
            {**key, "role": role, "reported_drug_name": name, "route": route, "drug_sequence": sequence}
            for sequence, (role, name, route) in enumerate(drugs, start=1)
        ],
        "report_indication": [
            {**key, "drug_sequence": sequence, "reported_indication": term} for sequence, term in indications
        ],
    }


def _names(connection):
    """A name is its own substance in lower case; k+s holds two."""
    rows = connection.execute("SELECT drug_name_id, reported_drug_name FROM core.drug_name").fetchall()
    return pl.DataFrame(
        [
            {"drug_name_id": number, "substance": part, "is_reviewed": True, "matched_field": "f", "match_rule": "r"}
            for number, name in rows
            for part in name.lower().split("+")
        ],
        schema=["drug_name_id", "substance", "is_reviewed", "matched_field", "match_rule"],
    )


def _lookups():
    exposure = [
        {"exposure": name, "exposure_name": name, "exposure_kind": "substance", "is_studied": name in STUDIED}
        for name in (*STUDIED, "sertraline")
    ]
    return [
        frame_step("core.drug_name_substance", _names, "core.drug_name"),
        frame_step("core.exposure", lambda _: pl.DataFrame(exposure)),
        frame_step(
            "work.matched_term",
            lambda _: pl.DataFrame(schema={"reported_term": pl.String(), "term": pl.String()}),
        ),
    ]


@pytest.fixture
def grouped(literal_warehouse):
    """``grouped(column, *cases)``: the column of core.report, by case number."""

    def run(column, *cases):
        names = sorted({name for case in cases for name in case})
        tables = {name: [row for case in cases for row in case[name]] for name in names}
        connection = literal_warehouse(tables, ["core.report"], _lookups())
        rows = connection.execute(f"SELECT case_id, {column} FROM core.report ORDER BY case_id").fetchall()
        assert len(rows) == len({case["report"][0]["case_id"] for case in cases}), "a case stands twice"
        return dict(rows)

    return run


UNKNOWN = "Product used for unknown indication"
TABLET = ("PS", "SERTRALINE", "Oral")
SECOND = ("SS", "PROPOFOL", "Intravenous drip")
BESIDE = ("C", "ASPIRIN", "Oral")


@pytest.mark.parametrize(
    ("drugs", "indications", "context"),
    [
        ([TABLET], [(1, "Social phobia")], "social_anxiety"),
        ([TABLET], [(1, "GENERALIZED ANXIETY DISORDER")], "other_anxiety_ptsd"),
        ([TABLET], [(1, "Psoriasis")], "other"),
        ([TABLET], [(1, UNKNOWN)], "unknown"),
        ([TABLET], [(1, None)], "unknown"),
        ([TABLET], [], "unknown"),
        ([], [(1, "Depression")], "depression"),
        # Of several indications of the suspects the first by rank, in whatever order they stand.
        ([TABLET], [(1, "Pain"), (1, "Depression")], "depression"),
        ([TABLET, SECOND], [(1, "Pain"), (2, "General anaesthesia")], "anaesthesia_procedure"),
        ([TABLET], [(1, "Intentional overdose"), (1, "Depression")], "depression"),
        ([TABLET], [(1, "Intentional overdose"), (1, "Psoriasis")], "misuse_or_overdose"),
        ([TABLET], [(1, UNKNOWN), (1, "Psoriasis")], "other"),
        # A drug beside them does not speak where a suspect says anything, were it only another disease.
        ([TABLET, BESIDE], [(1, "Pain"), (2, "Depression")], "pain"),
        ([TABLET, BESIDE], [(1, "Psoriasis"), (2, "Depression")], "other"),
        ([TABLET, ("I", "LITHIUM", None)], [(1, "Pain"), (2, "Depression")], "pain"),
        # Where the suspects say nothing, all of the report speak.
        ([TABLET, BESIDE], [(1, UNKNOWN), (2, "Depression"), (2, "Pain")], "depression"),
        ([TABLET, BESIDE], [(2, "Psoriasis")], "other"),
        ([TABLET, ("DN", "LITHIUM", None)], [(2, "Depression")], "depression"),
        # An indication of no drug of the report belongs to no suspect.
        ([TABLET], [(1, "Psoriasis"), (9, "Depression")], "other"),
        ([TABLET], [(1, "Psoriasis"), (None, "Depression")], "other"),
        ([TABLET], [(9, "Depression")], "depression"),
        # Without a primary suspect the first drug is one (FDA's FAQ 30).
        ([BESIDE, ("C", "X", None)], [(1, "Pain"), (2, "Depression")], "pain"),
    ],
)
def test_context(grouped, drugs, indications, context):
    assert grouped("context", _case(1, drugs, indications)) == {1: context}


def test_a_repeated_drug_number_makes_its_indication_a_suspects(grouped):
    """Direct reports number two drugs alike: the indication belongs to both."""
    case = _case(1, [TABLET, BESIDE], [(1, "Psoriasis"), (2, "Depression")])
    case["report_drug"].append({**case["report_drug"][0], "drug_sequence": 2, "role": "SS"})
    assert grouped("context", case) == {1: "depression"}


def test_repeated_rows_change_nothing(grouped):
    case = _case(1, [TABLET, BESIDE], [(1, "Pain"), (2, "Depression")])
    doubled = {name: rows * (1 if name == "report" else 2) for name, rows in case.items()}
    assert grouped("context", doubled) == {1: "pain"}


@pytest.mark.parametrize(
    ("drugs", "group"),
    [
        ([("PS", "SERTRALINE", "ORAL")], "oral_sublingual"),
        ([("PS", "SERTRALINE", None)], "unknown"),
        ([("PS", "SERTRALINE", "By owl")], "unknown"),
        ([], "unknown"),
        # The primary suspect's, and only where it says nothing the other suspects'.
        ([("PS", "SERTRALINE", "Oral"), ("SS", "PROPOFOL", "Intravenous bolus")], "oral_sublingual"),
        ([("PS", "SERTRALINE", "Unknown"), ("SS", "PROPOFOL", "Intravenous bolus")], "intravenous"),
        ([("PS", "SERTRALINE", None), ("C", "PROPOFOL", "Intravenous bolus")], "unknown"),
        # Of several, the first by order.
        ([("PS", "SERTRALINE", "Subcutaneous"), ("PS", "SERTRALINE", "Oral")], "oral_sublingual"),
        ([("PS", "SERTRALINE", "Rectal"), ("PS", "SERTRALINE", "Transdermal")], "topical"),
        # A studied substance under suspicion speaks alone.
        ([("PS", "SERTRALINE", "Oral"), ("SS", "ESKETAMINE", "Nasal")], "intranasal"),
        ([("PS", "SERTRALINE", "Oral"), ("SS", "KETAMINE", None)], "unknown"),
        ([("PS", "SERTRALINE", "Oral"), ("SS", "KETAMINE+PROPOFOL", "Intramuscular")], "intramuscular"),
        ([("PS", "ESKETAMINE", "Nasal"), ("SS", "KETAMINE", "Intravenous drip")], "intravenous"),
        ([("PS", "SERTRALINE", "Oral"), ("C", "KETAMINE", "Intravenous drip")], "oral_sublingual"),
        ([("PS", "SERTRALINE", "Oral"), ("DN", "KETAMINE", "Intravenous drip")], "oral_sublingual"),
    ],
)
def test_route_group(grouped, drugs, group):
    assert grouped("route_group", _case(1, drugs)) == {1: group}


STRATA = [
    ("age_group", {"age_years": 17.99}, "under_18"),
    ("age_group", {"age_years": 18.0}, "18_44"),
    ("age_group", {"age_years": 44.9}, "18_44"),
    ("age_group", {"age_years": 45.0}, "45_64"),
    ("age_group", {"age_years": 65.0}, "65_74"),
    ("age_group", {"age_years": 75.0}, "75_and_over"),
    ("age_group", {"age_years": 40.0, "age_group": "T"}, "18_44"),
    ("age_group", {"age_group": "T"}, "under_18"),
    ("age_group", {"age_group": "A"}, "unknown"),
    ("age_group", {"age_group": "E"}, "unknown"),
    ("age_group", {}, "unknown"),
    ("age_group_reported", {"age_group": "E"}, "E"),
    ("period", {"quarter": "2004q1"}, "2004_2008"),
    ("period", {"quarter": "2008q4"}, "2004_2008"),
    ("period", {"quarter": "2009q1"}, "2009_2013"),
    ("period", {"quarter": "2013q4"}, "2009_2013"),
    ("period", {"quarter": "2014q1"}, "2014_2018"),
    ("period", {"quarter": "2018q4"}, "2014_2018"),
    ("period", {"quarter": "2019q1"}, "2019_2023"),
    ("period", {"quarter": "2023q4"}, "2019_2023"),
    ("period", {"quarter": "2024q1"}, "2024_and_later"),
    ("region", {"occurrence_country": "JP", "reporter_country": "US"}, "asia"),
    ("region", {"occurrence_country": None, "reporter_country": "FR"}, "europe"),
    ("region", {"occurrence_country": "??", "reporter_country": "FR"}, "europe"),
    ("region", {"occurrence_country": "PR"}, "north_america"),
    ("region", {"occurrence_country": "BR"}, "other"),
    ("region", {}, "unknown"),
    ("reporter_group", {"reporter_occupation": "HP"}, "health_professional"),
    ("reporter_group", {"reporter_occupation": "CN"}, "consumer"),
    ("reporter_group", {"reporter_occupation": "LW"}, "lawyer"),
    ("reporter_group", {"reporter_occupation": "ZZ"}, "unknown"),
    ("reporter_group", {}, "unknown"),
]


def test_strata(grouped):
    columns = sorted({column for column, _, _ in STRATA})
    cases = [_case(number, [TABLET], **given) for number, (_, given, _) in enumerate(STRATA)]
    found = grouped(f"struct_pack({', '.join(f'{name} := {name}' for name in columns)})", *cases)
    for number, (column, given, group) in enumerate(STRATA):
        assert found[number][column] == group, (column, given)


def test_many_cases_against_the_rule_in_plain_python(grouped):
    """Six hundred made-up cases of up to four drugs and five indications each."""
    ranked = ["Social phobia", "Anxiety", "Depression", "Anaesthesia", "Pain", "Overdose", "Psoriasis", UNKNOWN]
    contexts = [
        *("social_anxiety", "other_anxiety_ptsd", "depression", "anaesthesia_procedure"),
        *("pain", "misuse_or_overdose", "other", "unknown"),
    ]
    chance = random.Random(1)
    cases, expected = [], {}
    for number in range(1, 601):
        count = chance.randint(1, 4)
        roles = ["PS", *chance.choices(["SS", "C", "I", "DN"], k=count - 1)]
        chance.shuffle(roles)
        told = [
            (chance.randint(1, count + 1), chance.choices(range(8), weights=[1, 1, 2, 1, 2, 1, 4, 8])[0])
            for _ in range(chance.randint(0, 5))
        ]
        drugs = [(role, "SERTRALINE", None) for role in roles]
        cases.append(_case(number, drugs, [(drug, ranked[rank]) for drug, rank in told]))
        own = [rank for drug, rank in told if drug <= count and roles[drug - 1] in ("PS", "SS")]
        first = min(own, default=7)
        expected[number] = contexts[first if first < 7 else min((rank for _, rank in told), default=7)]
    assert set(expected.values()) == set(contexts)
    assert grouped("context", *cases) == expected
