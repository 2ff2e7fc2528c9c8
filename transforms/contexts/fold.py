"""One key for all spellings of a term, so that a reviewed table holds each term once."""

from __future__ import annotations

import polars as pl


def trimmed(text: pl.Expr) -> pl.Expr:
    """Without blanks at the ends and with single ones inside; null where nothing is left."""
    clean = text.str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(clean != "").then(clean)


def folded(text: pl.Expr) -> pl.Expr:
    """Small letters, US spelling, no punctuation: ``Generalised anxiety disorder`` is ``generalized anxiety disorder``.

    The result is a key to compare by and never shown. Both sides of a comparison must be folded. Null where no letter
    and no digit is left.
    """
    key = (
        text.str.to_lowercase()
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
        .str.replace_all("(?:ae|oe|æ|œ)", "e")
        .str.replace_all(r"is(ation|ed|e)\b", "iz$1")
        .str.replace_all(r"our\b", "or")
    )
    return pl.when(key != "").then(key)


def without_nos(key: pl.Expr) -> pl.Expr:
    """A folded key without the ``NOS`` or ``NEC`` (not otherwise specified) that older MedDRA versions appended."""
    return key.str.replace(r" (?:nos|nec)$", "")
