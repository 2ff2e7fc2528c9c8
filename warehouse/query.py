"""Reading a finished file: only one whose tables mean what this code takes them for."""

from __future__ import annotations

from pathlib import Path

import duckdb

from vocabulary.errors import BuildError, SchemaVersionError
from vocabulary.schema import schema_version
from warehouse.plan import DECLARED, PRIVATE


def warehouse_schema() -> str:
    """Version of every table of a build, those of the clinics' file included."""
    return schema_version((*DECLARED.values(), *PRIVATE.values()))


def open_published(path: Path, *, any_version: bool = False) -> duckdb.DuckDBPyConnection:
    """A read-only connection.

    Args:
        path: the file.
        any_version: for who looks at the columns himself, and can do without those that are not there.

    Raises:
        SchemaVersionError: its tables are those of another version of this code.
        BuildError: there is no file, or it is no warehouse.
    """
    if not path.is_file():
        raise BuildError(f"There is no published warehouse at {path}. Run `ketavigil run` first.")
    connection = _opened(path)
    if not any_version and (found := _schema_of(connection)) != warehouse_schema():
        connection.close()
        raise SchemaVersionError(
            f"{path} has the tables of another version of Ketavigil ({found or 'older than versions are noted'}; this "
            f"one reads {warehouse_schema()}). Make it anew with `ketavigil run`, or read it with the version that "
            "built it."
        )
    return connection


def _schema_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    """What the file says of its tables; None where it is older than this note."""
    try:
        (row,) = connection.execute("SELECT schema_version FROM meta.build").fetchall()
    except (duckdb.Error, ValueError):
        return None
    return str(row[0])


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB opens a file by its name more than once: where a build was published in between, once more."""
    while True:
        before = path.stat().st_ino
        try:
            return duckdb.connect(path, read_only=True)
        except duckdb.Error as error:
            if path.stat().st_ino == before:
                raise BuildError(f"{path} cannot be opened as a warehouse. Run `ketavigil run --rebuild`.") from error
