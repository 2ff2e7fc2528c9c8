"""mart.side_effect_reporting and mart.side_effect_comparison."""

from __future__ import annotations

import duckdb
import polars as pl

from transforms.statistics import reporting_share
from warehouse.marts.columns import column, with_empirical_bayes, with_measures
from warehouse.marts.prior import FITTED_SCOPES, prior
from warehouse.plan import Step, frame_step, query


def steps() -> list[Step]:
    """The steps of this file."""
    return [
        frame_step("mart.side_effect_reporting", _reporting, "work.exposed_event_count"),
        frame_step("mart.side_effect_comparison", _comparison, "work.comparison_count", "meta.gps_prior"),
    ]


def _reporting(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(
        connection,
        "SELECT * EXCLUDE (event_count) RENAME (exposed_count AS exposed_report_count) FROM work.exposed_event_count "
        "ORDER BY exposure, side_effect, definition, role_scope",
    )
    share = reporting_share(counts["report_count"].to_numpy(), counts["exposed_report_count"].to_numpy())
    return counts.with_columns(
        column("reporting_share", share.point),
        column("reporting_share_lower_95", share.lower_95),
        column("reporting_share_upper_95", share.upper_95),
    )


def _comparison(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    measured = with_measures(
        query(
            connection,
            "SELECT * FROM work.comparison_count ORDER BY exposure, comparator, side_effect, definition, role_scope",
        )
    )
    # The prior describes all pairs against the rest of the database; it says nothing of one drug against another.
    for scope in FITTED_SCOPES:
        applies = (pl.col("comparator") == "rest") & (pl.col("role_scope") == scope)
        measured = with_empirical_bayes(measured, prior(connection, scope), applies)
    return measured
