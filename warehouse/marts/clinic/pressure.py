"""clinic_blood_pressure, as it is in the house: levels and changes of vital signs over a session."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from transforms.incidence import Clusters, clustered_mean, clusters
from transforms.statistics.arrays import Floats
from vocabulary.tables.mart.clinic import CLINIC_BLOOD_PRESSURE, MINUTE_BANDS, MOMENTS, VITALS
from vocabulary.tables.mart.columns import ALL
from warehouse.marts.columns import column
from warehouse.plan import Step, frame_step, query

_READS = ("clinic.core.clinic_session", "clinic.core.clinic_vital", "clinic.core.clinic_derived")
_ENDS = dict(zip(MINUTE_BANDS, (14, 29, 44, 59, 89, 119), strict=False))
_PEAKS = {"systolic_mmhg": "peak", "diastolic_mmhg": "peak", "heart_rate_bpm": "peak", "spo2_percent": "lowest"}
_PARTS = ("readings", "level", "level_squared", "changes", "change", "change_squared")


def steps() -> list[Step]:
    """The step of this file."""
    return [frame_step("clinic.mart.clinic_blood_pressure", _pressures, *_READS)]


def _pressures(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    sums = query(connection, _sums_sql())
    minutes = query(connection, _MINUTES_SQL)
    places = pl.DataFrame({"moment": MOMENTS}).with_row_index("place")
    parts = [
        _of_cells(sums, by_drug=by_drug, by_route=by_route) for by_drug in (False, True) for by_route in (False, True)
    ]
    key = ["drug", "route", "vital", "moment"]
    return (
        pl.concat(parts)
        .join(minutes, on=key, how="left")
        .join(places, on="moment")
        .sort("drug", "route", "vital", "place")
        .with_columns(is_suppressed=pl.lit(value=False))
        .select(CLINIC_BLOOD_PRESSURE.column_names)
    )


def _sums_sql() -> str:
    """One row per patient, drug, route and moment: sums of every vital sign and of its change."""
    band = " ".join(f"WHEN minute_offset <= {last} THEN '{name}'" for name, last in _ENDS.items())
    levels = ", ".join(VITALS)
    bases = ", ".join(f"baseline_{vital}" for vital in VITALS)
    sums = ", ".join(
        f"count({vital}) AS {vital}_readings, sum({vital}) AS {vital}_level, "
        f"sum({vital}::INTEGER * {vital}) AS {vital}_level_squared, "
        f"count({vital} - baseline_{vital}) AS {vital}_changes, sum({vital} - baseline_{vital}) AS {vital}_change, "
        f"sum(({vital} - baseline_{vital})::INTEGER * ({vital} - baseline_{vital})) AS {vital}_change_squared"
        for vital in VITALS
    )
    baseline = ", ".join(f"baseline_{vital}, NULL::SMALLINT" for vital in VITALS)
    peak = ", ".join(f"{_PEAKS[vital]}_{vital}, baseline_{vital}" for vital in VITALS)
    after = ", ".join(f"{vital}, baseline_{vital}" for vital in VITALS)
    names = ", ".join(f"{vital}, baseline_{vital}" for vital in VITALS)
    return f"""
    WITH reading (session_key, moment, {names}) AS (
        SELECT session_key, 'baseline', {baseline} FROM clinic.core.clinic_derived
        UNION ALL
        SELECT session_key, 'peak', {peak} FROM clinic.core.clinic_derived
        UNION ALL
        SELECT session_key, CASE {band} ELSE '{MINUTE_BANDS[-1]}' END, {after}
        FROM (SELECT session_key, minute_offset, {levels} FROM clinic.core.clinic_vital WHERE minute_offset >= 0)
        JOIN (SELECT session_key, {bases} FROM clinic.core.clinic_derived) USING (session_key)
    )
    SELECT patient_key - 1 AS patient, drug, route, moment, {sums}
    FROM reading JOIN clinic.core.clinic_session USING (session_key)
    GROUP BY ALL
    """


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


def _of_cells(sums: pl.DataFrame, *, by_drug: bool, by_route: bool) -> pl.DataFrame:
    """Rows of all drugs or of each, of all routes or of each."""
    name = [
        pl.col("drug") if by_drug else pl.lit(ALL).alias("drug"),
        pl.col("route") if by_route else pl.lit(ALL).alias("route"),
    ]
    rows = sums.with_columns(name).group_by("patient", "drug", "route", "moment").sum()
    cells = rows.select("drug", "route", "moment").unique().sort("drug", "route", "moment").with_row_index("cell")
    rows = rows.join(cells, on=["drug", "route", "moment"]).sort("cell", "patient")
    cell = rows["cell"].to_numpy().astype(np.intp)
    return pl.concat([_of_vital(vital, rows, cell, cells) for vital in VITALS])


def _of_vital(
    vital: str, rows: pl.DataFrame, cell: np.ndarray[tuple[int], np.dtype[np.intp]], cells: pl.DataFrame
) -> pl.DataFrame:
    part = {name: rows[f"{vital}_{name}"].fill_null(0).to_numpy().astype(np.float64) for name in _PARTS}
    level = clusters(cell, part["readings"], part["level"], cells.height)
    change = clusters(cell, part["changes"], part["change"], cells.height)
    mean = clustered_mean(change)

    def deviation(sums: Clusters, squared: Floats) -> Floats:
        """Standard deviation over readings, NaN below two."""
        size = np.where(sums.size > 1, sums.size, np.nan)
        squares = np.bincount(cell, weights=squared, minlength=cells.height)
        return np.asarray(np.sqrt(np.maximum(squares - sums.total**2 / size, 0) / (size - 1)))

    return (
        cells.drop("cell")
        .with_columns(
            vital=pl.lit(vital),
            reading_count=pl.Series(level.size.astype(np.int64)),
            patient_count=pl.Series(level.number.astype(np.int64)),
            change_count=pl.Series(change.size.astype(np.int64)),
        )
        .with_columns(
            column("mean_level", level.ratio),
            column("sd_level", deviation(level, part["level_squared"])),
            column("mean_change", mean.point),
            column("mean_change_lower_95", mean.lower_95),
            column("mean_change_upper_95", mean.upper_95),
            column("sd_change", deviation(change, part["change_squared"])),
        )
        .filter(pl.col("reading_count") > 0)
    )
