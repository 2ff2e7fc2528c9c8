"""Views of the published file: the marts with plain names, one SELECT each in sql/view, declared in vocabulary."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter

import duckdb

from vocabulary.errors import BuildError
from vocabulary.table import Table
from vocabulary.tables.view import VIEWS
from warehouse.plan import VIEW_FOLDER

DECLARED_VIEWS: dict[str, Table] = {view.full_name: view for view in VIEWS}
"""Every view of the published file, by ``main.<name>``."""

_READS_VIEW = re.compile(r"\bmain\.(\w+)")


def create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every view with its comments, those that others read before them.

    Raises:
        BuildError: a view is not declared, has no file, or has other columns than are declared.
    """
    selects = {path.stem: path.read_text(encoding="utf-8") for path in sorted(VIEW_FOLDER.glob("*.sql"))}
    declared = {view.name: view for view in VIEWS}
    if odd := sorted(set(selects) ^ set(declared)):
        raise BuildError(f"Views need a declaration and a file in sql/view: {', '.join(odd)} has one of the two.")
    for name in TopologicalSorter({name: _READS_VIEW.findall(text) for name, text in selects.items()}).static_order():
        connection.execute(f"CREATE OR REPLACE VIEW main.{name} AS\n{selects[name]}")
        _comment(connection, declared[name])


def _comment(connection: duckdb.DuckDBPyConnection, view: Table) -> None:
    described = connection.execute(f"DESCRIBE {view.full_name}").fetchall()
    found = [(name, kind) for name, kind, *_ in described]
    wanted = [(column.name, column.kind.value) for column in view.columns]
    if found != wanted:
        differing = sorted({name for name, _ in set(found) ^ set(wanted)}) or ["their order"]
        raise BuildError(f"{view.full_name} has other columns than are declared: {', '.join(differing)}.")
    for statement in view.comment_sql:
        connection.execute(statement.replace("COMMENT ON TABLE", "COMMENT ON VIEW", 1))
