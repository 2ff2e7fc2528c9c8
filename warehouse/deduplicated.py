"""Schema ``deduplicated``: the marts once more, with every step of the count run on fewer cases.

Nothing is written twice. A few scratch tables begin the count (who is in the universe, whose cases are counted by what,
in which populations); steps between them and the marts are run again as they are, in schemas of another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import duckdb

from vocabulary.tables.mart.deduplicated import COUNTED_AGAIN, SCHEMA
from warehouse.plan import Step, needed_for

_BEGINS = ("work.universe", "work.counted_case", "work.case_substance", "work.case_term")
"""Every table from which cases come into the count. Those without duplicates have a SELECT of their own in
``sql/work/deduplicated/``."""

_POPULATION = "work.population"
_FEWER_POPULATIONS = """
DELETE FROM work.population
WHERE cut = 'choice' OR (context <> 'all' AND route_group <> 'all') OR dimension = 'sex_age_period'
"""
"""The grid has duplicates among its choices. Contexts and routes are not crossed here, nor sex, age and period: that is
most of the rows."""

_ITS_OWN = frozenset({"mart.signal_change"})
"""Made for both schemas where it stands: it looks at the published file besides."""

_SHARED = ("core.", "meta.", "staged.")


def deduplicated_steps(steps: Iterable[Step]) -> list[Step]:
    """The steps that count again, made of those that count."""
    chain = _counting(steps)
    again = {*_BEGINS, _POPULATION}
    for step in chain:
        if step.reads & again:
            again.add(step.target)
    names = {name: _without(name) for name in sorted(again)}
    return [_again(step, names) for step in chain if step.target in again and step.target not in _BEGINS]


def _counting(steps: Iterable[Step]) -> list[Step]:
    """The steps from cases to marts, in order; what shared tables are made from is not counted again."""
    wanted = {table.full_name for table in COUNTED_AGAIN} - _ITS_OWN
    chain = []
    for step in reversed(needed_for(wanted, steps)):
        if step.target in wanted and not step.target.startswith(_SHARED):
            wanted |= step.reads
            chain.append(step)
    return chain[::-1]


def _without(name: str) -> str:
    """The same table in schema ``deduplicated``, of the file or of the scratch database."""
    schema, table = name.split(".")
    return f"{SCHEMA}.{table}" if schema == "mart" else f"{schema}.{SCHEMA}.{table}"


def _again(step: Step, names: Mapping[str, str]) -> Step:
    def run(connection: duckdb.DuckDBPyConnection) -> None:
        renaming = cast(duckdb.DuckDBPyConnection, Renaming(connection, names))
        step.run(renaming)
        if step.target == _POPULATION:
            renaming.execute(_FEWER_POPULATIONS)

    return replace(
        step,
        target=names[step.target],
        reads=frozenset(names.get(read, read) for read in step.reads),
        run=run,
        # With its SELECT it can be made in parts as well; not so the populations, of which some are taken away.
        select=_renamed(step.select, names) if step.select and step.target != _POPULATION else None,
    )


_KNOWN = re.compile(r"\b(?:work|mart)\.\w+")


def _renamed(sql: str, names: Mapping[str, str]) -> str:
    return _KNOWN.sub(lambda found: names.get(found[0], found[0]), sql)


class Renaming:
    """A connection that reads and makes tables in other schemas."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, names: Mapping[str, str]) -> None:
        self._connection = connection
        self._names = names

    def execute(self, sql: str, *arguments: Any, **options: Any) -> Any:
        """As the connection's own."""
        return self._connection.execute(_renamed(sql, self._names), *arguments, **options)

    def sql(self, sql: str, *arguments: Any, **options: Any) -> Any:
        """As the connection's own."""
        return self._connection.sql(_renamed(sql, self._names), *arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
