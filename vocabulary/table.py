"""One declaration per table: Polars schema, DuckDB DDL, expectations and the data dictionary all come from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import polars as pl


class Kind(Enum):
    """A column's type, as DuckDB spells it."""

    TEXT = "VARCHAR"
    SHORT = "SMALLINT"
    INTEGER = "INTEGER"
    BIGINT = "BIGINT"
    DOUBLE = "DOUBLE"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    TIMESTAMP = "TIMESTAMP"

    @property
    def polars(self) -> pl.DataType:
        """The same type in Polars."""
        return _POLARS[self]


_POLARS: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.SHORT: pl.Int16(),
    Kind.INTEGER: pl.Int32(),
    Kind.BIGINT: pl.Int64(),
    Kind.DOUBLE: pl.Float64(),
    Kind.BOOLEAN: pl.Boolean(),
    Kind.DATE: pl.Date(),
    Kind.TIMESTAMP: pl.Datetime("us"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, its words, and what may stand in it."""

    name: str
    kind: Kind
    description: str
    unit: str | None = None
    nullable: bool = True
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def comment(self) -> str:
        """Description with the unit, as COMMENT ON and the dictionary show it."""
        return f"{self.description} Unit: {self.unit}." if self.unit else self.description


@dataclass(frozen=True)
class Table:
    """One table: its grain in one sentence, its columns in order, its key."""

    schema: str
    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(names) != len(set(names)) or not set(self.key) <= set(names):
            raise ValueError(f"{self.full_name}: a column stands twice, or the key names an unknown one")

    @property
    def full_name(self) -> str:
        """``schema.name``."""
        return f"{self.schema}.{self.name}"

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """Names in declared order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.full_name} has no column {name}")

    @property
    def polars_schema(self) -> dict[str, pl.DataType]:
        """Column name to Polars type, in declared order."""
        return {column.name: column.kind.polars for column in self.columns}

    @property
    def create_sql(self) -> str:
        """CREATE TABLE with NOT NULL as declared.

        Keys are proven by the build's checks: DuckDB's own key index would cost memory in proportion to the table.
        """
        lines = [
            f"    {column.name} {column.kind.value}{'' if column.nullable else ' NOT NULL'}" for column in self.columns
        ]
        return f"CREATE TABLE {self.full_name} (\n" + ",\n".join(lines) + "\n)"

    @property
    def comment_sql(self) -> list[str]:
        """COMMENT ON statements for the table and every column."""
        statements = [f"COMMENT ON TABLE {self.full_name} IS {_quoted(self.grain)}"]
        statements += [
            f"COMMENT ON COLUMN {self.full_name}.{column.name} IS {_quoted(column.comment)}" for column in self.columns
        ]
        return statements


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
