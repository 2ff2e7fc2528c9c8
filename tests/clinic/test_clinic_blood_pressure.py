"""Levels and changes of vital signs, against a plain count of the same readings."""

from __future__ import annotations

import random
import statistics
from collections import defaultdict

import pytest

from tests.clinic.clinic_rows import warehouse

VITALS = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent")
BANDS = (
    (0, "0_14"),
    (15, "15_29"),
    (30, "30_44"),
    (45, "45_59"),
    (60, "60_89"),
    (90, "90_119"),
    (120, "120_and_later"),
)


def _readings(seed):
    """Sessions of few patients, some with two drugs and routes, some without baseline; one sign is never measured."""
    chance = random.Random(seed)
    sessions, vital = [], []
    for number in range(12):
        drug, route = chance.choice(
            (("ketamine", "intravenous"), ("ketamine", "oral_sublingual"), ("esketamine", "intranasal"))
        )
        sessions.append(
            {"session_id": f"s{number}", "patient_id": chance.choice("pqrs"), "session_number": number + 1,
             "day_offset": number, "drug": drug, "route": route}
        )  # fmt: skip
        minutes = chance.sample(range(-20, 150), 8)
        for minute in sorted(minutes if chance.random() < 0.7 else [one for one in minutes if one >= 0]):
            row = {"session_id": f"s{number}", "minute_offset": minute, "spo2_percent": None}
            for name in VITALS[:3]:
                row[name] = chance.randint(60, 190) if chance.random() < 0.9 else None
            vital.append(row)
    return sessions, vital


def _plain(sessions, vital):
    """(drug, route, vital, moment) to levels, changes and patients."""
    found = defaultdict(lambda: ([], [], set()))
    for session in sessions:
        rows = [row for row in vital if row["session_id"] == session["session_id"]]
        for name in VITALS:
            before = [row[name] for row in rows if row["minute_offset"] < 0 and row[name] is not None]
            after = [
                (row["minute_offset"], row[name]) for row in rows if row["minute_offset"] >= 0 and row[name] is not None
            ]
            base = before[-1] if before else None
            told = [([label for least, label in BANDS if minute >= least][-1], value) for minute, value in after]
            told += [("peak", (min if name == "spo2_percent" else max)(value for _, value in after))] if after else []
            told += [("baseline", base)] if before else []
            for moment, value in told:
                for drug in ("all", session["drug"]):
                    for route in ("all", session["route"]):
                        levels, changes, patients = found[drug, route, name, moment]
                        levels.append(value)
                        patients.add(session["patient_id"])
                        if base is not None and moment != "baseline":
                            changes.append(value - base)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_sums_are_those_of_a_plain_count(seed):
    sessions, vital = _readings(seed)
    connection = warehouse({"session": sessions, "vital": vital}, ["clinic.mart.clinic_blood_pressure"])
    rows = connection.sql("SELECT * FROM clinic.mart.clinic_blood_pressure").pl().to_dicts()
    plain = _plain(sessions, vital)
    assert {(row["drug"], row["route"], row["vital"], row["moment"]) for row in rows} == set(plain)
    for row in rows:
        levels, changes, patients = plain[row["drug"], row["route"], row["vital"], row["moment"]]
        assert (row["reading_count"], row["change_count"]) == (len(levels), len(changes))
        assert row["patient_count"] == len(patients)
        assert row["mean_level"] == pytest.approx(statistics.fmean(levels))
        assert row["mean_change"] == (pytest.approx(statistics.fmean(changes)) if changes else None)
        assert row["sd_level"] == (pytest.approx(statistics.stdev(levels), abs=1e-6) if len(levels) > 1 else None)
        assert row["sd_change"] == (pytest.approx(statistics.stdev(changes), abs=1e-6) if len(changes) > 1 else None)


def test_without_a_reading_there_is_no_row():
    connection = warehouse({"session": [{"session_id": "s"}]}, ["clinic.mart.clinic_blood_pressure"])
    assert connection.sql("SELECT * FROM clinic.mart.clinic_blood_pressure").pl().is_empty()
