"""The data dictionary of a clinic batch, made from the declarations: for people in Markdown, for tools in CSV."""

from __future__ import annotations

import csv
import io

import reference
from vocabulary.table import Column, Kind, Table
from vocabulary.tables.clinic import (
    BATCH_TABLES,
    DECIMALS,
    DOSE_MG_BY_ROUTE,
    ID_COLUMNS,
    ID_LENGTH,
    ID_LETTERS,
    MANIFEST,
    MANIFEST_FILE,
    REVIEWED_CODES,
    SCALE_MAXIMUM,
    SCHEMA_VERSION,
)

FIELDS = ("table", "column", "type", "unit", "blank_allowed", "allowed", "minimum", "maximum", "is_key", "description")
"""Columns of the dictionary in CSV."""

_TYPES = {Kind.BOOLEAN: "yes or no", Kind.TEXT: "code", Kind.DOUBLE: "number"}


def dictionary_rows() -> list[dict[str, str]]:
    """One row per column of the contract, in its order."""
    return [
        dict(zip(FIELDS, (table.name, column.name, *_described(table, column)), strict=True))
        for table in (MANIFEST, MANIFEST_FILE, *BATCH_TABLES.values())
        for column in table.columns
    ]


def dictionary_csv() -> str:
    """The dictionary as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(dictionary_rows())
    return text.getvalue()


def dictionary_markdown() -> str:
    """The dictionary as Markdown."""
    lines = [
        f"# Clinic batch, version {SCHEMA_VERSION}: data dictionary",
        f"Every id is {ID_LENGTH} random letters of `{ID_LETTERS}`; `ketavigil clinic ids` makes them. A column marked "
        "with an asterisk is part of the table's key. Blank means unknown, where it is allowed. Numbers are plain: no "
        "thousands mark, no leading zeros, no exponent.",
    ]
    rows = dictionary_rows()
    for table in (MANIFEST, MANIFEST_FILE, *BATCH_TABLES.values()):
        lines += ["", f"## {table.name}", table.grain, ""]
        lines += ["| column | what it is | type | unit | blank | allowed |", "|---|---|---|---|---|---|"]
        for row in rows:
            if row["table"] == table.name:
                allowed = row["allowed"] or _bounds(row)
                mark = "\\*" if row["is_key"] == "yes" else ""
                cells = (f"`{row['column']}`{mark}", row["description"], row["type"], row["unit"], row["blank_allowed"])
                lines.append("| " + " | ".join((*cells, allowed)) + " |")
    lines += ["", "## Doses that are believed, by route", "", "| route | from mg | to mg |", "|---|---|---|"]
    lines += [f"| {route} | {least:g} | {most:g} |" for route, (least, most) in DOSE_MG_BY_ROUTE.items()]
    lines += ["", "## Scales", "", "| scale | scores |", "|---|---|"]
    lines += [f"| {scale} | 0 to {most} |" for scale, most in SCALE_MAXIMUM.items()]
    lines += ["", "## Side effects and their terms", "", "| side_effect | term |", "|---|---|"]
    terms = reference.read("side_effect_term").select("side_effect", "term").unique(maintain_order=True)
    lines += [f"| {side_effect} | {term} |" for side_effect, term in terms.iter_rows()]
    return "\n".join(lines) + "\n"


def _described(table: Table, column: Column) -> tuple[str, ...]:
    return (
        _type(table, column),
        column.unit or "",
        "yes" if column.nullable else "no",
        _allowed(table, column),
        "" if column.minimum is None else f"{column.minimum:g}",
        "" if column.maximum is None else f"{column.maximum:g}",
        "yes" if column.name in table.key else "no",
        column.description,
    )


def _type(table: Table, column: Column) -> str:
    if column.name in ID_COLUMNS:
        return "random id"
    if table is MANIFEST and column.kind is Kind.BOOLEAN:
        return "true or false"
    decimals = DECIMALS.get((table.name, column.name))
    return f"number, up to {decimals} decimals" if decimals else _TYPES.get(column.kind, "whole number")


def _allowed(table: Table, column: Column) -> str:
    if (table.name, column.name) in REVIEWED_CODES:
        name, field = REVIEWED_CODES[table.name, column.name]
        if field == "side_effect":
            return ", ".join(reference.read(name)[field])
        return "the list below"
    return ", ".join(column.allowed)


def _bounds(row: dict[str, str]) -> str:
    limits = (f"from {row['minimum']}" if row["minimum"] else "", f"to {row['maximum']}" if row["maximum"] else "")
    return " ".join(filter(None, limits))
