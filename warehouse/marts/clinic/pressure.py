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
_ENDS = np.array([14, 29, 44, 59, 89, 119])
"""Last minute of each band but the open one."""

_PEAKS = {"systolic_mmhg": "peak", "diastolic_mmhg": "peak", "heart_rate_bpm": "peak", "spo2_percent": "lowest"}
_PARTS = ("readings", "level", "level_squared", "changes", "change", "change_squared")


def steps() -> list[Step]:
    """The step of this file."""
    return [frame_step("clinic.mart.clinic_blood_pressure", _pressures, *_READS)]


def _pressures(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    sessions = query(
        connection,
        "SELECT session.patient_key - 1 AS patient, drug, route, derived.* FROM clinic.core.clinic_session AS session "
        "JOIN clinic.core.clinic_derived AS derived USING (session_key) ORDER BY session_key",
    )
    minutes = query(connection, _MINUTES_SQL)
    places = pl.DataFrame({"moment": MOMENTS}).with_row_index("place")
    parts = [pl.DataFrame(schema=dict(CLINIC_BLOOD_PRESSURE.polars_schema)).drop(*minutes.columns[4:], "is_suppressed")]
    for vital in VITALS if sessions.height else ():
        rows = _by_patient(connection, vital, sessions)
        parts += [
            _of_cells(vital, rows, by_drug=by_drug, by_route=by_route)
            for by_drug in (False, True)
            for by_route in (False, True)
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


@dataclass(frozen=True)
class _Rows:
    """Sums by patient, drug, route and moment; arrays of one length."""

    patient: Index
    drug: Index
    route: Index
    moment: Index
    parts: dict[str, Floats]


def _by_patient(connection: duckdb.DuckDBPyConnection, vital: str, sessions: pl.DataFrame) -> _Rows:
    """Sums of one vital sign and of its change; in NumPy, where ten million readings are a second's work."""
    drug, route = _places(sessions["drug"], DRUGS), _places(sessions["route"], ROUTES)
    group, owner = np.unique(
        (sessions["patient"].to_numpy().astype(np.intp) * len(DRUGS) + drug) * len(ROUTES) + route, return_inverse=True
    )
    base = sessions[f"baseline_{vital}"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    peak = sessions[f"{_PEAKS[vital]}_{vital}"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    readings = query(
        connection,
        f"SELECT session_key - 1 AS session, minute_offset, {vital}::DOUBLE AS level FROM clinic.core.clinic_vital "
        f"WHERE minute_offset >= 0 AND {vital} IS NOT NULL",
    )
    band = np.searchsorted(_ENDS, readings["minute_offset"].to_numpy()) + len(MOMENTS) - len(MINUTE_BANDS)
    parts = {name: np.zeros(len(group) * len(MOMENTS)) for name in _PARTS}

    def add(session: Index, moment: Index | int, level: Floats, from_base: Floats | float) -> None:
        place = owner[session] * len(MOMENTS) + moment
        change = level - from_base
        both = ~np.isnan(change)
        for name, at, values in (
            ("readings", place, None),
            ("level", place, level),
            ("level_squared", place, level * level),
            ("changes", place[both], None),
            ("change", place[both], change[both]),
            ("change_squared", place[both], change[both] ** 2),
        ):
            parts[name] += np.bincount(at, weights=values, minlength=len(parts[name]))

    told = np.flatnonzero(~np.isnan(base))
    add(told, MOMENTS.index("baseline"), base[told], np.nan)
    told = np.flatnonzero(~np.isnan(peak))
    add(told, MOMENTS.index("peak"), peak[told], base[told])
    session = readings["session"].to_numpy().astype(np.intp)
    add(session, band, readings["level"].to_numpy(), base[session])
    there = np.flatnonzero(parts["readings"])
    owned, moment = np.divmod(there, len(MOMENTS))
    whose, route_of = np.divmod(group[owned], len(ROUTES))
    patient, drug_of = np.divmod(whose, len(DRUGS))
    return _Rows(patient, drug_of, route_of, moment, {name: values[there] for name, values in parts.items()})


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


def _of_cells(vital: str, rows: _Rows, *, by_drug: bool, by_route: bool) -> pl.DataFrame:
    """Rows of all drugs or of each, of all routes or of each."""
    drug = rows.drug if by_drug else np.zeros_like(rows.drug)
    route = rows.route if by_route else np.zeros_like(rows.route)
    name = (drug * len(ROUTES) + route) * len(MOMENTS) + rows.moment
    names, cell = np.unique(name, return_inverse=True)
    key, row = np.unique(rows.patient * len(names) + cell, return_inverse=True)
    part = {
        name: np.asarray(np.bincount(row, weights=values, minlength=len(key)), dtype=np.float64)
        for name, values in rows.parts.items()
    }
    of_row = key % len(names)
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
