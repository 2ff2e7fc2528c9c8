"""Which preferred terms each definition of a side effect holds."""

from __future__ import annotations

import polars as pl

import reference

DEFINITIONS = ("single_term", "label_style", "broad")
"""Narrow to wide: each holds all terms of the one before."""


def side_effect_members() -> pl.DataFrame:
    """Expand the reviewed terms, so that each wider definition holds the narrower ones.

    Returns:
        One row per side_effect, definition and term, in the order of side_effect.csv, then narrow to wide, then term.
        A term may stand in several side effects.
    """
    width = pl.DataFrame({"definition": DEFINITIONS, "width": range(len(DEFINITIONS))})
    order = reference.read("side_effect").select("side_effect").with_row_index("place")
    narrowest = reference.read("side_effect_term").select("side_effect", "term", narrowest="definition")
    return (
        narrowest.join(width.rename({"definition": "narrowest", "width": "narrowest_width"}), on="narrowest")
        .join(width, how="cross")
        .filter(pl.col("width") >= pl.col("narrowest_width"))
        .join(order, on="side_effect")
        .sort("place", "width", "term")
        .select("side_effect", "definition", "term")
    )
