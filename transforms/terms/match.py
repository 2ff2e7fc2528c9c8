"""match_terms: distinct reported terms to canonical preferred terms."""

from __future__ import annotations

import polars as pl

import reference

RULES = (
    *("exact", "case", "spelling", "older_name", "misspelling", "everyday"),
    *("dictionary", "published", "sentence_case"),
)
"""How a term was matched: it is the reviewed spelling; it is but for its case; four kinds of alias; an optional
dictionary has it; it is not reviewed and stands as published; it is not reviewed, was published in capitals alone and
is folded."""

OUTPUT_SCHEMA: dict[str, pl.DataType] = {
    "term_id": pl.Int64(),
    "term": pl.String(),
    "matched_rule": pl.String(),
}
"""Columns of match_terms."""


def match_terms(terms: pl.DataFrame, dictionary: pl.DataFrame | None = None) -> pl.DataFrame:
    """Give every reported term its canonical preferred term, in the mixed case of the modern extract.

    Legacy quarters hold capitals. A reviewed term or alias decides the spelling; else a mixed-case variant among the
    given terms (so give all terms of the warehouse at once); else the first letter alone stays capital, which loses
    the capitals of an abbreviation that only legacy quarters hold. One word with a digit (COVID-19) stands as it is.

    Args:
        terms: term_id (distinct), reported_term; one row per distinct term.
        dictionary: reported_term, term: preferred terms of MedDRA by their lower terms; asked for what is not reviewed.

    Returns:
        One row per term_id, ordered by it: term_id, term, matched_rule (one of RULES). A blank term gives no row.
    """
    given = (
        terms.select(
            pl.col("term_id").cast(pl.Int64),
            text=pl.col("reported_term").str.replace_all(r"\s+", " ").str.strip_chars(),
        )
        .filter(pl.col("text") != "")
        .with_columns(key=pl.col("text").str.to_lowercase())
    )
    aliases = reference.read("term_alias").select(
        key=pl.col("alias").str.to_lowercase(), alias_term="term", alias_kind="kind"
    )
    reviewed = (
        reference.read("side_effect_term").select(key=pl.col("term").str.to_lowercase(), reviewed_term="term").unique()
    )
    known = _dictionary_terms(dictionary, aliases)
    # Capitals sort before small letters, so of two mixed spellings the one with more capitals stands, always the same.
    published = (
        given.filter((pl.col("text") != pl.col("text").str.to_uppercase()) | pl.col("text").str.contains(r"^\S*\d\S*$"))
        .group_by("key")
        .agg(published_term=pl.col("text").min())
    )
    sentence = pl.col("text").str.head(1).str.to_uppercase() + pl.col("key").str.slice(1)
    return (
        given.join(aliases, on="key", how="left")
        .join(reviewed, on="key", how="left")
        .join(known, on="key", how="left")
        .join(published, on="key", how="left")
        .select(
            "term_id",
            term=pl.coalesce("alias_term", "reviewed_term", "dictionary_term", "published_term", sentence),
            matched_rule=pl.when(pl.col("alias_kind").is_not_null())
            .then("alias_kind")
            .when(pl.col("reviewed_term") == pl.col("text"))
            .then(pl.lit("exact"))
            .when(pl.col("reviewed_term").is_not_null())
            .then(pl.lit("case"))
            .when(pl.col("dictionary_term").is_not_null())
            .then(pl.lit("dictionary"))
            .when(pl.col("published_term").is_not_null())
            .then(pl.lit("published"))
            .otherwise(pl.lit("sentence_case")),
        )
        .sort("term_id")
    )


def _dictionary_terms(dictionary: pl.DataFrame | None, aliases: pl.DataFrame) -> pl.DataFrame:
    """Key (lower case), dictionary_term; a preferred term that is an alias of ours takes our spelling."""
    if dictionary is None:
        return pl.DataFrame(schema={"key": pl.String, "dictionary_term": pl.String})
    return (
        dictionary.select("term", key=pl.col("reported_term").str.to_lowercase())
        .unique("key", keep="first", maintain_order=True)
        .with_columns(alias_key=pl.col("term").str.to_lowercase())
        .join(aliases.select(alias_key="key", ours="alias_term"), on="alias_key", how="left")
        .select("key", dictionary_term=pl.coalesce("ours", "term"))
    )
