"""clinic_incidence and clinic_comparison, as they are in the house."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import polars as pl

import reference
from transforms.incidence import Contrast, clustered_proportion, contrast, design_effect, residual_products, wilson
from transforms.statistics.arrays import Estimate, Floats
from vocabulary.tables.clinic import DRUGS, ROUTES
from vocabulary.tables.clinic_core import SESSION_BANDS
from vocabulary.tables.mart.clinic import CLINIC_COMPARISON, CLINIC_INCIDENCE, COMPARED_DIMENSIONS
from vocabulary.tables.mart.columns import ALL
from warehouse.marts.clinic.groups import Cells, every_cell
from warehouse.marts.clinic.sessions import READS, Outcome, load_sessions
from warehouse.marts.columns import column
from warehouse.plan import Step, frame_step

_KEY = ["drug", "dimension", "stratum", "side_effect", "measure"]


def steps() -> list[Step]:
    """The steps of this file; both tables come of one pass over the sessions."""
    kept: dict[str, pl.DataFrame] = {}

    def incidence(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        counted, kept["comparison"] = count(connection)
        return counted

    return [
        frame_step("clinic.mart.clinic_incidence", incidence, *READS),
        frame_step("clinic.mart.clinic_comparison", lambda _: kept.pop("comparison"), "clinic.mart.clinic_incidence"),
    ]


def count(connection: duckdb.DuckDBPyConnection) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of clinic_incidence and of clinic_comparison."""
    given = load_sessions(connection)
    found = [pl.DataFrame(schema=table.polars_schema) for table in (CLINIC_INCIDENCE, CLINIC_COMPARISON)]
    if given.size:
        incidences, comparisons = [], []
        for cells in every_cell(given):
            pairs = list(_pairs(cells))
            for outcome in given.states:
                incidences.append(_incidence(cells, outcome))
                if pairs:
                    comparisons.append(_comparison(cells, outcome, pairs))
        found = [pl.concat(incidences), pl.concat(comparisons)]
    incidence, comparison = found
    return incidence.sort(_KEY), comparison.sort(["drug", "dimension", "stratum", "reference_stratum", *_KEY[3:]])


def _incidence(cells: Cells, outcome: Outcome) -> pl.DataFrame:
    sums = cells.sums(outcome)
    per_session = clustered_proportion(sums)
    per_patient = wilson(sums.positive, sums.number)
    frame = pl.DataFrame(
        {
            "drug": [drug for drug, _ in cells.names],
            "dimension": cells.dimension,
            "stratum": [stratum for _, stratum in cells.names],
            "side_effect": outcome.side_effect,
            "measure": outcome.measure,
            "event_session_count": sums.total.astype(np.int64),
            "session_count": sums.size.astype(np.int64),
            "unassessed_session_count": cells.sessions - sums.size.astype(np.int64),
        }
    ).with_columns(
        column("session_incidence", per_session.point),
        column("session_incidence_lower_95", per_session.lower_95),
        column("session_incidence_upper_95", per_session.upper_95),
        column("design_effect", np.where(sums.size > 0, design_effect(sums), np.nan)),
        pl.Series("event_patient_count", sums.positive.astype(np.int64)),
        pl.Series("patient_count", sums.number.astype(np.int64)),
        column("patient_incidence", per_patient.point),
        column("patient_incidence_lower_95", per_patient.lower_95),
        column("patient_incidence_upper_95", per_patient.upper_95),
        is_suppressed=pl.lit(value=False),
    )
    return frame.filter(pl.Series(cells.sessions > 0)).select(CLINIC_INCIDENCE.column_names)


def _pairs(cells: Cells) -> Iterator[tuple[int, int]]:
    """Cells that are compared, and with which: by the order of drugs, routes, doses and sessions."""
    there = [number for number, sessions in enumerate(cells.sessions) if sessions]
    named = {cells.names[number]: number for number in there}
    if cells.dimension == ALL:
        drugs = [drug for drug in DRUGS if (drug, ALL) in named]
        yield from ((named[drug, ALL], named[other, ALL]) for at, other in enumerate(drugs) for drug in drugs[at + 1 :])
    if cells.dimension not in COMPARED_DIMENSIONS:
        return
    for drug in DRUGS:
        for series in _series(cells.dimension):
            strata = [stratum for stratum in series if (drug, stratum) in named]
            last = len(strata) if cells.dimension == "route" else 1
            for at, other in enumerate(strata[:last]):
                yield from ((named[drug, stratum], named[drug, other]) for stratum in strata[at + 1 :])


def _series(dimension: str) -> list[list[str]]:
    """Strata that are compared among themselves, the reference first; routes all with one another."""
    if dimension == "route":
        return [list(ROUTES)]
    if dimension == "session_band":
        return [list(SESSION_BANDS)]
    bands = reference.read("clinic_dose_band")
    return [part["dose_band"].to_list() for part in bands.partition_by("route", maintain_order=True)]


def _comparison(cells: Cells, outcome: Outcome, pairs: list[tuple[int, int]]) -> pl.DataFrame:
    sums = cells.sums(outcome)
    shares = clustered_proportion(sums)
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    spread = np.sqrt(sums.variance[first] * sums.variance[second])
    products = np.array([_covariance(cells, outcome, pair, shares) for pair in pairs])
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.where(spread > 0, np.clip(products / spread, -1, 1), 0.0)
    found: Contrast = contrast(_at(shares, first), _at(shares, second), correlation)
    whole = cells.dimension == ALL
    names = [[cells.names[number] for number in side] for side in (first, second)]
    frame = pl.DataFrame(
        {
            "drug": [ALL if whole else drug for drug, _ in names[0]],
            "dimension": "drug" if whole else cells.dimension,
            "stratum": [drug if whole else stratum for drug, stratum in names[0]],
            "reference_stratum": [drug if whole else stratum for drug, stratum in names[1]],
            "side_effect": outcome.side_effect,
            "measure": outcome.measure,
            "event_session_count": sums.total[first].astype(np.int64),
            "session_count": sums.size[first].astype(np.int64),
            "reference_event_session_count": sums.total[second].astype(np.int64),
            "reference_session_count": sums.size[second].astype(np.int64),
        }
    )
    bounds = [
        column(f"{name}{ending}", values)
        for name, one in (("risk_difference", found.difference), ("risk_ratio", found.ratio))
        for ending, values in (("", one.point), ("_lower_95", one.lower_95), ("_upper_95", one.upper_95))
    ]
    return (
        frame.with_columns(
            *bounds, column("undefined_reason", found.undefined_reason), is_suppressed=pl.lit(value=False)
        )
        .filter((pl.col("session_count") > 0) & (pl.col("reference_session_count") > 0))
        .select(CLINIC_COMPARISON.column_names)
    )


def _at(shares: Estimate, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Estimate:
    return Estimate(*(values[places] for values in shares))


def _covariance(cells: Cells, outcome: Outcome, pair: tuple[int, int], shares: Estimate) -> float:
    """Of the two shares, through the patients that are in both cells."""
    sides: list[tuple[Floats, Floats, float]] = []
    common = cells.common(pair)
    for cell, rows in zip(pair, common, strict=True):
        size = cells.sizes[outcome.assessed_by]
        sides.append((size[rows], cells.totals[outcome][rows], cells.whole_size(outcome.assessed_by)[cell]))
    if not len(common[0]) or not (sides[0][2] and sides[1][2]):
        return 0.0
    return residual_products(sides[0], sides[1], (shares.point[pair[0]], shares.point[pair[1]]))
