"""What has changed since a build, and no more: rows of the changed quarters, rows of the changed cases, their counts.

The same SELECTs run as in a full build. For a table by case they read the rows of the changed cases alone, and the
result takes the place of what those cases had. A count is what it was, less that of the changed cases before, plus
that of the changed cases now. The changed cases grow while the build goes on: a name that is read otherwise, or a term
that joined a side effect, touches the cases that have it, and only from there on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from vocabulary.errors import KetavigilError
from vocabulary.quarter import Quarter
from warehouse.content import content_of
from warehouse.parts.grain import ADDED_UP, BY_CASE, BY_QUARTER, CASES_OF, NUMBERED, WEIGHED
from warehouse.parts.slices import placed, show_quarters
from warehouse.parts.sources import over
from warehouse.plan import Step, create, insert

MOST_CASES = 1_000_000
"""Changed cases up to which following them needs no more memory than a slice does; of more, all is made anew."""

CASES_AT_ONCE = 1_000_000
"""Cases of a table that is made as a whole, some after the others."""

CHANGED = "part.changed_case"
_BEFORE = "part.before"
_AFTER = "part.after"


class NotInPartsError(KetavigilError):
    """The change is of a kind that only a full build can follow."""


class Delta:
    """Follows a change through the tables of a copied build.

    ``part`` is an attached scratch database. ``folders`` are those of all quarters; ``changed`` the quarters that are
    new, gone, staged anew or corrected otherwise.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folders: Mapping[Quarter, Path], changed: frozenset[Quarter]
    ):
        self._connection = connection
        self._folders = folders
        self._quarters = ", ".join(f"'{quarter}'" for quarter in sorted(changed)) or "''"
        self._kept_apart: list[str] = []
        """Tables by case of which the rows of the changed cases stand in ``before`` and ``after``."""
        self.case_count = 0
        for schema in (_BEFORE, _AFTER, "part.fresh", "staged.fresh", "staged.held"):
            connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"CREATE TABLE {CHANGED} (case_id BIGINT)")
        self._fresh = {quarter: folder for quarter, folder in folders.items() if quarter in changed}
        if self._fresh:
            show_quarters(connection, "staged.fresh", self._fresh)

    def by_quarter(self, step: Step) -> None:
        """Rows of the changed quarters, made anew; cases that stand in them, before or now, are changed ones."""
        target, where = step.target, f"quarter IN ({self._quarters})"
        has_cases = "case_id" in self._columns(target)
        if has_cases:
            self._add_cases(f"SELECT case_id FROM {target} WHERE {where}")
        self._connection.execute(f"DELETE FROM {target} WHERE {where}")
        if self._fresh:
            sources = {name: f"staged.fresh.{_bare(name)}" for name in step.reads if name.startswith("staged.")}
            for name in step.reads & BY_QUARTER:
                sources[name] = f"(SELECT * FROM {name} WHERE {where})"
            insert(self._connection, target, over(_select(step), sources))
        if has_cases:
            self._add_cases(f"SELECT case_id FROM {target} WHERE {where}")

    def by_case(self, step: Step) -> bool:
        """Rows of the changed cases, made anew. Whether any row came, went or changed."""
        target = step.target
        sources = self._sources(step, _AFTER)
        if any(name.startswith("staged.") for name in step.reads):
            sources |= self._staged_of_changed(step)
        after, before = _kept(_AFTER, target), _kept(_BEFORE, target)
        self._run(f"CREATE TABLE {after} AS SELECT * FROM {placed(self._connection, target)} LIMIT 0")
        insert(self._connection, after, over(_select(step), sources))
        self._run(f"CREATE TABLE {before} AS SELECT * FROM {target} SEMI JOIN {CHANGED} USING (case_id)")
        self._kept_apart.append(target)
        if content_of(self._connection, before) == content_of(self._connection, after):
            return False
        self._run(f"DELETE FROM {target} WHERE case_id IN (SELECT case_id FROM {CHANGED})")
        self._run(f"INSERT INTO {target} SELECT * FROM {after}")
        return True

    def added_up(self, step: Step) -> None:
        """Counts as they were, less those of the changed cases before, plus theirs now."""
        target, measures = step.target, ADDED_UP[step.target]
        keys = [name for name in self._columns(target) if name not in measures]
        parts = [f"SELECT {', '.join([*keys, *measures])} FROM {target}"]
        for schema, sign in ((_BEFORE, "-"), (_AFTER, "")):
            counted = over(_select(step), self._sources(step, schema))
            signed = ", ".join([*keys, *(f"{sign}{name}" for name in measures)])
            parts.append(f"SELECT {signed} FROM ({counted})")
        sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in measures)
        self._run(
            f"CREATE OR REPLACE TABLE {target} AS SELECT {', '.join([*keys, sums])} FROM ({' UNION ALL '.join(parts)}) "
            f"GROUP BY {', '.join(keys) if keys else 'true'} HAVING sum({measures[0]}) <> 0"
        )

    def whole(self, step: Step, connection: duckdb.DuckDBPyConnection, *, is_known: bool) -> None:
        """The whole table, made anew; cases that a difference touches are changed ones, numbers are kept."""
        target = step.target
        matters = is_known and (target in CASES_OF or target in NUMBERED or self._is_of_cases(target))
        old = f"part.fresh.{target.replace('.', '__')}"
        if matters:
            self._run(f"CREATE TABLE {old} AS SELECT * FROM {placed(self._connection, target)}")
        connection.execute(f"DROP TABLE IF EXISTS {target}")
        if target in WEIGHED:
            _in_portions(step, connection)
        else:
            step.run(connection)
        if matters and target in NUMBERED:
            self._keep_numbers(target, old)
        elif matters:
            self._add_touched(target, old)

    def can_follow(self, changed_reads: frozenset[str]) -> str | None:
        """None, or the first table that changed and of which nobody knows which cases it touches."""
        for name in sorted(changed_reads):
            is_known = name in CASES_OF or name in NUMBERED or name in BY_CASE or name in BY_QUARTER
            if not (is_known or name.startswith("staged.") or self._is_of_cases(name)):
                return name
        return None

    def _sources(self, step: Step, schema: str) -> dict[str, str]:
        """Tables by case as their rows of the changed cases alone."""
        sources = {}
        for name in step.reads:
            if name in BY_CASE:
                self._keep_apart(name)
                sources[name] = _kept(schema, name)
            elif name in BY_QUARTER and "case_id" in self._columns(name):
                sources[name] = f"(SELECT * FROM {name} SEMI JOIN {CHANGED} USING (case_id))"
        return sources

    def _keep_apart(self, name: str) -> None:
        """A table by case that did not change: before and after, the changed cases have the same rows in it."""
        if name in self._kept_apart:
            return
        for schema in (_BEFORE, _AFTER):
            self._run(f"CREATE TABLE {_kept(schema, name)} AS SELECT * FROM {name} SEMI JOIN {CHANGED} USING (case_id)")
        self._kept_apart.append(name)

    def _staged_of_changed(self, step: Step) -> dict[str, str]:
        """Staged tables of the quarters in which the changed cases' current reports are."""
        self._keep_apart("work.current_report")
        rows = self._connection.execute(
            f"SELECT DISTINCT quarter FROM {_kept(_AFTER, 'work.current_report')}"
        ).fetchall()
        held = {Quarter.parse(quarter) for (quarter,) in rows} or {min(self._folders)}
        show_quarters(self._connection, "staged.held", {quarter: self._folders[quarter] for quarter in held})
        return {name: f"staged.held.{_bare(name)}" for name in step.reads if name.startswith("staged.")}

    def _add_cases(self, select: str) -> None:
        """Take more cases for changed; tables that are done get their rows, which are the same before and after."""
        self._run(
            f"CREATE OR REPLACE TABLE part.added_case AS SELECT DISTINCT case_id FROM ({select}) "
            f"WHERE case_id IS NOT NULL AND case_id NOT IN (SELECT case_id FROM {CHANGED})"
        )
        ((added,),) = self._connection.execute("SELECT count(*) FROM part.added_case").fetchall()
        if not added:
            return
        self.case_count += added
        if self.case_count > MOST_CASES:
            raise NotInPartsError(f"the change touches {self.case_count:,} cases, more than are worked on at once")
        for name in self._kept_apart:
            for schema in (_BEFORE, _AFTER):
                self._run(
                    f"INSERT INTO {_kept(schema, name)} SELECT * FROM {name} SEMI JOIN part.added_case USING (case_id)"
                )
        self._run(f"INSERT INTO {CHANGED} SELECT case_id FROM part.added_case")

    def _add_touched(self, target: str, old: str) -> None:
        """Cases that a row touches which came, went or changed."""
        self._run(
            "CREATE OR REPLACE TABLE part.difference AS "
            f"(SELECT * FROM {target} EXCEPT SELECT * FROM {old}) UNION ALL "
            f"(SELECT * FROM {old} EXCEPT SELECT * FROM {target})"
        )
        ((differs,),) = self._connection.execute("SELECT count(*) FROM part.difference").fetchall()
        if not differs:
            return
        if target not in CASES_OF:
            self._add_cases("SELECT case_id FROM part.difference")
            return
        for column, cases in CASES_OF[target]:
            self._add_cases(f"SELECT case_id FROM ({cases}) SEMI JOIN part.difference USING ({column})")

    def _keep_numbers(self, target: str, old: str) -> None:
        number = NUMBERED[target]
        keys = [name for name in self._columns(target) if name != number]
        alike = " AND ".join(f"fresh.{key} IS NOT DISTINCT FROM known.{key}" for key in keys)
        ((kind,),) = self._connection.execute(f"SELECT typeof({number}) FROM {old} LIMIT 1").fetchall()
        self._run(
            f"CREATE OR REPLACE TABLE {target} AS SELECT {', '.join(f'fresh.{key}' for key in keys)}, "
            f"coalesce(known.{number}, (SELECT max({number}) FROM {old}) + row_number() OVER ("
            f"PARTITION BY known.{number} IS NULL ORDER BY fresh.{number}))::{kind} AS {number} "
            f"FROM {target} AS fresh LEFT JOIN {old} AS known ON {alike}"
        )

    def _is_of_cases(self, target: str) -> bool:
        # What duplicates are found by touches no case, nor what is counted without them; that a case is one
        # (work.probable_duplicate) does.
        is_scratch = target.startswith("work.") and not target.startswith(("work.linkage_", "work.deduplicated."))
        return is_scratch and target not in BY_CASE and "case_id" in self._columns(target)

    def _columns(self, target: str) -> list[str]:
        return [row[0] for row in self._connection.execute(f"DESCRIBE {target}").fetchall()]

    def _run(self, sql: str) -> None:
        self._connection.execute(sql)


def _in_portions(step: Step, connection: duckdb.DuckDBPyConnection) -> None:
    """The whole table, of some cases after the others."""
    rows_of = sorted(step.reads & BY_CASE)
    fewest = min(connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in rows_of)
    create(connection, step.target, _select(step))
    portions = max(1, -(-fewest // CASES_AT_ONCE))
    for portion in range(portions):
        own = {name: f"(SELECT * FROM {name} WHERE case_id % {portions} = {portion})" for name in rows_of}
        insert(connection, step.target, over(_select(step), own))


def _kept(schema: str, target: str) -> str:
    return f"{schema}.{target.replace('.', '__')}"


def _bare(name: str) -> str:
    return name.partition(".")[2]


def _select(step: Step) -> str:
    if step.select is None:
        raise ValueError(f"{step.target} is made in Python and cannot be made in parts")
    return step.select
