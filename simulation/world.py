"""A scenario made ready to draw from: every share of it as a guide table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import ordinal
from simulation.drugs import ROUTE_SLOTS, ROUTES, drug_book
from simulation.effects import Effects, context_effects, ingredient_effects
from simulation.layouts import FIRST_NOT_ADMINISTERED, Era, era_of
from simulation.scenario import CONTEXTS, Rates, Scenario
from simulation.stream import Choice, Ints, Stream, weighted
from simulation.terms import ordinary_choice
from vocabulary.quarter import Quarter

_COMBINATION_SHARE = 0.0005
_MOST_FURTHER = 60

# Mean rows per report; lines between. With history_sizes they make 82 million drug and 65 million reaction rows, and in
# 2022q4 the averages that FDA published.
_DRUGS_PER_REPORT = {"2004q1": 2.6, "2012q4": 2.65, "2019q1": 2.9, "2022q4": 4.15, "2026q2": 3.75}
_TERMS_PER_REPORT = {"2004q1": 1.95, "2019q1": 2.05, "2022q4": 3.12, "2026q2": 2.8}


@dataclass(frozen=True)
class Patterns:
    """A few usual sets of codes, one of which a report has.

    Attributes:
        codes: texts by number.
        choice: which set.
        start: first code of each set in ``code``.
        count: codes per set.
        code: numbers of the codes of all sets.
        flags: for each code what the truth notes: 1 serious, 2 death, 4 hospitalisation.
    """

    codes: tuple[str, ...]
    choice: Choice
    start: Ints
    count: Ints
    code: Ints
    flags: NDArray[np.uint8]


def _patterns(weights: Rates, flags: Rates | None = None) -> Patterns:
    sets = [text.split() for text in weights]
    codes = tuple(sorted({code for group in sets for code in group}))
    count = np.array([len(group) for group in sets], dtype=np.int64)
    return Patterns(
        codes,
        weighted(list(weights.values())),
        np.cumsum(count) - count,
        count,
        np.array([codes.index(code) for group in sets for code in group], dtype=np.int64),
        np.array([int((flags or {}).get(code, 1)) for code in codes], dtype=np.uint8),
    )


OUTCOMES = _patterns(
    {
        "": 41,
        "OT": 31,
        "HO": 9,
        "HO OT": 7,
        "DE": 4.5,
        "DE HO": 1,
        "DE HO OT": 0.7,
        "HO LT": 1,
        "LT": 1,
        "LT OT": 0.6,
        "DS": 0.7,
        "DS OT": 0.6,
        "CA": 0.2,
        "RI": 0.2,
    },
    {"DE": 3, "HO": 5},
)
_FAERS_SOURCES = _patterns({"": 97.2, "HP": 1.8, "CSM": 0.8, "HP FGN": 0.1, "LIT HP": 0.1})
_AERS_SOURCES = _patterns(
    {"": 24, "HP": 22, "CSM": 12, "FGN HP": 18, "FGN LIT": 5, "HP SDY": 7, "FGN HP OTH": 8, "HP CR": 3, "UF": 1}
)
SOURCES = {True: _FAERS_SOURCES, False: _AERS_SOURCES}


def _geometric(mean: float) -> Choice:
    """0, 1, 2 ... with the given mean."""
    ratio = mean / (1 + mean)
    return weighted(ratio ** np.arange(_MOST_FURTHER, dtype=np.float64))


def _between(anchors: dict[str, float], quarter: Quarter) -> float:
    known = [ordinal(Quarter.parse(text)) for text in anchors]
    return round(float(np.interp(ordinal(quarter), known, list(anchors.values()))), 3)


class World:
    """One scenario, compiled. Stateless: every draw comes from the stream that is handed in."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.ordinary_terms = ordinary_choice(scenario)
        self.ingredient_effects: Effects = ingredient_effects(scenario)
        self.context_effects: Effects = context_effects(scenario)
        self._general: dict[tuple[bool, ...], Choice] = {}

    def further_drugs(self, quarter: Quarter) -> Choice:
        """How many drugs a report has beside the first."""
        return _geometric(_between(_DRUGS_PER_REPORT, quarter) - 1)

    def further_terms(self, quarter: Quarter) -> Choice:
        """How many ordinary terms a report has beside the first."""
        return _geometric(_between(_TERMS_PER_REPORT, quarter) - 1)

    def term_share(self, quarter: Quarter) -> NDArray[np.float64]:
        """Share of reports that carry each preferred term without any planted effect."""
        probability = self.further_terms(quarter).probability
        absent = 1 - self.ordinary_terms.probability
        return np.asarray(1 - sum(share * absent ** (1 + more) for more, share in enumerate(probability.tolist())))

    def roles(self, quarter: Quarter) -> Choice:
        """Roles of the drugs after the first: PS, SS, C, I, DN."""
        return weighted([0, 47.5, 51.8, 0.7, 1.5 if quarter >= FIRST_NOT_ADMINISTERED else 0])

    def _factor(self, substance: str, quarter: Quarter) -> float:
        first = self.scenario.first_quarter.get(substance)
        return self.scenario.early_factor if first is not None and quarter < first else 1.0

    def _general_choice(self, quarter: Quarter) -> Choice:
        """Further drugs of any context: reviewed substances at their shares, ordinary ones by Zipf's law."""
        book = drug_book()
        has_combinations = era_of(quarter) is Era.FAERS_2
        key = (has_combinations, *(quarter < first for first in self.scenario.first_quarter.values()))
        if key not in self._general:
            further, default = self.scenario.further_share, self.scenario.default_further_share
            reviewed = [further.get(name, default) * self._factor(name, quarter) for name in book.substances]
            combined = [_COMBINATION_SHARE * has_combinations] * len(book.combinations)
            self._general[key] = weighted(
                [*reviewed, *_zipf(len(book.ordinary), 1 - sum(reviewed) - sum(combined)), *combined], 18
            )
        return self._general[key]

    @cached_property
    def _in_context(self) -> list[tuple[Choice, Ints] | None]:
        book = drug_book()
        tables: list[tuple[Choice, Ints] | None] = []
        for context in CONTEXTS:
            rates = self.scenario.context_further_share.get(context)
            tables.append(
                (weighted(list(rates.values()), 12), np.array([book.number(name) for name in rates], dtype=np.int64))
                if rates
                else None
            )
        return tables

    def further_ingredients(self, stream: Stream, quarter: Quarter, context: Ints) -> Ints:
        """Ingredient numbers of drug rows, given the context of each row's report."""
        drawn = stream.pick(len(context), self._general_choice(quarter))
        own = stream.chance(len(context), self.scenario.further_in_context)
        for number, table in enumerate(self._in_context):
            if table is not None:
                rows = np.flatnonzero(own & (context == number))
                drawn[rows] = table[1][stream.pick(len(rows), table[0])]
        return drawn

    def main_draw(self, stream: Stream, quarter: Quarter, size: int) -> tuple[Ints, Ints]:
        """Context and first drug of new cases."""
        book = drug_book()
        contexts: list[int] = []
        mains: list[int] = []
        weights: list[float] = []
        for number, context in enumerate(CONTEXTS):
            share = self.scenario.context_share[context]
            rates = self.scenario.main_share.get(context, {})
            own = [rate * self._factor(name, quarter) for name, rate in rates.items()]
            contexts += [number] * (len(own) + 1)
            mains += [*(book.number(name) for name in rates), -1]
            weights += [*(share * rate for rate in own), share * (1 - sum(own))]
        cell = stream.pick(size, weighted(weights, 18))
        main = np.array(mains, dtype=np.int64)[cell]
        ordinary = np.flatnonzero(main < 0)
        shares = _zipf(len(book.ordinary), 1.0)
        main[ordinary] = len(book.substances) + stream.pick(len(ordinary), weighted(shares, 18))
        return np.array(contexts, dtype=np.int64)[cell], main

    @cached_property
    def _ketamine_slots(self) -> dict[int, Ints]:
        infusion = ["intravenous"] * 6 + ["intramuscular", "unknown"]
        mixed = ["intravenous"] * 3 + ["nasal"] * 3 + ["oral", "unknown"]
        by_context: dict[str, Sequence[str]] = {"anaesthesia_procedure": infusion, "pain": infusion}
        by_context |= dict.fromkeys(("social_anxiety", "other_anxiety_ptsd", "depression"), mixed)
        return {
            CONTEXTS.index(context): np.array([ROUTES.index(name) for name in slots], dtype=np.int64)
            for context, slots in by_context.items()
        }

    def route_slots(self, ingredient: Ints, first: NDArray[np.bool_], context: Ints) -> Ints:
        """``ROUTE_SLOTS`` route numbers per drug row; ketamine's follow from its context where it is the first drug."""
        book = drug_book()
        slots = book.route_slots[ingredient]
        assert slots.shape[1] == ROUTE_SLOTS
        ketamine = np.flatnonzero(first & (ingredient == book.number("ketamine")))
        for number, own in self._ketamine_slots.items():
            slots[ketamine[context[ketamine] == number]] = own
        return np.asarray(slots)


def _zipf(size: int, total: float) -> list[float]:
    raw = 1 / (np.arange(size, dtype=np.float64) + 12)
    return [float(share) for share in raw * (total / math.fsum(raw))]
