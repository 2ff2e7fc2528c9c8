"""clinic_blood_pressure, as it is in the house: levels and changes of vital signs over a session."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from transforms.incidence import Clusters, clustered_mean, clusters
from transforms.statistics.arrays import Floats
from vocabulary.tables.clinic import DRUGS, ROUTES
from vocabulary.tables.mart.clinic import CLINIC_BLOOD_PRESSURE, MINUTE_BANDS, MOMENTS, VITALS
from vocabulary.tables.mart.columns import ALL
from warehouse.marts.clinic.sessions import Index
from warehouse.marts.columns import column
from warehouse.plan import Step, frame_step, query

_READS = ("clinic.core.clinic_session", "clinic.core.clinic_vital", "clinic.core.clinic_derived")
_ENDS = (14, 29, 44, 59, 89, 119)
"""Last minute of each band but the open one."""

_PEAKS = {"systolic_mmhg": "peak", "diastolic_mmhg": "peak", "heart_rate_bpm": "peak", "spo2_percent": "lowest"}
_PARTS = ("readings", "level", "level_squared", "changes", "change", "change_squared")


def steps() -> list[Step]:
    """The step of this file."""
    return [frame_step("clinic.mart.clinic_blood_pressure", _pressures, *_READS)]


@dataclass(frozen=True)
class Courses:
    """Sums of readings; one row per patient, drug, route and moment that has any, sorted by these.

    Attributes:
        patient: number of the patient, from 0.
        drug: place in ``DRUGS``.
        route: place in ``ROUTES``.
        moment: place in ``MOMENTS``.
        parts: vital sign to its sums, and those of its change: whole numbers, and so exact.
    """

    patient: Index
    drug: Index
    route: Index
    moment: Index
    parts: dict[str, dict[str, Floats]]

    def merged(self, *, by_drug: bool, by_route: bool) -> tuple[Index, Courses]:
        """Cell (drug, route and moment as one number) of each row, and the rows of a patient in one cell as one."""
        cell = np.zeros(len(self.patient), dtype=np.intp)
        for place, labels, is_kept in ((self.drug, DRUGS, by_drug), (self.route, ROUTES, by_route)):
            cell = cell * len(labels) + (place if is_kept else 0)
        cell = cell * len(MOMENTS) + self.moment
        if by_drug and by_route:
            return cell, self
        most = len(DRUGS) * len(ROUTES) * len(MOMENTS)
        key, first, row = np.unique(self.patient * most + cell, return_index=True, return_inverse=True)
        parts = {
            vital: {name: _summed(row, values, len(key)) for name, values in sums.items()}
            for vital, sums in self.parts.items()
        }
        return cell[first], Courses(self.patient[first], self.drug[first], self.route[first], self.moment[first], parts)


def _pressures(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    minutes = query(connection, _MINUTES_SQL)
    places = pl.DataFrame({"moment": MOMENTS}).with_row_index("place")
    parts = [pl.DataFrame(schema=dict(CLINIC_BLOOD_PRESSURE.polars_schema)).drop(*minutes.columns[4:], "is_suppressed")]
    courses = _courses(connection)
    for by_drug in (False, True):
        for by_route in (False, True):
            cell, merged = courses.merged(by_drug=by_drug, by_route=by_route)
            parts += [
                _of_cells(vital, cell, part, by_drug=by_drug, by_route=by_route)
                for vital, part in merged.parts.items()
                if part["readings"].any()  # a clinic may not measure it at all
            ]
    key = ["drug", "route", "vital", "moment"]
    return (
        pl.concat([part.select(parts[0].columns) for part in parts])
        .join(minutes, on=key, how="left")
        .join(places, on="moment")
        .sort("drug", "route", "vital", "place")
        .with_columns(is_suppressed=pl.lit(value=False))
        .select(CLINIC_BLOOD_PRESSURE.column_names)
    )


def _courses(connection: duckdb.DuckDBPyConnection) -> Courses:
    """All readings summed up."""
    told = [f"baseline_{vital}" for vital in VITALS] + [f"{_PEAKS[vital]}_{vital}" for vital in VITALS]
    sessions = query(
        connection,
        f"SELECT session.patient_key - 1 AS patient, drug, route, {', '.join(told)} "
        "FROM clinic.core.clinic_session AS session "
        "JOIN clinic.core.clinic_derived AS derived USING (session_key) ORDER BY session_key",
    )
    drug, route = _places(sessions["drug"], DRUGS), _places(sessions["route"], ROUTES)
    group, owner = np.unique(
        (sessions["patient"].to_numpy().astype(np.intp) * len(DRUGS) + drug) * len(ROUTES) + route, return_inverse=True
    )
    first_band = len(MOMENTS) - len(MINUTE_BANDS)
    band = " + ".join(f"(minute_offset > {end})::BIGINT" for end in _ENDS)
    readings = query(
        connection,
        f"SELECT session_key - 1 AS session, {band} + {first_band} AS moment, {', '.join(VITALS)} "
        "FROM clinic.core.clinic_vital WHERE minute_offset >= 0",
    )
    session = readings["session"].to_numpy()
    own = owner * len(MOMENTS)
    place = own[session] + readings["moment"].to_numpy()
    size = len(group) * len(MOMENTS)
    sums: dict[str, dict[str, Floats]] = {}
    for vital in VITALS:
        base = _numbers(sessions[f"baseline_{vital}"])
        # A baseline has no change from itself.
        kinds = (
            (place, _numbers(readings[vital]), base[session]),
            (own + MOMENTS.index("peak"), _numbers(sessions[f"{_PEAKS[vital]}_{vital}"]), base.copy()),
            (own + MOMENTS.index("baseline"), base.copy(), np.full(len(base), np.nan)),
        )
        sums[vital] = {name: np.zeros(size) for name in _PARTS}
        for kind in kinds:
            _add(sums[vital], *kind)
    there = np.flatnonzero(sum(one["readings"] for one in sums.values()))
    whose, moment = np.divmod(there, len(MOMENTS))
    of_patient, route_of = np.divmod(group[whose], len(ROUTES))
    patient, drug_of = np.divmod(of_patient, len(DRUGS))
    parts = {vital: {name: values[there] for name, values in one.items()} for vital, one in sums.items()}
    return Courses(patient, drug_of, route_of, moment, parts)


def _add(sums: dict[str, Floats], place: Index, level: Floats, base: Floats) -> None:
    """Add readings of one vital sign to its sums by place; NaN is no reading, or no baseline to tell a change from.

    Both arrays are used up: they are large, and another one of their size costs more than what is done with it.
    """
    size = len(sums["readings"])
    everything = np.bincount(place, minlength=size)
    np.subtract(level, base, out=base)
    for (number, total, squares), values in ((_PARTS[:3], level), (_PARTS[3:], base)):
        absent = np.flatnonzero(np.isnan(values))
        values[absent] = 0.0  # adds nothing to a sum
        sums[number] += everything
        if len(absent):
            sums[number] -= np.bincount(place[absent], minlength=size)
        sums[total] += _summed(place, values, size)
        sums[squares] += _summed(place, np.square(values, out=values), size)


def _summed(place: Index, values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(place, weights=values, minlength=size), dtype=np.float64)


def _numbers(values: pl.Series) -> Floats:
    """Whole numbers with NaN where there is none."""
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy(writable=True)


def _places(values: pl.Series, labels: tuple[str, ...]) -> Index:
    return values.cast(pl.Enum(labels)).to_physical().to_numpy().astype(np.intp)


_MINUTES_SQL = """
WITH peak AS (
    SELECT session.drug, session.route, derived.*
    FROM clinic.core.clinic_derived AS derived JOIN clinic.core.clinic_session AS session USING (session_key)
),

told AS (
    SELECT
        coalesce(drug, 'all') AS drug,
        coalesce(route, 'all') AS route,
        median(peak_systolic_minute) AS systolic_mmhg,
        median(peak_diastolic_minute) AS diastolic_mmhg,
        median(peak_heart_rate_minute) AS heart_rate_bpm,
        count(*) FILTER (WHERE systolic_recovery = 'recovered') AS recovered_session_count,
        count(*) FILTER (WHERE systolic_recovery = 'not_seen') AS not_seen_session_count,
        median(systolic_recovery_minute) AS median_minutes_to_recovery
    FROM peak
    GROUP BY GROUPING SETS ((drug, route), (drug), (route), ())
)

SELECT
    drug,
    route,
    vital,
    'peak' AS moment,
    median_minutes_to_peak,
    CASE vital WHEN 'systolic_mmhg' THEN recovered_session_count END AS recovered_session_count,
    CASE vital WHEN 'systolic_mmhg' THEN not_seen_session_count END AS not_seen_session_count,
    CASE vital WHEN 'systolic_mmhg' THEN median_minutes_to_recovery END AS median_minutes_to_recovery
FROM (
    UNPIVOT told ON systolic_mmhg, diastolic_mmhg, heart_rate_bpm INTO NAME vital VALUE median_minutes_to_peak
)
"""


def _of_cells(vital: str, cell: Index, part: dict[str, Floats], *, by_drug: bool, by_route: bool) -> pl.DataFrame:
    """Rows of all drugs or of each, of all routes or of each.

    Args:
        vital: the vital sign.
        cell: cell of each row.
        part: its sums by patient and cell.
        by_drug: each drug by itself.
        by_route: each route by itself.
    """
    there = part["readings"] > 0
    if not there.all():
        cell, part = cell[there], {name: values[there] for name, values in part.items()}
    names = np.flatnonzero(np.bincount(cell))
    of_row = np.searchsorted(names, cell)
    level = clusters(of_row, part["readings"], part["level"], len(names))
    change = clusters(of_row, part["changes"], part["change"], len(names))
    mean = clustered_mean(change)

    def deviation(sums: Clusters, squared: Floats) -> Floats:
        """Standard deviation over readings, NaN below two."""
        size = np.where(sums.size > 1, sums.size, np.nan)
        squares = np.bincount(of_row, weights=squared, minlength=len(names))
        return np.asarray(np.sqrt(np.maximum(squares - sums.total**2 / size, 0) / (size - 1)))

    whose, moment = np.divmod(names, len(MOMENTS))
    drug_of, route_of = np.divmod(whose, len(ROUTES))
    return pl.DataFrame(
        {
            "drug": [DRUGS[at] if by_drug else ALL for at in drug_of],
            "route": [ROUTES[at] if by_route else ALL for at in route_of],
            "vital": vital,
            "moment": [MOMENTS[at] for at in moment],
            "reading_count": level.size.astype(np.int64),
            "patient_count": level.number.astype(np.int64),
            "change_count": change.size.astype(np.int64),
        }
    ).with_columns(
        column("mean_level", level.ratio),
        column("sd_level", deviation(level, part["level_squared"])),
        column("mean_change", mean.point),
        column("mean_change_lower_95", mean.lower_95),
        column("mean_change_upper_95", mean.upper_95),
        column("sd_change", deviation(change, part["change_squared"])),
    )
