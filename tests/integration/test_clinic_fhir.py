"""A FHIR Bundle with all that must stay behind becomes a batch that passes, and nothing else of it is written."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest

from pipeline.clinic import check_batch
from pipeline.clinic_fhir import batch_from_fhir
from pipeline.settings import Settings
from vocabulary.errors import ClinicBatchError

pytest.importorskip("fhir.resources", reason="the package for FHIR is an extra")

SECRET = "Zqanaryword"
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"


def code(system: str, value: str) -> dict:
    return {"coding": [{"system": system, "code": value}]}


def observation(what: dict, when: str, **values: object) -> dict:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": what,
        "subject": {"reference": "Patient/p1", "display": SECRET},
        "effectiveDateTime": when,
        "note": [{"text": SECRET}],
        **values,
    }


def quantity(value: float) -> dict:
    return {"valueQuantity": {"value": value}}


def pressure(when: str, systolic: int, diastolic: int) -> dict:
    return observation(
        code(LOINC, "85354-9"),
        when,
        component=[
            {"code": code(LOINC, "8480-6"), **quantity(systolic)},
            {"code": code(LOINC, "8462-4"), **quantity(diastolic)},
        ],
    )


def administration(name: str, start: str, end: str, procedure: str) -> dict:
    return {
        "resourceType": "MedicationAdministration",
        "id": name,
        "status": "completed",
        "partOf": [{"reference": f"Procedure/{procedure}"}],
        "medicationCodeableConcept": code("http://www.whocc.no/atc", "N01AX03"),
        "subject": {"reference": "https://ehr.example/fhir/Patient/p1"},
        "effectivePeriod": {"start": start, "end": end},
        "reasonCode": [{"text": "depression"}],
        "dosage": {"route": code(SNOMED, "47625008"), "dose": {"value": 38.5, "unit": "mg"}, "text": SECRET},
    }


def procedure(name: str, end: str) -> dict:
    return {
        "resourceType": "Procedure",
        "id": name,
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "performedPeriod": {"start": "2023-05-12T09:50:00+02:00", "end": end},
    }


def bundle() -> dict:
    resources = [
        {
            "resourceType": "Patient",
            "id": "p1",
            "gender": "female",
            "birthDate": "1929-01-31",
            "name": [{"family": SECRET}],
            "address": [{"city": SECRET}],
            "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{SECRET}</div>'},
        },
        administration("m2", "2023-05-15T10:00:00+02:00", "2023-05-15T10:40:00+02:00", "s2"),
        administration("m1", "2023-05-12T10:00:00+02:00", "2023-05-12T10:40:00+02:00", "s1"),
        procedure("s1", "2023-05-12T12:05:00+02:00"),
        procedure("s2", "2023-05-15T12:00:00+02:00"),
        pressure("2023-05-12T09:55:30+02:00", 120, 80),
        pressure("2023-05-12T08:40:00Z", 150, 95),
        observation(code(LOINC, "8867-4"), "2023-05-12T10:40:00+02:00", **quantity(101)),
        observation({"text": "CADSS"}, "2023-05-12T10:40:00+02:00", valueInteger=31),
        {
            "resourceType": "AdverseEvent",
            "actuality": "actual",
            "subject": {"reference": "Patient/p1"},
            "event": {"coding": [{"system": "https://www.meddra.org", "code": "10013457", "display": "Dissociation"}]},
            "date": "2023-05-15T10:12:00+02:00",
            "seriousness": code("http://terminology.hl7.org/CodeSystem/adverse-event-seriousness", "non-serious"),
            "severity": code("http://terminology.hl7.org/CodeSystem/adverse-event-severity", "moderate"),
            "outcome": code("http://terminology.hl7.org/CodeSystem/adverse-event-outcome", "resolved"),
        },
        {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "AMB"}},
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": found} for found in resources]}


def convert(folder: Path, content: object, name: str = "out"):
    folder.mkdir(exist_ok=True)
    (folder / "bundle.json").write_text(json.dumps(content))
    return batch_from_fhir(folder / "bundle.json", folder / name, folder / "ids.json", period="2023")


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "batch" / f"{table}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_bundle_becomes_a_batch_that_passes(tmp_path):
    converted = convert(tmp_path, bundle())
    assert converted.left_out == {"Encounter": 1}
    assert check_batch(tmp_path / "out" / "batch", Settings()).findings == ()
    (patient,) = rows(tmp_path / "out", "patient")
    assert (patient["age_years"], patient["sex"], patient["indication"]) == ("90", "F", "depression")
    first, second = rows(tmp_path / "out", "session")
    shared = {"patient_id": patient["patient_id"], "drug": "ketamine", "route": "intravenous", "dose_mg": "38.5"}
    shared |= {"infusion_minutes": "40", "completed": "yes"}
    assert first.items() >= (shared | {"session_number": "1", "day_offset": "0", "discharge_minutes": "125"}).items()
    assert second.items() >= (shared | {"session_number": "2", "day_offset": "3", "discharge_minutes": "120"}).items()
    readings = [tuple(row.values())[1:] for row in rows(tmp_path / "out", "vital")]
    assert readings == [("-5", "120", "80", "", ""), ("40", "150", "95", "101", "")]
    (score,) = rows(tmp_path / "out", "scale")
    assert (score["session_id"], score["minute_offset"], score["score"]) == (first["session_id"], "40", "31")
    (event,) = rows(tmp_path / "out", "event")
    assert (event["session_id"], event["term"], event["severity"]) == (second["session_id"], "Dissociation", "2")
    assert (event["onset_minute"], event["serious"], event["outcome"]) == ("12", "no", "recovered")


def test_nothing_else_of_the_bundle_is_written(tmp_path):
    convert(tmp_path, bundle())
    written = b"".join(path.read_bytes() for path in (tmp_path / "out" / "batch").iterdir())
    for secret in (SECRET, "2023-05", "1929", "p1", "m1"):
        assert secret.encode() not in written
    assert stat.S_IMODE((tmp_path / "ids.json").stat().st_mode) == 0o600


def test_a_later_bundle_counts_on_with_the_same_ids(tmp_path):
    convert(tmp_path, bundle())
    later = bundle()
    later["entry"] = [entry for entry in later["entry"] if entry["resource"].get("id") == "p1"] + [
        {"resource": administration("m3", "2023-06-01T10:00:00+02:00", "2023-06-01T10:40:00+02:00", "none")}
    ]
    convert(tmp_path, later, "later")
    (before,), (after,) = rows(tmp_path / "out", "patient"), rows(tmp_path / "later", "patient")
    assert before["patient_id"] == after["patient_id"]
    (session,) = rows(tmp_path / "later", "session")
    assert (session["session_number"], session["day_offset"]) == ("3", "20")


def test_what_cannot_be_placed_is_counted_and_no_batch_is_written(tmp_path):
    content = bundle()
    far = pressure("2024-01-01T10:00:00Z", 120, 80)
    unknown = observation(code(LOINC, "0-0"), "2023-05-12T10:10:00+02:00", **quantity(1))
    broken = {"resourceType": "Observation", "status": SECRET, "nonsense": SECRET}
    in_grams = administration("m4", "2023-05-20T10:00:00Z", "2023-05-20T10:40:00Z", "s1")
    in_grams["dosage"]["dose"] = {"value": 0.04, "unit": "g"}
    content["entry"] += [{"resource": found} for found in (far, unknown, broken, in_grams)]
    converted = convert(tmp_path, content)
    assert [(finding.column, finding.rule, finding.rows) for finding in converted.findings] == [
        ("MedicationAdministration", "no_dose_drug_or_route", 1),
        ("Observation", "no_session_or_time", 1),
        ("Observation", "not_valid", 1),
        ("Observation", "unknown_code_or_no_value", 1),
    ]
    assert not any(SECRET in finding.text for finding in converted.findings)
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "ids.json").exists()


@pytest.mark.parametrize("content", [[], {"resourceType": "Patient", "name": SECRET}])
def test_what_is_no_bundle_is_refused(tmp_path, content):
    with pytest.raises(ClinicBatchError, match="no FHIR Bundle") as refusal:
        convert(tmp_path, content)
    assert SECRET not in str(refusal.value)
