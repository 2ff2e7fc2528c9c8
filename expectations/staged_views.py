"""A staged quarter as views of an in-memory DuckDB: what measures are counted on and Great Expectations reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from expectations.manifest import Manifest
from expectations.rules import STAGED_TABLES
from vocabulary.errors import CertificateError
from vocabulary.table import Table
from vocabulary.tables.staged import LINE_ACCOUNT, VALUE_ISSUE


@dataclass(frozen=True, slots=True)
class StagedViews:
    """An open quarter.

    Attributes:
        connection: In-memory DuckDB with one view per staged table, line_account and value_issue; a table that the
            quarter lacks is an empty view.
        differences: Per table, what is unlike its declaration.
    """

    connection: duckdb.DuckDBPyConnection
    differences: dict[str, list[str]] = field(default_factory=dict)


@contextmanager
def open_quarter(
    manifest: Manifest, *, scratch: Path, threads: int | None, memory_limit: str | None
) -> Iterator[StagedViews]:
    """Open a staged quarter for the length of a ``with`` block.

    Args:
        manifest: The quarter's manifest.
        scratch: Folder in which DuckDB may put down what does not fit into memory.
        threads: Threads of DuckDB; None leaves it to DuckDB.
        memory_limit: DuckDB's budget, such as ``1GB``; None leaves it to DuckDB.

    Raises:
        CertificateError: a staged file is gone or is no Parquet file.
    """
    with memory_database(scratch=scratch, threads=threads, memory_limit=memory_limit) as connection:
        views = StagedViews(connection)
        for name, table in STAGED_TABLES.items():
            files = [part.path for part in manifest.tables.get(name, ())]
            views.differences[name] = _create_view(connection, table, files, manifest.name)
        for table in (LINE_ACCOUNT, VALUE_ISSUE):
            path = manifest.folder / f"{table.name}.parquet"
            if not path.is_file() or _create_view(connection, table, [path], manifest.name):
                raise CertificateError(
                    f"{manifest.name}: {path.name} is missing or not as declared. Stage the quarter again."
                )
        yield views


@contextmanager
def memory_database(
    *, scratch: Path, threads: int | None, memory_limit: str | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB under the given budget, for the length of a ``with`` block; it downloads nothing.

    Args:
        scratch: Folder for what does not fit into memory; a folder in it is made and removed again.
        threads: Threads; None leaves it to DuckDB.
        memory_limit: Budget, such as ``1GB``; None leaves it to DuckDB.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".spill-", dir=scratch) as spill:
        connection = duckdb.connect(":memory:")
        try:
            connection.execute("SET autoinstall_known_extensions = false")
            connection.execute(f"SET temp_directory = {text_literal(spill)}")
            if threads is not None:
                connection.execute(f"SET threads = {int(threads)}")
            if memory_limit is not None:
                connection.execute(f"SET memory_limit = {text_literal(memory_limit)}")
            yield connection
        finally:
            connection.close()


def text_literal(text: str) -> str:
    """Text as a literal of SQL, for the few statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def _create_view(connection: duckdb.DuckDBPyConnection, table: Table, paths: list[Path], quarter: str) -> list[str]:
    """Make the view; columns that are missing or of another type are nulls there, and named in what is returned."""
    if not paths:
        columns = ", ".join(f"NULL::{column.kind.value} AS {column.name}" for column in table.columns)
        connection.execute(f"CREATE VIEW {table.name} AS SELECT {columns} LIMIT 0")
        return []
    # The folder's name is no column here, whatever it looks like.
    files = "[" + ", ".join(text_literal(str(path)) for path in paths) + "]"
    source = f"read_parquet({files}, hive_partitioning = false, union_by_name = {len(paths) > 1})"
    try:
        described = connection.execute(f"DESCRIBE FROM {source}").fetchall()
    except duckdb.Error as error:
        raise CertificateError(
            f"{quarter}: staged files of {table.name} cannot be read ({str(error).splitlines()[0]}). "
            "Stage the quarter again."
        ) from error
    found = {str(name): str(kind) for name, kind, *_ in described}
    columns = ", ".join(
        column.name if found.get(column.name) == column.kind.value else f"NULL::{column.kind.value} AS {column.name}"
        for column in table.columns
    )
    connection.execute(f"CREATE VIEW {table.name} AS SELECT {columns} FROM {source}")
    return column_differences(table, found)


def column_differences(table: Table, found: dict[str, str]) -> list[str]:
    """What is unlike the declaration, in words: missing, of another type, or not declared.

    Args:
        table: The declaration.
        found: Column name to DuckDB's type.
    """
    differences = []
    for column in table.columns:
        if column.name not in found:
            differences.append(f"{column.name} is missing")
        elif found[column.name] != column.kind.value:
            differences.append(f"{column.name} is {found[column.name]}, not {column.kind.value}")
    known = set(table.column_names)
    differences += [f"{name} is not declared" for name in found if name not in known]
    return differences
