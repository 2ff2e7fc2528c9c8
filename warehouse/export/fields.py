"""Columns of an export with their words: from the declarations, and for a query from those of the same name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vocabulary.table import Column, Table
from warehouse.export.request import Resource
from warehouse.plan import DECLARED
from warehouse.views import DECLARED_VIEWS

_NAMED = re.compile(r"\b(?:core|mart|meta|main)\.\w+|\b\w+\b")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an exported table."""

    name: str
    kind: str
    """Type, as DuckDB spells it."""
    label: str = ""
    unit: str | None = None
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    is_required: bool = False

    @property
    def is_text(self) -> bool:
        """Whether cells are text, for a spreadsheet."""
        return self.kind == "VARCHAR"

    @property
    def words(self) -> str:
        """Label with the unit."""
        return f"{self.label} Unit: {self.unit}." if self.unit else self.label


def fields_of(resource: Resource, columns: Sequence[str], types: Sequence[str]) -> tuple[Field, ...]:
    """The fields of a resource's columns, in their order."""
    tables = {**DECLARED, **DECLARED_VIEWS}
    if resource.source is not None:
        table = tables[resource.source]
        return tuple(_declared(table.column(name), kind) for name, kind in zip(columns, types, strict=True))
    read = _tables_in(resource.sql, tables)
    return tuple(_guessed(name, kind, read) for name, kind in zip(columns, types, strict=True))


def key_of(resource: Resource) -> tuple[str, ...]:
    """Key of a whole mart or view; none for a query, or where a part of the key may be null."""
    if resource.source is None:
        return ()
    table = {**DECLARED, **DECLARED_VIEWS}[resource.source]
    return table.key if not any(table.column(name).nullable for name in table.key) else ()


def title_of(resource: Resource) -> str:
    """What one row is."""
    if resource.source is None:
        return "Answer to the query."
    return {**DECLARED, **DECLARED_VIEWS}[resource.source].grain


def reads(resource: Resource) -> tuple[str, ...]:
    """Tables and views that it reads, by name."""
    tables = {**DECLARED, **DECLARED_VIEWS}
    if resource.source is not None:
        return (resource.source,)
    return tuple(table.full_name for table in _tables_in(resource.sql, tables))


def _declared(column: Column, kind: str) -> Field:
    return Field(
        column.name, kind, column.description, column.unit, column.allowed, column.minimum, column.maximum,
        not column.nullable,
    )  # fmt: skip


def _guessed(name: str, kind: str, read: Sequence[Table]) -> Field:
    """Words of the column of that name and type in a table that the query names, if they all say the same."""
    found = {
        (column.description, column.unit)
        for table in read
        for column in table.columns
        if column.name == name and column.kind.value == kind
    }
    if len(found) != 1:
        return Field(name, kind)
    ((label, unit),) = found
    return Field(name, kind, label, unit)


def _tables_in(sql: str, tables: dict[str, Table]) -> list[Table]:
    words = set(_NAMED.findall(sql))
    by_name = {name.rpartition(".")[2]: table for name, table in DECLARED_VIEWS.items()}
    found = {word: tables[word] for word in words if word in tables}
    found |= {table.full_name: table for word, table in by_name.items() if word in words}
    return [found[name] for name in sorted(found)]
