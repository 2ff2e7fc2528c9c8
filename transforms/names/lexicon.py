"""The reviewed tables, compiled once into the forms that matching needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

import reference
from vocabulary.errors import ReferenceDataError

GUARD = "guard"
"""Kind of a phrase that looks like a reviewed name and is not one: it wins by length and yields nothing."""

HELPER = "helper"
"""Kind of an ingredient that is not reviewed itself but is part of a reviewed fixed combination."""


@dataclass(frozen=True)
class Lexicon:
    """Phrases and word lists.

    Attributes:
        phrases: phrase, substance, kind, length: one row per phrase and substance; guards have no substance.
        combination_phrases: phrases that stand for several ingredients.
        prefixes: words that turn the name behind them into another compound.
        suffixes: words that turn the name before them into something else.
        placeholders: texts of active_ingredient that say that FDA knows none.
        noise: words of form, route, dose, release, maker, country and the like.
        noise_pattern: regular expression of such a word.
        salt_pattern: regular expression of trailing salt, water and qualifying words.
        water_pattern: the same without salts.
        bare_pattern: regular expression of names that are nothing but an ion or a chemical stem.
        stem_pattern: regular expression of a word that ends in an INN stem.
        parents: substance, parent: the wider substance whose name people use for it.
        fixed: substance, ingredient: combinations that are a substance of their own.
        ingredients: name, substance: names of ingredients that are not reviewed substances.
    """

    phrases: pl.DataFrame
    combination_phrases: frozenset[str]
    prefixes: frozenset[str]
    suffixes: frozenset[str]
    placeholders: frozenset[str]
    noise: frozenset[str]
    noise_pattern: str
    salt_pattern: str
    water_pattern: str
    bare_pattern: str
    stem_pattern: str
    parents: pl.DataFrame
    fixed: pl.DataFrame
    ingredients: pl.DataFrame

    @property
    def longest(self) -> int:
        """Most words in a phrase."""
        longest = self.phrases["length"].max()
        assert isinstance(longest, int)
        return longest


def _alternation(words: list[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")"


def _of_kind(table: pl.DataFrame, column: str, *kinds: str) -> list[str]:
    values: list[str] = table.filter(pl.col("kind").is_in(kinds))[column].to_list()
    return values


def lexicon() -> Lexicon:
    """Compile the reference tables.

    Raises:
        ReferenceDataError: a phrase is reviewed in one table and guarded or combined in another.
    """
    return _compiled(reference.source())


@cache
def _compiled(_source: reference.Source) -> Lexicon:
    reviewed = reference.read("substance_name").select(phrase="name", substance="substance", kind="kind")
    combined = reference.read("combination").select(phrase="name", substance="ingredient", kind=pl.lit("combination"))
    others = reference.read("not_substance")
    guards = others.filter(kind="phrase").select(phrase="name", substance=pl.lit(None, pl.String), kind=pl.lit(GUARD))
    fixed = reference.read("fixed_combination").select("substance", "ingredient")
    known = reviewed["substance"].unique()
    helpers = (
        fixed.filter(~pl.col("ingredient").is_in(known.implode()))
        .select(phrase=pl.col("ingredient").str.to_uppercase(), substance="ingredient", kind=pl.lit(HELPER))
        .unique()
    )
    phrases = pl.concat([reviewed, combined, guards, helpers]).with_columns(
        length=pl.col("phrase").str.count_matches(" ").cast(pl.Int32) + 1
    )
    clash = phrases.group_by("phrase").agg(pl.col("kind").n_unique()).filter(pl.col("kind") > 1)
    if clash.height:
        raise ReferenceDataError(f"These names stand in two reference tables: {sorted(clash['phrase'])}. Keep one.")
    salts = reference.read("salt")
    kept = _alternation(_of_kind(salts, "word", "kept"))
    noise = reference.read("name_noise")["word"].to_list()
    water = _of_kind(salts, "word", "water", "qualifier")
    salt = _of_kind(salts, "word", "salt")
    return Lexicon(
        phrases=phrases.sort("phrase", "substance"),
        combination_phrases=frozenset(combined["phrase"]),
        prefixes=frozenset(_of_kind(others, "name", "prefix")),
        suffixes=frozenset(_of_kind(others, "name", "suffix")),
        placeholders=frozenset(_of_kind(others, "name", "placeholder")),
        noise=frozenset(noise),
        noise_pattern=rf"\b{_alternation(noise)}\b",
        salt_pattern=rf"(?: {_alternation(salt + water)})+$",
        water_pattern=rf"(?: {_alternation(water)})+$",
        bare_pattern=rf"^{kept}(?: {kept})*$",
        stem_pattern=rf"^[A-Z]{{2,}}{_alternation(reference.read('inn_stem')['stem'].to_list())}E?$",
        parents=reference.read("narrower_substance").select("substance", "parent"),
        fixed=fixed,
        ingredients=reference.read("ingredient_name").select("name", substance="ingredient"),
    )


def without_salts(name: pl.Expr) -> pl.Expr:
    """Strip trailing salt and water words, but never down to an ion or a stem that is no drug by itself.

    MAGNESIUM CHLORIDE ANHYDROUS loses its water alone, FERROUS SULFATE stays as it is.
    """
    tables = lexicon()
    dry = name.str.replace(tables.water_pattern, "")
    bare = name.str.replace(tables.salt_pattern, "")
    return (
        pl.when(~bare.str.contains(tables.bare_pattern))
        .then(bare)
        .when(~dry.str.contains(tables.bare_pattern))
        .then(dry)
        .otherwise(name)
    )
