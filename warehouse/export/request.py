"""What is asked for: which tables or which query, in which formats. The same request is the same text."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from vocabulary.errors import QueryError
from vocabulary.table import Table
from vocabulary.tables import mart
from warehouse.asking import check_reads
from warehouse.plan import DECLARED
from warehouse.views import DECLARED_VIEWS

FORMATS = ("csv", "parquet", "r", "sas", "stata", "xlsx")
"""csv is always written, for the data package describes it."""

USUAL_FORMATS = ("csv", "parquet", "r")

MARTS: dict[str, Table] = {table.full_name: table for table in mart.TABLES if table.schema == "mart"}
_DEDUPLICATED: dict[str, Table] = {table.full_name: table for table in mart.deduplicated.TABLES}
"""The same marts without probable duplicates: exported where they are named, with their schema."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_RESOURCE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_CHANGING = re.compile(
    r"\b(random|setseed|uuid|uuidv[47]|gen_random_uuid|now|today|current_date|current_time|current_timestamp|localtime|"
    r"localtimestamp|get_current_time|get_current_timestamp|transaction_timestamp|nextval)\b|\busing\s+sample\b|"
    r"\btablesample\b",
    re.IGNORECASE,
)
_TEXT = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Resource:
    """One table of an export."""

    name: str
    """File name without its ending."""
    sql: str
    """SELECT whose rows it holds, in their order."""
    source: str | None = None
    """Table or view that it is, whole; None for a query."""


@dataclass(frozen=True, slots=True)
class Request:
    """An export as it was asked for."""

    resources: tuple[Resource, ...]
    formats: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = sorted(set(self.formats) - set(FORMATS))
        if unknown:
            raise QueryError(f"No format {', '.join(unknown)}. There are: {', '.join(FORMATS)}.")
        names = [resource.name for resource in self.resources]
        if not names or len(names) != len(set(names)):
            raise QueryError("Name each mart once, at least one, or give --query, or --all.")

    @property
    def as_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "formats": list(self.formats),
            "resources": [{"name": one.name, "source": one.source, "sql": one.sql} for one in self.resources],
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Request:
        """From a manifest; it is checked like any other request.

        Raises:
            QueryError: it is no request.
        """
        try:
            resources = tuple(
                mart_resources([one["source"]])[0] if one["source"] else query_resource(one["name"], one["sql"])
                for one in told["resources"]
            )
            return cls(resources, tuple(told["formats"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise QueryError("The manifest holds no request. Name the manifest.json of an export.") from error

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that stand for it."""
        return hashlib.sha256(json.dumps(self.as_json, sort_keys=True).encode()).hexdigest()[:8]


def checked_name(name: str) -> str:
    """A name of an export, which becomes a folder.

    Raises:
        QueryError: it is none.
    """
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise QueryError("A name of an export has small letters, digits, dots, - and _, at most 64, no path.")
    return name


def mart_resources(names: Sequence[str]) -> tuple[Resource, ...]:
    """Whole marts or views, by name with or without schema, in the order of their keys.

    Raises:
        QueryError: no such mart or view; cases are exported by a query, patients not at all.
    """
    return tuple(_whole(_table(name)) for name in names)


def query_resource(name: str, sql: str) -> Resource:
    """The answer to one query.

    Raises:
        QueryError: it does not read, or would give another answer every time.
    """
    if not _RESOURCE.fullmatch(name):
        raise QueryError("A table of an export is named by small letters, digits and _, a letter first.")
    check_reads(sql)
    statement = duckdb.extract_statements(sql)[0]
    if statement.type is not duckdb.StatementType.SELECT:
        raise QueryError("An export takes one SELECT.")
    if (found := _CHANGING.search(_TEXT.sub(" ", sql))) is not None:
        raise QueryError(f"{found[0]} gives another answer every time; an export must be repeatable. Leave it out.")
    return Resource(name, sql.strip().rstrip(";").strip())


def _table(name: str) -> Table:
    for full in (name, f"mart.{name}", f"main.{name}"):
        if table := MARTS.get(full) or _DEDUPLICATED.get(full) or DECLARED_VIEWS.get(full):
            return table
    if name.removeprefix("clinic.").startswith("core.clinic") or "clinic.duckdb" in name:
        raise QueryError("Rows of clinic patients are never exported; only the published marts of clinics are.")
    if name in DECLARED:
        raise QueryError(f"{name} is no mart. Rows of it are exported by --query, such as 'FROM {name} WHERE ...'.")
    raise QueryError(f"No mart or view {name}. There are: {', '.join(_known())}.")


def _known() -> Iterable[str]:
    return [*MARTS, *_DEDUPLICATED, *(name.removeprefix("main.") for name in DECLARED_VIEWS)]


def _whole(table: Table) -> Resource:
    order = ", ".join(table.key) or "ALL"
    name = f"{table.schema}_{table.name}" if table.full_name in _DEDUPLICATED else table.name
    return Resource(name, f"SELECT * FROM {table.full_name} ORDER BY {order}", table.full_name)
