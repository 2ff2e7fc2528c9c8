"""Rules that follow from a table's declaration alone: nothing here is written twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import reference
from expectations.rule import Form, Rule, RuleKind, Severity, measure_rule
from vocabulary.table import Column, Table


def declared_rules(table: Table, label: str | None = None) -> tuple[Rule, ...]:
    """Every expectation that the declaration implies, in the order of its columns.

    Columns with their types are compared as one measure, because Great Expectations' own type expectation does not
    know DuckDB's dialect; the key likewise, because its own uniqueness expectation sorts the whole table.

    Args:
        table: The declaration.
        label: Name that rules carry, where it is not the table's own (``core.report`` in the warehouse).
    """
    name = label or table.name
    differences = measure_rule(
        name,
        "column_difference",
        RuleKind.SCHEMA,
        f"{name} has the declared columns with the declared types, and no other.",
        fail_above=0,
    )
    columns = [rule for column in table.columns for rule in _column_rules(name, column)]
    if not table.key:
        return (*differences, *columns)
    repeated = measure_rule(
        name,
        "repeated_key",
        RuleKind.SCHEMA,
        f"No two rows of {name} have the same {' and '.join(table.key)}.",
        fail_above=0,
    )
    return (*differences, *columns, *repeated)


def code_rules(table: Table) -> tuple[Rule, ...]:
    """One warning per column that ``reference/code.csv`` knows: its values are the canonical codes."""
    codes = reference.read("code").drop_nulls("canonical").unique(["field", "canonical"], maintain_order=True)
    known: dict[str, list[str]] = {}
    for field, canonical in codes.select("field", "canonical").iter_rows():
        known.setdefault(field, []).append(canonical)
    return tuple(
        Rule(
            table.name,
            f"{column.name}_known_code",
            RuleKind.SCHEMA,
            Severity.WARN,
            f"Every {table.name}.{column.name} is a code of reference/code.csv.",
            form=Form.IN_SET,
            column=column.name,
            allowed=tuple(known[column.name]),
        )
        for column in table.columns
        if column.name in known
    )


def _column_rules(table: str, column: Column) -> Iterator[Rule]:
    place = f"{table}.{column.name}"
    base = Rule(table, "", RuleKind.SCHEMA, Severity.FAIL, "", column=column.name)
    if not column.nullable:
        yield replace(base, name=f"{column.name}_not_null", form=Form.NOT_NULL, statement=f"{place} is never null.")
    if column.allowed:
        rule = replace(base, name=f"{column.name}_allowed", form=Form.IN_SET, allowed=column.allowed)
        yield replace(rule, statement=f"{place} is {rule.limit_text}.")
    if column.minimum is not None or column.maximum is not None:
        rule = replace(
            base, name=f"{column.name}_in_range", form=Form.BETWEEN, minimum=column.minimum, maximum=column.maximum
        )
        unit = f" {column.unit}" if column.unit else ""
        yield replace(rule, statement=f"{place} is {rule.limit_text}{unit}.")
