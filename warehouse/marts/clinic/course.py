"""clinic_course, as it is in the house: how bad, how soon, how long, what was stopped."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from transforms.incidence import clustered_proportion, clusters
from vocabulary.tables.mart.clinic import CLINIC_COURSE
from warehouse.marts.columns import column
from warehouse.plan import Step, frame_step, query

_READS = ("clinic.core.clinic_session", "clinic.core.clinic_event", "clinic.core.clinic_event_side_effect")

_EVENT = """
WITH event AS (
    SELECT
        session.patient_key,
        session.drug,
        member.side_effect,
        event.severity,
        event.serious,
        event.onset_minute AS onset,
        event.resolved_minute - event.onset_minute AS duration,
        session.discharge_minutes IS NOT NULL AS is_discharge_known,
        coalesce(event.resolved_minute <= session.discharge_minutes, false) AS is_resolved_before,
        event.action IN ('session_stopped', 'treatment_stopped') AS is_stopped
    FROM clinic.core.clinic_event AS event
    JOIN clinic.core.clinic_event_side_effect AS member USING (session_key, source_line)
    JOIN clinic.core.clinic_session AS session USING (session_key)
)
"""

_COUNTS = f"""
{_EVENT}
SELECT
    coalesce(drug, 'all') AS drug,
    side_effect,
    count(*) AS event_count,
    count(*) FILTER (WHERE severity = 1) AS mild_count,
    count(*) FILTER (WHERE severity = 2) AS moderate_count,
    count(*) FILTER (WHERE severity = 3) AS severe_count,
    count(*) FILTER (WHERE serious) AS serious_count,
    count(onset) AS onset_known_count,
    quantile_cont(onset, 0.25) AS onset_q1_minutes,
    quantile_cont(onset, 0.5) AS onset_median_minutes,
    quantile_cont(onset, 0.75) AS onset_q3_minutes,
    count(duration) AS duration_known_count,
    quantile_cont(duration, 0.25) AS duration_q1_minutes,
    quantile_cont(duration, 0.5) AS duration_median_minutes,
    quantile_cont(duration, 0.75) AS duration_q3_minutes,
    count(*) FILTER (WHERE is_discharge_known) AS discharge_known_count,
    count(*) FILTER (WHERE is_discharge_known AND is_resolved_before) AS resolved_before_discharge_count,
    count(*) FILTER (WHERE is_stopped) AS stopped_count
FROM event
GROUP BY GROUPING SETS ((drug, side_effect), (side_effect))
ORDER BY drug, side_effect
"""

_BY_PATIENT = f"""
{_EVENT}
SELECT
    coalesce(drug, 'all') AS drug,
    side_effect,
    patient_key,
    count(*) AS events,
    count(*) FILTER (WHERE severity = 1) AS mild,
    count(*) FILTER (WHERE is_discharge_known) AS discharged,
    count(*) FILTER (WHERE is_discharge_known AND is_resolved_before) AS resolved
FROM event
GROUP BY GROUPING SETS ((drug, side_effect, patient_key), (side_effect, patient_key))
ORDER BY drug, side_effect, patient_key
"""


def steps() -> list[Step]:
    """The step of this file."""
    return [frame_step("clinic.mart.clinic_course", _courses, *_READS)]


def _courses(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(connection, _COUNTS)
    patients = query(connection, _BY_PATIENT).join(
        counts.select("drug", "side_effect").with_row_index("cell"), on=["drug", "side_effect"]
    )
    cell = patients["cell"].to_numpy().astype(np.intp)
    for name, size, total in (
        ("mild_share", "events", "mild"),
        ("resolved_before_discharge_share", "discharged", "resolved"),
    ):
        of_size, of_total = (patients[part].to_numpy().astype(np.float64) for part in (size, total))
        sums = clusters(cell, of_size, of_total, counts.height)
        share = clustered_proportion(sums)
        counts = counts.with_columns(
            column(name, share.point),
            column(f"{name}_lower_95", share.lower_95),
            column(f"{name}_upper_95", share.upper_95),
        )
    return counts.with_columns(is_suppressed=pl.lit(value=False)).select(CLINIC_COURSE.column_names)
