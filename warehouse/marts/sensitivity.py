"""mart.side_effect_sensitivity: every comparison under every combination of choices."""

from __future__ import annotations

import duckdb
import polars as pl

from vocabulary.tables.mart.sensitivity import SIDE_EFFECT_SENSITIVITY
from warehouse.marts.columns import with_measures
from warehouse.plan import Step, frame_step, query


def steps() -> list[Step]:
    """The step of this file; what the variants have in common follows in SQL."""
    return [
        frame_step(
            "mart.side_effect_sensitivity", _sensitivity, "work.comparison_count", "work.population", reference=()
        )
    ]


def _sensitivity(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(
        connection,
        "SELECT cells.* EXCLUDE (population, both_exposed_count), duplicates, literature, reporters, seriousness, "
        "esketamine_cases FROM work.comparison_count AS cells JOIN work.population USING (population) "
        f"WHERE cut = 'choice' ORDER BY {', '.join(SIDE_EFFECT_SENSITIVITY.key)}",
    )
    return with_measures(counts).select(SIDE_EFFECT_SENSITIVITY.column_names)
