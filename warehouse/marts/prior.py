"""meta.gps_prior: the prior behind every EBGM, fitted once per build and role scope on all pairs."""

from __future__ import annotations

import duckdb
import polars as pl

from transforms.statistics import Calibration, DegeneratePriorError, Prior, Theta, calibrate, fit_prior, whole_table
from vocabulary.tables.meta import GPS_PRIOR
from warehouse.plan import Step, frame_step, query

FITTED_SCOPES = ("primary_suspect", "suspect")
"""Role scopes with a prior of their own; EBGM of the scope any is null, because its pairs are not counted."""

MINIMUM_PAIRS = 1000
"""Below this a five-parameter prior is not worth fitting; EBGM stays null and meta.gps_prior says so."""

_PLACES = {
    name: f"(SELECT {name}_number, row_number() OVER (ORDER BY {name}) AS place FROM work.{name}_number)"
    for name in ("substance", "term")
}
"""Numbers are those of the build that gave them first; sums of floating-point numbers need an order that every build
has, that of the text."""


def steps() -> list[Step]:
    """The step of this file."""
    reads = ("work.pair_count", "work.term_total", "work.universe_total", "work.substance_number", "work.term_number")
    return [frame_step("meta.gps_prior", _priors, *reads, reference=())]


def prior(connection: duckdb.DuckDBPyConnection, scope: str) -> Prior | None:
    """The prior of a role scope; None where none was fitted."""
    rows = connection.execute(
        "SELECT shape_1, rate_1, shape_2, rate_2, mixing_share FROM meta.gps_prior "
        "WHERE role_scope = $scope AND is_converged",
        {"scope": scope},
    ).fetchall()
    return Prior.given(*rows[0]) if rows else None


def _priors(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    (total,) = connection.execute("SELECT cases FROM work.universe_total").fetchall()[0]
    terms = query(
        connection,
        f"SELECT place AS number, cases FROM work.term_total JOIN {_PLACES['term']} USING (term_number) "
        "ORDER BY number",
    )
    rows = []
    for scope in FITTED_SCOPES:
        pairs = query(
            connection,
            "SELECT substance.place AS substance_number, term.place AS term_number, a, a + b AS exposed "
            f"FROM work.pair_count JOIN {_PLACES['substance']} AS substance USING (substance_number) "
            f"JOIN {_PLACES['term']} AS term USING (term_number) WHERE role_scope = '{scope}' ORDER BY ALL",
        )
        rows.append({"role_scope": scope, "pair_count": pairs.height} | _fitted(pairs, terms, total))
    return pl.DataFrame(rows, schema=GPS_PRIOR.polars_schema)


def _fitted(pairs: pl.DataFrame, terms: pl.DataFrame, total: int) -> dict[str, object]:
    """The row of a fit to the whole table, the pairs that never occur included, or of why there is none."""
    nothing: dict[str, object] = dict.fromkeys((*Theta._fields, "log_likelihood", "calibration_share_above_eb05"))
    nothing |= {"is_converged": False, "start_count": 0, "agreeing_start_count": 0, "calibration_pair_count": 0}
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
    calibration = calibrate(table.expected[table.n > 0], prior)
    return {
        **prior.theta._asdict(),
        "log_likelihood": prior.log_likelihood,
        "is_converged": prior.converged,
        "start_count": prior.n_starts,
        "agreeing_start_count": prior.n_starts_agreeing,
        "calibration_pair_count": calibration.pair_count,
        "calibration_share_above_eb05": calibration.share_above_eb05,
        "outcome": outcome(prior, calibration),
    }


def outcome(prior: Prior, calibration: Calibration) -> str:
    """What was fitted, with a warning where its scores do not keep their promise."""
    fitted = f"fitted: {prior.form}"
    if calibration.is_tolerable:
        return fitted
    return (
        f"{fitted}; warning: {calibration.share_above_eb05:.1%} of {calibration.pair_count:,} simulated rate ratios "
        "lie above their EB05, not 93 to 97 %: do not rely on EB05"
    )
