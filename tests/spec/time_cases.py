"""Literal sightings for the time marts: rows of the staged tables, and lookups in which a name is its own substance."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from warehouse.marts import time
from warehouse.plan import Step, frame_step

EXPOSURES = {"ketamine": ["ketamine"], "esketamine": ["esketamine"], "sertraline": ["sertraline"],
             "ssri": ["sertraline", "paroxetine"]}  # fmt: skip
TERMS = {"nausea": {"single_term": ["Nausea"], "label_style": ["Nausea", "Vomiting"],
                    "broad": ["Nausea", "Vomiting", "Retching"]}}  # fmt: skip

Rows = dict[str, list[dict[str, Any]]]


def sighting(
    quarter: str,
    case: int,
    drugs: list[tuple[str, str]],
    terms: list[str],
    *,
    version: int = 1,
    event: str | None = None,
    starts: list[tuple[int, str | None]] | None = None,
) -> Rows:
    """One line of DEMO with its children: drugs as (role, name), numbered from 1; starts as (drug number, date).

    A date is 2020-01-31, or 2020-01 or 2020 where it is partial.
    """
    key = {"quarter": quarter, "report_id": case * 100 + version, "case_id": case}
    return {
        "report": [{**key, "case_version": version, **_date("event_date", event)}],
        "report_drug": [
            {**key, "role": role, "reported_drug_name": name, "drug_sequence": number}
            for number, (role, name) in enumerate(drugs, start=1)
        ],
        "report_reaction": [{**key, "reported_term": term} for term in terms],
        "report_therapy": [
            {**key, "drug_sequence": number, **_date("start_date", start)} for number, start in starts or ()
        ],
    }


def deletion(quarter: str, case: int) -> Rows:
    """A line of the quarter's list of deleted cases."""
    return {"deleted_case": [{"quarter": quarter, "case_id": case}]}


def together(*parts: Rows) -> Rows:
    """All rows of all parts, by table."""
    names = sorted({name for part in parts for name in part})
    return {name: [row for part in parts for row in part.get(name, [])] for name in names}


def lookups() -> list[Step]:
    """Stand-ins for the reviewed tables, and the steps of the time marts."""

    def names(connection: Any) -> pl.DataFrame:
        rows = connection.execute("SELECT drug_name_id, reported_drug_name FROM core.drug_name").fetchall()
        columns = {"is_reviewed": True, "matched_field": "f", "match_rule": "r"}
        return pl.DataFrame([{"drug_name_id": number, "substance": name, **columns} for number, name in rows])

    def terms(connection: Any) -> pl.DataFrame:
        return connection.sql("SELECT reported_term, reported_term AS term FROM work.reported_term").pl()

    def frame(columns: dict[str, Any], rows: list[tuple[Any, ...]]) -> Any:
        made = pl.DataFrame(rows, schema=columns, orient="row")
        return lambda _: made

    text, flag = pl.String(), pl.Boolean()
    return [
        frame_step("core.drug_name_substance", names, "core.drug_name"),
        frame_step("work.matched_term", terms, "work.reported_term"),
        frame_step("core.exposure", frame(
            {"exposure": text, "exposure_name": text, "exposure_kind": text, "is_studied": flag},
            [(name, name, "class" if name == "ssri" else "substance", name.endswith("ketamine"))
             for name in EXPOSURES])),
        frame_step("core.exposure_substance", frame(
            {"exposure": text, "substance": text},
            [(name, part) for name, parts in EXPOSURES.items() for part in parts])),
        frame_step("core.side_effect", frame(
            {"side_effect": text, "side_effect_name": text, "question": text},
            [(name, name, None) for name in TERMS])),
        frame_step("core.side_effect_term", frame(
            {"side_effect": text, "definition": text, "term": text},
            [(name, level, term) for name, levels in TERMS.items() for level, terms in levels.items()
             for term in terms])),
        *time.steps(),
    ]  # fmt: skip


def _date(column: str, text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    precision = {10: "day", 7: "month", 4: "year"}[len(text)]
    return {column: date.fromisoformat((text + "-01-01")[:10]), f"{column}_precision": precision}
