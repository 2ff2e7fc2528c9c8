"""What the rows of a report say of its context and its route, by the rules that core.report publishes.

A report is planted in one context, but a reader knows only its rows: this is what they tell. Independent of the
pipeline: bounds of arrays here, joins there.
"""

from __future__ import annotations

import numpy as np

from simulation.drugs import ROUTES
from simulation.scenario import CONTEXTS
from simulation.stream import Bools, Ints
from vocabulary.tables.strata import ROUTE_GROUPS

UNKNOWN_CONTEXT = CONTEXTS.index("unknown")
UNKNOWN_ROUTE = ROUTE_GROUPS.index("unknown")

_GROUP_OF_ROUTE = {
    "oral": "oral_sublingual",
    "intravenous": "intravenous",
    "intramuscular": "intramuscular",
    "nasal": "intranasal",
    "subcutaneous": "other",
    "topical": "topical",
    "inhalation": "other",
    "other": "other",
    "unknown": "unknown",
    "blank": "unknown",
}
_ROUTE_GROUP = np.array([ROUTE_GROUPS.index(_GROUP_OF_ROUTE[name]) for name in ROUTES], dtype=np.int64)
_SEQUENCE_BITS = 36


def told_contexts(reports: int, suspect: tuple[Ints, Ints], indication: tuple[Ints, Ints], context: Ints) -> Ints:
    """The first context by rank among the indications of suspect drugs, or of all drugs where those say nothing.

    Args:
        reports: how many there are.
        suspect: report and sequence number of every suspect drug row.
        indication: report and sequence number of every indication row.
        context: number of the context of every indication row.

    Returns:
        Number of the context of each report; unknown where no row says anything.
    """
    owner = indication[0]
    keys = [(report << _SEQUENCE_BITS) + sequence for report, sequence in (suspect, indication)]
    of_suspect = np.isin(keys[1], keys[0])
    first = _lowest(reports, owner[of_suspect], context[of_suspect], UNKNOWN_CONTEXT)
    return np.where(first == UNKNOWN_CONTEXT, _lowest(reports, owner, context, UNKNOWN_CONTEXT), first)


def told_routes(reports: int, report: Ints, route: Ints, primary: Bools, suspect: Bools, studied: Bools) -> Ints:
    """The route group of the suspect rows of a studied substance; without such rows of the primary, then all suspects.

    Args:
        reports: how many there are.
        report: report of every drug row.
        route: number of its route.
        primary: it is the primary suspect.
        suspect: it is a suspect, primary or not.
        studied: it names a studied substance.

    Returns:
        Number of the route group of each report.
    """
    group = _ROUTE_GROUP[route]

    def lowest(rows: Bools) -> Ints:
        return _lowest(reports, report[rows], group[rows], UNKNOWN_ROUTE)

    told = lowest(primary)
    told = np.where(told == UNKNOWN_ROUTE, lowest(suspect), told)
    has_studied = np.zeros(reports, dtype=bool)
    has_studied[report[suspect & studied]] = True
    return np.where(has_studied, lowest(suspect & studied), told)


def _lowest(size: int, owner: Ints, number: Ints, otherwise: int) -> Ints:
    """The lowest number of each owner, ``otherwise`` (the highest there is) where it has none."""
    found = np.full(size, otherwise, dtype=np.int64)
    np.minimum.at(found, owner, number)
    return found
