"""Proposals for names that came to no ingredient. Nothing here decides: a person accepts or refuses each."""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz, process

from transforms.names.lexicon import lexicon

SHORTEST = 5
"""Letters of the shortest name that is compared by spelling; shorter ones have too many neighbours."""

PROPOSAL_SCHEMA: dict[str, pl.DataType] = {
    "name": pl.String(),
    "ingredient": pl.String(),
    "reason": pl.String(),
    "resembles": pl.String(),
    "score": pl.Float64(),
}
"""Columns of propose."""


def known_names(ingredients: pl.Series) -> pl.DataFrame:
    """Names to compare with: those of the reference tables, and ingredients under their own name.

    Args:
        ingredients: ingredients as core.substance has them.

    Returns:
        name (capitals), ingredient, one row per name and ingredient, ordered.
    """
    tables = lexicon()
    reviewed = tables.phrases.filter(pl.col("substance").is_not_null()).select(name="phrase", ingredient="substance")
    listed = tables.ingredients.select("name", ingredient="substance")
    own = pl.DataFrame({"name": ingredients.str.to_uppercase(), "ingredient": ingredients})
    return pl.concat([reviewed, listed, own]).drop_nulls().unique().sort("name", "ingredient")


def propose(names: list[str], known: pl.DataFrame, minimum_score: float) -> pl.DataFrame:
    """Known names that unmapped ones resemble.

    ``contains``: a known name of at least SHORTEST letters stands in the name as whole words, the longest first.
    ``spelling``: nearest by the share of letters that two names have in common in order (rapidfuzz ``ratio``, 0 to
    100), at least ``minimum_score``.

    Args:
        names: cleaned names, capitals.
        known: result of known_names.
        minimum_score: least score of a spelling, in percent.

    Returns:
        At most one proposal per name, columns PROPOSAL_SCHEMA, ordered as the names are. Several ingredients are
        joined by `` + ``.
    """
    whole = (
        known.filter(pl.col("name").str.len_chars() >= SHORTEST)
        .group_by("name")
        .agg(ingredient=pl.col("ingredient").sort().str.join(" + "))
        .sort("name")
    )
    ingredients: dict[str, str] = dict(whole.iter_rows())
    choices = list(ingredients)
    rows = []
    for name in names:
        inside = _inside(name, ingredients)
        if inside is not None:
            rows.append((name, ingredients[inside], "contains", inside, 100.0))
        elif len(name) >= SHORTEST:
            near = process.extract(name, choices, scorer=fuzz.ratio, score_cutoff=minimum_score, limit=3)
            if near:
                resembles, score, _ = min(near, key=lambda found: (-found[1], found[0]))
                rows.append((name, ingredients[resembles], "spelling", resembles, round(score, 1)))
    return pl.DataFrame(rows, schema=PROPOSAL_SCHEMA, orient="row")


def _inside(name: str, known: dict[str, str]) -> str | None:
    """The longest known name among the runs of words of a name, not the whole of it."""
    words = name.split(" ")
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            if run in known:
                return run
    return None
