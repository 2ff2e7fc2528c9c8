"""Reads a FHIR R4 Bundle at the clinic into the tables of a batch: elements that are mapped, and nothing else.

Names, narratives, addresses and all that has no place in the contract are never looked at. Calendar dates become
minutes and days since the session, birth dates ages, and ids random letters, so what leaves is de-identified.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import Any

import reference
from transforms.clinic.fhir_elements import (
    codes_of,
    mapped,
    minutes_between,
    moment,
    number,
    quantity_in,
    referred,
    whole_minutes,
)
from transforms.privacy import Finding, FindingKind
from vocabulary.errors import ClinicBatchError
from vocabulary.tables.clinic import BATCH_TABLES, DRUGS, INDICATIONS, SCALE_MAXIMUM

READ_TYPES = ("Patient", "Procedure", "MedicationAdministration", "Observation", "AdverseEvent")
"""Resource types that are read; others are counted and left out."""

_SEX = {"female": "F", "male": "M"}
_TOP_AGE = 90

Row = dict[str, str]


@dataclass
class KeyBook:
    """Which random id stands for which resource: the clinic's secret, kept for its later bundles.

    Attributes:
        patients: FHIR id to patient_id.
        first_days: patient_id to the day of session 1, ISO.
        sessions: FHIR id to session_id.
        session_numbers: session_id to session_number.
        last_numbers: patient_id to the highest session_number given.
    """

    patients: dict[str, str] = field(default_factory=dict)
    first_days: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    session_numbers: dict[str, int] = field(default_factory=dict)
    last_numbers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Converted:
    """A bundle as tables of a batch.

    Attributes:
        tables: rows as text, as the CSVs of a batch have them.
        findings: resources that could not be placed; where there are any, the tables are not whole.
        left_out: resource types that are not read, with how many there are.
    """

    tables: dict[str, list[Row]]
    findings: tuple[Finding, ...]
    left_out: dict[str, int]


@dataclass
class _Session:
    resource: Any
    patient: str
    start: datetime
    end: datetime | None
    references: set[str]
    session_id: str = ""


class _Reader:
    """One bundle on its way into rows; what cannot be placed is counted by type and reason."""

    def __init__(self, book: KeyBook, draw: Callable[[], str]) -> None:
        self.book, self.draw = book, draw
        self.tables: dict[str, list[Row]] = {name: [] for name in BATCH_TABLES}
        self.problems: Counter[tuple[str, str]] = Counter()
        self.sessions: list[_Session] = []

    def find_sessions(self, administrations: list[tuple[str, Any]], procedures: dict[str, Any]) -> None:
        for key, resource in administrations:
            period = resource.effectivePeriod
            start = moment(period.start if period else resource.effectiveDateTime)
            patient = referred(resource.subject)
            if start is None or patient is None:
                self.problems["MedicationAdministration", "no_time_or_patient"] += 1
                continue
            part_of = {found for found in map(referred, resource.partOf or []) if found}
            ends = [
                moment(procedures[name].performedPeriod.end) for name in part_of if _has_period(procedures.get(name))
            ]
            references = {key, *part_of, *filter(None, [referred(resource.context)])}
            found = _Session(resource, patient, start, max(filter(None, ends), default=None), references)
            found.session_id = self.book.sessions.setdefault(key, "") or self.draw()
            self.book.sessions[key] = found.session_id
            self.sessions.append(found)
        self.sessions.sort(key=lambda session: (session.patient, session.start, session.session_id))

    def write_patients(self, patients: dict[str, Any]) -> None:
        for patient in dict.fromkeys(session.patient for session in self.sessions):
            first = next(session for session in self.sessions if session.patient == patient)
            patient_id = self.book.patients.setdefault(patient, "") or self.draw()
            self.book.patients[patient] = patient_id
            self.book.first_days.setdefault(patient_id, first.start.date().isoformat())
            known = patients.get(patient)
            reasons = [name for session in self.sessions if session.patient == patient for name in _reasons(session)]
            self.tables["patient"].append(
                {
                    "patient_id": patient_id,
                    "age_years": _age(getattr(known, "birthDate", None), first.start.date()),
                    "sex": _SEX.get(getattr(known, "gender", None) or "", "UNK"),
                    "indication": min(reasons, key=INDICATIONS.index, default="unknown"),
                    "prior_treatment_failures": "",
                }
            )

    def write_sessions(self) -> None:
        for session in self.sessions:
            patient_id = self.book.patients[session.patient]
            if session.session_id not in self.book.session_numbers:
                self.book.last_numbers[patient_id] = self.book.last_numbers.get(patient_id, 0) + 1
                self.book.session_numbers[session.session_id] = self.book.last_numbers[patient_id]
            own = self.book.session_numbers[session.session_id]
            dosage = session.resource.dosage
            dose = quantity_in(dosage.dose if dosage else None, "mg")
            drug = mapped("drug", session.resource.medicationCodeableConcept, DRUGS)
            route = mapped("route", dosage.route if dosage else None)
            if dose is None or drug is None or route is None:
                self.problems["MedicationAdministration", "no_dose_drug_or_route"] += 1
                continue
            period = session.resource.effectivePeriod
            length = minutes_between(session.start, moment(period.end)) if period and period.end else None
            first = date.fromisoformat(self.book.first_days[patient_id])
            self.tables["session"].append(
                {
                    "session_id": session.session_id,
                    "patient_id": patient_id,
                    "session_number": str(own),
                    "day_offset": str((session.start.date() - first).days),
                    "drug": drug,
                    "route": route,
                    "dose_mg": number(dose, 2),
                    "infusion_minutes": whole_minutes(length) if route == "intravenous" else "",
                    "discharge_minutes": whole_minutes(minutes_between(session.start, session.end)),
                    "completed": "yes" if session.resource.status == "completed" else "no",
                }
            )

    def session_of(self, resource: Any, when: datetime | None, references: Iterator[Any]) -> _Session | None:
        """By what the resource is part of, then by its encounter, else by the patient's only session of that day."""
        named = {found for found in map(referred, references) if found}
        alike = [session for session in self.sessions if session.references & named]
        if not alike and when is not None:
            patient = referred(resource.subject)
            alike = [
                session
                for session in self.sessions
                if session.patient == patient and session.start.date() == when.astimezone(session.start.tzinfo).date()
            ]
        return alike[0] if len(alike) == 1 else None

    def write_observations(self, observations: list[Any]) -> None:
        readings: dict[tuple[str, str], Row] = {}
        for resource in observations:
            when = moment(resource.effectiveDateTime or getattr(resource.effectivePeriod, "start", None))
            references = iter([*(resource.partOf or []), resource.encounter])
            session = self.session_of(resource, when, references)
            values = dict(_values(resource))
            if session is None or when is None:
                self.problems["Observation", "no_session_or_time"] += 1
                continue
            minute = whole_minutes(minutes_between(session.start, when))
            if not values:
                self.problems["Observation", "unknown_code_or_no_value"] += 1
            for name, value in values.items():
                if name in SCALE_MAXIMUM:
                    row = {"session_id": session.session_id, "scale": name, "minute_offset": minute, "score": value}
                    self.tables["scale"].append(row)
                    continue
                plain = {"session_id": session.session_id, "minute_offset": minute}
                reading = readings.setdefault((session.session_id, minute), plain)
                if reading.setdefault(name, value) != value:
                    self.problems["Observation", "two_values_in_one_minute"] += 1
        self.tables["vital"] += readings.values()

    def write_events(self, events: list[Any]) -> None:
        terms = set(reference.read("side_effect_term")["term"])
        groups = set(reference.read("side_effect")["side_effect"])
        for resource in events:
            when = moment(resource.date)
            suspects = iter([*(entity.instance for entity in resource.suspectEntity or []), resource.encounter])
            session = self.session_of(resource, when, suspects)
            names = codes_of(resource.event)
            term = next((name for name in names if name in terms), "")
            group = next((name for name in names if name in groups), "")
            severity, serious = mapped("severity", resource.severity), mapped("seriousness", resource.seriousness)
            if session is None or not (term or group) or severity is None or serious is None:
                reason = "no_session" if session is None else "no_term_severity_or_seriousness"
                self.problems["AdverseEvent", reason] += 1
                continue
            self.tables["event"].append(
                {
                    "session_id": session.session_id,
                    "side_effect": group,
                    "term": term,
                    "severity": severity,
                    "onset_minute": whole_minutes(minutes_between(session.start, when)),
                    "serious": serious,
                    "outcome": mapped("outcome", resource.outcome) or "unknown",
                }
            )


def convert_bundle(content: bytes, book: KeyBook, draw: Callable[[], str]) -> Converted:
    """Read a bundle.

    Args:
        content: JSON of the Bundle.
        book: ids drawn for earlier bundles; new ones are added.
        draw: gives a new random id.

    Raises:
        ClinicBatchError: it is no Bundle, or the package for FHIR is not installed.
    """
    resources: dict[str, list[tuple[str, Any]]] = {name: [] for name in READ_TYPES}
    left_out: Counter[str] = Counter()
    reader = _Reader(book, draw)
    for entry, name in _entries(content):
        if name not in READ_TYPES:
            left_out[name if name.isalpha() and len(name) < 40 else "other"] += 1
        elif (resource := _validated(name, entry.get("resource"))) is None:
            reader.problems[name, "not_valid"] += 1
        else:
            resources[name].append((f"{name}/{resource.id}", resource))
    reader.find_sessions(resources["MedicationAdministration"], dict(resources["Procedure"]))
    reader.write_patients(dict(resources["Patient"]))
    reader.write_sessions()
    reader.write_observations([resource for _, resource in resources["Observation"]])
    reader.write_events([resource for _, resource in resources["AdverseEvent"]])
    findings = tuple(
        Finding(
            FindingKind.CONTRACT,
            "bundle",
            name,
            reason,
            rows,
            "These resources could not be placed. See docs/clinics.md for what each of them must have.",
        )
        for (name, reason), rows in sorted(reader.problems.items())
    )
    return Converted(reader.tables, findings, dict(sorted(left_out.items())))


def _entries(content: bytes) -> Iterator[tuple[dict[str, Any], str]]:
    bundle: Any = None
    try:
        bundle = json.loads(content)
    except (ValueError, RecursionError):
        bundle = None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise ClinicBatchError("The file is no FHIR Bundle in JSON. Export one of release R4.")
    for entry in bundle.get("entry") or []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield entry, str(resource.get("resourceType"))


def _validated(name: str, resource: Any) -> Any:
    """The resource, or None where it is not valid: the library's words are kept back, for they quote values."""
    try:
        models = import_module("fhir.resources.R4B")
    except ModuleNotFoundError:
        models = None
    if models is None:
        raise ClinicBatchError("Reading FHIR needs the package fhir.resources: install ketavigil[fhir].")
    try:
        return models.get_fhir_model_class(name).model_validate(resource)
    except ValueError:
        return None


def _has_period(procedure: Any) -> bool:
    return procedure is not None and procedure.performedPeriod is not None and procedure.performedPeriod.end is not None


def _reasons(session: _Session) -> list[str]:
    return [name for reason in session.resource.reasonCode or [] for name in codes_of(reason) if name in INDICATIONS]


def _age(birth: Any, day: date) -> str:
    if not isinstance(birth, date):
        return ""
    years = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    return str(min(years, _TOP_AGE)) if years >= 0 else ""


def _values(observation: Any) -> Iterator[tuple[str, str]]:
    """Columns of vital or names of scales, each with its value as text."""
    for part in [observation, *(observation.component or [])]:
        if part.valueInteger is not None:
            value = number(part.valueInteger, 0)
        elif part.valueQuantity is not None and part.valueQuantity.value is not None:
            value = number(part.valueQuantity.value, 0)
        else:
            continue
        name = mapped("vital", part.code, tuple(SCALE_MAXIMUM))
        if name is not None:
            yield name, value
