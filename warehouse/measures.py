"""Counts to measures: the small tables of counts go through transforms.statistics and become marts."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl
from numpy.typing import NDArray

from transforms.statistics import (
    DegeneratePriorError,
    Prior,
    Theta,
    association,
    benjamini_hochberg,
    empirical_bayes,
    fit_prior,
    measures,
    reporting_share,
    whole_table,
)
from vocabulary.tables.meta import GPS_PRIOR
from warehouse.plan import Step, frame_step, query

FITTED_SCOPES = ("primary_suspect", "suspect")
"""Role scopes with a prior of their own; EBGM of the scope any is null, because its pairs are not counted."""

MINIMUM_PAIRS = 1000
"""Below this a five-parameter prior is not worth fitting; EBGM stays null and meta.gps_prior says so."""

_EMPIRICAL_BAYES = {
    "ebgm": pl.Float64,
    "eb05": pl.Float64,
    "eb95": pl.Float64,
    "meets_eb05": pl.Boolean,
    "meets_mhra": pl.Boolean,
}


_SIGNAL_READS = ("work.pair_count", "work.substance_number", "work.term_number", "meta.gps_prior")


def measure_steps() -> list[Step]:
    """The marts and the priors that they share."""
    return [
        frame_step("mart.side_effect_reporting", _reporting, "work.exposed_event_count"),
        frame_step("meta.gps_prior", _priors, "work.pair_count", "work.term_total"),
        frame_step("mart.side_effect_comparison", _comparison, "work.comparison_count", "meta.gps_prior"),
        frame_step("mart.drug_event_signal", _signals, *_SIGNAL_READS),
    ]


def _reporting(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(
        connection,
        "SELECT * EXCLUDE (event_count) RENAME (exposed_count AS exposed_report_count) FROM work.exposed_event_count "
        "ORDER BY exposure, side_effect, definition, role_scope",
    )
    share = reporting_share(counts["report_count"].to_numpy(), counts["exposed_report_count"].to_numpy())
    return counts.with_columns(
        _column("reporting_share", share.point),
        _column("reporting_share_lower_95", share.lower_95),
        _column("reporting_share_upper_95", share.upper_95),
    )


def _comparison(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    measured = _with_measures(
        query(
            connection,
            "SELECT * FROM work.comparison_count ORDER BY exposure, comparator, side_effect, definition, role_scope",
        )
    )
    # The prior describes all pairs against the rest of the database; it says nothing of one drug against another.
    for scope in FITTED_SCOPES:
        applies = (pl.col("comparator") == "rest") & (pl.col("role_scope") == scope)
        measured = _with_empirical_bayes(measured, _prior(connection, scope), applies)
    return measured


def _signals(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(
        connection,
        "SELECT substance, term, a, b, c, d FROM work.pair_count JOIN work.substance_number USING (substance_number) "
        "JOIN work.term_number USING (term_number) WHERE role_scope = 'suspect' ORDER BY substance, term",
    )
    scored = _with_empirical_bayes(_with_measures(counts), _prior(connection, "suspect"), pl.lit(value=True))
    tests = association(*(counts[name].to_numpy() for name in "abcd"))
    return scored.with_columns(_column("q_value", benjamini_hochberg(tests.p_value)))


def _priors(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    (total,) = connection.execute("SELECT count(*) FROM work.universe").fetchall()[0]
    terms = query(connection, "SELECT term_number AS number, cases FROM work.term_total ORDER BY number")
    rows = []
    for scope in FITTED_SCOPES:
        pairs = query(
            connection,
            f"SELECT substance_number, term_number, a, a + b AS exposed FROM work.pair_count "
            f"WHERE role_scope = '{scope}' ORDER BY ALL",
        )
        rows.append({"role_scope": scope, "pair_count": pairs.height} | _fitted(pairs, terms, total))
    return pl.DataFrame(rows, schema=GPS_PRIOR.polars_schema)


def _fitted(pairs: pl.DataFrame, terms: pl.DataFrame, total: int) -> dict[str, object]:
    """The row of a fit to the whole table, the pairs that never occur included, or of why there is none."""
    nothing: dict[str, object] = dict.fromkeys((*Theta._fields, "log_likelihood"))
    nothing |= {"is_converged": False, "start_count": 0, "agreeing_start_count": 0}
    if pairs.height < MINIMUM_PAIRS:
        return nothing | {"outcome": f"not fitted: fewer than {MINIMUM_PAIRS:,} pairs"}
    substances = pairs.unique("substance_number").sort("substance_number")
    table = whole_table(
        pairs["a"].to_numpy(),
        substances["substance_number"].search_sorted(pairs["substance_number"]).to_numpy(),
        terms["number"].search_sorted(pairs["term_number"]).to_numpy(),
        substances["exposed"].to_numpy(),
        terms["cases"].to_numpy(),
        total,
    )
    try:
        prior = fit_prior(table.n, table.expected, weights=table.weights, form="whole_table")
    except DegeneratePriorError as error:
        return nothing | {"outcome": f"not fitted: {error}"}
    return {
        **prior.theta._asdict(),
        "log_likelihood": prior.log_likelihood,
        "is_converged": prior.converged,
        "start_count": prior.n_starts,
        "agreeing_start_count": prior.n_starts_agreeing,
        "outcome": f"fitted: {prior.form}",
    }


def _prior(connection: duckdb.DuckDBPyConnection, scope: str) -> Prior | None:
    rows = connection.execute(
        "SELECT shape_1, rate_1, shape_2, rate_2, mixing_share FROM meta.gps_prior "
        "WHERE role_scope = $scope AND is_converged",
        {"scope": scope},
    ).fetchall()
    return Prior.given(*rows[0]) if rows else None


def _with_measures(counts: pl.DataFrame) -> pl.DataFrame:
    cells = measures(*(counts[name].to_numpy() for name in "abcd"))
    return counts.with_columns(_column(name, values) for name, values in cells.items() if "share" not in name)


def _with_empirical_bayes(measured: pl.DataFrame, prior: Prior | None, applies: pl.Expr) -> pl.DataFrame:
    """Fill the empirical Bayes columns where ``applies``; elsewhere they stay as they are, null to begin with."""
    missing = [
        pl.lit(None, kind).alias(name) for name, kind in _EMPIRICAL_BAYES.items() if name not in measured.columns
    ]
    measured = measured.with_columns(missing).with_row_index("place")
    chosen = measured.filter(applies)
    if prior is not None and chosen.height:
        scores = empirical_bayes(chosen["a"].to_numpy(), chosen["expected"].to_numpy(), prior)
        update = chosen.select("place").with_columns(_column(name, scores[name]) for name in _EMPIRICAL_BAYES)
        measured = measured.update(update, on="place", include_nulls=False)
    return measured.drop("place")


def _column(name: str, values: NDArray[Any]) -> pl.Series:
    if values.dtype == object:
        return pl.Series(name, values.tolist(), dtype=pl.String)
    return pl.Series(name, values, nan_to_null=values.dtype.kind == "f")
