"""Child rows of a quarter as arrays, grouped by report and in file order."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simulation.stream import Bools, Ints


@dataclass(frozen=True)
class Drugs:
    """Rows of DRUG: report, sequence, role, ingredient number, name field and route of each."""

    report: Ints
    sequence: Ints
    role: Ints
    ingredient: Ints
    name: Ints
    route: Ints
    is_named: Bools


@dataclass(frozen=True)
class Rows:
    """Drugs; reactions and outcomes (report, number); indications (report, sequence, term)."""

    drugs: Drugs
    reaction: tuple[Ints, Ints]
    outcome: tuple[Ints, Ints]
    indication: tuple[Ints, Ints, Ints]

    def has_drug(self, reports: int) -> Bools:
        """Reports with a named drug that was given as a primary suspect in their first row."""
        found = np.zeros(reports, dtype=bool)
        first = np.append(True, self.drugs.report[1:] != self.drugs.report[:-1])[: len(self.drugs.report)]
        found[self.drugs.report[first & (self.drugs.role == 0) & self.drugs.is_named]] = True
        found[self.drugs.report[~self.drugs.is_named | (self.drugs.role > 3)]] = False
        return found

    def has_term(self, reports: int) -> Bools:
        """Reports with a reaction."""
        found = np.zeros(reports, dtype=bool)
        found[self.reaction[0]] = True
        return found

    def of(
        self, report: int
    ) -> tuple[tuple[tuple[int, int, int], ...], tuple[int, ...], tuple[int, ...], tuple[tuple[int, int], ...]]:
        """(role, ingredient, route) of the drugs, terms, outcomes, and (place of the drug, term) of the indications."""
        mine = _range(self.drugs.report, report)
        parts = (self.drugs.role, self.drugs.ingredient, self.drugs.route)
        drugs = tuple(zip(*(part[mine].tolist() for part in parts), strict=True))
        places: dict[int, int] = {}
        for place, sequence in enumerate(self.drugs.sequence[mine].tolist()):
            places.setdefault(sequence, place)
        told = _range(self.indication[0], report)
        indications = tuple(
            (places[sequence], term)
            for sequence, term in zip(self.indication[1][told].tolist(), self.indication[2][told].tolist(), strict=True)
        )
        terms = dict.fromkeys(self.reaction[1][_range(self.reaction[0], report)].tolist())
        outcomes = self.outcome[1][_range(self.outcome[0], report)].tolist()
        return drugs, tuple(terms), tuple(outcomes), indications

    def replaced(
        self,
        reports: Ints,
        drugs: Drugs,
        reaction: tuple[Ints, Ints],
        outcome: tuple[Ints, Ints],
        indication: tuple[Ints, Ints, Ints],
    ) -> Rows:
        """The same with other rows for some reports."""
        names = [one.name for one in fields(Drugs)]
        merged = _merged(
            reports,
            tuple(getattr(self.drugs, name) for name in names),
            tuple(getattr(drugs, name) for name in names),
        )
        return Rows(
            Drugs(*merged),  # type: ignore[arg-type]
            _merged(reports, self.reaction, reaction),  # type: ignore[arg-type]
            _merged(reports, self.outcome, outcome),  # type: ignore[arg-type]
            _merged(reports, self.indication, indication),  # type: ignore[arg-type]
        )


def _range(owner: Ints, report: int) -> slice:
    return slice(int(np.searchsorted(owner, report)), int(np.searchsorted(owner, report, side="right")))


def _merged(reports: Ints, old: tuple[Ints, ...], new: tuple[Ints, ...]) -> tuple[Ints, ...]:
    kept = ~np.isin(old[0], reports)
    owner = np.concatenate([old[0][kept], new[0]])
    order = np.argsort(owner, kind="stable")
    return tuple(np.concatenate([before[kept], after])[order] for before, after in zip(old, new, strict=True))
