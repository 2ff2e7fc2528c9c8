"""Reading a published file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from vocabulary.errors import BuildError


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection.

    Raises:
        BuildError: there is no file, or it is no warehouse.
    """
    if not path.is_file():
        raise BuildError(f"There is no published warehouse at {path}. Run `ketavigil run` first.")
    try:
        return duckdb.connect(path, read_only=True)
    except duckdb.Error as error:
        raise BuildError(f"{path} cannot be opened as a warehouse. Run `ketavigil run --rebuild`.") from error
