"""The published clinic marts: those of the house with small counts left out, so that none can be computed back.

One pattern for sessions and patients, and one for all tables: what is left out of mart.clinic_incidence is left out of
the comparisons that rest on it, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from transforms.disclosure import Total, View, small, suppress
from transforms.statistics.arrays import Flags, Floats
from vocabulary.tables.clinic import ROUTES
from vocabulary.tables.mart.clinic import REPORTED
from vocabulary.tables.mart.columns import ALL
from warehouse.marts.clinic.sessions import Outcome, outcomes

CELL = ["drug", "dimension", "stratum"]
KEY = [*CELL, "side_effect", "measure"]
OF_SESSIONS = "session"
"""What must be there for a report to be told: the session."""

CONTAINED = {
    "systolic_rise_40": "systolic_rise_20",
    "systolic_180": "pressure_165_100",
    "diastolic_110": "pressure_165_100",
}
"""Measure to one that every session with it has too: their difference is a count as well."""

_ALL_DRUGS = 0.01
_WHOLE_DRUG = 50.0

_BASES = ("session_count", "patient_count")
_DENOMINATORS = ("session_count", "unassessed_session_count", "patient_count")


def cell_totals(cells: Sequence[tuple[str, str, str]]) -> list[Total]:
    """What adds up to what among cells (drug, dimension, stratum): strata, drugs, and doses of a route."""
    place = {cell: number for number, cell in enumerate(cells)}
    families: dict[tuple[str, str, str], dict[str, list[int]]] = {}
    for number, (drug, dimension, stratum) in enumerate(cells):
        if dimension != ALL:
            families.setdefault((drug, ALL, ALL), {}).setdefault(dimension, []).append(number)
        if drug != ALL:
            families.setdefault((ALL, dimension, stratum), {}).setdefault("drug", []).append(number)
        if dimension == "dose_band":
            families.setdefault((drug, "route", _route_of(stratum)), {}).setdefault(dimension, []).append(number)
    return [
        Total(place[total], tuple(parts))
        for total, kinds in families.items()
        if total in place
        for parts in kinds.values()
    ]


def worth(drugs: Sequence[str], strata: Sequence[str]) -> Floats:
    """How much a cell is wanted: a drug's own numbers most, its strata less, those of all drugs together least.

    A rarely given drug gives itself away through the sum of all drugs; hiding the sum costs less than hiding another
    drug, and nobody takes all drugs together.
    """
    wanted = [
        _ALL_DRUGS if drug == ALL else _WHOLE_DRUG if stratum == ALL else 1.0
        for drug, stratum in zip(drugs, strata, strict=True)
    ]
    return np.array(wanted)


def _route_of(dose_band: str) -> str:
    return next(route for route in ROUTES if dose_band == route or dose_band.startswith(f"{route}_"))


def control_incidence(incidence: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Rows of clinic_incidence as they are published.

    Args:
        incidence: rows as they are in the house.
        minimum: smallest count of sessions or patients that may show, 0 apart.
    """
    if not incidence.height:
        return incidence
    cells = incidence.select(CELL).unique(maintain_order=True).sort(CELL)
    totals = cell_totals(list(cells.iter_rows()))
    by_outcome = incidence.partition_by(KEY[3:], as_dict=True)
    hidden_base: dict[str, Flags] = {}
    base: dict[str, pl.DataFrame] = {}
    for one in _sessions_first():
        part = _aligned(cells, by_outcome[one.side_effect, one.measure])
        if one.assessed_by not in hidden_base:
            base[one.assessed_by] = part
            whole = part if one.assessed_by == OF_SESSIONS else base[OF_SESSIONS]
            hidden_base[one.assessed_by] = _hidden_base(part, whole, totals, minimum, hidden_base.get(OF_SESSIONS))
    published: dict[Outcome, pl.DataFrame] = {}
    hidden: dict[str, Flags] = {}
    for one in _wider_first():
        part = _aligned(cells, by_outcome[one.side_effect, one.measure])
        wider = CONTAINED.get(one.measure)
        around = None
        if wider is not None:
            holder = next(other for other in outcomes() if other.measure == wider)
            around = _aligned(cells, by_outcome[holder.side_effect, wider]), hidden[wider]
        own = _hidden_events(part, hidden_base[one.assessed_by], totals, minimum, around)
        if one.measure != REPORTED:
            hidden[one.measure] = own
        published[one] = _without(part, own, hidden_base[one.assessed_by])
    return pl.concat(published.values()).sort(KEY).select(incidence.columns)


def _sessions_first() -> list[Outcome]:
    return sorted(outcomes(), key=lambda one: one.assessed_by != OF_SESSIONS)


def _wider_first() -> list[Outcome]:
    return sorted(outcomes(), key=lambda one: one.measure in CONTAINED)


def _aligned(cells: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    return cells.join(part, on=CELL, how="left", maintain_order="left")


def _numbers(part: pl.DataFrame, name: str) -> Floats:
    return part[name].to_numpy().astype(np.float64)


def _hidden_base(
    part: pl.DataFrame, whole: pl.DataFrame, totals: list[Total], minimum: int, above: Flags | None
) -> Flags:
    """Cells whose number of sessions or patients is left out, and all that was counted in them with it."""
    sessions, patients = _numbers(part, "session_count"), _numbers(part, "patient_count")
    rest = _numbers(part, "unassessed_session_count")
    free = np.full(len(sessions), np.inf)
    upper = [free if above is None else np.where(above, np.inf, _numbers(whole, name)) for name in _BASES]
    views = [
        View(sessions, upper[0], small(sessions, minimum) | small(rest, minimum)),
        View(patients, upper[1], small(patients, minimum)),
    ]
    return suppress(views, totals, minimum, above, worth(part["drug"].to_list(), part["stratum"].to_list()))


def _hidden_events(
    part: pl.DataFrame,
    hidden_base: Flags,
    totals: list[Total],
    minimum: int,
    around: tuple[pl.DataFrame, Flags] | None,
) -> Flags:
    """Cells whose number of events is left out."""
    views = []
    for unit in ("session", "patient"):
        events, base = _numbers(part, f"event_{unit}_count"), _numbers(part, f"{unit}_count")
        primary = small(events, minimum) | (small(base - events, minimum) & ~hidden_base)
        upper = np.where(hidden_base, np.inf, base)
        if around is not None:
            wider = _numbers(around[0], f"event_{unit}_count")
            primary |= small(wider - events, minimum) & ~around[1]
            upper = np.where(around[1], upper, np.minimum(upper, wider))
        views.append(View(events, upper, primary))
    return suppress(views, totals, minimum, hidden_base, worth(part["drug"].to_list(), part["stratum"].to_list()))


def _without(part: pl.DataFrame, events: Flags, base: Flags) -> pl.DataFrame:
    numbers = [name for name in part.columns if name not in {*KEY, "is_suppressed"}]
    of_events, of_base = pl.Series(events), pl.Series(base)
    return part.with_columns(
        *(
            pl.when(~(of_base if name in _DENOMINATORS else of_events)).then(pl.col(name)).alias(name)
            for name in numbers
        ),
        is_suppressed=of_events | of_base,
    )


def control_comparison(comparison: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Rows of clinic_comparison as they are published: those of which both sides show.

    Args:
        comparison: rows as they are in the house.
        published: clinic_incidence as it is published.
    """
    shown = published.filter(~pl.col("is_suppressed")).select(KEY)
    whole = comparison.with_row_index("row").with_columns(
        of_drugs=pl.col("dimension") == "drug",
    )

    def rows_shown(stratum: str) -> pl.Series:
        sides = whole.select(
            "row",
            pl.when("of_drugs").then(pl.col(stratum)).otherwise("drug").alias("drug"),
            pl.when("of_drugs").then(pl.lit(ALL)).otherwise("dimension").alias("dimension"),
            pl.when("of_drugs").then(pl.lit(ALL)).otherwise(pl.col(stratum)).alias("stratum"),
            *KEY[3:],
        )
        return sides.join(shown, on=KEY, how="semi")["row"]

    both = set(rows_shown("stratum").to_list()) & set(rows_shown("reference_stratum").to_list())
    keep = pl.Series([row in both for row in range(comparison.height)], dtype=pl.Boolean)
    names = ["drug", "dimension", "stratum", "reference_stratum", "side_effect", "measure", "is_suppressed"]
    return comparison.with_columns(
        *(pl.when(keep).then(pl.col(name)).alias(name) for name in comparison.columns if name not in names),
        is_suppressed=~keep,
    )
