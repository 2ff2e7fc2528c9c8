"""Counts to measures: columns of transforms.statistics laid beside the counts they come from."""

from __future__ import annotations

from typing import Any

import polars as pl
from numpy.typing import NDArray

from transforms.statistics import Prior, empirical_bayes, measures

_EMPIRICAL_BAYES = {
    "ebgm": pl.Float64,
    "eb05": pl.Float64,
    "eb95": pl.Float64,
    "meets_eb05": pl.Boolean,
    "meets_mhra": pl.Boolean,
}


def with_measures(counts: pl.DataFrame) -> pl.DataFrame:
    """Every measure and criterion of the columns a, b, c, d, as columns."""
    cells = measures(*(counts[name].to_numpy() for name in "abcd"))
    return counts.with_columns(column(name, values) for name, values in cells.items() if "share" not in name)


def with_empirical_bayes(measured: pl.DataFrame, prior: Prior | None, applies: pl.Expr) -> pl.DataFrame:
    """Fill the empirical Bayes columns where ``applies``; elsewhere they stay as they are, null to begin with."""
    missing = [
        pl.lit(None, kind).alias(name) for name, kind in _EMPIRICAL_BAYES.items() if name not in measured.columns
    ]
    measured = measured.with_columns(missing).with_row_index("place")
    chosen = measured.filter(applies)
    if prior is not None and chosen.height:
        scores = empirical_bayes(chosen["a"].to_numpy(), chosen["expected"].to_numpy(), prior)
        update = chosen.select("place").with_columns(column(name, scores[name]) for name in _EMPIRICAL_BAYES)
        measured = measured.update(update, on="place", include_nulls=False)
    return measured.drop("place")


def column(name: str, values: NDArray[Any]) -> pl.Series:
    """An array as a column; NaN, which stands for what is undefined, becomes null."""
    if values.dtype == object:
        return pl.Series(name, values.tolist(), dtype=pl.String)
    return pl.Series(name, values, nan_to_null=values.dtype.kind == "f")
