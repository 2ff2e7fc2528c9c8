"""Marts once more, counted without probable duplicates: the same names, columns and keys in a schema of their own."""

from __future__ import annotations

from dataclasses import replace

from vocabulary.tables.mart import interaction, side_effect, signal, strata, time

SCHEMA = "deduplicated"

COUNTED_AGAIN = tuple(
    table
    for table in (*side_effect.TABLES, *strata.TABLES, *signal.TABLES, *interaction.TABLES, *time.TABLES)
    if table.name != "signal_change"
)
"""Every FAERS mart but mart.signal_change, which compares builds, and the sensitivity grid, where duplicates are one of
the choices."""

TABLES = tuple(
    replace(table, schema=SCHEMA, grain=f"Without probable duplicates. {table.grain}") for table in COUNTED_AGAIN
)
