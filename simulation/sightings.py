"""Sightings as records: what the simulator knows of a report, and of the best version of a case so far."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIGHTING = np.dtype(
    [
        # The order in which versions of a case rank: the last of the lexical order is current.
        ("case_id", "i8"),
        ("faers", "?"),
        ("version", "i4"),  # -1 unknown
        ("day", "i4"),  # days since 1970 that FDA received it; -1 unknown
        ("quarter", "i4"),  # 4 * year + number - 1
        ("report_id", "i8"),
        # Of the case.
        ("lowest", "i4"),  # lowest and highest version printed so far in this era
        ("highest", "i4"),
        ("sightings", "i4"),
        ("last_seen", "i4"),
        ("last_listed", "i4"),  # quarter of the last deleted list that names it; -1 none
        ("first_day", "i4"),
        # Of the patient and the treatment, kept from version to version.
        ("context", "u1"),
        ("main", "i4"),  # ingredient number of the first drug
        ("sex", "u1"),
        ("age", "i4"),
        ("country", "i4"),
        # Of the report: what a correct pipeline finds in it.
        ("primary_suspect", "u8"),  # reviewed substances by role scope, one bit each
        ("suspect", "u8"),
        ("any", "u8"),
        ("events", "u8"),  # side effects and definitions, one bit each
        ("outcome", "u1"),  # 1 serious, 2 death, 4 hospitalisation
        ("eligible", "?"),  # a drug and a reaction that count
        ("told_context", "u1"),  # what its rows say, whatever was planted
        ("told_route", "u1"),
    ]
)
Records = NDArray[np.void]


class Exclusion(IntEnum):
    """Why a sighting does not count, in the order in which the reasons are tested."""

    NO_CASE_ID = 0
    DUPLICATE_ROW = 1
    CONFLICTING_ROW = 2
    CONFLICTING_CASE = 3
    SUPERSEDED = 4
    DELETED = 5

    @property
    def text(self) -> str:
        """As core.report_exclusion writes it."""
        return self.name.lower()


def new_records(size: int, **values: object) -> Records:
    """``size`` sightings of cases never seen before, with the given fields set."""
    records = np.zeros(size, dtype=SIGHTING)
    records["last_listed"] = -1
    records["sightings"] = 1
    for name, value in values.items():
        records[name] = value
    return records


def current_of(records: Records) -> tuple[Records, Records]:
    """The current sighting of every case, and those it supersedes.

    Args:
        records: sightings of any cases in any order; one may already stand for several earlier ones.

    Returns:
        One record per case, ascending by case, with what is known of the case gathered from all of its records;
        and the superseded ones.
    """
    keys = ("report_id", "quarter", "day", "version", "faers", "case_id")
    ordered = records[np.lexsort([records[key] for key in keys])]
    if not len(ordered):
        return ordered, ordered
    is_last = np.append(ordered["case_id"][1:] != ordered["case_id"][:-1], True)
    starts = np.flatnonzero(np.insert(is_last[:-1], 0, True))
    current = ordered[is_last]
    # Versions of the era before say nothing about which report ids are taken in this one.
    same_era = ordered["faers"] == np.repeat(current["faers"], np.diff(np.append(starts, len(ordered))))
    current["lowest"] = np.minimum.reduceat(np.where(same_era, ordered["lowest"], 2**30), starts)
    current["highest"] = np.maximum.reduceat(np.where(same_era, ordered["highest"], -1), starts)
    current["sightings"] = np.add.reduceat(ordered["sightings"], starts)
    current["last_seen"] = np.maximum.reduceat(ordered["last_seen"], starts)
    current["last_listed"] = np.maximum.reduceat(ordered["last_listed"], starts)
    current["first_day"] = np.minimum.reduceat(ordered["first_day"], starts)
    return current, ordered[~is_last]


def joined(*parts: Records) -> Records:
    """Records one after another."""
    return np.concatenate(parts) if parts else new_records(0)


def tally(counts: dict[int, NDArray[np.int64]], quarters: NDArray[Any], reason: Exclusion) -> None:
    """Add exclusions to the counts per quarter (4 * year + number - 1) and reason."""
    for quarter, count in zip(*np.unique(quarters, return_counts=True), strict=True):
        row = counts.setdefault(int(quarter), np.zeros(len(Exclusion), dtype=np.int64))
        row[reason] += int(count)


def total(counts: Mapping[int, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Exclusions by reason over all quarters."""
    return np.asarray(sum(counts.values(), np.zeros(len(Exclusion), dtype=np.int64)))
