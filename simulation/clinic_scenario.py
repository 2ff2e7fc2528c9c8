"""What is planted in made-up clinics: incidences, curves, courses of treatment, doses, and what is left out.

Incidences come from the labels and trials of reference/clinical_rate.csv where they give one, as the share of patients
in whom the side effect happens in eight sessions; those of arketamine, and the ones that no source gives, are made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SESSIONS_OF_A_RATE = 8
"""Sessions in which a patient has the side effect with the planted share: four weeks of a trial."""

_ESKETAMINE = {
    "nausea_vomiting": 98 / 346,
    "dissociation": 142 / 346,
    "dizziness": 101 / 346,
    "vision_perception": 27 / 227,
    "blood_pressure_increased": 36 / 346,
    "heart_rate_increased": 6 / 346,
    "sedation_disorientation": 79 / 346,
    "headache": 70 / 346,
    "anxiety": 45 / 346,
    "suicidality": 0.012,
    "abuse_dependence": 0.004,
    "urinary_tract": 0.02,
    "hepatobiliary": 0.004,
    "cognition": 0.03,
    "respiratory_depression": 0.004,
}

_KETAMINE = _ESKETAMINE | {
    "nausea_vomiting": 0.133,
    "dissociation": 0.356,
    "dizziness": 0.452,
    "blood_pressure_increased": 0.443,
    "sedation_disorientation": 0.564,
    "vision_perception": 0.10,
    "heart_rate_increased": 0.04,
    "urinary_tract": 0.01,
}


@dataclass(frozen=True)
class Course:
    """How a reported side effect runs, in minutes from the start of dosing."""

    onset: tuple[int, int]
    lasts: tuple[int, int]


@dataclass(frozen=True)
class Regimen:
    """One way of giving a drug.

    Attributes:
        drug: substance id.
        route: route code.
        weight: share of patients, relative to the others.
        doses: doses to choose from, lowest first; the next one up is given after some sessions.
        is_per_kg: the doses are in mg/kg, else in mg.
        infusion_minutes: lengths of the infusion to choose from; empty where there is none.
        peak_minute: middle of the minutes at which pressure is highest.
    """

    drug: str
    route: str
    weight: float
    doses: tuple[float, ...]
    is_per_kg: bool
    infusion_minutes: tuple[int, ...]
    peak_minute: int


@dataclass(frozen=True)
class ClinicScenario:
    """What is planted.

    Attributes:
        incidence: drug, then side effect, to the share of patients who report it in eight sessions.
        cadss: drug to the share of patients with a CADSS total above 4 and above baseline in eight scored sessions.
        moaas: the same for any MOAA/S below 5.
        spread: standard deviation of a patient's own tendency on the probit scale; the latent correlation of two
            sessions of a patient is spread**2 / (1 + spread**2).
        shared: part of that variance that a patient has in common for all side effects.
        first_session: added on the probit scale to a patient's first session.
        sessions: weights of 1, 2, ... sessions per patient.
        systolic_rise: mean, spread between patients, spread between sessions of a patient, at the peak.
        diastolic_rise: the same.
        heart_rate_rise: the same.
        no_baseline: share of sessions without any reading and score before dosing.
        no_pressure_at_baseline: share of the others whose reading before dosing has no pressure.
        scored: share of sessions with CADSS.
        observed: share of sessions with MOAA/S.
        regimens: ways of giving the drugs.
        dose_raised: share of patients whose dose is raised after the third session.
        courses: side effect to how it runs; the others run as ``other_course``.
        severity: weights of mild, moderate, severe.
    """

    incidence: dict[str, dict[str, float]] = field(
        default_factory=lambda: {
            "ketamine": _KETAMINE,
            "esketamine": _ESKETAMINE,
            "arketamine": {name: rate / 2 for name, rate in _ESKETAMINE.items()},
        }
    )
    cadss: dict[str, float] = field(default_factory=lambda: {"ketamine": 0.66, "esketamine": 0.72, "arketamine": 0.30})
    moaas: dict[str, float] = field(default_factory=lambda: {"ketamine": 0.45, "esketamine": 0.50, "arketamine": 0.20})
    spread: float = 0.9
    shared: float = 0.2
    first_session: float = 0.25
    sessions: tuple[float, ...] = (8, 7, 7, 8, 9, 22, 9, 10, 5, 4, 3, 3, 2, 1, 1, 1)
    systolic_rise: tuple[float, float, float] = (16.0, 6.5, 9.1)
    diastolic_rise: tuple[float, float, float] = (11.0, 4.5, 6.5)
    heart_rate_rise: tuple[float, float, float] = (7.0, 5.0, 8.0)
    no_baseline: float = 0.06
    no_pressure_at_baseline: float = 0.02
    scored: float = 0.6
    observed: float = 0.7
    regimens: tuple[Regimen, ...] = (
        Regimen("ketamine", "intravenous", 46, (0.4, 0.5, 0.75, 1.0), True, (40, 40, 45, 60), 40),
        Regimen("ketamine", "intramuscular", 8, (0.4, 0.5, 1.0), True, (), 30),
        Regimen("ketamine", "oral_sublingual", 10, (50, 100, 200), False, (), 70),
        Regimen("esketamine", "intranasal", 32, (28, 56, 84), False, (), 40),
        Regimen("arketamine", "intravenous", 4, (0.5, 1.0), True, (40,), 40),
    )
    dose_raised: float = 0.35
    courses: dict[str, Course] = field(
        default_factory=lambda: {
            "dissociation": Course((5, 40), (15, 70)),
            "sedation_disorientation": Course((10, 50), (20, 90)),
            "blood_pressure_increased": Course((15, 50), (20, 90)),
            "headache": Course((30, 120), (30, 400)),
            "urinary_tract": Course((200, 1200), (100, 200)),
        }
    )
    other_course: Course = Course((5, 60), (10, 80))
    severity: tuple[float, float, float] = (74, 22, 4)

    def course(self, side_effect: str) -> Course:
        """How a reported side effect runs."""
        return self.courses.get(side_effect, self.other_course)


CLINIC_STANDARD = ClinicScenario()
