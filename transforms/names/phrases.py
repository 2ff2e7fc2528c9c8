"""Reviewed names as whole words inside longer names: the longest wins, and never a part of a word."""

from __future__ import annotations

import polars as pl

from transforms.names.lexicon import GUARD, Lexicon

FOUND_SCHEMA: dict[str, pl.DataType] = {
    "part_id": pl.UInt32(),
    "text_id": pl.Int64(),
    "item": pl.Int32(),
    "depth": pl.Int32(),
    "is_inner_list": pl.Boolean(),
    "start": pl.Int32(),
    "phrase": pl.String(),
    "substance": pl.String(),
    "kind": pl.String(),
}
"""Columns of find_phrases."""


def spread_words(parts: pl.DataFrame) -> pl.DataFrame:
    """One row per word: part_id, position (from 0 within the part), word."""
    return (
        parts.lazy()
        .select("part_id", word=pl.col("words").str.split(" "))
        .with_columns(position=pl.int_ranges(pl.col("word").list.len(), dtype=pl.Int32))
        .explode("word", "position")
        .collect()
    )


def find_phrases(parts: pl.DataFrame, words: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """Find reviewed names, guards and helpers among the words of the parts.

    Of phrases that overlap by containment the longest stays, so N ETHYL DESCHLOROKETAMINE or S KETAMINE is never read
    as KETAMINE. A name behind a chemical prefix (NOR, DES, HYDROXY ...) or before METABOLITE, ANTIBODY and the like
    becomes a guard.

    Args:
        parts: result of split_parts.
        words: result of spread_words.
        tables: compiled reference tables.

    Returns:
        One row per phrase found and substance, columns FOUND_SCHEMA: start is the position of its first word;
        substance is null for guards.
    """
    firsts = tables.phrases.select(pl.col("phrase").str.split(" ").list.first().alias("word")).unique()
    starts = words.join(firsts, on="word", how="semi")
    near = words.join(starts.select("part_id").unique(), on="part_id", how="semi")
    found = (
        _runs(starts, near, tables)
        .join(tables.phrases.select("phrase").unique(), on="phrase", how="semi")
        .sort("part_id", "start", "end", descending=[False, False, True])
        .unique(["part_id", "start"], keep="first", maintain_order=True)
        .with_columns(reach=pl.col("end").cum_max().shift(1).over("part_id"))
        .filter(pl.col("reach").is_null() | (pl.col("end") > pl.col("reach")))
    )
    turned = pl.col("is_turned").fill_null(False)
    return (
        found.join(tables.phrases, on="phrase")
        .join(_turned(found, near, tables), on=["part_id", "start"], how="left")
        .with_columns(
            substance=pl.when(turned).then(None).otherwise("substance"),
            kind=pl.when(turned).then(pl.lit(GUARD)).otherwise("kind"),
        )
        .join(parts, on="part_id")
        .select(list(FOUND_SCHEMA))
        .unique(maintain_order=True)
    )


def _runs(starts: pl.DataFrame, near: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """Every run of 1 to longest words that begins at a start: part_id, start, end (exclusive), phrase."""
    following = near.rename({"position": "end", "word": "next_word"})
    runs = [starts.select("part_id", start="position", end=pl.col("position") + 1, phrase="word")]
    for _ in range(tables.longest - 1):
        longer = runs[-1].join(following, on=["part_id", "end"])
        runs.append(
            longer.select(
                "part_id", "start", end=pl.col("end") + 1, phrase=pl.concat_str("phrase", "next_word", separator=" ")
            )
        )
    return pl.concat(runs)


def _turned(found: pl.DataFrame, near: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """part_id, start of phrases that the word before or behind turns into something else."""
    before = found.with_columns(position=pl.col("start") - 1).join(near, on=["part_id", "position"])
    behind = found.with_columns(position=pl.col("end")).join(near, on=["part_id", "position"])
    return (
        pl.concat(
            [
                before.filter(pl.col("word").is_in(tables.prefixes)).select("part_id", "start"),
                behind.filter(pl.col("word").is_in(tables.suffixes)).select("part_id", "start"),
            ]
        )
        .unique()
        .with_columns(is_turned=pl.lit(True))
    )
