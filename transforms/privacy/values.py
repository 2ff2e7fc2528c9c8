"""Judges cells: what is not in the form of its column is refused, and told by the class of identifier it looks like."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from transforms.privacy.finding import Finding, FindingKind
from transforms.privacy.identifiers import CLASSES, FREE_TEXT, RULES, IdentifierClass
from vocabulary.table import Column
from vocabulary.tables.clinic import ID_COLUMNS

_CLASS = "class"
_LONGEST = 200
"""Characters of a cell that its class is told from; a longer one is free text in any case."""

FIRST_YEAR, LAST_YEAR = 1900, 2099
"""Numbers that are taken for a year where no number of that size has a place."""

_LEAST_YEARS = 3
_YEARS_NOW = (1990, 2040)
"""Day offsets of this size are taken for years where there are three or more, no other, and one of them repeated: a
patient may well come back on day 2000, but hardly all sessions of a batch lie there, and two on one day."""


def _chain() -> pl.Expr:
    text = pl.col("value").str.strip_chars()
    expression: Any = pl.when(text.str.len_chars() > _LONGEST).then(pl.lit(FREE_TEXT.rule))
    for found in CLASSES:
        if found.values is not None:
            expression = expression.when(text.str.contains(f"(?i){_sensitive(found.values)}")).then(pl.lit(found.rule))
    chain: pl.Expr = expression.otherwise(pl.lit(FREE_TEXT.rule)).alias(_CLASS)
    return chain


def _sensitive(pattern: str) -> str:
    """Capitals stay capitals where a pattern asks for them."""
    return re.sub(r"(\\p\{L[ul]\})", r"(?-i:\1)", pattern)


_CLASS_CHAIN = _chain()


def class_of_value(text: str) -> IdentifierClass:
    """Class that one text looks like; FREE_TEXT where none fits."""
    return RULES[pl.DataFrame({"value": [text]}).select(_CLASS_CHAIN).item()]


def misfit_findings(table: str, column: Column, misfits: pl.Series) -> list[Finding]:
    """Findings on cells that are not of their column's form, by class.

    Args:
        table: table of the contract.
        column: declaration of the column.
        misfits: the cells, as text; none of them null.
    """
    if misfits.is_empty():
        return []
    counted = (
        pl.DataFrame({"value": misfits.cast(pl.String)})
        .group_by("value")
        .len("rows")
        .with_columns(_CLASS_CHAIN)
        .group_by(_CLASS)
        .agg(pl.col("rows").sum())
        .sort(_CLASS)
    )
    return [value_finding(table, column, rule, rows) for rule, rows in counted.iter_rows()]


def year_findings(table: str, column: Column, numbers: pl.Series) -> list[Finding]:
    """Findings on numbers that can only be years, and on ages that are not top-coded.

    Args:
        table: table of the contract.
        column: declaration of the column.
        numbers: its numbers, in form.
    """
    if column.maximum is None:
        return []
    years = int((numbers.is_between(FIRST_YEAR, LAST_YEAR) & (numbers.round() == numbers)).sum())
    findings = []
    if column.maximum < FIRST_YEAR:
        if years:
            findings.append(value_finding(table, column, "date", years))
    elif _are_years(numbers.drop_nulls()):
        findings.append(value_finding(table, column, "date", len(numbers) - numbers.null_count()))
    if column.name == "age_years":
        above = int((numbers > column.maximum).sum()) - years
        if above:
            findings.append(value_finding(table, column, "age_over_89", above))
    return findings


def _are_years(numbers: pl.Series) -> bool:
    return (
        len(numbers) >= _LEAST_YEARS
        and bool(numbers.is_between(*_YEARS_NOW).all())
        and numbers.n_unique() < len(numbers)
    )


def value_finding(table: str, column: Column, rule: str, rows: int) -> Finding:
    """A finding on cells of one column."""
    if column.name in ID_COLUMNS and rule == FREE_TEXT.rule:
        rule = "other_code"
    words = RULES[rule].words
    return Finding(
        FindingKind.PRIVACY,
        table,
        column.name,
        rule,
        rows,
        f"Looks like {words}. {expected(column)}",
    )


def expected(column: Column) -> str:
    """What may stand in a column, for people."""
    if column.allowed:
        return f"Allowed: {', '.join(column.allowed)}."
    if column.kind.value == "BOOLEAN":
        return "Allowed: yes, no." if not column.nullable else "Allowed: yes, no, blank."
    if column.minimum is not None and column.maximum is not None:
        return f"Allowed: plain numbers from {column.minimum:g} to {column.maximum:g}, without leading zeros."
    return f"Allowed: {column.description}"
