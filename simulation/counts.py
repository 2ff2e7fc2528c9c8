"""Counts of cases behind truth_comparison.parquet: added up as cases settle, from what the generator knows of each.

Independent of the pipeline: masks and matrix products here, joins there.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

import reference
from simulation.drugs import drug_book
from simulation.scenario import CONTEXTS
from simulation.sightings import Records
from simulation.terms import DEFINITIONS, term_book

ROLE_SCOPES = ("primary_suspect", "suspect", "any")
STUDIED = ("ketamine", "esketamine", "arketamine")
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

    def add(self, records: Records) -> None:
        """Count settled cases."""
        self.cases += len(records)
        eligible = records[records["eligible"]]
        for start in range(0, len(eligible), _CHUNK):
            part = eligible[start : start + _CHUNK]
            for context in range(len(CONTEXTS)):
                self._add_context(context, part[part["context"] == context])

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
    def universe_size(self) -> int:
        """Cases with a drug and a reaction that count."""
        return int(self.universe[:, -1].sum())

    def comparison(self) -> pl.DataFrame:
        """Rows of truth_comparison.parquet, sorted by their names."""
        single, universe = self.single[:, 0].sum(axis=0), self.universe.sum(axis=0)
        both = self.both.sum(axis=0)
        frames = []
        for place, exposure in enumerate(self.exposures):
            for scope, name in enumerate(ROLE_SCOPES):
                mine = single[scope, place]
                frames.append(self._rows(exposure, REST, name, mine, universe - mine))
        members = classes()
        for index, exposure in enumerate(STUDIED):
            own = self.exposures.index(exposure)
            for place, comparator in enumerate(self.exposures):
                if comparator == exposure or exposure in members.get(comparator, ()):
                    continue
                for scope, name in enumerate(ROLE_SCOPES):
                    shared = both[scope, index, place]
                    mine, theirs = single[scope, own] - shared, single[scope, place] - shared
                    frames.append(self._rows(exposure, comparator, name, mine, theirs))
        return pl.concat(frames).sort("exposure", "comparator", "side_effect", "definition", "role_scope")

    def reporting(self) -> pl.DataFrame:
        """Rows of truth_reporting.parquet: reports with the side effect by exposure, and how they ended."""
        single = self.single.sum(axis=0)
        frames = []
        for place, exposure in enumerate(self.exposures):
            for scope, name in enumerate(ROLE_SCOPES):
                columns = {count: single[outcome, scope, place, :-1] for outcome, count in enumerate(_OUTCOMES)}
                exposed = int(single[0, scope, place, -1])
                frames.append(self._named(exposure, name).with_columns(exposed_report_count=exposed, **columns))
        return pl.concat(frames).sort("exposure", "side_effect", "definition", "role_scope")

    def contexts(self) -> pl.DataFrame:
        """Rows of truth_context.parquet: the comparison of each planted context by itself."""
        frames = []
        whole_universe, whole_single, whole_both = self.universe, self.single, self.both
        try:
            for number, context in enumerate(CONTEXTS):
                only = slice(number, number + 1)
                self.universe, self.single, self.both = whole_universe[only], whole_single[only], whole_both[only]
                frames.append(self.comparison().with_columns(context=pl.lit(context)))
        finally:
            self.universe, self.single, self.both = whole_universe, whole_single, whole_both
        return pl.concat(frames)

    @staticmethod
    def _named(exposure: str, scope: str) -> pl.DataFrame:
        pairs = list(product(term_book().side_effects, DEFINITIONS))
        return pl.DataFrame(
            {
                "exposure": [exposure] * len(pairs),
                "side_effect": [effect for effect, _ in pairs],
                "definition": [definition for _, definition in pairs],
                "role_scope": [scope] * len(pairs),
            }
        )

    def _rows(self, exposure: str, comparator: str, scope: str, mine: Counts, theirs: Counts) -> pl.DataFrame:
        return self._named(exposure, scope).select(
            "exposure",
            pl.lit(comparator).alias("comparator"),
            "side_effect",
            "definition",
            "role_scope",
            a=pl.Series(mine[:-1]),
            b=pl.Series(mine[-1] - mine[:-1]),
            c=pl.Series(theirs[:-1]),
            d=pl.Series(theirs[-1] - theirs[:-1]),
        )
