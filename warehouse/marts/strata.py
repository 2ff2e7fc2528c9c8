"""Comparisons inside strata and over them; women against men."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.statistics import stratified_odds_ratio
from warehouse.marts.columns import column, with_measures
from warehouse.plan import Step, frame_step, query

SERIES = ("exposure", "comparator", "side_effect", "definition")
"""What is compared, stratum by stratum."""

SIGNIFICANT = 0.05
"""P value of the Breslow-Day test below which strata are said to disagree."""

_CELLS = (
    "SELECT exposure, comparator, side_effect, definition, dimension, stratum, a, b, c, d "
    "FROM work.comparison_count JOIN work.population USING (population) WHERE role_scope = 'suspect' AND "
)


def steps() -> list[Step]:
    """The steps of this file."""
    reads = ("work.comparison_count", "work.population")
    return [
        frame_step("mart.side_effect_stratum", _strata, *reads, reference=()),
        frame_step("mart.side_effect_stratified", _stratified, *reads, reference=()),
        frame_step("mart.sex_comparison", _sexes, "work.reported_by_sex", reference=()),
    ]


def _strata(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    order = ", ".join((*SERIES, "dimension", "stratum"))
    return with_measures(query(connection, f"{_CELLS} dimension <> 'sex_age_period' ORDER BY {order}"))


def _stratified(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    crude = with_measures(query(connection, f"{_CELLS} population = 1 ORDER BY ALL")).select(
        *SERIES, pl.col("ror").alias("crude_ror")
    )
    cells = query(connection, f"{_CELLS} dimension IS NOT NULL ORDER BY ALL")
    parts = [
        _over_strata(crude.select(SERIES), part).with_columns(stratified_by=pl.lit(name))
        for (name,), part in sorted(cells.partition_by("dimension", as_dict=True).items())
    ]
    if not parts:
        parts = [_over_strata(crude.select(SERIES), cells).with_columns(stratified_by=pl.lit("sex"))]
    return pl.concat(parts).join(crude, on=SERIES, maintain_order="left").sort(*SERIES, "stratified_by")


def _over_strata(series: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """One row per series: the Mantel-Haenszel ratio over the strata in which it has both arms."""
    strata = cells.select("stratum").unique(maintain_order=True).with_row_index("place")
    placed = cells.join(series.with_row_index("row"), on=SERIES).join(strata, on="stratum")
    shape = (series.height, max(strata.height, 1))
    a, b, c, d = (_dense(placed, name, shape) for name in "abcd")
    found = stratified_odds_ratio(a, b, c, d)
    return series.with_columns(
        column("a", a.sum(axis=1).astype(np.int64)),
        column("stratum_count", (a + b + c + d > 0).sum(axis=1)),
        column("ror", found.odds_ratio),
        column("ror_lower_95", found.lower_95),
        column("ror_upper_95", found.upper_95),
        column("undefined_reason", found.undefined_reason),
        column("breslow_day_tarone", found.breslow_day_tarone),
        column("degrees_of_freedom", np.maximum(found.degrees_of_freedom, 0).astype(np.int64)),
        column("heterogeneity_p_value", found.breslow_day_tarone_p_value),
    ).with_columns(is_heterogeneous=pl.col("heterogeneity_p_value") < SIGNIFICANT)


def _dense(placed: pl.DataFrame, name: str, shape: tuple[int, int]) -> NDArray[np.float64]:
    cells = np.zeros(shape)
    cells[placed["row"].to_numpy(), placed["place"].to_numpy()] = placed[name].to_numpy()
    return cells


def _sexes(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return with_measures(query(connection, "SELECT * FROM work.reported_by_sex ORDER BY ALL"))
