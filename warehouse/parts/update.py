"""Makes every table of a build: anew and slice by slice, or from the build before, following what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import duckdb

from vocabulary.quarter import Quarter
from warehouse.parts.base import Base, Made
from warehouse.parts.delta import Delta, NotInPartsError
from warehouse.parts.grain import ADDED_UP, BY_CASE, BY_QUARTER
from warehouse.parts.keys import content_or_key, key_of, of_quarters
from warehouse.parts.slices import Slices
from warehouse.plan import Step

ANEW, KEPT, IN_PART = "made anew", "kept", "changed in part"

_WITHOUT_CASES = ("mart.", "deduplicated.", "clinic.", "work.deduplicated.", "meta.gps_prior")
"""Tables that are made as a whole of counts, and of which no row of a case is made."""

_LARGEST_FRAMES = frozenset({"mart.side_effect_comparison", "mart.side_effect_sensitivity"})
"""Of those, the ones with so many rows that both at once are the peak of a build's memory."""

SIGHTINGS_ABREAST = 4_000_000
"""Sightings up to which two tables with rows of cases may be made at the same time. With many more each needs all the
memory that there is: 25 million fill 40 GB of disk with what two of them put aside for each other."""


class Decision(NamedTuple):
    """What was done with a table, why, and how long it took."""

    table: str
    what: str
    why: str
    seconds: float = 0.0


class Maker(Protocol):
    """What makes tables, one for each step; several threads may ask at once."""

    made: dict[str, Made]

    def lane(self, step: Step, /) -> str | None:
        """What steps share that must not run at the same time; None for one that may run beside any other."""

    def run(self, step: Step, connection: duckdb.DuckDBPyConnection) -> Decision:
        """Make the table of a step on a connection that nobody else uses meanwhile."""


class Afresh:
    """Makes everything anew."""

    def __init__(self, slices: Slices, code: str, quarters: Mapping[Quarter, str]):
        self.made: dict[str, Made] = {}
        self._slices = slices
        self._code = code
        self._quarters = of_quarters(quarters)

    def lane(self, step: Step, /) -> str | None:
        """Of many cases, tables with rows of them are made one after the other."""
        if step.target.startswith(_WITHOUT_CASES):
            return _lane_of_counts(step.target)
        return "cases" if self._slices.sighting_count > SIGHTINGS_ABREAST else None

    def run(self, step: Step, connection: duckdb.DuckDBPyConnection) -> Decision:
        """Make the table of a step."""
        key = key_of(self._code, step, _contents(step, self.made), self._quarters)
        self._slices.run(step, connection)
        self.made[step.target] = Made(key, content_or_key(connection, step.target, key))
        return Decision(step.target, ANEW, "nothing to go on from")


class Update:
    """Goes on from a build: keeps what would be made as it is, and changes in part what can be.

    Raises:
        NotInPartsError: from ``run``, where a change cannot be followed; then everything must be made anew.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folders: Mapping[Quarter, Path],
        code: str,
        quarters: Mapping[Quarter, str],
        base: Base,
    ):
        self.made: dict[str, Made] = {}
        self._code = code
        self._quarters = of_quarters(quarters)
        self._base = base
        before, now = set(base.quarters.items()), set(quarters.items())
        self.changed_quarters = frozenset(quarter for quarter, _ in before ^ now)
        self._delta = Delta(connection, folders, self.changed_quarters)

    @property
    def case_count(self) -> int:
        """Cases that were looked at again."""
        return self._delta.case_count

    def lane(self, step: Step, /) -> str | None:
        """Steps that rows of cases come from, or go through, share the list of the changed cases."""
        return _lane_of_counts(step.target) if step.target.startswith(_WITHOUT_CASES) else "cases"

    def run(self, step: Step, connection: duckdb.DuckDBPyConnection) -> Decision:
        """Bring the table of a step up to date."""
        target = step.target
        before = self._base.made.get(target)
        key = key_of(self._code, step, _contents(step, self.made), self._quarters)
        if before is not None and before.key == key and not _is_always_made(step):
            self.made[target] = before
            return Decision(target, KEPT, "nothing that it is made from has changed")
        changed = frozenset(name for name in step.reads if self._has_changed(name))
        how, content = IN_PART, key
        if before is None or step.select is None:
            how = ANEW
            self._delta.whole(step, connection, is_known=before is not None)
        elif target in BY_QUARTER:
            self._delta.by_quarter(step)
        elif target in BY_CASE:
            if (unknown := self._delta.can_follow(changed)) is not None:
                raise NotInPartsError(f"{target} reads {unknown}, of which nobody knows which cases it touches")
            content = key if self._delta.by_case(step) else before.content
        elif target in ADDED_UP and all(name in BY_CASE for name in changed):
            self._delta.added_up(step)
        else:
            how = ANEW
            self._delta.whole(step, connection, is_known=before is not None)
        if how is ANEW or target in ADDED_UP:
            content = content_or_key(connection, target, key)
        self.made[target] = Made(key, content)
        return Decision(target, how, _reason(step, changed))

    def _has_changed(self, name: str) -> bool:
        if name.startswith("staged."):
            return bool(self.changed_quarters)
        before = self._base.made.get(name)
        return before is None or name not in self.made or self.made[name].content != before.content


def _lane_of_counts(target: str) -> str | None:
    return "frames" if target in _LARGEST_FRAMES else None


def _contents(step: Step, made: Mapping[str, Made]) -> dict[str, str]:
    return {name: made[name].content for name in step.reads if name in made}


def _is_always_made(step: Step) -> bool:
    """Tables of clinics are: they are few rows, in a file that is made anew for its owner alone."""
    is_of_clinics = step.target.startswith("clinic.") or any("clinic" in name for name in step.reads)
    return step.is_always_made or is_of_clinics or "staged.correction" in step.reads


def _reason(step: Step, changed: frozenset[str]) -> str:
    if changed:
        return f"changed: {', '.join(sorted(changed))}"
    return "made in every build" if step.is_always_made else "reviewed tables changed"
