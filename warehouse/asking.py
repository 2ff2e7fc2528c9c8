"""Asking a published file: one statement at a time, of that file alone, and nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from vocabulary.errors import QueryError
from warehouse.query import open_published

if TYPE_CHECKING:
    import pyarrow as pa

READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI}
"""Kinds of statement that read; MULTI is what DuckDB makes of a PIVOT."""

_BATCH = 10_000
_KEPT_OUT = re.compile(r"Permission Error|file system operations are disabled", re.IGNORECASE)


def open_alone(path: Path, *, memory_limit: str | None = None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection that sees this file and no other, whatever is asked of it.

    So no query can put rows of the clinics' file, which lies beside the published one, together with it.

    Raises:
        BuildError: there is no file, or it is no warehouse, or one of another version of this code.
    """
    connection = open_published(path)
    # Connections of one process to one file share their settings: where one is locked already, so is this.
    if connection.execute("SELECT current_setting('lock_configuration')").fetchall() == [(True,)]:
        return connection
    if memory_limit:
        connection.execute(f"SET memory_limit = '{memory_limit}'")
    if threads:
        connection.execute(f"SET threads = {threads}")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of one statement, read as they are asked for."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    """As DuckDB spells them."""
    _connection: duckdb.DuckDBPyConnection

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Row by row, once.

        Raises:
            QueryError: the query fails on the way.
        """
        while found := _run(self._connection.fetchmany, _BATCH):
            yield from found


def ask(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] | None = None) -> Answer:
    """Run one statement that reads.

    Raises:
        QueryError: it is none, or more than one, or is not valid, or reads another file; the message says which.
    """
    check_reads(sql)
    _run(connection.execute, sql, values) if values else _run(connection.execute, sql)
    described = connection.description or []
    return Answer(tuple(name for name, *_ in described), tuple(str(kind) for _, kind, *_ in described), connection)


def ask_in_batches(
    connection: duckdb.DuckDBPyConnection, sql: str, rows: int
) -> tuple[tuple[str, ...], tuple[str, ...], pa.RecordBatchReader]:
    """Names, types and an Arrow reader of the answer, ``rows`` at a time: memory does not grow with the rows.

    Raises:
        QueryError: as ``ask``.
    """
    check_reads(sql)
    relation = _run(connection.sql, sql)
    return tuple(relation.columns), tuple(map(str, relation.types)), _run(relation.to_arrow_reader, rows)


def check_reads(sql: str) -> None:
    """Refuse what is not exactly one statement that reads.

    Raises:
        QueryError: the message says what it is instead.
    """
    statements = _run(duckdb.extract_statements, sql)
    if len(statements) != 1:
        raise QueryError(f"One statement at a time; this is {len(statements) or 'none'}.")
    if statements[0].type not in READS:
        raise QueryError(
            f"This is {statements[0].type.name}; the published file is read-only, and only questions can be asked: "
            "SELECT, FROM, WITH, DESCRIBE, SUMMARIZE, EXPLAIN."
        )


def _run(call: Any, *arguments: Any) -> Any:
    try:
        return call(*arguments)
    except duckdb.Error as error:
        text = str(error).strip()
        if _KEPT_OUT.search(text):
            raise QueryError(
                "A query reads the published file alone, no other file. Copy what you need beside it in a tool of your "
                "own."
            ) from error
        raise QueryError(_mended(text)) from error


def _mended(text: str) -> str:
    """DuckDB's message, with where to look for names."""
    text = re.sub(r"\n\s*\n", "\n", text)
    if text.startswith(("Catalog Error", "Binder Error")):
        return f"{text}\nTables and columns: FROM meta.dictionary. Names of drugs and terms: FROM search('part')."
    return text
