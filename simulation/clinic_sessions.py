"""Patients of a made-up clinic and their sessions, before any reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simulation.clinic_planted import Floats, normal
from simulation.clinic_scenario import ClinicScenario
from simulation.stream import Bools, Ints, Stream, weighted
from vocabulary.tables.clinic import ID_LENGTH, ID_LETTERS, INDICATIONS

_LETTERS = np.frombuffer(ID_LETTERS.encode(), dtype=np.uint8)
_INDICATION_WEIGHTS = {"depression": 52, "other_anxiety_ptsd": 20, "pain": 12, "social_anxiety": 8, "other": 5}
_DAYS_OF_A_BATCH = 91
_INDUCTION = 6
_EARLY_GAPS = np.array([3, 4, 3, 7])
_LATER_GAPS = np.array([7, 14, 21, 28])


def ids(stream: Stream, size: int) -> pl.Series:
    """Random ids of the contract: each letter drawn by itself."""
    letters = _LETTERS[stream.below(size * ID_LENGTH, len(_LETTERS))].reshape(size, ID_LENGTH)
    return pl.Series(np.ascontiguousarray(letters).view(f"S{ID_LENGTH}").ravel().astype(f"U{ID_LENGTH}").tolist(),
                     dtype=pl.String)  # fmt: skip


@dataclass(frozen=True)
class Visits:
    """Patients and sessions of one clinic as arrays; sessions in the order of patients and numbers.

    Attributes:
        patient: the contract's patient columns.
        owner: session to the row of its patient.
        number: session_number.
        batch: number of the batch in which the session stands, from 0.
        regimen: number of the regimen.
        frame: the contract's session columns without ids.
    """

    patient: pl.DataFrame
    owner: Ints
    number: Ints
    batch: Ints
    regimen: Ints
    frame: pl.DataFrame

    @property
    def size(self) -> int:
        """Sessions."""
        return len(self.owner)

    @property
    def is_first(self) -> Bools:
        """A patient's first session."""
        return np.asarray(self.number == 1)


def visits(stream: Stream, patients: int, batches: int, scenario: ClinicScenario) -> Visits:
    """Draw the patients of a clinic and all their sessions."""
    count = 1 + stream.pick(patients, weighted(scenario.sessions))
    owner = np.repeat(np.arange(patients), count)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count) + 1
    gaps = np.where(number <= _INDUCTION, _EARLY_GAPS[stream.below(len(owner), 4)],
                    _LATER_GAPS[stream.below(len(owner), 4)])  # fmt: skip
    gaps[number == 1] = 0
    run = np.cumsum(gaps)
    day = run - np.repeat(run[number == 1], count)
    start = stream.below(patients, batches)
    # A course that runs beyond the last batch is told there to its end, so that no course is cut short.
    batch = np.minimum(start[owner] + day // _DAYS_OF_A_BATCH, batches - 1)
    regimen = stream.pick(patients, weighted([regimen.weight for regimen in scenario.regimens]))[owner]
    return Visits(_patients(stream, patients), owner, number, batch, regimen,
                  _sessions(stream, owner, number, day, regimen, patients, scenario))  # fmt: skip


def _patients(stream: Stream, size: int) -> pl.DataFrame:
    age = np.minimum(np.clip(np.round(44 + 15 * normal(stream, size)), 16, 97), 90).astype(np.int16)
    blank = stream.chance(size, 0.02)
    sex = np.array(["F", "M", "UNK"])[stream.pick(size, weighted([58, 41, 1]))]
    names = [*_INDICATION_WEIGHTS, *(name for name in INDICATIONS if name not in _INDICATION_WEIGHTS)]
    weights = [_INDICATION_WEIGHTS.get(name, 1.0) for name in names]
    failures = np.minimum(stream.below(size, 7) + stream.below(size, 4), 20).astype(np.int16)
    return pl.DataFrame(
        {
            "patient_id": ids(stream, size),
            "age_years": nulled(age, blank),
            "sex": sex.tolist(),
            "indication": np.array(names)[stream.pick(size, weighted(weights))].tolist(),
            "prior_treatment_failures": nulled(failures, stream.chance(size, 0.1)),
        }
    )


def _sessions(
    stream: Stream, owner: Ints, number: Ints, day: Ints, regimen: Ints, patients: int, scenario: ClinicScenario
) -> pl.DataFrame:
    size = len(owner)
    weight = np.clip(80 + 16 * normal(stream, patients), 45, 160)[owner]
    raised = (stream.chance(patients, scenario.dose_raised)[owner]) & (number > 3)
    pick = stream.words(patients)[owner].astype(np.int64)
    dose, per_kg, infusion = np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.int16)
    for place, one in enumerate(scenario.regimens):
        here = regimen == place
        step = np.minimum(pick[here] % len(one.doses) + raised[here], len(one.doses) - 1)
        chosen = np.array(one.doses, dtype=np.float64)[step]
        dose[here] = np.round(chosen * weight[here], 1) if one.is_per_kg else chosen
        per_kg[here] = chosen if one.is_per_kg else np.round(chosen / weight[here], 3)
        if one.infusion_minutes:
            infusion[here] = np.array(one.infusion_minutes)[pick[here] % len(one.infusion_minutes)]
    watched = (120 + stream.below(size, 3) * 15).astype(np.int16)
    columns = {
        "session_number": number.astype(np.int16),
        "day_offset": day.astype(np.int16),
        "drug": np.array([one.drug for one in scenario.regimens])[regimen].tolist(),
        "route": np.array([one.route for one in scenario.regimens])[regimen].tolist(),
        "dose_mg": dose,
        "dose_mg_per_kg": nulled(per_kg, stream.chance(size, 0.03)),
        "infusion_minutes": nulled(infusion, infusion == 0),
    }
    for name, share in (("benzodiazepine", 0.15), ("stimulant", 0.08), ("maoi", 0.01), ("opioid", 0.04)):
        columns[f"concomitant_{name}"] = nulled(stream.chance(size, share), stream.chance(size, 0.02))
    columns["monitored_minutes"] = nulled(watched, stream.chance(size, 0.03))
    leaves = (watched + stream.below(size, 20)).astype(np.int16)
    columns["discharge_minutes"] = nulled(leaves, stream.chance(size, 0.05))
    columns["completed"] = ~stream.chance(size, 0.015)
    return pl.DataFrame(columns)


def nulled(values: NDArray[np.generic], blank: Bools) -> pl.Series:
    """A column with nulls where ``blank``."""
    return pl.select(pl.when(pl.Series(~blank)).then(pl.Series(values))).to_series()


def own_tendencies(stream: Stream, patients: int, shared: float) -> tuple[Floats, float]:
    """What a patient's tendencies have in common, weighted, and the weight of each tendency's own part."""
    return np.sqrt(shared) * normal(stream, patients), float(np.sqrt(1 - shared))
