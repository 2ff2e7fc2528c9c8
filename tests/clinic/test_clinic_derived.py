"""Derived events on hand-made curves: every threshold to the unit, and what cannot be told is told apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clinic.clinic_rows import warehouse

Row = dict[str, Any]


def _derived(vital: list[tuple[int | None, ...]] = (), scale: list[tuple[str, int, int]] = ()) -> Row:
    """The row of one session; readings are (minute, systolic, diastolic, heart rate), scores (scale, minute, score)."""
    names = ("minute_offset", "systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm")
    tables = {
        "session": [{"session_id": "s"}],
        "vital": [{"session_id": "s", **dict(zip(names, reading, strict=False))} for reading in vital],
        "scale": [{"session_id": "s", "scale": kind, "minute_offset": at, "score": score} for kind, at, score in scale],
    }
    connection = warehouse(tables, ["clinic.core.clinic_derived"])
    (row,) = connection.sql("SELECT * FROM clinic.core.clinic_derived").pl().to_dicts()
    return row


@pytest.mark.parametrize(
    ("peak", "measure", "happened"),
    [
        ((139, 80), "systolic_rise_20", False),
        ((140, 80), "systolic_rise_20", True),
        ((159, 80), "systolic_rise_40", False),
        ((160, 80), "systolic_rise_40", True),
        ((140, 104), "diastolic_rise_25", False),
        ((140, 105), "diastolic_rise_25", True),
        ((179, 80), "systolic_180", False),
        ((180, 80), "systolic_180", True),
        ((140, 109), "diastolic_110", False),
        ((140, 110), "diastolic_110", True),
        ((164, 99), "pressure_165_100", False),
        ((165, 99), "pressure_165_100", True),
        ((164, 100), "pressure_165_100", True),
    ],
)
def test_thresholds_of_pressure(peak, measure, happened):
    assert _derived([(-5, 120, 80), (20, 125, 80), (40, *peak), (90, 121, 80)])[measure] is happened


@pytest.mark.parametrize(
    ("baseline", "highest", "happened"),
    [(80, 99, False), (80, 100, True), (81, 100, False), (95, 114, False), (95, 115, True), (60, 99, False)],
)
def test_tachycardia_needs_rate_and_rise(baseline, highest, happened):
    row = _derived([(-5, 120, 80, baseline), (30, 120, 80, highest), (60, 120, 80, baseline)])
    assert row["tachycardia"] is happened


def test_baseline_is_the_last_reading_before_dosing_and_not_that_of_minute_0():
    row = _derived([(-30, 150, 95, 90), (-5, 120, 80, 70), (0, 110, 70, 60), (40, 145, 90, 85)])
    assert (row["baseline_systolic_mmhg"], row["baseline_diastolic_mmhg"]) == (120, 80)
    assert (row["systolic_rise_mmhg"], row["diastolic_rise_mmhg"], row["heart_rate_rise_bpm"]) == (25, 10, 15)


def test_a_last_reading_without_pressure_leaves_the_one_before_it():
    row = _derived([(-30, 122, 79, 90), (-5, None, None, 70), (40, 145, 90, 95)])
    assert (row["baseline_systolic_mmhg"], row["baseline_heart_rate_bpm"]) == (122, 70)


def test_without_baseline_changes_are_not_told_and_levels_are():
    row = _derived([(0, 120, 80, 70), (40, 185, 112, 130)])
    for name in ("systolic_rise_20", "systolic_rise_40", "diastolic_rise_25", "tachycardia", "systolic_recovery"):
        assert row[name] is None, name
    assert row["systolic_180"] is True
    assert row["diastolic_110"] is True


def test_no_change_is_told_where_it_would_be_certain_either():
    """A rate of 90 can be no tachycardia; but told for these alone, the share would be too low."""
    assert _derived([(40, 120, 80, 90)])["tachycardia"] is None
    assert _derived(scale=[("CADSS", 40, 0)])["cadss_above_4"] is None


def test_without_readings_after_dosing_nothing_is_told():
    row = _derived([(-5, 190, 115, 120)])
    assert row["systolic_180"] is None
    assert row["systolic_rise_20"] is None
    assert row["tachycardia"] is None


def test_peak_is_the_first_of_several():
    row = _derived([(-5, 120, 80), (20, 150, 85), (40, 150, 95), (60, 149, 95)])
    assert (row["peak_systolic_minute"], row["peak_diastolic_minute"]) == (20, 40)


@pytest.mark.parametrize(
    ("after", "recovery", "minute"),
    [
        ([(40, 132)], "not_left", None),  # exactly 10 % above: never left
        ([(40, 133), (60, 133)], "not_seen", None),
        ([(40, 133)], "not_seen", None),
        ([(40, 150), (60, 133), (80, 132), (100, 140)], "recovered", 80),
        ([(20, 125), (40, 150), (60, 121)], "recovered", 60),  # within before the peak is no recovery
        ([(40, 150), (60, 90)], "recovered", 60),  # it has come back, and fallen below
        ([(40, 100)], "not_left", None),
    ],
)
def test_recovery_within_a_tenth_of_the_baseline(after, recovery, minute):
    row = _derived([(-5, 120, 60), *((at, systolic, 60) for at, systolic in after)])
    assert (row["systolic_recovery"], row["systolic_recovery_minute"]) == (recovery, minute)


@pytest.mark.parametrize(
    ("scores", "happened"),
    [
        ([(-10, 0), (40, 4)], False),
        ([(-10, 0), (40, 5)], True),
        ([(-10, 6), (40, 6)], False),
        ([(-10, 6), (40, 7)], True),
        ([(-60, 0), (-10, 6), (40, 6)], False),  # the last before dosing is the baseline
        ([(-10, 0), (40, 3), (120, 9)], True),
        ([(40, 30)], None),
        ([(-10, 3)], None),
        ([(-10, 0), (0, 5)], True),
    ],
)
def test_dissociation_by_cadss(scores, happened):
    assert _derived(scale=[("CADSS", *one) for one in scores])["cadss_above_4"] is happened


def test_the_short_cadss_is_another_scale():
    assert _derived(scale=[("CADSS-6", -10, 0), ("CADSS-6", 40, 20)])["cadss_above_4"] is None


@pytest.mark.parametrize(
    ("scores", "happened"), [([(30, 5)], False), ([(30, 5), (60, 4)], True), ([(-5, 3), (30, 5)], False), ([], None)]
)
def test_sedation_by_moaas(scores, happened):
    assert _derived(scale=[("MOAA/S", *one) for one in scores])["moaas_below_5"] is happened


@pytest.mark.parametrize(
    ("event", "side_effects"),
    [
        ({"side_effect": "dizziness"}, {"dizziness"}),
        ({"term": "Nausea"}, {"nausea_vomiting"}),
        ({"term": "Vision blurred"}, {"dissociation", "vision_perception"}),
        ({"term": "Vertigo"}, set()),  # of the broad definition alone
        ({"side_effect": "dizziness", "term": "Vertigo"}, {"dizziness"}),
        ({"side_effect": "vision_perception", "term": "Vision blurred"}, {"dissociation", "vision_perception"}),
    ],
)
def test_side_effects_of_an_event(event, side_effects):
    tables = {"session": [{"session_id": "s"}], "event": [{"session_id": "s", **event}]}
    connection = warehouse(tables, ["clinic.core.clinic_event_side_effect"])
    found = connection.execute("SELECT side_effect FROM clinic.core.clinic_event_side_effect").fetchall()
    assert len(found) == len(side_effects)
    assert {name for (name,) in found} == side_effects


@pytest.mark.parametrize(
    ("session", "band"),
    [
        ({"dose_mg_per_kg": 0.499}, "intravenous_under_0_5"),
        ({"dose_mg_per_kg": 0.5}, "intravenous_0_5_to_0_75"),
        ({"dose_mg_per_kg": 1.0}, "intravenous_from_1"),
        ({"dose_mg_per_kg": None}, "intravenous_unknown"),
        ({"route": "intranasal", "dose_mg": 84.0, "dose_mg_per_kg": None}, "intranasal_from_84"),
        ({"route": "intranasal", "dose_mg": 55.99}, "intranasal_under_56"),
        ({"route": "other"}, "other"),
    ],
)
def test_dose_bands(session, band):
    connection = warehouse({"session": [{"session_id": "s", **session}]}, ["clinic.core.clinic_session"])
    assert connection.execute("SELECT dose_band FROM clinic.core.clinic_session").fetchall() == [(band,)]


def test_a_patient_of_two_batches_is_one_with_the_age_of_the_first_session():
    tables = {
        "patient": [
            {"patient_id": "p", "batch_id": "b", "age_years": 45},
            {"patient_id": "p", "batch_id": "a", "age_years": 46},
        ],
        "session": [
            {"session_id": "s", "batch_id": "b", "session_number": 1},
            {"session_id": "t", "batch_id": "a", "session_number": 2},
            {"session_id": "u", "batch_id": "a", "session_number": 7},
        ],
    }
    connection = warehouse(tables, ["clinic.core.clinic_session"])
    assert connection.execute("SELECT age_years, session_count FROM clinic.core.clinic_patient").fetchall() == [(45, 3)]
    bands = connection.execute("SELECT session_band FROM clinic.core.clinic_session ORDER BY session_number").fetchall()
    assert bands == [("first",), ("2_to_6",), ("7_and_later",)]


def test_the_same_patient_id_in_two_clinics_is_two_patients():
    tables = {
        "patient": [{"patient_id": "p", "clinic_id": "c"}, {"patient_id": "p", "clinic_id": "d"}],
        "session": [{"session_id": "s", "clinic_id": "c"}, {"session_id": "s", "clinic_id": "d"}],
        "vital": [
            {"session_id": "s", "clinic_id": "c", "minute_offset": 10, "systolic_mmhg": 190, "diastolic_mmhg": 80},
            {"session_id": "s", "clinic_id": "d", "minute_offset": 10, "systolic_mmhg": 120, "diastolic_mmhg": 80},
        ],
    }
    connection = warehouse(tables, ["clinic.core.clinic_derived"])
    assert connection.execute("SELECT count(*) FROM clinic.core.clinic_patient").fetchall() == [(2,)]
    found = connection.execute("SELECT systolic_180 FROM clinic.core.clinic_derived ORDER BY session_key").fetchall()
    assert found == [(True,), (False,)]
