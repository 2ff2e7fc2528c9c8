"""match_indications: distinct reported indications to contexts."""

from __future__ import annotations

import polars as pl

import reference
from transforms.contexts.fold import folded, trimmed, without_nos

INDICATION_RULES = (
    *("exact", "case", "spelling", "older_name", "misspelling", "everyday"),
    *("unreviewed", "blank"),
)
"""How a term was matched: it is the reviewed term; it is but for its case; but for its spelling, punctuation or a
final NOS; three kinds of alias; it has text and is not reviewed, so other; it has no text, so unknown."""

INDICATION_SCHEMA: dict[str, pl.DataType] = {
    "reported_indication": pl.String(),
    "term": pl.String(),
    "context": pl.String(),
    "match_rule": pl.String(),
}
"""Columns of match_indications."""


def match_indications(indications: pl.DataFrame) -> pl.DataFrame:
    """Give every reported indication its context.

    A reviewed term (reference/indication_context.csv) decides, found by its text, by an alias of indications
    (indication_alias.csv) or by one of reactions (term_alias.csv), in that order. US and UK spelling, case and
    punctuation make no difference. Text that none of them knows is ``other``; no text is ``unknown``.

    Args:
        indications: reported_indication, distinct; null is allowed.

    Returns:
        One row per given row, ordered by reported_indication, null first: reported_indication, term (the reviewed term;
        null where none matched), context, match_rule (one of INDICATION_RULES).
    """
    given = indications.select("reported_indication", text=trimmed(pl.col("reported_indication"))).with_columns(
        key=without_nos(folded(pl.col("text")))
    )
    reviewed = reference.read("indication_context").select("term", "context", key=folded(pl.col("term")))
    matched = (
        given.join(reviewed, on="key", how="left")
        .join(_aliases(reviewed), on="key", how="left")
        .with_columns(term=pl.coalesce("term", "alias_term"), context=pl.coalesce("context", "alias_context"))
    )
    has_key = pl.col("key").is_not_null()
    return matched.select(
        "reported_indication",
        "term",
        context=pl.coalesce("context", pl.when(has_key).then(pl.lit("other")).otherwise(pl.lit("unknown"))),
        match_rule=pl.when(pl.col("term").is_null())
        .then(pl.when(has_key).then(pl.lit("unreviewed")).otherwise(pl.lit("blank")))
        .when(pl.col("alias_term").is_not_null())
        .then("alias_kind")
        .when(pl.col("text") == pl.col("term"))
        .then(pl.lit("exact"))
        .when(pl.col("text").str.to_lowercase() == pl.col("term").str.to_lowercase())
        .then(pl.lit("case"))
        .otherwise(pl.lit("spelling")),
    ).sort("reported_indication", nulls_last=False)


def _aliases(reviewed: pl.DataFrame) -> pl.DataFrame:
    """One row per alias key that is no reviewed key: key, alias_term, alias_context, alias_kind."""
    tables = [
        reference.read(name).select(
            key=folded(pl.col("alias")), target=folded(pl.col("term")), alias_kind="kind", place=pl.lit(place)
        )
        for place, name in enumerate(("indication_alias", "term_alias"))
    ]
    return (
        pl.concat(tables)
        .join(reviewed.rename({"term": "alias_term", "context": "alias_context"}), left_on="target", right_on="key")
        .join(reviewed, on="key", how="anti")
        .sort("place", "key", "alias_kind")
        .unique("key", keep="first", maintain_order=True)
        .select("key", "alias_term", "alias_context", "alias_kind")
    )
