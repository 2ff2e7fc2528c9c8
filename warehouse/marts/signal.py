"""mart.drug_event_signal: every substance and preferred term reported together."""

from __future__ import annotations

import duckdb
import polars as pl

from transforms.statistics import association, benjamini_hochberg
from warehouse.marts.columns import column, with_empirical_bayes, with_measures
from warehouse.marts.prior import prior
from warehouse.plan import Step, frame_step, query

_READS = ("work.pair_count", "work.substance_number", "work.term_number", "meta.gps_prior")


def steps() -> list[Step]:
    """The step of this file."""
    return [frame_step("mart.drug_event_signal", _signals, *_READS, reference=())]


def _signals(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(
        connection,
        "SELECT substance, term, a, b, c, d FROM work.pair_count JOIN work.substance_number USING (substance_number) "
        "JOIN work.term_number USING (term_number) WHERE role_scope = 'suspect' ORDER BY substance, term",
    )
    scored = with_empirical_bayes(with_measures(counts), prior(connection, "suspect"), pl.lit(value=True))
    tests = association(*(counts[name].to_numpy() for name in "abcd"))
    return scored.with_columns(column("q_value", benjamini_hochberg(tests.p_value)))
