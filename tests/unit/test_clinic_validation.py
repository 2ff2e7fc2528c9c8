"""Every rule of a clinic batch is broken once, and tells how many rows break it; a sound batch breaks none."""

from __future__ import annotations

import re

from expectations import judge_batch
from expectations.clinic_rules import CHECKS, clinic_rules
from tests.privacy.clinic_batches import MadeUp, make
from vocabulary.tables.clinic import BATCH_TABLES


def broken_rules(batch: MadeUp, **arguments) -> dict[str, int]:
    read = batch.read()
    assert read.findings == ()
    rows = {name: len(frame) for name, frame in read.tables.items()} | arguments.pop("declared_rows", {})
    results = judge_batch(read.tables, rows, **arguments)
    return {f"{result.table_name}.{result.rule}": int(result.observed) for result in results if not result.is_success}


def plain() -> MadeUp:
    """A batch without chance: every patient starts at session 1 on day 0, every session is an infusion."""
    batch = make(21, patients=8, sessions=3)
    for number, row in enumerate(batch.tables["session"]):
        row |= {"session_number": str(1 + number % 3), "day_offset": str(number % 3 * 4)}
        row |= {"route": "intravenous", "infusion_minutes": "40", "dose_mg": "40", "dose_mg_per_kg": "0.5"}
        row |= {"monitored_minutes": "120", "discharge_minutes": "120"}
    for row in batch.tables["event"]:
        row |= {"side_effect": "dissociation", "term": "Dissociation", "onset_minute": "10", "resolved_minute": "10"}
    return batch


def test_a_sound_batch_breaks_no_rule():
    assert broken_rules(plain()) == {}
    assert broken_rules(make(1, patients=0)) == {}


def test_every_rule_on_rows_counts_what_breaks_it():
    batch = plain()
    patient, session, vital, scale, event = batch.tables.values()
    patient.append(patient[0] | {"patient_id": "bdfhkmprtwzc"})  # no session
    patient.append(dict(patient[1]))  # twice
    session[0]["patient_id"] = "zzwwttrrmmkk"  # no such patient
    session[4]["session_number"] = "1"  # session 1 of patient 2 twice, and the second not on day 0
    session[7]["day_offset"] = "99"  # session 2 of patient 3, later than session 3
    session[9] |= {"dose_mg": "501"}  # of an infusion; 501 mg at 0.5 mg/kg is a ton
    session[10] |= {"route": "intramuscular"}  # with infusion_minutes
    session[11] |= {"discharge_minutes": "30"}  # before the infusion ends, and before monitoring does
    session.append(session[12] | {"session_number": "4", "day_offset": "50"})  # session_id twice
    vital[0]["session_id"] = "zzwwttrrmmkk"
    vital[1] |= dict.fromkeys(("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent"), "")
    vital[2]["systolic_mmhg"] = ""
    vital[3] |= {"systolic_mmhg": "80", "diastolic_mmhg": "80"}
    vital[4] |= {"systolic_mmhg": "301", "diastolic_mmhg": "19"}
    vital[5] |= {"heart_rate_bpm": "251", "spo2_percent": "101"}
    vital[6]["heart_rate_bpm"] = "19"
    vital[7] = dict(vital[6])
    scale[0]["session_id"] = "zzwwttrrmmkk"
    scale[4] |= {"scale": "CADSS", "score": "93"}
    scale[5] |= {"scale": "CADSS-6", "score": "25"}
    scale[6] |= {"scale": "MOAA/S", "score": "6"}
    scale[7] |= {"scale": "BPRS+", "score": "24", "minute_offset": "1441"}
    scale[8]["minute_offset"] = "-241"
    scale[9] = dict(scale[10])
    event[0]["session_id"] = "zzwwttrrmmkk"
    event[1] |= {"side_effect": "", "term": ""}
    event[2] |= {"side_effect": "headache", "term": "Dissociation"}
    event[3]["resolved_minute"] = "9"
    event[4] |= {"outcome": "fatal", "serious": "no"}
    event[5] |= {"severity": "4", "onset_minute": "", "term": ""}
    event.append(dict(event[5]))
    assert broken_rules(batch, declared_rows={"patient": 9}) == {
        "patient.row_count_difference": 1,
        "patient.without_session": 1,
        "patient.repeated_key": 1,
        "session.without_patient": 1,
        "session.repeated_number": 1,
        "session.first_not_on_day_zero": 1,
        "session.falling_day": 1,
        "session.dose_not_of_route": 1,
        "session.implied_weight": 1,
        "session.infusion_of_other_route": 1,
        "session.discharge_before_infusion_end": 1,
        "session.discharge_before_monitoring_end": 1,
        "session.repeated_key": 1,
        "vital.without_session": 1,
        "vital.empty_reading": 1,
        "vital.half_pressure": 1,
        "vital.systolic_not_above_diastolic": 1,
        "vital.systolic_mmhg_in_range": 1,
        "vital.diastolic_mmhg_in_range": 1,
        "vital.heart_rate_bpm_in_range": 3,
        "vital.spo2_percent_in_range": 1,
        "vital.repeated_key": 1,
        "scale.without_session": 1,
        "scale.score_above_scale": 3,
        "scale.score_in_range": 1,
        "scale.minute_offset_in_range": 2,
        "scale.repeated_key": 1,
        "event.without_session": 1,
        "event.without_side_effect": 1,
        "event.term_of_other_side_effect": 1,
        "event.resolved_before_onset": 1,
        "event.fatal_not_serious": 1,
        "event.severity_in_range": 2,
        "event.repeated_key": 1,
    }


def test_a_session_of_another_batch_is_seen():
    batch = plain()
    ids = batch.read().tables["session"]["session_id"]
    assert broken_rules(batch, elsewhere=ids[:2]) == {"session.in_other_batch": 2}


def test_rules_on_unsound_columns_do_not_apply():
    batch = plain()
    read = batch.read()
    rows = {name: len(frame) for name, frame in read.tables.items()}
    unsound = frozenset({"session.session_id", "vital.systolic_mmhg"})
    tables = read.tables | {"patient": read.tables["patient"].drop("sex")}
    applied = {f"{result.table_name}.{result.rule}" for result in judge_batch(tables, rows, unsound=unsound)}
    assert not applied & {
        "vital.without_session",
        "session.repeated_key",
        "vital.half_pressure",
        "vital.systolic_mmhg_in_range",
        "patient.sex_not_null",
        "patient.sex_allowed",
    }
    assert {"session.falling_day", "vital.diastolic_mmhg_in_range", "patient.repeated_key"} <= applied


def test_every_check_is_counted_and_names_columns_that_there_are():
    places = {f"{name}.{column}" for name, table in BATCH_TABLES.items() for column in table.column_names}
    for found in clinic_rules():
        assert found.reads <= places, found.rule.identity
        assert found.rule.form.name == "MEASURE"
    counted = {f"{table}.{check.name}" for table, checks in CHECKS.items() for check in checks}
    assert counted <= {found.rule.measure for found in clinic_rules()}


def test_pages_hold_counts_alone(tmp_path):
    batch = plain()
    batch.tables["vital"][0] |= {"systolic_mmhg": "299", "diastolic_mmhg": "251"}
    assert broken_rules(batch, docs=tmp_path, name="batch") == {"vital.diastolic_mmhg_in_range": 1}
    page = (tmp_path / "validations" / "batch.html").read_text()
    assert "vital.diastolic_mmhg" in page
    assert not re.search(r"\b(251|299)\b", page)
