"""What a row of a mart asks, as sets of cases of the published file: exposed, compared, with the event, population.

The sets are written from the case-level tables anew, not from the tables that the marts were counted by, so that a
trace proves the count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vocabulary.errors import QueryError

Row = Mapping[str, Any]

_SCOPE = {"primary_suspect": "given.is_primary_suspect", "suspect": "given.is_suspect", "any": "true"}

_CUT = {
    ("duplicates", "kept"): "true",
    ("duplicates", "removed"): "NOT report.is_probable_duplicate",
    ("literature", "kept"): "true",
    ("literature", "removed"): "NOT report.is_literature",
    ("reporters", "all"): "true",
    ("reporters", "professional"): "report.is_professional",
    ("seriousness", "all"): "true",
    ("seriousness", "serious"): "report.is_serious",
    ("esketamine_cases", "kept"): "true",
    ("esketamine_cases", "removed"): "report.case_id NOT IN "
    "(SELECT given.case_id FROM core.report_substance AS given WHERE given.substance = 'esketamine')",
}
"""What a choice does to the cases of both arms."""

_SETS = {"exposure", "comparator", "side_effect", "definition", "role_scope", "interaction_group", "substance", "term"}
"""Columns of a key that say which sets; all others say which population."""

SEX = "CASE WHEN report.sex IN ('F', 'M') THEN report.sex ELSE 'unknown' END"


@dataclass(frozen=True, slots=True)
class Question:
    """Sets of case ids, each a SELECT of ``case_id``, and a condition on ``core.report AS report``."""

    exposed: str
    event: str
    compared: str | None = None
    """None: all other cases."""
    population: str = "true"
    strata: str | None = None
    """Expression on the report: only cases of strata in which both arms have cases count."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Further columns by which cells tell cases apart: name to expression on the report or on ``detail``."""
    detail: str | None = None
    """A SELECT with ``case_id`` that they come from."""
    marked: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What the lines of drug and reaction are listed for: ``substance`` and ``term``, each a SELECT of names."""


def literal(value: object) -> str:
    """A value as SQL text."""
    return "'" + str(value).replace("'", "''") + "'"


def substances_of(exposure: str) -> str:
    """Substances of an exposure."""
    return f"SELECT part.substance FROM core.exposure_substance AS part WHERE part.exposure = {literal(exposure)}"


def terms_of(side_effect: str, definition: str) -> str:
    """Preferred terms of a side-effect group."""
    return (
        "SELECT part.term FROM core.side_effect_term AS part "
        f"WHERE part.side_effect = {literal(side_effect)} AND part.definition = {literal(definition)}"
    )


def with_substances(names: str, scope: str) -> str:
    """Cases with one of these substances in the roles of the scope."""
    return (
        f"SELECT DISTINCT given.case_id FROM core.report_substance AS given WHERE given.substance IN ({names}) "
        f"AND {_SCOPE[scope]}"
    )


def with_terms(names: str) -> str:
    """Cases with one of these preferred terms."""
    return f"SELECT DISTINCT reported.case_id FROM core.report_term AS reported WHERE reported.term IN ({names})"


def population_of(row: Row, keys: tuple[str, ...]) -> str:
    """Condition on the report that the columns of the key make which name no set.

    Raises:
        QueryError: a column or value that this file does not know; a new choice of the marts needs its line here.
    """
    conditions = []
    for name in keys:
        if name in _SETS:
            continue
        value = row[name]
        if name in {"context", "route_group"}:
            condition = "true" if value == "all" else f"report.{name} = {literal(value)}"
        elif name == "dimension":
            condition = f"{stratum_of(str(value))} = {literal(row['stratum'])}"
        elif name in {"stratum", "stratified_by"}:
            continue
        elif name == "quarter":
            condition = f"report.case_id IN ({_entered_by(str(value))})"
        elif (name, value) in _CUT:
            condition = _CUT[name, value]
        else:
            raise QueryError(f"Cases with {name} = {value} cannot be traced yet: warehouse/trace does not know it.")
        conditions.append(condition)
    return " AND ".join(part for part in conditions if part != "true") or "true"


def stratum_of(dimension: str) -> str:
    """Expression on the report that names its stratum."""
    if dimension == "sex":
        return SEX
    if dimension == "sex_age_period":
        return f"concat_ws('/', {SEX}, report.age_group, report.period)"
    return f"report.{dimension}"


def _entered_by(quarter: str) -> str:
    """Cases whose first sighting in any file, whatever became of it, is of this quarter or an earlier one."""
    return (
        "SELECT seen.case_id FROM (SELECT case_id, quarter FROM core.report UNION ALL "
        "SELECT case_id, quarter FROM core.report_exclusion WHERE case_id IS NOT NULL) AS seen "
        f"GROUP BY seen.case_id HAVING min(seen.quarter) <= {literal(quarter)}"
    )


def compared_question(row: Row, keys: tuple[str, ...], **more: Any) -> Question:
    """Exposure against a comparator or the rest, on a side-effect group."""
    scope = str(row.get("role_scope", "suspect"))
    exposure, comparator = str(row["exposure"]), str(row.get("comparator", "rest"))
    terms = terms_of(str(row["side_effect"]), str(row["definition"]))
    drugs = substances_of(exposure)
    is_rest = comparator == "rest"
    return Question(
        exposed=with_substances(drugs, scope),
        event=with_terms(terms),
        compared=None if is_rest else with_substances(substances_of(comparator), scope),
        population=population_of(row, keys),
        marked={"substance": (drugs if is_rest else f"{drugs} UNION {substances_of(comparator)}", scope),
                "term": (terms, "")},
        **more,
    )  # fmt: skip


def pair_question(row: Row, _keys: tuple[str, ...]) -> Question:
    """A substance against the rest, on one preferred term; suspects."""
    drug, term = literal(row["substance"]), literal(row["term"])
    return Question(
        exposed=with_substances(drug, "suspect"),
        event=with_terms(term),
        marked={"substance": (f"SELECT {drug}", "suspect"), "term": (f"SELECT {term}", "")},
    )


def interaction_question(row: Row, keys: tuple[str, ...]) -> Question:
    """An exposure and a group of further drugs, on a side-effect group."""
    scope = str(row["role_scope"])
    group = (
        "SELECT part.substance FROM core.interaction_group AS part "
        f"WHERE part.interaction_group = {literal(row['interaction_group'])}"
    )
    drugs, terms = substances_of(str(row["exposure"])), terms_of(str(row["side_effect"]), str(row["definition"]))
    return Question(
        exposed=with_substances(drugs, scope),
        event=with_terms(terms),
        compared=with_substances(group, scope),
        population=population_of(row, keys),
        marked={"substance": (f"{drugs} UNION {group}", scope), "term": (terms, "")},
    )


def onset_question(row: Row, keys: tuple[str, ...]) -> Question:
    """Cases with exposure and side effect, by what their dates allow."""
    scope = str(row["role_scope"])
    roles = "('PS')" if scope == "primary_suspect" else "('PS', 'SS')"
    detail = (
        "SELECT drug.case_id, min(therapy.start_date) FILTER (WHERE therapy.start_date_precision = 'day') "
        "AS start_date, true AS has_start FROM core.report_drug AS drug "
        "JOIN core.drug_name_substance AS named ON drug.drug_name_id = named.drug_name_id "
        "JOIN core.report_therapy AS therapy ON drug.case_id = therapy.case_id "
        "AND drug.drug_sequence = therapy.drug_sequence "
        f"WHERE drug.role IN {roles} AND therapy.start_date IS NOT NULL "
        f"AND named.substance IN ({substances_of(str(row['exposure']))}) GROUP BY drug.case_id"
    )
    dating = (
        "CASE WHEN report.event_date IS NULL OR detail.has_start IS NULL THEN 'missing' "
        "WHEN report.event_date_precision <> 'day' OR detail.start_date IS NULL THEN 'partial' "
        "WHEN report.event_date < detail.start_date THEN 'negative' ELSE 'with_dates' END"
    )
    days = "CASE WHEN report.event_date_precision = 'day' THEN report.event_date - detail.start_date END"
    return compared_question(row, keys, columns={"dating": dating, "days": days}, detail=detail)


def sex_question(row: Row, keys: tuple[str, ...]) -> Question:
    """Suspect cases of an exposure, by sex."""
    return compared_question(row, keys, columns={"sex": SEX})


def stratified_question(row: Row, keys: tuple[str, ...]) -> Question:
    """A comparison over the strata in which both arms have cases."""
    return compared_question(row, keys, strata=stratum_of(str(row["stratified_by"])))


def reporting_question(row: Row, keys: tuple[str, ...]) -> Question:
    """Cases of an exposure, with outcomes."""
    flags = {name: f"report.{name}" for name in ("is_serious", "is_death", "is_hospitalisation")}
    return compared_question(row, keys, columns=flags)
