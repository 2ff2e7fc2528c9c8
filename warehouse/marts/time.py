"""mart.signal_trend and mart.time_to_onset: measures beside the counts that SQL made over time."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from transforms.statistics import weibull
from vocabulary.tables.mart.time import SIGNAL_TREND
from warehouse.marts.columns import column, with_measures
from warehouse.plan import Step, frame_step, query

_GROUP = ["exposure", "side_effect", "definition", "role_scope"]


def steps() -> list[Step]:
    """The steps of this file."""
    return [
        frame_step("mart.signal_trend", _trend, "work.trend_count", reference=()),
        frame_step("mart.time_to_onset", _onset, "work.onset_count", "work.onset", "work.definition", reference=()),
    ]


def _trend(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(connection, f"SELECT * FROM work.trend_count ORDER BY {', '.join(_GROUP)}, quarter")
    return with_measures(counts).select(SIGNAL_TREND.column_names)


def _onset(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(connection, f"SELECT * FROM work.onset_count ORDER BY {', '.join(_GROUP)}").with_row_index("number")
    days = query(
        connection,
        "SELECT exposure, side_effect, level.definition, role_scope, days, count(*) AS cases FROM work.onset "
        "JOIN work.definition AS level ON onset.definition_rank <= level.definition_rank "
        "WHERE dating = 'with_dates' GROUP BY ALL",
    )
    # In a fixed order, because sums of floating-point numbers depend on it.
    numbered = days.join(counts.select("number", *_GROUP), on=_GROUP).sort("number", "days")
    first = numbered["days"].to_numpy()
    fit = weibull(
        first,
        first + 1,  # dates are whole days: day 0 is the time from 0 to 1
        numbered["cases"].to_numpy(),
        numbered["number"].to_numpy().astype(np.intp),
        counts.height,
    )
    return counts.drop("number").with_columns(
        column("weibull_shape", fit.shape),
        column("weibull_shape_lower_95", fit.lower_95),
        column("weibull_shape_upper_95", fit.upper_95),
        column("weibull_scale_days", fit.scale),
        column("weibull_undefined_reason", fit.undefined_reason),
    )
