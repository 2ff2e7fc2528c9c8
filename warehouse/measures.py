"""Counts to measures: the small tables of counts go through transforms.statistics and become marts."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from transforms.statistics import (
    DegenerateFitError,
    Prior,
    benjamini_hochberg,
    chi_squared_p_value,
    empirical_bayes,
    fit_prior,
    measures,
    reporting_share,
)
from vocabulary.tables.meta import GPS_PRIOR
from warehouse.plan import Step, frame_step

FITTED_SCOPE = "suspect"
"""Role scope whose pairs the prior is fitted on, and so the only one it is used for."""

MINIMUM_PAIRS = 1000
"""Below this a five-parameter prior is not worth fitting; EBGM stays null and meta.gps_prior says so."""


def measure_steps() -> list[Step]:
    """The marts and the prior that they share."""
    return [
        frame_step("mart.side_effect_reporting", _reporting, "work.exposed_event_count"),
        frame_step("meta.gps_prior", _prior_row, "work.pair_count"),
        frame_step("mart.side_effect_comparison", _comparison, "work.comparison_count", "meta.gps_prior"),
        frame_step("mart.drug_event_signal", _signals, "work.pair_count", "meta.gps_prior"),
    ]


def _reporting(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = connection.sql(
        "SELECT * EXCLUDE (event_count) FROM work.exposed_event_count "
        "ORDER BY exposure, side_effect, definition, role_scope"
    ).pl()
    share, lower, upper = reporting_share(counts["report_count"].to_numpy(), counts["exposed_report_count"].to_numpy())
    return counts.with_columns(
        _column("reporting_share", share),
        _column("reporting_share_lower_95", lower),
        _column("reporting_share_upper_95", upper),
    )


def _comparison(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = connection.sql(
        "SELECT * FROM work.comparison_count ORDER BY exposure, comparator, side_effect, definition, role_scope"
    ).pl()
    measured = _with_measures(counts)
    applies = ((pl.col("comparator") == "rest") & (pl.col("role_scope") == FITTED_SCOPE)).alias("applies")
    return _with_empirical_bayes(measured, read_prior(connection), measured.select(applies).to_series())


def _signals(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    measured = _with_measures(connection.sql("SELECT * FROM work.pair_count ORDER BY substance, term").pl())
    scored = _with_empirical_bayes(
        measured, read_prior(connection), pl.repeat(value=True, n=measured.height, eager=True)
    )
    return scored.with_columns(
        _column("q_value", benjamini_hochberg(chi_squared_p_value(scored["chi_squared"].to_numpy())))
    )


def read_prior(connection: duckdb.DuckDBPyConnection) -> Prior | None:
    """The build's prior, or None where none was fitted."""
    row = connection.execute(
        "SELECT alpha1, beta1, alpha2, beta2, mixture_share FROM meta.gps_prior WHERE alpha1 IS NOT NULL"
    ).fetchone()
    return Prior(*row) if row else None


def _prior_row(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    pairs = connection.sql(
        "SELECT a, (a + b)::DOUBLE * (a + c) / (a + b + c + d) AS expected FROM work.pair_count ORDER BY ALL"
    ).pl()
    fields: dict[str, object] = dict.fromkeys(("alpha1", "beta1", "alpha2", "beta2", "mixture_share", "log_likelihood"))
    fields |= {"role_scope": FITTED_SCOPE, "pair_count": pairs.height, "is_converged": False, "start_count": 0}
    if pairs.height < MINIMUM_PAIRS:
        fields["form"] = f"not fitted: fewer than {MINIMUM_PAIRS} pairs"
    else:
        try:
            fit = fit_prior(pairs["a"].to_numpy(), pairs["expected"].to_numpy())
        except DegenerateFitError as error:
            fields["form"] = f"not fitted: {error}"
        else:
            fields |= {
                "alpha1": fit.prior.alpha1,
                "beta1": fit.prior.beta1,
                "alpha2": fit.prior.alpha2,
                "beta2": fit.prior.beta2,
                "mixture_share": fit.prior.share,
                "log_likelihood": fit.log_likelihood,
                "is_converged": fit.converged,
                "form": fit.form,
                "start_count": fit.start_count,
            }
    return pl.DataFrame([fields], schema=GPS_PRIOR.polars_schema)


def _with_measures(counts: pl.DataFrame) -> pl.DataFrame:
    cells = (counts[name].to_numpy() for name in "abcd")
    return counts.with_columns(
        _column(name, values) for name, values in measures(*cells).items() if "share" not in name
    )


def _with_empirical_bayes(measured: pl.DataFrame, prior: Prior | None, applies: pl.Series) -> pl.DataFrame:
    names = {
        "ebgm": pl.Float64,
        "eb05": pl.Float64,
        "eb95": pl.Float64,
        "meets_eb05": pl.Boolean,
        "meets_mhra": pl.Boolean,
    }
    if prior is None:
        return measured.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in names.items())
    scores = empirical_bayes(measured["a"].to_numpy(), measured["expected"].fill_null(float("nan")).to_numpy(), prior)
    columns = (_column(name, scores[name]) for name in names)
    return measured.with_columns(pl.when(applies).then(column).alias(column.name) for column in columns)


def _column(name: str, values: np.ndarray) -> pl.Series:
    series = pl.Series(name, values.tolist() if values.dtype == object else values)
    return series.fill_nan(None) if series.dtype.is_float() else series
