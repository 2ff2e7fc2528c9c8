"""clinic_blood_pressure, as it is in the house: levels and changes of vital signs over a session."""

from __future__ import annotations

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


def _pressures(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    sessions = query(
        connection,
        "SELECT session.patient_key - 1 AS patient, drug, route, derived.* FROM clinic.core.clinic_session AS session "
        "JOIN clinic.core.clinic_derived AS derived USING (session_key) ORDER BY session_key",
    )
    minutes = query(connection, _MINUTES_SQL)
    places = pl.DataFrame({"moment": MOMENTS}).with_row_index("place")
    parts = [pl.DataFrame(schema=dict(CLINIC_BLOOD_PRESSURE.polars_schema)).drop(*minutes.columns[4:], "is_suppressed")]
    for vital, rows in _by_patient(connection, sessions).items() if sessions.height else ():
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


def _by_patient(connection: duckdb.DuckDBPyConnection, sessions: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Vital sign to its sums, and those of its change, by patient, drug, route and moment.

    All signs in one pass over the readings, in Polars, on all cores; the sums are of whole numbers, and so exact.
    """
    drug, route = _places(sessions["drug"], DRUGS), _places(sessions["route"], ROUTES)
    group, owner = np.unique(
        (sessions["patient"].to_numpy().astype(np.intp) * len(DRUGS) + drug) * len(ROUTES) + route, return_inverse=True
    )
    place = pl.Series("place", owner * len(MOMENTS))
    base = [sessions[f"baseline_{vital}"].alias(f"{vital}_base") for vital in VITALS]
    first_band = len(MOMENTS) - len(MINUTE_BANDS)
    band = " + ".join(f"(minute_offset > {end})::BIGINT" for end in _ENDS)
    readings = query(
        connection,
        f"SELECT session_key - 1 AS session, {band} + {first_band} AS moment, {', '.join(VITALS)} "
        "FROM clinic.core.clinic_vital WHERE minute_offset >= 0",
    )
    session = readings["session"]
    parts = [
        readings.select(
            place.gather(session) + readings["moment"],
            *VITALS,
            *(values.gather(session) for values in base),
        )
    ]
    peaks = [sessions[f"{_PEAKS[vital]}_{vital}"].alias(vital) for vital in VITALS]
    levels = [values.alias(vital) for vital, values in zip(VITALS, base, strict=True)]
    parts.append(pl.DataFrame([place + MOMENTS.index("peak"), *peaks, *base]))
    # A baseline has no change from itself.
    untold = [pl.lit(None, dtype=values.dtype).alias(values.name) for values in base]
    parts.append(pl.DataFrame([place + MOMENTS.index("baseline"), *levels]).with_columns(untold))
    del readings, session
    sums = (
        pl.concat(parts, how="vertical_relaxed")
        .lazy()
        .group_by("place")
        .agg(summed for vital in VITALS for summed in _sums(vital))
        .sort("place")
        .collect()
    )
    owned, moment_of = np.divmod(sums["place"].to_numpy(), len(MOMENTS))
    whose, route_of = np.divmod(group[owned], len(ROUTES))
    patient, drug_of = np.divmod(whose, len(DRUGS))
    keys = pl.DataFrame({"patient": patient, "drug": drug_of, "route": route_of, "moment": moment_of})
    return {
        vital: pl.concat(
            [keys, sums.select(pl.col(f"{vital}_{part}").cast(pl.Float64).alias(part) for part in _PARTS)],
            how="horizontal",
        ).filter(pl.col("readings") > 0)
        for vital in VITALS
    }


def _sums(vital: str) -> list[pl.Expr]:
    """The parts of one vital sign, over rows of a patient and moment."""
    level = pl.col(vital).cast(pl.Int64)
    change = level - pl.col(f"{vital}_base").cast(pl.Int64)
    parts = (level.count(), level.sum(), (level**2).sum(), change.count(), change.sum(), (change**2).sum())
    return [part.alias(f"{vital}_{name}") for name, part in zip(_PARTS, parts, strict=True)]


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


def _of_cells(vital: str, rows: pl.DataFrame, *, by_drug: bool, by_route: bool) -> pl.DataFrame:
    """Rows of all drugs or of each, of all routes or of each."""
    cell = pl.lit(0)
    for name, labels, is_kept in (("drug", DRUGS, by_drug), ("route", ROUTES, by_route)):
        cell = cell * len(labels) + (pl.col(name) if is_kept else pl.lit(0))
    summed = (
        rows.lazy()
        .group_by("patient", (cell * len(MOMENTS) + pl.col("moment")).alias("cell"))
        .agg(pl.col(name).sum() for name in _PARTS)
        .sort("cell", "patient")
        .collect()
    )
    names, of_row = np.unique(summed["cell"].to_numpy(), return_inverse=True)
    part = {name: summed[name].to_numpy() for name in _PARTS}
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
