"""A reported name as parts in their places: which item of a list, inside or outside a bracket."""

from __future__ import annotations

import polars as pl

_PIECE = r"[^()\[\]{}/\\+,;&|]+|[()\[\]{}/\\+,;&|]"
_LIST_WORDS = r"\b(?:AND|WITH|PLUS|UND|ET)\b"
_MARKS = ("/", "\\", "+", ",", ";", "&", "|")
_OPEN = ("(", "[", "{")
_CLOSE = (")", "]", "}")


def split_parts(texts: pl.DataFrame) -> pl.DataFrame:
    """Split cleaned texts at separators and brackets.

    Args:
        texts: text_id (distinct), text (upper case, doses dropped).

    Returns:
        One row per part with a letter or digit, in order: part_id (number of the row), text_id, words (blank between
        words), item (the list outside brackets that it stands in; a bracket belongs to the item before it), depth (0
        outside brackets, 1 inside), is_inner_list (a bracket of its item has a separator).
    """
    pieces = (
        texts.lazy()
        .select("text_id", piece=pl.col("text").str.replace_all(_LIST_WORDS, ",").str.extract_all(_PIECE))
        .explode("piece")
        .drop_nulls("piece")
        .with_columns(
            opens=pl.col("piece").is_in(_OPEN).cast(pl.Int32),
            closes=pl.col("piece").is_in(_CLOSE).cast(pl.Int32),
            marks=pl.col("piece").is_in(_MARKS).cast(pl.Int32),
            is_first=pl.col("text_id") != pl.col("text_id").shift(1).fill_null(-1),
        )
        # An unmatched closing bracket must not push what follows below zero.
        .with_columns(depth=_running(pl.col("opens") - pl.col("closes")).clip(0, 1))
        .with_columns(item=_running(pl.col("marks") * (1 - pl.col("depth"))))
        .with_columns(inner=pl.col("marks") * pl.col("depth"))
        .collect()
    )
    inner = pieces.filter(pl.col("inner") > 0).select("text_id", "item").unique().with_columns(is_inner_list=True)
    return (
        pieces.filter(pl.col("marks") + pl.col("opens") + pl.col("closes") == 0)
        .with_columns(words=pl.col("piece").str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars())
        .filter(pl.col("words") != "")
        .join(inner, on=["text_id", "item"], how="left", maintain_order="left")
        .with_row_index("part_id")
        .select("part_id", "text_id", "words", "item", "depth", pl.col("is_inner_list").fill_null(False))
    )


def _running(step: pl.Expr) -> pl.Expr:
    """Running total of an integer within each text.

    The rows of a text stand together, so a total over all rows less what it was before the text is enough; a window
    over a million texts would cost many times more.
    """
    total = step.cum_sum()
    return total - pl.when("is_first").then(total - step).forward_fill()
