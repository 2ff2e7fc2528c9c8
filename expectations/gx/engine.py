"""Great Expectations on a live DuckDB connection.

Great Expectations has no data source for DuckDB, and through duckdb-engine 0.17 with the generic one every result is
empty: the connection is given back, and so rolled back, before the rows are fetched, and DuckDB then drops an open
result. The execution engine here keeps the rows before it lets go of the connection.
"""

from __future__ import annotations

import atexit
import builtins
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any, Literal

import duckdb
import great_expectations
from duckdb_engine import ConnectionWrapper
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource, TableAsset
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy.pool import StaticPool

_SOURCE_NUMBERS = count(1)


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Keeps the rows of a result before its connection is given back."""

    def execute_query(self, query: Any) -> Any:
        """Run a query and buffer its rows."""
        with self.get_connection() as connection:
            return connection.execute(query).freeze()()


class DuckDBDatasource(SQLDatasource):
    """DuckDB as a data source, with the engine above; registers itself as ``add_duckdb``."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> builtins.type[SqlAlchemyExecutionEngine]:
        """The engine that keeps its rows."""
        return DuckDBExecutionEngine

    def get_engine(self) -> Any:
        """One SQLAlchemy engine; the inherited way would leave its connections to the end of the process."""
        if self._engine is None:
            self._engine = self._create_engine()
        return self._engine

    def get_execution_engine(self) -> SqlAlchemyExecutionEngine:
        """One execution engine on that same SQLAlchemy engine, which reads the tables in place."""
        if self._execution_engine is None:
            self._execution_engine = DuckDBExecutionEngine(engine=self.get_engine(), create_temp_table=False)
        return self._execution_engine


@cache
def context() -> EphemeralDataContext:
    """One context in memory for the process: it writes no file and sends nothing anywhere."""
    # Spelt out, because the default also makes a folder for a site of its own.
    config = DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults())
    made = great_expectations.get_context(mode="ephemeral", project_config=config)
    made.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return made


@contextmanager
def data_source(connection: duckdb.DuckDBPyConnection, relations: Sequence[str]) -> Iterator[Any]:
    """Tables and views of an open DuckDB connection as a data source, for the length of a ``with`` block.

    Args:
        connection: The connection; the data source reads through cursors of it.
        relations: Tables and views, which become assets of the same names.
    """
    name = f"duckdb_{next(_SOURCE_NUMBERS)}"
    sources: Any = context().data_sources
    shared = {"creator": lambda: ConnectionWrapper(connection.cursor()), "poolclass": StaticPool}
    assets = [TableAsset(name=relation, table_name=relation) for relation in relations]
    source = sources.add_duckdb(name=name, connection_string="duckdb:///:memory:", kwargs=shared, assets=assets)
    try:
        yield source
    finally:
        engine = source.get_engine()
        engine.dispose()
        sources.delete(name)
        _forget(type(engine.dialect))


def _forget(dialect: type) -> None:
    """Empty the caches that SQLAlchemy keeps on a dialect's class: they hold each dialect, and so each connection."""
    for base in dialect.__mro__:
        for member in vars(base).values():
            if callable(clear := getattr(member, "cache_clear", None)):
                clear()


@atexit.register
def _release_at_exit() -> None:
    """Let go of duckdb-engine before DuckDB goes, or DuckDB's bindings print a page about leaks when a process ends."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "duckdb_engine"]:
        vars(sys.modules[name]).clear()
