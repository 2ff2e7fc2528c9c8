"""Sessions as arrays: who, under what, and what happened. All marts of clinics are counted from these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

import reference
from vocabulary.tables.clinic import DRUGS
from vocabulary.tables.mart.clinic import DERIVED_MEASURES, DIMENSIONS, REPORTED
from vocabulary.tables.mart.columns import ALL
from warehouse.plan import query

Index = NDArray[np.intp]
States = NDArray[np.uint8]
UNTOLD = 2
"""State of a session in which it cannot be told; 1 is yes, 0 no."""

READS = (
    "clinic.core.clinic_session",
    "clinic.core.clinic_patient",
    "clinic.core.clinic_derived",
    "clinic.core.clinic_event_side_effect",
)


class Outcome(NamedTuple):
    """A side effect, how it is established, and what must be there for it to be told."""

    side_effect: str
    measure: str
    assessed_by: str


def outcomes() -> list[Outcome]:
    """Every outcome, reported ones first."""
    rows = reference.read("clinic_measure").to_dicts()
    how = {row["measure"]: row for row in rows}
    reported = [
        Outcome(name, REPORTED, how[REPORTED]["assessed_by"]) for name in reference.read("side_effect")["side_effect"]
    ]
    return reported + [
        Outcome(how[measure]["side_effect"], measure, how[measure]["assessed_by"]) for measure in DERIVED_MEASURES
    ]


@dataclass(frozen=True)
class Sessions:
    """All sessions of a build, in the order of their keys.

    Attributes:
        patient: number of the patient, from 0.
        patients: how many patients there are.
        drug: place in ``DRUGS``.
        codes: dimension to each session's place among its ``labels``.
        labels: dimension to its strata, sorted.
        states: outcome to 0, 1 or ``UNTOLD`` per session.
    """

    patient: Index
    patients: int
    drug: Index
    codes: dict[str, Index]
    labels: dict[str, list[str]]
    states: dict[Outcome, States]

    @property
    def size(self) -> int:
        """Sessions."""
        return len(self.patient)

    @cached_property
    def assessed(self) -> dict[str, Index]:
        """What must be there, to the sessions that have it; of outcomes that need the same, one stands for all."""
        return {one.assessed_by: np.flatnonzero(state != UNTOLD) for one, state in self.states.items()}

    @cached_property
    def met(self) -> dict[Outcome, Index]:
        """Outcome to the sessions with it."""
        return {one: np.flatnonzero(state == 1) for one, state in self.states.items()}


def load_sessions(connection: duckdb.DuckDBPyConnection) -> Sessions:
    """Read what the marts are counted from."""
    dimensions = [name for name in DIMENSIONS if name != ALL]
    measures = [f"derived.{name}" for name in DERIVED_MEASURES]
    frame = query(
        connection,
        f"SELECT session.patient_key - 1 AS patient, drug, {', '.join([*dimensions, *measures])} "
        "FROM clinic.core.clinic_session AS session "
        "JOIN clinic.core.clinic_patient AS patient USING (patient_key) "
        "JOIN clinic.core.clinic_derived AS derived USING (session_key) ORDER BY session_key",
    )
    (patients,) = connection.execute("SELECT count(*) FROM clinic.core.clinic_patient").fetchall()[0]
    codes: dict[str, Index] = {ALL: np.zeros(frame.height, dtype=np.intp)}
    labels: dict[str, list[str]] = {ALL: [ALL]}
    for name in dimensions:
        labels[name] = sorted(frame[name].unique().to_list())
        codes[name] = _places(frame[name], labels[name])
    states = _states(connection, frame)
    return Sessions(
        frame["patient"].to_numpy().astype(np.intp),
        int(patients),
        _places(frame["drug"], list(DRUGS)),
        codes,
        labels,
        states,
    )


def _states(connection: duckdb.DuckDBPyConnection, frame: pl.DataFrame) -> dict[Outcome, States]:
    found = query(connection, "SELECT DISTINCT session_key, side_effect FROM clinic.core.clinic_event_side_effect")
    by_effect = found.partition_by("side_effect", as_dict=True)
    states: dict[Outcome, States] = {}
    for one in outcomes():
        if one.measure == REPORTED:
            state = np.zeros(frame.height, dtype=np.uint8)
            if (one.side_effect,) in by_effect:
                state[by_effect[one.side_effect,]["session_key"].to_numpy() - 1] = 1
            states[one] = state
        else:
            states[one] = frame[one.measure].cast(pl.UInt8).fill_null(UNTOLD).to_numpy()
    return states


def _places(values: pl.Series, labels: list[str]) -> Index:
    return values.cast(pl.Enum(labels)).to_physical().to_numpy().astype(np.intp)
