"""Names of ingredients that are not reviewed substances: brands that a table lists, and optional dictionaries."""

from __future__ import annotations

import polars as pl

from transforms.names.lexicon import Lexicon

WHO_NUMBER = r"/\s*(\d{6})\d{2}\s*(?:/|$)"
"""A WHO drug record number with its first sequence number behind a name, as ``/01234501/``: the record is the first
six digits, and it stands for the ingredient whatever the brand."""


def name_ingredients(
    cleaned: pl.DataFrame, texts: pl.DataFrame, tables: Lexicon, dictionary: pl.DataFrame | None
) -> pl.DataFrame:
    """Turn cleaned names that are listed for an ingredient into it, and then those that the dictionary knows.

    A WHO number is believed only where nothing in its text is known by name.

    Args:
        cleaned: text_id, substance (cleaned name in lower case), match_rule.
        texts: text_id, raw (as reported).
        tables: compiled reference tables.
        dictionary: name, substance, as match_names takes it.

    Returns:
        text_id, substance, match_rule; a name of several ingredients gives several rows.
    """
    named = _looked_up(cleaned, tables.ingredients, "listed")
    if dictionary is None or dictionary.is_empty():
        return named
    named = _looked_up(named, dictionary, "dictionary")
    unnamed = named.group_by("text_id").agg(is_open=(pl.col("match_rule") == "cleaned").all()).filter("is_open")
    numbered = (
        texts.join(unnamed, on="text_id", how="semi")
        .select("text_id", name=pl.col("raw").str.extract(WHO_NUMBER))
        .join(dictionary, on="name")
        .select("text_id", "substance", match_rule=pl.lit("dictionary"))
    )
    return pl.concat([named.join(numbered, on="text_id", how="anti"), numbered])


def _looked_up(rows: pl.DataFrame, names: pl.DataFrame, rule: str) -> pl.DataFrame:
    """Replace the substance of cleaned rows whose name stands in ``names`` (name, substance)."""
    found = (
        rows.filter(match_rule="cleaned")
        .select("text_id", cleaned="substance", name=pl.col("substance").str.to_uppercase())
        .join(names.select("name", "substance"), on="name")
    )
    rest = rows.join(found, left_on=["text_id", "substance"], right_on=["text_id", "cleaned"], how="anti")
    return pl.concat([rest, found.select("text_id", "substance", match_rule=pl.lit(rule))])
