"""The cleaned ingredient name of everything that is not reviewed, so that the background is whole."""

from __future__ import annotations

import polars as pl

from transforms.names.lexicon import Lexicon, without_salts

_SHORTEST_BESIDE = 4
"""Letters that a further part of a name needs beside a reviewed one: NS, PF or H is no drug of its own."""


def clean_rest(parts: pl.DataFrame, named: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """Ingredient names of the parts of a text that no reviewed name explains.

    A bracket behind a name holds the ingredient, so the last bracket that says anything stands for its item. Words of
    form, route, dose, maker and the like go, then salts. An item with a reviewed name yields nothing more, unless its
    bracket is a list.

    Args:
        parts: result of split_parts, all texts.
        named: result of resolve.
        tables: compiled reference tables.

    Returns:
        text_id, substance (lower case).
    """
    name = pl.col("words").str.replace_all(tables.noise_pattern, "").str.replace_all(" +", " ").str.strip_chars()
    spoken = parts.with_columns(name=name).filter(pl.col("name").str.contains("[A-Z]{2}"))
    in_named_item = named.select("text_id", "item").unique().with_columns(is_named_item=pl.lit(True))
    in_named_text = named.select("text_id").unique().with_columns(is_named_text=pl.lit(True))
    rest = (
        spoken.join(named.select("part_id").unique(), on="part_id", how="anti")
        .join(in_named_item, on=["text_id", "item"], how="left")
        .join(in_named_text, on="text_id", how="left")
        .filter(
            pl.col("is_named_item").is_null() | (pl.col("is_inner_list") & (pl.col("depth") > 0)),
            pl.col("is_named_text").is_null() | pl.col("name").str.contains(f"[A-Z]{{{_SHORTEST_BESIDE}}}"),
        )
    )
    speaking = rest.filter(pl.col("depth") > 0).group_by("text_id", "item").agg(last=pl.col("part_id").max())
    return (
        rest.join(speaking, on=["text_id", "item"], how="left")
        .filter(
            pl.col("last").is_null()
            | (pl.col("part_id") == pl.col("last"))
            | (pl.col("is_inner_list") & (pl.col("depth") > 0))
        )
        .select("text_id", substance=without_salts(pl.col("name")).str.to_lowercase())
        .unique()
    )
