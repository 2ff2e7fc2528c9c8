"""What a name means that names a product twice, or two products: brand against ingredient, wide against narrow."""

from __future__ import annotations

from difflib import SequenceMatcher

import polars as pl

from transforms.names.lexicon import Lexicon

_NAMES_AN_INGREDIENT = ("ingredient", "salt", "foreign")
_SIMILAR = 0.75
"""A bracketed word as near as this to the brand's own ingredient is that ingredient misspelt, not another one."""

_SHORTEST_STEMMED = 6


def resolve(found: pl.DataFrame, parts: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """Drop the readings of a list item that a better one in the same item overrules.

    Within one item, unless a bracket holds a list of its own:
    1. the narrower of two related substances stands (SPRAVATO (KETAMINE) is esketamine, CITALOPRAM (LEXAPRO) is
       escitalopram): people use the wider name for the narrower drug, not the other way round;
    2. an ingredient overrules a brand of something else on the other side of the bracket, as FDA's own
       active_ingredient overrules the reported name;
    3. so does a bracket that names an ingredient which is not reviewed, told by its INN stem: PAXIL(PIROXICAM) is
       piroxicam, because the sender coded the ingredient and only typed the brand.

    Returns:
        The rows of find_phrases that stand, without guards.
    """
    named = found.filter(pl.col("substance").is_not_null())
    one_product = named.filter(~pl.col("is_inner_list"))
    wider = one_product.join(tables.parents, left_on="substance", right_on="parent", suffix="_narrow").join(
        one_product.select("text_id", "item", substance_narrow="substance"),
        on=["text_id", "item", "substance_narrow"],
        how="semi",
    )
    named = named.join(wider.select("text_id", "item", "substance"), on=["text_id", "item", "substance"], how="anti")
    overruled = pl.concat([_by_other_ingredient(named), _by_unreviewed_ingredient(named, parts, tables)])
    return named.join(overruled, on=["part_id", "start"], how="anti")


def _by_other_ingredient(named: pl.DataFrame) -> pl.DataFrame:
    """part_id, start of brands whose item names another reviewed ingredient across the bracket, and not their own."""
    ingredients = named.filter(pl.col("kind").is_in(_NAMES_AN_INGREDIENT)).select(
        "text_id", "item", other="substance", other_depth="depth"
    )
    pairs = named.filter((pl.col("kind") == "brand") & ~pl.col("is_inner_list")).join(
        ingredients, on=["text_id", "item"]
    )
    return (
        pairs.group_by("part_id", "start", "substance")
        .agg(
            has_own=(pl.col("other") == pl.col("substance")).any(),
            has_other=((pl.col("other") != pl.col("substance")) & (pl.col("other_depth") != pl.col("depth"))).any(),
        )
        .filter(pl.col("has_other") & ~pl.col("has_own"))
        .select("part_id", "start")
    )


def _by_unreviewed_ingredient(named: pl.DataFrame, parts: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """part_id, start of brands whose bracket holds an unreviewed ingredient and no name of their own."""
    is_plain_brand = (pl.col("kind") == "brand") & (pl.col("depth") == 0) & ~pl.col("is_inner_list")
    lone = (
        named.with_columns(brands_only=is_plain_brand.all().over("text_id", "item"))
        .filter("brands_only")
        .select("part_id", "text_id", "item", "start", "substance")
    )
    bracketed = (
        parts.filter(pl.col("depth") > 0)
        .join(lone, on=["text_id", "item"], how="semi")
        .select("text_id", "item", word=pl.col("words").str.split(" "))
        .explode("word")
        .filter(
            pl.col("word").str.contains(tables.stem_pattern),
            pl.col("word").str.len_chars() >= _SHORTEST_STEMMED,
            ~pl.col("word").is_in(tables.noise),
        )
    )
    pairs = lone.join(bracketed, on=["text_id", "item"])
    own = (
        tables.phrases.filter(pl.col("kind").is_in(_NAMES_AN_INGREDIENT))
        .group_by("substance", maintain_order=True)
        .agg("phrase")
    )
    names_of: dict[str, list[str]] = dict(own.iter_rows())
    distinct = pairs.select("substance", "word").unique(maintain_order=True)
    others = distinct.filter(
        pl.Series(
            [not _is_near(word, names_of.get(substance, [])) for substance, word in distinct.iter_rows()],
            dtype=pl.Boolean,
        )
    )
    return pairs.join(others, on=["substance", "word"], how="semi").select("part_id", "start").unique()


def _is_near(word: str, names: list[str]) -> bool:
    return any(SequenceMatcher(None, word, name).ratio() >= _SIMILAR for name in names)
