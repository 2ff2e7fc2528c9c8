"""mart.interaction: Omega of two drugs and a side effect."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

import reference
from transforms.statistics import two_drug_interaction
from warehouse.marts.columns import column
from warehouse.plan import Step, frame_step, query

CELLS = ("n111", "n110", "n101", "n100", "n011", "n010", "n001", "n000")


def steps() -> list[Step]:
    """The steps of this file."""
    return [
        frame_step("core.interaction_group", lambda _: _groups(), reference=("interaction_group",)),
        frame_step("mart.interaction", _interactions, "work.interaction_count", reference=()),
    ]


def _groups() -> pl.DataFrame:
    return reference.read("interaction_group").select(
        interaction_group="group", interaction_group_name="group_name", substance="substance"
    )


def _interactions(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    counts = query(
        connection,
        "SELECT * FROM work.interaction_count "
        "ORDER BY exposure, interaction_group, side_effect, definition, role_scope",
    )
    found = two_drug_interaction(*(counts[name].to_numpy() for name in CELLS))
    return counts.with_columns(
        column("expected", found.expected),
        column("omega", found.omega),
        column("omega_lower_95", found.lower_95),
        column("omega_upper_95", found.upper_95),
        column("is_signal", np.asarray(found.lower_95 > 0)),
        column("undefined_reason", found.undefined_reason),
    )
