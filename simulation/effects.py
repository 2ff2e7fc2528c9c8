"""Planted effects: which terms a suspect ingredient or a context adds to a report, and with what probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.drugs import drug_book
from simulation.scenario import CONTEXTS, Scenario
from simulation.stream import Ints, Stream
from simulation.terms import ordinary_choice, term_book

NOMINAL_TERMS = 2.5
"""Mean ordinary terms per report at which a pair's relative rate is exact."""


@dataclass(frozen=True)
class Effects:
    """Effects of number i are rows ``start[i]`` to ``start[i] + count[i]`` of ``term`` and ``probability``."""

    start: Ints
    count: Ints
    term: Ints
    probability: NDArray[np.float64]

    def draw(self, stream: Stream, owner: Ints) -> tuple[Ints, Ints]:
        """Try every effect of every owner once.

        Args:
            stream: source of chance.
            owner: numbers (ingredients or contexts), one per report and ingredient.

        Returns:
            Positions in ``owner`` that had an effect, and the terms that came of it.
        """
        count = self.count[owner]
        position = np.repeat(np.arange(len(owner)), count)
        within = np.arange(len(position)) - np.repeat(np.cumsum(count) - count, count)
        row = self.start[owner][position] + within
        hit = stream.chance(len(row), self.probability[row])
        return position[hit], self.term[row[hit]]


@dataclass(frozen=True)
class PlantedPair:
    """An ordinary ingredient that adds one term of its own.

    Attributes:
        ingredient: its number.
        term: its number; no other ingredient, no context and no side effect has this term.
        probability: chance that one suspect ingredient adds it to a report.
        ordinary_share: share of ordinary reaction rows that name it, drug or no drug.
    """

    ingredient: int
    term: int
    probability: float
    ordinary_share: float


def _packed(rows: list[list[tuple[int, float]]]) -> Effects:
    count = np.array([len(row) for row in rows], dtype=np.int64)
    flat = [pair for row in rows for pair in row]
    return Effects(
        np.cumsum(count) - count,
        count,
        np.array([term for term, _ in flat], dtype=np.int64),
        np.array([probability for _, probability in flat], dtype=np.float64),
    )


def _free_terms(scenario: Scenario) -> list[int]:
    """Terms of no side effect that no reviewed substance and no context adds."""
    terms = term_book()
    used = {term for rates in (*scenario.effect.values(), *scenario.context_effect.values()) for term in rates}
    return [
        number
        for number in range(terms.preferred)
        if not terms.events[number] and terms.terms[number] not in used and terms.alias_count[number] == 0
    ]


def independent_terms(scenario: Scenario) -> list[int]:
    """Terms that nothing adds: whatever the drug, their odds ratio is 1."""
    paired = {pair.term for pair in planted_pairs(scenario)}
    return [number for number in _free_terms(scenario) if number not in paired]


def planted_pairs(scenario: Scenario) -> list[PlantedPair]:
    """Pairs with known relative rates, for calibration: each term and each ingredient stands once.

    The probability p solves ``1 - (1 - b)(1 - p) = rate * b`` with b the share of reports that carry the term anyway.
    """
    drugs, free = drug_book(), _free_terms(scenario)
    order = np.argsort(Stream(0, "planted pairs").words(len(free)), kind="stable")
    share = ordinary_choice(scenario).probability
    pairs = []
    for place, (ingredient, position) in enumerate(zip(drugs.paired, order.tolist(), strict=False)):
        term = free[position]
        base = 1 - (1 - share[term]) ** NOMINAL_TERMS
        rate = scenario.relative_rates[place % len(scenario.relative_rates)]
        probability = (rate - 1) * base / (1 - base)
        pairs.append(PlantedPair(ingredient, term, round(min(probability, 0.9), 6), float(share[term])))
    return pairs


def ingredient_effects(scenario: Scenario) -> Effects:
    """Effects of every ingredient number; a combination has those of the reviewed substances in it."""
    drugs, terms = drug_book(), term_book()
    rows: list[list[tuple[int, float]]] = [[] for _ in range(drugs.size)]
    for substance, rates in scenario.effect.items():
        place = drugs.number(substance)
        own = [(terms.number(term), probability) for term, probability in rates.items()]
        for number in (place, *drugs.combinations):
            if int(drugs.mask[number]) >> place & 1:
                rows[number] += own
    for pair in planted_pairs(scenario):
        rows[pair.ingredient].append((pair.term, pair.probability))
    return _packed(rows)


def context_effects(scenario: Scenario) -> Effects:
    """Effects of every context."""
    terms = term_book()
    return _packed(
        [
            [(terms.number(term), probability) for term, probability in scenario.context_effect.get(name, {}).items()]
            for name in CONTEXTS
        ]
    )
