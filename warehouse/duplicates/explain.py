"""Why a case is taken for a duplicate or not: its pairs and what each comparison says, from the published file."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from vocabulary.errors import BuildError
from warehouse.duplicates.levels import NAMES

_TOLD = """
SELECT
    report.case_id,
    report.sex,
    round(report.age_years, 2) AS age,
    left(
        report.event_date::VARCHAR, CASE report.event_date_precision WHEN 'day' THEN 10 WHEN 'month' THEN 7 ELSE 4 END
    ) AS event_date,
    coalesce(report.occurrence_country, report.reporter_country) AS country,
    round(report.weight_kg, 1) AS weight,
    report.literature_reference AS literature,
    concat_ws(' ', report.manufacturer_sender, report.manufacturer_number, report.authority_number) AS sender,
    (SELECT string_agg(given.substance, ', ' ORDER BY given.substance) FROM core.report_substance AS given
        WHERE given.case_id = report.case_id) AS substances,
    (SELECT string_agg(reported.term, ', ' ORDER BY reported.term) FROM core.report_term AS reported
        WHERE reported.case_id = report.case_id) AS terms,
    report.quarter,
    report.source_line
FROM core.report AS report
WHERE report.case_id IN (SELECT unnest($cases))
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison of a pair: what both cases say, the level of agreement in words, and what it adds in bits."""

    name: str
    values: tuple[str, str]
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A case and another one that it was compared with."""

    case_id: int
    other_case_id: int
    probability: float
    match_weight: float
    prior_bits: float
    """What the odds are before anything is compared."""
    comparisons: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """What is known of a case and its duplicates."""

    case_id: int
    cluster: tuple[tuple[int, float, str], ...]
    """(case, probability, reason) of its cluster, the kept one first; empty where it is in none."""
    pairs: tuple[Pair, ...]
    """Its pairs with a probability of 0.1 or more, the most probable first."""
    threshold: float


def explain(connection: duckdb.DuckDBPyConnection, case_id: int) -> Explained:
    """What the published file knows of a case and its duplicates.

    Raises:
        BuildError: the file has no such case that counts.
    """
    if not connection.execute("SELECT 1 FROM core.report WHERE case_id = $case", {"case": case_id}).fetchall():
        raise BuildError(f"No case {case_id} counts in this build. core.report_exclusion may say why.")
    cluster = connection.execute(
        "SELECT case_id, probability, reason FROM core.report_duplicate WHERE cluster_id = (SELECT cluster_id "
        "FROM core.report_duplicate WHERE case_id = $case) ORDER BY reason <> 'kept', case_id",
        {"case": case_id},
    ).fetchall()
    bits = ", ".join(f"{name}_bits" for name in NAMES)
    rows = connection.execute(
        f"SELECT CASE WHEN case_id = $case THEN other_case_id ELSE case_id END AS other, probability, match_weight, "
        f"{bits} FROM core.report_duplicate_pair WHERE $case IN (case_id, other_case_id) "
        "ORDER BY match_weight DESC, other",
        {"case": case_id},
    ).fetchall()
    told = _told(connection, [case_id, *(row[0] for row in rows)])
    levels = connection.execute("SELECT comparison, label, weight_bits FROM meta.duplicate_model").fetchall()
    ((threshold,),) = connection.execute("SELECT threshold FROM meta.duplicate_linkage").fetchall()
    pairs = tuple(
        Pair(
            case_id,
            other,
            probability,
            weight,
            round(weight - sum(found), 4),
            tuple(
                Compared(name, (told[case_id][name], told[other][name]), _label(levels, name, value), value)
                for name, value in zip(NAMES, found, strict=True)
            ),
        )
        for other, probability, weight, *found in rows
    )
    return Explained(case_id, tuple(cluster), pairs, threshold)


def _told(connection: duckdb.DuckDBPyConnection, cases: list[int]) -> dict[int, dict[str, str]]:
    result = connection.execute(_TOLD, {"cases": cases})
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return {row["case_id"]: {name: "" if row[name] is None else str(row[name]) for name in names} for row in rows}


def _label(levels: list[tuple[str, str, float]], name: str, bits: float) -> str:
    """The level whose weight it is; nothing is told where nothing was compared."""
    own = [(abs(weight - bits), label) for comparison, label, weight in levels if comparison == name]
    distance, label = min(own, default=(1.0, ""))
    return label if distance < 0.001 and bits else "not compared"
