"""Counts of cases behind truth_comparison.parquet: added up as cases settle, from what the generator knows of each.

Independent of the pipeline: masks and matrix products here, joins there.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

import reference
from simulation.drugs import STUDIED, drug_book
from simulation.scenario import CONTEXTS
from simulation.sightings import Records
from simulation.terms import DEFINITIONS, term_book
from vocabulary.tables.strata import ROUTE_GROUPS

ROLE_SCOPES = ("primary_suspect", "suspect", "any")
REST = "rest"
_CHUNK = 1 << 18
_OUTCOMES = ("report_count", "serious_count", "death_count", "hospitalisation_count")

Counts = NDArray[np.int64]


def classes() -> dict[str, list[str]]:
    """Class -> substances of reference/substance_class.csv, in its order."""
    found: dict[str, list[str]] = {}
    for row in reference.read("substance_class").iter_rows(named=True):
        found.setdefault(row["class"], []).append(row["substance"])
    return found


class CaseCounts:
    """Cases by exposure and side effect.

    Exposures are the reviewed substances, then the classes. Columns of events are ``3 * side effect + definition``, and
    one more that every case has. ``single`` is indexed [context, outcome, scope, exposure, event]; ``both`` has the
    cases with a studied substance too: [context, scope, studied, exposure, event]; ``universe`` [context, event].
    """

    def __init__(self) -> None:
        book = drug_book()
        self.exposures = (*book.substances, *classes())
        bit = {name: 1 << place for place, name in enumerate(book.substances)}
        masks = [bit[name] for name in book.substances]
        masks += [sum(bit[name] for name in members) for members in classes().values()]
        self._masks = np.array(masks, dtype=np.uint64)
        self.events = 3 * len(term_book().side_effects) + 1
        shape = (len(CONTEXTS), len(ROLE_SCOPES))
        self.universe: Counts = np.zeros((len(CONTEXTS), self.events), dtype=np.int64)
        self.single: Counts = np.zeros(
            (len(CONTEXTS), len(_OUTCOMES), len(ROLE_SCOPES), len(masks), self.events), dtype=np.int64
        )
        self.both: Counts = np.zeros((*shape, len(STUDIED), len(masks), self.events), dtype=np.int64)
        self.cases = 0
        self._by_context: Counts = np.zeros(len(CONTEXTS), dtype=np.int64)
        self._by_route: Counts = np.zeros(len(ROUTE_GROUPS), dtype=np.int64)

    def add(self, records: Records) -> None:
        """Count settled cases."""
        self.cases += len(records)
        self._by_context += np.bincount(records["told_context"], minlength=len(CONTEXTS))
        self._by_route += np.bincount(records["told_route"], minlength=len(ROUTE_GROUPS))
        eligible = records[records["eligible"]]
        for start in range(0, len(eligible), _CHUNK):
            part = eligible[start : start + _CHUNK]
            for context in range(len(CONTEXTS)):
                self._add_context(context, part[part["told_context"] == context])

    def _add_context(self, context: int, cases: Records) -> None:
        if not len(cases):
            return
        shifts = np.arange(self.events - 1, dtype=np.uint64)
        self.universe[context, -1] += len(cases)
        held = (cases["events"][cases["events"] != 0, None] >> shifts & np.uint64(1)).sum(axis=0)
        self.universe[context, :-1] += held.astype(np.int64)
        exposed = cases[cases["any"] != 0]
        # Single precision adds ones exactly up to 16 million, far above a chunk.
        event = np.ones((len(exposed), self.events), dtype=np.float32)
        event[:, :-1] = exposed["events"][:, None] >> shifts & np.uint64(1)
        studied = drug_book()
        places = [studied.number(name) for name in STUDIED]
        for scope, name in enumerate(ROLE_SCOPES):
            has = ((exposed[name][:, None] & self._masks) != 0).astype(np.float32)
            for outcome, flag in enumerate((0, 1, 2, 4)):
                kept = (exposed["outcome"] & flag) == flag
                self.single[context, outcome, scope] += (has[kept].T @ event[kept]).astype(np.int64)
            for index, place in enumerate(places):
                kept = has[:, place] > 0
                self.both[context, scope, index] += (has[kept].T @ event[kept]).astype(np.int64)

    @property
    def cases_by_context(self) -> dict[str, int]:
        """All cases, in the universe or not, by the context that their rows tell."""
        return dict(zip(CONTEXTS, self._by_context.tolist(), strict=True))

    @property
    def cases_by_route_group(self) -> dict[str, int]:
        """All cases by the route group that their rows tell."""
        return dict(zip(ROUTE_GROUPS, self._by_route.tolist(), strict=True))

    @property
    def universe_size(self) -> int:
        """Cases with a drug and a reaction that count."""
        return int(self.universe[:, -1].sum())

    def comparison(self) -> pl.DataFrame:
        """Rows of truth_comparison.parquet, sorted by their names."""
        return _comparison(
            self.exposures, self.universe.sum(axis=0), self.single[:, 0].sum(axis=0), self.both.sum(axis=0)
        )

    def contexts(self) -> pl.DataFrame:
        """Rows of truth_context.parquet: the comparison within each context that the rows tell."""
        return pl.concat(
            _comparison(self.exposures, *counts).with_columns(context=pl.lit(context))
            for context, *counts in zip(CONTEXTS, self.universe, self.single[:, 0], self.both, strict=True)
        )

    def reporting(self) -> pl.DataFrame:
        """Rows of truth_reporting.parquet: reports with the side effect by exposure, and how they ended."""
        # [outcome, exposure, scope, event]
        single = self.single.sum(axis=0).transpose(0, 2, 1, 3)
        counts = {name: single[place, ..., :-1].ravel() for place, name in enumerate(_OUTCOMES)}
        exposed = np.repeat(single[0, ..., -1].ravel(), self.events - 1)
        keys = _keys([{"exposure": name} for name in self.exposures])
        return keys.with_columns(exposed_report_count=exposed, **counts).sort(keys.columns)


def _comparison(exposures: tuple[str, ...], universe: Counts, single: Counts, both: Counts) -> pl.DataFrame:
    """2x2 tables of every exposure against the rest, and of the studied ones against every other exposure."""
    members = classes()
    pairs: list[dict[str, str]] = []
    mine: list[Counts] = []
    theirs: list[Counts] = []
    for place, exposure in enumerate(exposures):
        pairs.append({"exposure": exposure, "comparator": REST})
        mine.append(single[:, place])
        theirs.append(universe - single[:, place])
    for index, exposure in enumerate(STUDIED):
        own = exposures.index(exposure)
        for place, comparator in enumerate(exposures):
            if comparator != exposure and exposure not in members.get(comparator, ()):
                pairs.append({"exposure": exposure, "comparator": comparator})
                # Cases with both are in neither arm.
                mine.append(single[:, own] - both[:, index, place])
                theirs.append(single[:, place] - both[:, index, place])
    here, there = np.stack(mine), np.stack(theirs)
    keys = _keys(pairs)
    return keys.with_columns(
        a=here[..., :-1].ravel(),
        b=(here[..., -1:] - here[..., :-1]).ravel(),
        c=there[..., :-1].ravel(),
        d=(there[..., -1:] - there[..., :-1]).ravel(),
    ).sort(keys.columns)


def _keys(groups: list[dict[str, str]]) -> pl.DataFrame:
    """Every group with every role scope, side effect and definition, in the order of the count arrays."""
    rows = [
        group | {"side_effect": effect, "definition": definition, "role_scope": scope}
        for group, scope, effect, definition in product(groups, ROLE_SCOPES, term_book().side_effects, DEFINITIONS)
    ]
    return pl.DataFrame(rows)
