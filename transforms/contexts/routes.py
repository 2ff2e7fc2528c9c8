"""match_routes: distinct reported routes to route groups."""

from __future__ import annotations

import polars as pl

import reference
from transforms.contexts.fold import folded, trimmed

ROUTE_RULES = ("exact", "case", "spelling", "unreviewed", "blank")
"""How a route was matched: it is the reviewed text; it is but for its case; but for spelling or punctuation; it has
text and is not reviewed; it has no text. The last two are unknown."""

ROUTE_SCHEMA: dict[str, pl.DataType] = {
    "route": pl.String(),
    "route_group": pl.String(),
    "match_rule": pl.String(),
}
"""Columns of match_routes."""


def match_routes(routes: pl.DataFrame) -> pl.DataFrame:
    """Give every reported route its group, by reference/route_group.csv.

    A text that nobody reviewed says nothing that can be relied on, so it is ``unknown`` and not ``other``.

    Args:
        routes: route, distinct; null is allowed.

    Returns:
        One row per given row, ordered by route, null first: route, route_group, match_rule (one of ROUTE_RULES).
    """
    given = routes.select("route", text=trimmed(pl.col("route"))).with_columns(key=folded(pl.col("text")))
    reviewed = reference.read("route_group").select("route_group", reviewed="route", key=folded(pl.col("route")))
    return (
        given.join(reviewed, on="key", how="left")
        .select(
            "route",
            pl.col("route_group").fill_null("unknown"),
            match_rule=pl.when(pl.col("key").is_null())
            .then(pl.lit("blank"))
            .when(pl.col("reviewed").is_null())
            .then(pl.lit("unreviewed"))
            .when(pl.col("reviewed") == pl.col("text"))
            .then(pl.lit("exact"))
            .when(pl.col("reviewed").str.to_lowercase() == pl.col("text").str.to_lowercase())
            .then(pl.lit("case"))
            .otherwise(pl.lit("spelling")),
        )
        .sort("route", nulls_last=False)
    )
