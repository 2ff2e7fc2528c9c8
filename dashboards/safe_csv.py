"""CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import polars as pl

_STARTERS = r"^[=+\-@\t\r\n]"


def safe_csv(frame: pl.DataFrame) -> bytes:
    """The frame as UTF-8 CSV; text that starts with = + - @ or a control character gets an apostrophe before it.

    Numbers are written in full and stay numbers: a negative one is no formula.
    """
    guarded = [
        pl.when(pl.col(name).str.contains(_STARTERS)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.String
    ]
    return frame.with_columns(guarded).write_csv().encode()
