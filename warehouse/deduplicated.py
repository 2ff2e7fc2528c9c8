"""Schema ``deduplicated``: the marts once more, of the cases that are nobody's duplicate.

Nothing is written or counted twice. Counts are those of all cases less those of the duplicates, which are few; the
steps between counts and marts are run again as they are, on tables of another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import duckdb

from vocabulary.tables.mart.deduplicated import COUNTED_AGAIN, SCHEMA
from warehouse.parts.grain import ADDED_UP, BY_CASE
from warehouse.parts.sources import over
from warehouse.plan import Step, fill, needed_for

_DUPLICATE = "work.probable_duplicate"

_PROFILE, _OF_PROFILES = "work.profile", "work.profile_total"
"""Combinations that cases are counted by: a combination that only duplicates have is none."""

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
    again: set[str] = set()
    for step in chain:
        if _begins(step.target) or step.reads & again:
            again.add(step.target)
    names = {name: _without(name) for name in sorted(again)}
    return [_again(step, names) for step in chain if step.target in again]


def _counting(steps: Iterable[Step]) -> list[Step]:
    """The steps from counts to marts, in order; what shared tables are made from is not counted again."""
    wanted = {table.full_name for table in COUNTED_AGAIN} - _ITS_OWN
    chain = []
    for step in reversed(needed_for(wanted, steps)):
        if step.target in wanted and not step.target.startswith(_SHARED):
            chain.append(step)
            if not _begins(step.target):
                wanted |= step.reads
    return chain[::-1]


def _begins(target: str) -> bool:
    """Whether a table without duplicates is made from the same table with them, and not from what that is made of."""
    return target == _PROFILE or target in ADDED_UP or target in BY_CASE


def _without(name: str) -> str:
    """The same table in schema ``deduplicated``, of the file or of the scratch database."""
    schema, table = name.split(".")
    return f"{SCHEMA}.{table}" if schema == "mart" else f"{schema}.{SCHEMA}.{table}"


def _again(step: Step, names: Mapping[str, str]) -> Step:
    if step.target == _PROFILE:
        used = names[_OF_PROFILES]
        return _selected(names[_PROFILE], f"SELECT * FROM {_PROFILE} SEMI JOIN {used} USING (profile)", _PROFILE, used)
    if step.target in BY_CASE:
        fewer = f"SELECT * FROM {step.target} ANTI JOIN {_DUPLICATE} USING (case_id)"
        return _selected(names[step.target], fewer, step.target, _DUPLICATE)
    if step.target in ADDED_UP:
        return _less(step, names[step.target])
    return _repeated(step, names)


def _less(step: Step, target: str) -> Step:
    """A count without duplicates: that of all cases less that of the duplicates."""
    assert step.select is not None
    measures = ADDED_UP[step.target]
    of_duplicates = {
        name: f"(SELECT * FROM {name} SEMI JOIN {_DUPLICATE} USING (case_id))" for name in step.reads & BY_CASE
    }
    removed = over(step.select, of_duplicates)
    fewer = ", ".join(f"(everybody.{name} - coalesce(removed.{name}, 0))::BIGINT AS {name}" for name in measures)

    def run(connection: duckdb.DuckDBPyConnection) -> None:
        columns = [row[0] for row in connection.execute(f"DESCRIBE {step.target}").fetchall()]
        # The key is every column that is no count; a table of one row has none.
        keys = [name for name in columns if name not in measures]
        alike = " AND ".join(f"everybody.{key} IS NOT DISTINCT FROM removed.{key}" for key in keys) or "true"
        fill(
            connection,
            target,
            f"WITH removed AS ({removed}) SELECT everybody.* EXCLUDE ({', '.join(measures)}), {fewer} "
            f"FROM {step.target} AS everybody LEFT JOIN removed ON {alike} "
            f"WHERE everybody.{measures[0]} > coalesce(removed.{measures[0]}, 0)",
        )

    return Step(target, step.reads | {step.target, _DUPLICATE}, run, None, step.reference)


def _selected(target: str, select: str, *reads: str) -> Step:
    return Step(target, frozenset(reads), lambda connection: fill(connection, target, select), select, reference=())


def _repeated(step: Step, names: Mapping[str, str]) -> Step:
    def run(connection: duckdb.DuckDBPyConnection) -> None:
        renaming = cast(duckdb.DuckDBPyConnection, Renaming(connection, names))
        step.run(renaming)
        if step.target == _POPULATION:
            renaming.execute(_FEWER_POPULATIONS)

    reads = frozenset(names.get(read, read) for read in step.reads)
    return replace(step, target=names[step.target], reads=reads, run=run, select=None)


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
