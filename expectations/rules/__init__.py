"""What a schema cannot say about a staged quarter: one small file of declared rules per subject."""

from __future__ import annotations

from expectations.rule import Rule
from expectations.rules import account, completeness, drift, integrity
from expectations.schema_rules import code_rules, declared_rules
from vocabulary.table import Table
from vocabulary.tables.staged import DELETED_CASE, FAERS_TABLES

STAGED_TABLES: dict[str, Table] = {table.name: table for table in (*FAERS_TABLES.values(), DELETED_CASE)}
"""Name to declaration of every table that a staged quarter may have."""

FDA_NAMES: dict[str, str] = {table.name: name for name, table in FAERS_TABLES.items()} | {"deleted_case": "DELETE"}
"""Our name to FDA's file name."""

REPORT_CHILDREN: tuple[str, ...] = tuple(name for name in STAGED_TABLES if name not in {"report", "deleted_case"})
"""Tables whose rows belong to a report."""


def quarter_rules() -> tuple[Rule, ...]:
    """Every rule of a staged quarter, table by table in declared order."""
    rules: list[Rule] = []
    for name, table in STAGED_TABLES.items():
        rules += completeness.table_rules(name, FDA_NAMES[name])
        rules += account.table_rules(name)
        rules += declared_rules(table)
        rules += code_rules(table)
        if name in REPORT_CHILDREN:
            rules += completeness.child_rules(name)
            rules += integrity.child_rules(name)
        rules += integrity.RULES.get(name, ())
        rules += completeness.RULES.get(name, ())
        rules += drift.table_rules(name)
    return tuple(rules)
