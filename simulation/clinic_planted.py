"""Planted incidences of made-up clinics, per session and per patient.

A session of a patient with tendency b has the side effect with probability Phi(m + s b), b standard normal: two
sessions of one patient resemble each other, and over patients the probability is exactly Phi(m / sqrt(1 + s^2)). What
holds per patient is an integral over b (Gauss-Hermite, 80 points) and a sum over the number of sessions: no sampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from simulation.clinic_scenario import SESSIONS_OF_A_RATE, ClinicScenario
from simulation.stream import Stream, weighted

Floats = NDArray[np.float64]
RISES = {"systolic_rise_20": ("systolic_rise", 20), "systolic_rise_40": ("systolic_rise", 40),
         "diastolic_rise_25": ("diastolic_rise", 25)}  # fmt: skip
"""Measures of pressure that are planted exactly: which rise, and its threshold in mmHg."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@cache
def _normal_guide() -> Floats:
    return np.asarray(ndtri((np.arange(1 << 16) + 0.5) / (1 << 16)))


def normal(stream: Stream, size: int) -> Floats:
    """Standard normal numbers, of 65,536 equally likely ones: the same on every machine."""
    return np.asarray(_normal_guide()[stream.words(size) >> np.uint32(16)])


@dataclass(frozen=True)
class Tendency:
    """How likely something is in a session, on the probit scale.

    Attributes:
        later: place of sessions after the first.
        first: place of a patient's first session.
        spread: standard deviation between patients.
    """

    later: float
    first: float
    spread: float

    def chance(self, own: Floats, is_first: NDArray[np.bool_]) -> Floats:
        """Probability in sessions of patients with these own tendencies."""
        return np.asarray(ndtr(np.where(is_first, self.first, self.later) + self.spread * own))

    def per_session(self, *, is_first: bool) -> float:
        """Exact share of sessions."""
        place = self.first if is_first else self.later
        return float(ndtr(place / np.sqrt(1 + self.spread**2)))

    def over_sessions(self, sessions: Floats) -> float:
        """Share of all sessions, ``sessions`` being the shares of patients with 1, 2, ... of them."""
        first = 1 / float(np.arange(1, len(sessions) + 1) @ sessions)
        return first * self.per_session(is_first=True) + (1 - first) * self.per_session(is_first=False)

    def per_patient(self, sessions: Floats, assessed: float = 1.0) -> float:
        """Share of patients with it in any session that was assessed, among those with such a session."""
        first = assessed * ndtr(self.first + self.spread * _NODES)
        later = assessed * ndtr(self.later + self.spread * _NODES)
        numbers = np.arange(1, len(sessions) + 1)
        never = (1 - first)[:, None] * (1 - later)[:, None] ** (numbers - 1)
        without = float(_WEIGHTS @ never @ sessions)
        unassessed = float(((1 - assessed) ** numbers) @ sessions)
        return (1 - without) / (1 - unassessed)


def tendency(rate: float, scenario: ClinicScenario) -> Tendency:
    """The tendency under which a patient has it in eight sessions with probability ``rate``."""
    eight = np.zeros(SESSIONS_OF_A_RATE)
    eight[-1] = 1
    low, high = -12.0, 6.0
    for _ in range(60):
        middle = (low + high) / 2
        tried = Tendency(middle, middle + scenario.first_session, scenario.spread)
        low, high = (middle, high) if tried.per_patient(eight) < rate else (low, middle)
    return Tendency(low, low + scenario.first_session, scenario.spread)


def rise_tendency(measure: str, scenario: ClinicScenario) -> Tendency:
    """The same for a rise of pressure, which is a whole number: reached from half a unit below the threshold on."""
    name, threshold = RISES[measure]
    mean, between, within = getattr(scenario, name)
    place = (mean - (threshold - 0.5)) / within
    return Tendency(place, place, between / within)


def session_shares(scenario: ClinicScenario) -> Floats:
    """Shares of patients with 1, 2, ... sessions, as they are drawn."""
    return weighted(scenario.sessions).probability


@dataclass(frozen=True)
class Planted:
    """One planted incidence.

    Attributes:
        drug: substance id.
        side_effect: side-effect group.
        measure: how it is established: reported, cadss_above_4 and so on.
        tendency: what sessions are drawn from.
        assessed: share of sessions in which it can be told.
    """

    drug: str
    side_effect: str
    measure: str
    tendency: Tendency
    assessed: float


def planted(scenario: ClinicScenario) -> list[Planted]:
    """All planted incidences."""
    based = 1 - scenario.no_baseline
    rows = []
    for drug, rates in scenario.incidence.items():
        rows += [Planted(drug, name, "reported", tendency(rate, scenario), 1.0) for name, rate in rates.items()]
        dissociated = tendency(scenario.cadss[drug], scenario)
        rows.append(Planted(drug, "dissociation", "cadss_above_4", dissociated, scenario.scored * based))
        sedated = tendency(scenario.moaas[drug], scenario)
        rows.append(Planted(drug, "sedation_disorientation", "moaas_below_5", sedated, scenario.observed))
        with_pressure = based * (1 - scenario.no_pressure_at_baseline)
        rows += [
            Planted(drug, "blood_pressure_increased", name, rise_tendency(name, scenario), with_pressure)
            for name in RISES
        ]
    return rows
