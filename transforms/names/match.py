"""match_names: distinct pairs of reported name and active ingredient to substances."""

from __future__ import annotations

import polars as pl

from transforms.names.background import clean_rest
from transforms.names.clean import ascii_upper, spell_out_enantiomers, without_biological_suffix, without_doses, words
from transforms.names.ingredients import name_ingredients
from transforms.names.lexicon import HELPER, Lexicon, lexicon, without_salts
from transforms.names.parts import split_parts
from transforms.names.phrases import find_phrases, spread_words
from transforms.names.resolve import resolve
from transforms.names.spelling import correct, restore_lost_letters

RULES = ("exact", "salt", "suffix", "bracket", "misspelling", "combination", "listed", "dictionary", "cleaned")
"""How a name was matched: it is a reviewed name; it is one with a salt; it holds one among other words; in a bracket;
with a spelling mended; it holds several ingredients; it is not reviewed and, once cleaned, listed for an ingredient; or
in an optional dictionary; or only cleaned."""

OUTPUT_SCHEMA: dict[str, pl.DataType] = {
    "name_id": pl.Int64(),
    "substance": pl.String(),
    "is_reviewed": pl.Boolean(),
    "matched_field": pl.String(),
    "match_rule": pl.String(),
}
"""Columns of match_names."""

_TEXT_SCHEMA: dict[str, pl.DataType] = {
    "text_id": pl.Int64(),
    "substance": pl.String(),
    "is_reviewed": pl.Boolean(),
    "match_rule": pl.String(),
}


def match_names(pairs: pl.DataFrame, dictionary: pl.DataFrame | None = None) -> pl.DataFrame:
    """Name the substances of every pair.

    FDA's active_ingredient decides where it says anything, else the reported name; where the two disagree the first
    wins. A name with both ingredients of a fixed combination (dextromethorphan with bupropion) is that substance and
    not its parts.

    Args:
        pairs: name_id (distinct), reported_drug_name, active_ingredient; one row per distinct pair.
        dictionary: name, substance: further names of ingredients (a name is capitals with single blanks, or the six
            digits of a WHO drug record number); asked last, for what no table of ours knows.

    Returns:
        One row per name_id and substance, ordered by both: name_id, substance (reviewed id, or for the rest the lower
        case cleaned ingredient name), is_reviewed, matched_field (active_ingredient or reported_drug_name),
        match_rule (one of RULES). A blank name gives no row.
    """
    tables = lexicon()
    ingredient = pl.col("active_ingredient").str.strip_chars()
    says_nothing = words(ingredient.str.to_uppercase()).is_in([*tables.placeholders, ""])
    chosen = pairs.select(
        pl.col("name_id").cast(pl.Int64),
        matched_field=pl.when(says_nothing.fill_null(True))
        .then(pl.lit("reported_drug_name"))
        .otherwise(pl.lit("active_ingredient")),
        text=pl.when(says_nothing.fill_null(True)).then("reported_drug_name").otherwise("active_ingredient"),
    ).filter(pl.col("text").str.strip_chars() != "")
    texts = (
        chosen.select("matched_field", "text")
        .unique(maintain_order=True)
        .select(
            "matched_field",
            raw="text",
            text=ascii_upper(pl.col("text")),
            text_id=pl.int_range(pl.len(), dtype=pl.Int64),
        )
    )
    matched = pl.concat(
        [
            _match_ingredients(texts.filter(matched_field="active_ingredient"), tables),
            _match_reported(texts.filter(matched_field="reported_drug_name"), tables, dictionary),
        ]
    )
    finished = _as_fixed_combinations(matched, tables)
    return (
        chosen.join(texts.drop("text"), left_on=["matched_field", "text"], right_on=["matched_field", "raw"])
        .join(finished, on="text_id")
        .select(list(OUTPUT_SCHEMA))
        .sort("name_id", "substance")
    )


def _exact(names: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """Rows of names whose words are a reviewed or combined name, whole or less a salt: adds substance, match_rule."""
    phrases = tables.phrases.filter(pl.col("substance").is_not_null() & (pl.col("kind") != HELPER))
    whole = names.join(phrases, left_on="words", right_on="phrase").with_columns(
        match_rule=pl.when(pl.col("kind").is_in(["misspelling", "combination", "salt"]))
        .then("kind")
        .otherwise(pl.lit("exact"))
    )
    salted = (
        names.join(tables.phrases, left_on="words", right_on="phrase", how="anti")
        .with_columns(words=without_salts(pl.col("words")))
        .join(phrases, left_on="words", right_on="phrase")
        .with_columns(
            match_rule=pl.when(pl.col("kind").is_in(["misspelling", "combination"]))
            .then("kind")
            .otherwise(pl.lit("salt"))
        )
    )
    return pl.concat([whole, salted.select(whole.columns)])


def _reviewed(substance: pl.Expr, tables: Lexicon) -> pl.Expr:
    known = tables.phrases.filter(~pl.col("kind").is_in(["combination", HELPER]))["substance"].drop_nulls().unique()
    return substance.is_in(known.implode())


def _match_ingredients(texts: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """Texts of active_ingredient: FDA's own words, parted by backslashes; whole names and salts only, no guessing."""
    parts = (
        texts.select("text_id", part=pl.col("text").str.split("\\"))
        .explode("part")
        .select("text_id", words=words(spell_out_enantiomers(without_biological_suffix(pl.col("part")))))
        .filter(pl.col("words") != "")
        .with_row_index("part_id")
    )
    reviewed = _exact(parts, tables)
    rest = parts.join(reviewed, on="part_id", how="anti")
    cleaned = rest.select(
        "text_id",
        substance=without_salts(pl.col("words")).str.to_lowercase(),
        match_rule=pl.lit("cleaned"),
    )
    return _finish([reviewed.select("text_id", "substance", "match_rule"), cleaned], tables)


def _match_reported(texts: pl.DataFrame, tables: Lexicon, dictionary: pl.DataFrame | None) -> pl.DataFrame:
    """Texts of reported_drug_name: verbatim names, read word by word where the whole is not a known name."""
    spelled = texts.select("text_id", text=spell_out_enantiomers(pl.col("text")))
    exact = _exact(spelled.select("text_id", words=words(pl.col("text"))), tables)
    left = spelled.join(exact.select("text_id"), on="text_id", how="anti")
    mended = restore_lost_letters(left, tables)
    parts = split_parts(mended.select("text_id", text=without_doses(pl.col("text"))))
    spread = spread_words(parts)
    found = find_phrases(parts, spread, tables)
    corrected, corrected_parts = _mend_spelling(parts, spread, found, tables)
    standing = resolve(pl.concat([found, corrected]), parts, tables)
    misspelt_texts = parts.join(corrected_parts, on="part_id", how="semi").select("text_id")
    restored = mended.filter("is_restored").select("text_id")
    misspelt = pl.concat([misspelt_texts, restored]).unique().with_columns(is_misspelt=pl.lit(True))
    named = (
        standing.join(misspelt, on="text_id", how="left")
        .with_columns(
            match_rule=pl.when(pl.col("is_misspelt").fill_null(False) | (pl.col("kind") == "misspelling"))
            .then(pl.lit("misspelling"))
            .when(pl.col("kind") == "combination")
            .then(pl.lit("combination"))
            .when((pl.col("depth") > 0).all().over("text_id", "substance"))
            .then(pl.lit("bracket"))
            .otherwise(pl.lit("suffix"))
        )
        .select("text_id", "substance", "match_rule")
    )
    cleaned = clean_rest(parts, standing, tables).with_columns(match_rule=pl.lit("cleaned"))
    nothing = (
        left.join(pl.concat([named.select("text_id"), cleaned.select("text_id")]), on="text_id", how="anti")
        .select("text_id", substance=words(pl.col("text")).str.to_lowercase(), match_rule=pl.lit("cleaned"))
        .filter(pl.col("substance") != "")
    )
    unreviewed = name_ingredients(pl.concat([cleaned.select(nothing.columns), nothing]), texts, tables, dictionary)
    return _finish([exact.select("text_id", "substance", "match_rule"), named, unreviewed], tables)


def _mend_spelling(
    parts: pl.DataFrame, spread: pl.DataFrame, found: pl.DataFrame, tables: Lexicon
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Phrases found in texts without one once misspelt words are mended, and the part_id of the parts touched."""
    read = parts.join(found.select("text_id").unique(), on="text_id", how="semi").select("part_id")
    unread = spread.join(read, on="part_id", how="anti")
    corrections = correct(unread["word"], tables)
    touched = unread.join(corrections, on="word", how="semi").select("part_id").unique()
    mended = (
        unread.join(touched, on="part_id", how="semi")
        .join(corrections.select("word", "correction"), on="word", how="left")
        .select("part_id", "position", word=pl.coalesce("correction", "word"))
    )
    return find_phrases(parts, mended, tables), touched


def _finish(frames: list[pl.DataFrame], tables: Lexicon) -> pl.DataFrame:
    """One row per text and substance; a text with several substances was a combination."""
    rows = pl.concat([frame.select("text_id", "substance", "match_rule") for frame in frames]).with_columns(
        order=pl.col("match_rule").replace_strict({rule: place for place, rule in enumerate(RULES)}),
        is_reviewed=_reviewed(pl.col("substance"), tables),
    )
    return (
        rows.sort("text_id", "substance", "order")
        .unique(["text_id", "substance"], keep="first", maintain_order=True)
        .with_columns(several=pl.len().over("text_id") > 1)
        .with_columns(
            match_rule=pl.when(pl.col("several") & pl.col("is_reviewed") & (pl.col("match_rule") != "misspelling"))
            .then(pl.lit("combination"))
            .when(~pl.col("is_reviewed") & ~pl.col("match_rule").is_in(["listed", "dictionary"]))
            .then(pl.lit("cleaned"))
            .otherwise("match_rule")
        )
        .select(list(_TEXT_SCHEMA))
    )


def _as_fixed_combinations(matched: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """Replace the ingredients of a fixed combination that one text names by the combination."""
    needed = tables.fixed.group_by("substance").agg(needed=pl.len())
    members = matched.join(tables.fixed, left_on="substance", right_on="ingredient", suffix="_whole")
    whole = (
        members.group_by("text_id", "substance_whole")
        .agg(found=pl.len())
        .join(needed, left_on="substance_whole", right_on="substance")
        .filter(pl.col("found") == pl.col("needed"))
        .select("text_id", "substance_whole")
    )
    parts = members.join(whole, on=["text_id", "substance_whole"], how="semi").select("text_id", "substance")
    wholes = whole.select(
        "text_id", substance="substance_whole", is_reviewed=pl.lit(True), match_rule=pl.lit("combination")
    )
    rest = matched.join(parts, on=["text_id", "substance"], how="anti")
    return pl.concat([rest, wholes]).unique(["text_id", "substance"], keep="first", maintain_order=True)
