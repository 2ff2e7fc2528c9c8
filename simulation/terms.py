"""Reaction and indication terms of the simulated world, and which side effects each term belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

import reference
from simulation.scenario import CONTEXTS, Scenario
from simulation.stream import Choice, Ints, weighted

DEFINITIONS = ("single_term", "label_style", "broad")
ALIAS_SHARE = 0.04
"""Share of rows of a term that carry one of its aliases instead."""


@dataclass(frozen=True)
class TermBook:
    """Reaction terms by number: ordinary ones, side-effect terms, then aliases of these.

    Attributes:
        terms: preferred terms and aliases as FAERS prints them.
        events: bit ``3 * side effect + definition`` for every side effect and definition that a term counts for.
        side_effects: ids of reference/side_effect.csv, in the order of their bits.
        alias_start: first alias of a term.
        alias_count: how many it has.
        preferred: how many of ``terms`` are no aliases.
    """

    terms: tuple[str, ...]
    events: NDArray[np.uint64]
    side_effects: tuple[str, ...]
    alias_start: Ints
    alias_count: Ints
    preferred: int

    def number(self, term: str) -> int:
        """Number of a preferred term; ValueError where there is none."""
        return self.terms.index(term)


@cache
def term_book() -> TermBook:
    """Terms of every simulated quarter."""
    effects = tuple(reference.read("side_effect")["side_effect"].to_list())
    bits: dict[str, int] = {}
    for row in reference.read("side_effect_term").iter_rows(named=True):
        first = DEFINITIONS.index(row["definition"])
        for definition in range(first, len(DEFINITIONS)):
            bits[row["term"]] = bits.get(row["term"], 0) | 1 << 3 * effects.index(row["side_effect"]) + definition
    aliases: dict[str, list[str]] = {}
    alias_names: set[str] = set()
    for row in reference.read("term_alias").iter_rows(named=True):
        alias_names.add(row["alias"].casefold())
        if row["term"] in bits:
            aliases.setdefault(row["term"], []).append(row["alias"])
    grouped = {term.casefold() for term in bits}
    listed = pl.read_csv(Path(__file__).with_name("ordinary_term.csv"), infer_schema=False)["term"].to_list()
    ordinary = [term for term in listed if term.casefold() not in grouped | alias_names]
    terms = [*ordinary, *bits]
    preferred = len(terms)
    start, count = np.zeros(preferred, dtype=np.int64), np.zeros(preferred, dtype=np.int64)
    for place, term in enumerate(terms[:preferred]):
        known = [alias for alias in aliases.get(term, []) if alias.casefold() not in grouped]
        start[place], count[place] = len(terms), len(known)
        terms += known
        bits |= dict.fromkeys(known, bits.get(term, 0))
    events = np.array([bits.get(term, 0) for term in terms], dtype=np.uint64)
    return TermBook(tuple(terms), events, effects, start, count, preferred)


def ordinary_choice(scenario: Scenario) -> Choice:
    """Which term an ordinary reaction row names: Zipf-like ranks, and planted shares for side-effect terms."""
    book = term_book()
    planted = np.array(
        [
            scenario.base_share.get(term, scenario.default_base_share if events else 0.0)
            for term, events in zip(book.terms[: book.preferred], book.events.tolist(), strict=False)
        ]
    )
    rank = np.arange(book.preferred, dtype=np.float64)
    zipf = np.where(book.events[: book.preferred] == 0, 1 / (rank + 8), 0.0)
    return weighted(planted + zipf * ((1 - planted.sum()) / zipf.sum()), 18)


@dataclass(frozen=True)
class IndicationBook:
    """Indication terms by number with one weighted choice per context; ``other`` serves further drugs too.

    Attributes:
        terms: as FAERS prints them.
        context: number of the context of each term.
        choices: for each context which of its terms, and their numbers.
    """

    terms: tuple[str, ...]
    context: Ints
    choices: tuple[tuple[Choice, Ints], ...]


@cache
def indication_book() -> IndicationBook:
    """Indications of every simulated quarter."""
    table = pl.read_csv(Path(__file__).with_name("indication.csv"), schema_overrides={"weight": pl.Float64})
    choices = []
    for context in CONTEXTS:
        rows = np.flatnonzero((table["context"] == context).to_numpy())
        choices.append((weighted(table["weight"].to_numpy()[rows], 12), rows.astype(np.int64)))
    numbers = np.array([CONTEXTS.index(name) for name in table["context"]], dtype=np.int64)
    return IndicationBook(tuple(table["term"].to_list()), numbers, tuple(choices))
