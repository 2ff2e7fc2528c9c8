"""Splink on the scratch database of a build. Importing Splink takes a second, so it is done where it is needed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from warehouse.duplicates import levels

if TYPE_CHECKING:
    from splink import Linker


@contextmanager
def scratch(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own to the same databases, whose tables go to ``work``: none reaches the published file."""
    with connection.cursor() as own:
        own.execute("USE work")
        levels.make_macros(own)
        yield own


@contextmanager
def linker(
    own: duckdb.DuckDBPyConnection, table: str, rates: levels.Rates, prior: float, pairs: str | None = None
) -> Iterator[Linker]:
    """A Splink linker on a table of ``work``; what it leaves behind is removed.

    Args:
        own: a connection of :func:`scratch`.
        table: the cases.
        rates: m and u of every level.
        prior: probability that two cases drawn at random are of one patient.
        pairs: table of the pairs to score (match_key, join_key_l, join_key_r).
    """
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection=own)
    made = Linker(api.register(table), levels.settings(rates, prior), log_level=None, validate_settings=False)
    if pairs is not None:
        made.table_management.register_blocked_pairs_for_predict(api.register(pairs))
    try:
        yield made
    finally:
        api.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
