"""Sessions grouped by patient inside cells: what a clustered variance needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from transforms.incidence import Clusters, Sizes, clusters, sizes_of
from transforms.statistics.arrays import Floats
from vocabulary.tables.clinic import DRUGS
from vocabulary.tables.mart.clinic import DIMENSIONS
from vocabulary.tables.mart.columns import ALL
from warehouse.marts.clinic.sessions import Index, Outcome, Sessions

_OF_PATIENTS = ("age_group", "sex", "indication")
"""Dimensions that do not change within a patient: a patient is in one stratum of each."""


@dataclass(frozen=True)
class Cells:
    """The cells of one dimension, for all drugs together or by drug; one row per patient and cell that the patient has.

    Attributes:
        dimension: what the strata are made by.
        names: cell to (drug, stratum).
        patient: row to its patient; rows are sorted by patient.
        cell: row to its cell.
        sizes: what must be there to sessions of the row that have it.
        totals: outcome to sessions of the row with it.
        sessions: cell to all its sessions, whatever can be told in them.
    """

    dimension: str
    names: list[tuple[str, str]]
    patient: Index
    cell: Index
    sizes: dict[str, Floats]
    totals: dict[Outcome, Floats]
    sessions: NDArray[np.int64]
    _common: dict[tuple[int, int], tuple[Index, Index]] = field(default_factory=dict)
    _sizes: dict[str, Sizes] = field(default_factory=dict)

    def sums(self, outcome: Outcome) -> Clusters:
        """Sums of one outcome, by cell."""
        size = self.sizes[outcome.assessed_by]
        return clusters(
            self.cell, size, self.totals[outcome], len(self.names), self._sums_of_sizes(outcome.assessed_by)
        )

    def common(self, pair: tuple[int, int]) -> tuple[Index, Index]:
        """Rows of the patients that are in both cells, in the same order."""
        if pair not in self._common:
            rows = [np.flatnonzero(self.cell == cell) for cell in pair]
            _, at, other = np.intersect1d(
                self.patient[rows[0]], self.patient[rows[1]], assume_unique=True, return_indices=True
            )
            self._common[pair] = rows[0][at], rows[1][other]
        return self._common[pair]

    def whole_size(self, kind: str) -> Floats:
        """Cell to the sum of its sizes."""
        return self._sums_of_sizes(kind).size

    def _sums_of_sizes(self, kind: str) -> Sizes:
        if kind not in self._sizes:
            self._sizes[kind] = sizes_of(self.cell, self.sizes[kind], len(self.names))
        return self._sizes[kind]


def every_cell(given: Sessions) -> Iterator[Cells]:
    """Cells of every dimension, first of all drugs together, then by drug."""
    for by_drug in (False, True):
        whole = _grouped(given, ALL, by_drug=by_drug)
        yield whole
        for dimension in DIMENSIONS[1:]:
            if dimension in _OF_PATIENTS:
                yield _split_by_patient(given, whole, dimension, by_drug=by_drug)
            else:
                yield _grouped(given, dimension, by_drug=by_drug)


def _names(given: Sessions, dimension: str, *, by_drug: bool) -> list[tuple[str, str]]:
    return [(drug, stratum) for drug in (DRUGS if by_drug else (ALL,)) for stratum in given.labels[dimension]]


def _grouped(given: Sessions, dimension: str, *, by_drug: bool) -> Cells:
    names = _names(given, dimension, by_drug=by_drug)
    strata = len(given.labels[dimension])
    cell = given.codes[dimension] + (given.drug * strata if by_drug else 0)
    key, row = np.unique(given.patient * len(names) + cell, return_inverse=True)

    def per_row(sessions: Index) -> Floats:
        return np.bincount(row[sessions], minlength=len(key)).astype(np.float64)

    return Cells(
        dimension,
        names,
        key // len(names),
        key % len(names),
        {kind: per_row(there) for kind, there in given.assessed.items()},
        {one: per_row(sessions) for one, sessions in given.met.items()},
        np.bincount(cell, minlength=len(names)),
    )


def _split_by_patient(given: Sessions, whole: Cells, dimension: str, *, by_drug: bool) -> Cells:
    """The same rows in other cells."""
    strata = np.zeros(given.patients, dtype=np.intp)
    strata[given.patient] = given.codes[dimension]
    count = len(given.labels[dimension])
    names = _names(given, dimension, by_drug=by_drug)
    session_cell = given.codes[dimension] + (given.drug * count if by_drug else 0)
    return Cells(
        dimension,
        names,
        whole.patient,
        whole.cell * count + strata[whole.patient],
        whole.sizes,
        whole.totals,
        np.bincount(session_cell, minlength=len(names)),
    )
