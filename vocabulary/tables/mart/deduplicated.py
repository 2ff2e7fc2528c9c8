"""Marts once more, counted without probable duplicates: the same names, columns and keys in a schema of their own."""

from __future__ import annotations

from dataclasses import replace

from vocabulary.tables.mart import evidence, interaction, side_effect, signal, strata, time

SCHEMA = "deduplicated"

COUNTED_AGAIN = tuple(
    table
    for table in (
        *(*side_effect.TABLES, *strata.TABLES, *signal.TABLES, *interaction.TABLES),
        *(*time.TABLES, *evidence.TABLES),
    )
)
"""Every mart with cases of FAERS but the sensitivity grid, where duplicates are one of the choices."""

TABLES = tuple(
    replace(table, schema=SCHEMA, grain=f"Without probable duplicates. {table.grain}") for table in COUNTED_AGAIN
)
