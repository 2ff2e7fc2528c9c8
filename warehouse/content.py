"""What a table holds, as one short text: two files with the same rows in any order have the same."""

from __future__ import annotations

import duckdb


def content_of(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Number of rows, and two sums of hashes over them that do not depend on their order.

    DuckDB's hash is that of its version: compare what one version has said.
    """
    ((rows, mixed, summed),) = connection.execute(
        f"SELECT count(*), coalesce(bit_xor(hash(t)), 0), coalesce(sum(hash(t) >> 8)::UHUGEINT, 0) FROM {table} AS t"
    ).fetchall()
    return f"{rows}-{mixed:016x}-{summed:x}"


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """``content_of`` every table of core, mart, deduplicated and meta, as in the published file."""
    names = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
        "WHERE schema_name IN ('core', 'mart', 'deduplicated', 'meta') AND database_name = current_database() "
        "ORDER BY ALL"
    ).fetchall()
    return {name: content_of(connection, name) for (name,) in names}
