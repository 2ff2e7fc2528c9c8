"""Every cell of every population equals a count in plain Python, case by case, over the finished core tables."""

from __future__ import annotations

import random
from datetime import date

import polars as pl
import pytest

from warehouse.frames import exposure_substances, exposures
from warehouse.plan import frame_step

QUARTERS = ("2008q1", "2020q3", "2024q1")
DRUGS = ("KETAMINE", "ESKETAMINE", "SERTRALINE", "PAROXETINE", "PROPOFOL", "ASPIRIN")
TERMS = ("Nausea", "Vomiting", "Retching", "Dissociation", "Rash")
MEMBERS = [
    ("nausea", "single_term", "Nausea"), ("nausea", "label_style", "Nausea"), ("nausea", "label_style", "Vomiting"),
    ("nausea", "broad", "Nausea"), ("nausea", "broad", "Vomiting"), ("nausea", "broad", "Retching"),
    ("dissociation", "single_term", "Dissociation"), ("dissociation", "label_style", "Dissociation"),
    ("dissociation", "broad", "Dissociation"),
]  # fmt: skip
RANK = {"primary_suspect": 1, "suspect": 2, "any": 3}
ROLE_RANK = {"PS": 1, "SS": 2, "C": 3, "I": 3}


def staged_cases(seed, size):
    """Rows of random cases; few values for everything, so that cases meet in every population and repeat each other."""
    draw = random.Random(seed)
    tables = {"report": [], "report_drug": [], "report_reaction": [], "report_outcome": [], "report_indication": []}
    for number in range(1, size + 1):
        key = {"quarter": draw.choice(QUARTERS), "report_id": number * 10 + 1, "case_id": number}
        if number % 8 == 0:  # the story of the case before it, sent again
            for told in tables.values():
                told += [{**row, **key} for row in told if row["case_id"] == number - 1]
            continue
        tables["report"].append(
            {
                **key,
                "case_version": 1,
                "sex": draw.choice(["F", "M", None]),
                "age_years": draw.choice([10.0, 30.0, None]),
                "event_date": draw.choice([date(2020, 1, 1), None]),
                "event_date_precision": "day",
                "occurrence_country": draw.choice(["US", "DE", None]),
                "reporter_occupation": draw.choice(["MD", "CN", None]),
                "literature_reference": draw.choice(["A paper", None, None]),
            }
        )
        drugs = draw.sample(DRUGS, draw.randint(1, 3))
        for place, drug in enumerate(drugs, start=1):
            role = "PS" if place == 1 else draw.choice(["SS", "C", "I"])
            route = draw.choice(["Intravenous", "Oral", None])
            tables["report_drug"].append(
                {**key, "drug_sequence": place, "role": role, "reported_drug_name": drug, "route": route}
            )
        tables["report_reaction"] += [{**key, "reported_term": t} for t in draw.sample(TERMS, draw.randint(1, 2))]
        if draw.random() < 0.5:
            tables["report_outcome"].append({**key, "outcome": draw.choice(["DE", "HO", "OT"])})
        indication = draw.choice(["Depression", "Pain", None])
        if indication:
            tables["report_indication"].append({**key, "drug_sequence": 1, "reported_indication": indication})
    return tables


def duplicates(connection):
    """Every eighth case is taken for a duplicate of the one before it, which it repeats."""
    cases = connection.sql("SELECT case_id FROM work.current_report WHERE case_id % 8 = 0").pl()["case_id"]
    return pl.DataFrame(
        [{"case_id": case, "cluster_id": case - 1, "probability": 1.0, "reason": "linked"} for case in cases]
    )


def lookups():
    """Names as they are, the reviewed exposures, two side effects, known duplicates."""
    names = "SELECT drug_name_id, lower(reported_drug_name) AS substance FROM core.drug_name"
    known = pl.lit(value=True).alias("is_reviewed")
    return [
        frame_step("core.report_duplicate", duplicates, "work.current_report"),
        frame_step(
            "core.drug_name_substance",
            lambda c: c.sql(names).pl().with_columns(known, matched_field=pl.lit("f"), match_rule=pl.lit("r")),
            "core.drug_name",
        ),
        frame_step(
            "work.matched_term",
            lambda c: c.sql("SELECT reported_term, reported_term AS term FROM work.reported_term").pl(),
            "work.reported_term",
        ),
        frame_step("core.exposure", lambda _: exposures()),
        frame_step("core.exposure_substance", lambda _: exposure_substances()),
        frame_step(
            "core.side_effect",
            lambda _: pl.DataFrame({"side_effect": ["nausea", "dissociation"], "side_effect_name": ["N", "D"],
                                    "question": ["?", "?"]}),
        ),
        frame_step(
            "core.side_effect_term",
            lambda _: pl.DataFrame(MEMBERS, schema=["side_effect", "definition", "term"], orient="row"),
        ),
    ]  # fmt: skip


def rows(connection, sql):
    result = connection.execute(sql)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def is_in(population, case):
    """What the names of a population say, word for word."""
    if population["cut"] == "context":
        return all(population[name] in ("all", case[name]) for name in ("context", "route_group"))
    if population["cut"] == "choice":
        return not (
            (population["duplicates"] == "removed" and case["is_probable_duplicate"])
            or (population["literature"] == "removed" and case["is_literature"])
            or (population["reporters"] == "professional" and not case["is_professional"])
            or (population["seriousness"] == "serious" and not case["is_serious"])
            or (population["esketamine_cases"] == "removed" and "esketamine" in case["roles"])
        )
    case = {**case, "sex": case["sex"] if case["sex"] in ("F", "M") else "unknown"}
    if population["dimension"] == "sex_age_period":
        return population["stratum"] == f"{case['sex']}/{case['age_group']}/{case['period']}"
    return population["stratum"] == case[population["dimension"]]


def counted(cases, members, events, cell):
    """The four cells and the cases with both, one case at a time."""
    exposed, other = members[cell["exposure"]], members.get(cell["comparator"])
    terms = events[cell["side_effect"], cell["definition"]]
    cells, both = [0, 0, 0, 0], 0
    for case in cases:
        scope = {name for name, rank in case["roles"].items() if rank <= RANK[cell["role_scope"]]}
        mine, theirs = bool(scope & exposed), other is None or bool(scope & other)
        if other is not None and mine and theirs:
            both += 1
        elif mine or theirs:
            cells[(0 if mine else 2) + (0 if case["terms"] & terms else 1)] += 1
    return (*cells, both)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_population_equals_a_plain_count(literal_warehouse, seed):
    tables = staged_cases(seed, 260)
    connection = literal_warehouse(tables, ["work.comparison_count", "core.report"], lookups())
    cases = {case["case_id"]: case for case in rows(connection, "SELECT * FROM core.report WHERE is_in_universe")}
    for case in cases.values():
        case["roles"] = {
            row["reported_drug_name"].lower(): ROLE_RANK[row["role"]]
            for row in tables["report_drug"]
            if row["case_id"] == case["case_id"]
        }
        case["terms"] = {row["reported_term"] for row in tables["report_reaction"] if row["case_id"] == case["case_id"]}
    seen = set()
    for number in sorted(cases):
        case = cases[number]
        facts = (case["sex"], case["age_years"], case["event_date"], case["occurrence_country"])
        told = (*facts, frozenset(case["roles"]), frozenset(case["terms"]))
        assert case["is_exact_duplicate"] == (None not in facts and told in seen)
        seen.add(told)
    assert 0 < sum(case["is_exact_duplicate"] for case in cases.values()) < 30
    members, events = {}, {}
    for exposure, substance in exposure_substances().iter_rows():
        members.setdefault(exposure, set()).add(substance)
    for effect, definition, term in MEMBERS:
        events.setdefault((effect, definition), set()).add(term)
    populations = rows(connection, "SELECT * FROM work.population ORDER BY population")
    assert {population["cut"] for population in populations} == {
        "context", "choice", "stratum", "region", "reporter_group"
    }  # fmt: skip
    inside = {one["population"]: [c for c in cases.values() if is_in(one, c)] for one in populations}
    draw, checked = random.Random(seed), 0
    for cell in rows(connection, "SELECT * FROM work.comparison_count ORDER BY ALL"):
        found = (cell["a"], cell["b"], cell["c"], cell["d"], cell["both_exposed_count"])
        if cell["population"] > 1 and not any(found[:2]):
            pytest.fail(f"an arm without a case has a row: {cell}")
        if draw.random() < 0.1:
            checked += 1
            assert found == counted(inside[cell["population"]], members, events, cell), cell
    assert checked > 1_000
