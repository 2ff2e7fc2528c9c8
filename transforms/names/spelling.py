"""Misspelt ingredient names: one edit away, or with a letter that the source lost and published as a question mark."""

from __future__ import annotations

import polars as pl

from transforms.names.lexicon import Lexicon

SHORTEST = 8
"""Letters of the shortest nonproprietary name that may be reached by an edit: shorter ones have too many neighbours."""

SHORTEST_FOREIGN = 9
"""The same for names in other languages: CETAMIDE, an eye ointment, is one edit from CETAMINE."""

_HALF = 4


def is_one_edit(left: str, right: str) -> bool:
    """Whether one letter dropped, added, changed, or two neighbours swapped turn one word into the other."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    if len(left) > len(right):
        left, right = right, left
    start = 0
    while start < len(left) and left[start] == right[start]:
        start += 1
    if len(left) < len(right):
        return left[start:] == right[start + 1 :]
    swapped = left[start : start + 2][::-1] == right[start : start + 2]
    return left[start + 1 :] == right[start + 1 :] or (swapped and left[start + 2 :] == right[start + 2 :])


def _targets(tables: Lexicon) -> pl.DataFrame:
    """Single-word nonproprietary names long enough for an edit: name, substance."""
    return tables.phrases.filter(
        pl.col("length") == 1,
        pl.col("phrase").str.len_chars()
        >= pl.when(kind="ingredient").then(SHORTEST).when(kind="foreign").then(SHORTEST_FOREIGN).otherwise(None),
    ).select(name="phrase", substance="substance")


def correct(words: pl.Series, tables: Lexicon) -> pl.DataFrame:
    """Distinct unknown words that are one edit from the names of exactly one substance.

    The first letter has to be right: people misspell what follows, and ESKETAMINE less its first letter must not
    become KETAMINE. A word near two substances (CLORAZEPAM) stays unknown, and so does one that not_substance names.

    Args:
        words: any words.
        tables: compiled reference tables.

    Returns:
        word, correction (a name of the substance), substance.
    """
    known = tables.phrases.select(pl.col("phrase").str.split(" ").alias("word")).explode("word").unique()
    unknown = (
        words.unique()
        .sort()
        .to_frame("word")
        .filter(pl.col("word").str.contains(r"^[A-Z]+$"), pl.col("word").str.len_chars() >= SHORTEST - 1)
        .join(known, on="word", how="anti")
        .filter(~pl.col("word").is_in(tables.noise))
    )
    targets = _targets(tables).with_columns(length=pl.col("name").str.len_chars())
    head, tail = pl.lit("head"), pl.lit("tail")

    # One edit leaves the first or the last letters of a word whole, so candidates can be found by a join.
    def keyed(frame: pl.DataFrame, column: str) -> pl.DataFrame:
        return pl.concat(
            [
                frame.with_columns(end=head, key=pl.col(column).str.head(_HALF)),
                frame.with_columns(end=tail, key=pl.col(column).str.tail(_HALF)),
            ]
        )

    candidates = (
        keyed(unknown, "word")
        .join(keyed(targets, "name"), on=["end", "key"])
        .filter(
            (pl.col("word").str.len_chars().cast(pl.Int32) - pl.col("length").cast(pl.Int32)).abs() <= 1,
            pl.col("word") != pl.col("name"),
        )
        .select("word", "name", "substance")
        .unique(maintain_order=True)
    )
    hits = [row for row in candidates.iter_rows() if is_one_edit(row[0], row[1])]
    return (
        pl.DataFrame(hits, schema={"word": pl.String, "correction": pl.String, "substance": pl.String}, orient="row")
        .with_columns(
            substances=pl.col("substance").n_unique().over("word"),
            is_head=pl.col("word").str.head(1) == pl.col("correction").str.head(1),
        )
        .filter((pl.col("substances") == 1) & pl.col("is_head"))
        .sort("word", "correction")
        .unique("word", keep="first", maintain_order=True)
        .select("word", "correction", "substance")
    )


def restore_lost_letters(texts: pl.DataFrame, tables: Lexicon) -> pl.DataFrame:
    """Put back a letter that was published as a question mark, where exactly one reviewed name fits.

    Any other question mark is a lost hyphen or blank and becomes a blank. Only the few texts with one are touched.

    Args:
        texts: text_id, text.
        tables: compiled reference tables.

    Returns:
        text_id, text, is_restored.
    """
    lost = texts.filter(pl.col("text").str.contains("?", literal=True))
    if lost.is_empty():
        return texts.with_columns(is_restored=pl.lit(False))
    fits = _names_with_a_gap(tables)
    rows = []
    for text_id, text in lost.select("text_id", "text").iter_rows():
        pieces, restored = [], False
        for piece in text.replace("??", "?").split(" "):
            core = piece.strip("()[]{},;.-/")
            name = fits.get(core)
            restored = restored or name is not None
            pieces.append(piece.replace(core, name) if name else piece.replace("?", " "))
        rows.append((text_id, " ".join(pieces), restored))
    mended = pl.DataFrame(
        rows, schema={"text_id": pl.Int64, "text": pl.String, "is_restored": pl.Boolean}, orient="row"
    )
    whole = texts.filter(~pl.col("text").str.contains("?", literal=True)).with_columns(is_restored=pl.lit(False))
    return pl.concat([whole.select(mended.columns), mended])


def _names_with_a_gap(tables: Lexicon) -> dict[str, str]:
    """Name with any one letter replaced by ``?`` -> the name, where only one substance fits."""
    fits: dict[str, tuple[str, str] | None] = {}
    single = tables.phrases.filter(
        pl.col("length") == 1, pl.col("phrase").str.len_chars() >= 5, pl.col("kind") != "misspelling"
    )
    for name, substance in single.select("phrase", "substance").iter_rows():
        for place in range(len(name)):
            gap = f"{name[:place]}?{name[place + 1 :]}"
            taken = fits.get(gap, (name, substance))
            fits[gap] = taken if taken is not None and taken[1] == substance else None
    return {gap: found[0] for gap, found in fits.items() if found is not None and found[1] is not None}
