"""mart.side_effect_reporting and mart.side_effect_comparison."""

from __future__ import annotations

import duckdb
import polars as pl

from transforms.statistics import reporting_share
from vocabulary.tables.mart.columns import ALL
from warehouse.marts.columns import column, with_empirical_bayes, with_measures
from warehouse.marts.prior import FITTED_SCOPES, prior
from warehouse.plan import Step, frame_step, query


def steps() -> list[Step]:
    """The steps of this file."""
    return [
        frame_step("mart.side_effect_reporting", _reporting, "work.reporting_count", reference=()),
        frame_step(
            "mart.side_effect_comparison",
            _comparison,
            "work.comparison_count",
            "work.population",
            "meta.gps_prior",
            reference=(),
        ),
    ]


def _reporting(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(
        connection,
        "SELECT * EXCLUDE (population) FROM work.reporting_count "
        "ORDER BY population, exposure, side_effect, definition, role_scope",
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
            "SELECT cells.* EXCLUDE (population), context, route_group FROM work.comparison_count AS cells "
            "JOIN work.population USING (population) WHERE cut = 'context' "
            "ORDER BY population, exposure, comparator, side_effect, definition, role_scope",
        )
    )
    # The prior describes all pairs against the rest of the whole database; it says nothing of one drug against
    # another, nor of a context by itself.
    for scope in FITTED_SCOPES:
        applies = (
            (pl.col("comparator") == "rest")
            & (pl.col("role_scope") == scope)
            & (pl.col("context") == ALL)
            & (pl.col("route_group") == ALL)
        )
        measured = with_empirical_bayes(measured, prior(connection, scope), applies)
    return measured
