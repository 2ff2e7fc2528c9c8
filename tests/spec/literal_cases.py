"""Literal cases for specifications: a case is drugs with roles, terms and outcomes; names are their own substances."""

from __future__ import annotations

import polars as pl

from warehouse.plan import frame_step

Q = "2020q1"


def case(number, drugs=(), terms=(), outcomes=()):
    """One case of one report; drugs are (role, name) or (role, name, sequence)."""
    report = {"quarter": Q, "report_id": number * 10 + 1, "case_id": number, "case_version": 1}
    key = {"quarter": Q, "report_id": number * 10 + 1, "case_id": number}
    return {
        "report": [report],
        "report_drug": [
            {
                **key,
                "role": drug[0],
                "reported_drug_name": drug[1],
                "drug_sequence": drug[2] if len(drug) > 2 else place,
            }
            for place, drug in enumerate(drugs, start=1)
        ],
        "report_reaction": [{**key, "reported_term": term} for term in terms],
        "report_outcome": [{**key, "outcome": outcome} for outcome in outcomes],
    }


def together(*cases):
    names = {name for case in cases for name in case}
    return {name: [row for case in cases for row in case.get(name, [])] for name in sorted(names)}


def terms_as_they_are(connection):
    return connection.sql("SELECT reported_term, reported_term AS term FROM work.reported_term").pl()


def literal_lookups():
    """Stand-ins for the reviewed tables: a name is its own substance in lower case, k+s holds two."""
    exposures = {"ketamine": ["ketamine"], "sertraline": ["sertraline"], "paroxetine": ["paroxetine"]}
    exposures["ssri"] = ["sertraline", "paroxetine"]

    def names(connection):
        rows = connection.execute("SELECT drug_name_id, reported_drug_name FROM core.drug_name").fetchall()
        return pl.DataFrame(
            [
                {"drug_name_id": i, "substance": part, "is_reviewed": True, "matched_field": "f", "match_rule": "r"}
                for i, name in rows
                for part in name.lower().split("+")
            ]
        )

    return [
        frame_step("core.drug_name_substance", names, "core.drug_name"),
        frame_step(
            "work.matched_term",
            terms_as_they_are,
            "work.reported_term",
        ),
        frame_step(
            "core.exposure",
            lambda _: pl.DataFrame(
                [
                    {"exposure": e, "exposure_name": e, "exposure_kind": "class" if e == "ssri" else "substance",
                     "is_studied": e == "ketamine"}
                    for e in exposures
                ]
            ),
        ),
        frame_step(
            "core.exposure_substance",
            lambda _: pl.DataFrame([{"exposure": e, "substance": s} for e, every in exposures.items() for s in every]),
        ),
        frame_step(
            "core.side_effect",
            lambda _: pl.DataFrame([{"side_effect": "nausea", "side_effect_name": "Nausea", "question": None}],
                                   schema_overrides={"question": pl.String()}),
        ),
        frame_step(
            "core.side_effect_term",
            lambda _: pl.DataFrame(
                [("nausea", "single_term", "Nausea"), ("nausea", "label_style", "Nausea"),
                 ("nausea", "label_style", "Vomiting"), ("nausea", "broad", "Nausea"),
                 ("nausea", "broad", "Vomiting"), ("nausea", "broad", "Retching")],
                schema=["side_effect", "definition", "term"], orient="row",
            ),
        ),
    ]  # fmt: skip
