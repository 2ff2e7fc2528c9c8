"""Case-level tables of clinic reports. They hold rows of patients, and lie in a file of their own, never the published.

See docs/decisions.md, "Clinics": the file is HOME/warehouse/clinic.duckdb, which its owner alone can read.
"""

from __future__ import annotations

from dataclasses import replace

from vocabulary.table import Column, Kind, Table
from vocabulary.tables import clinic, strata

SESSION_BANDS = ("first", "2_to_6", "7_and_later")
"""A patient's first session, the rest of a course of induction, and what follows."""

NO_DOSE_BAND = ("unknown", "other")
"""Ends of a dose band: the dose per body weight is not known; the route has no bands."""

SESSION_KEY = Column("session_key", Kind.INTEGER, "Session, numbered within the build.", nullable=False, minimum=1)
PATIENT_KEY = Column("patient_key", Kind.INTEGER, "Patient, numbered within the build.", nullable=False, minimum=1)
SOURCE_LINE = clinic.SOURCE_LINE

AGE_GROUP = replace(strata.AGE_GROUP, description="Age in years, bounds included.")
SESSION_BAND = Column(
    "session_band",
    Kind.TEXT,
    "Band of session_number: the first, 2 to 6 (a course of induction), 7 and later.",
    nullable=False,
    allowed=SESSION_BANDS,
)
DOSE_BAND = Column(
    "dose_band",
    Kind.TEXT,
    "Band of the dose within its route (reference/clinic_dose_band.csv): mg/kg for intravenous and intramuscular, mg "
    "for the others; ends in unknown where the body weight is.",
    nullable=False,
)


def _of(table: Table, *left_out: str) -> tuple[Column, ...]:
    return tuple(column for column in table.columns if column.name not in left_out)


def _mmhg(name: str, description: str) -> Column:
    return Column(name, Kind.SHORT, description, "mmHg")


def _bpm(name: str, description: str) -> Column:
    return Column(name, Kind.SHORT, description, "beats per minute")


def _minutes(name: str, description: str) -> Column:
    return Column(name, Kind.SHORT, description, "minutes", minimum=0)


def _happened(name: str, description: str) -> Column:
    return Column(name, Kind.BOOLEAN, f"{description} Null where it cannot be told.")


CLINIC_BATCH = Table(
    "core",
    "clinic_batch",
    "One row per batch of the build, in the revision that counts.",
    (
        clinic.CLINIC_ID,
        clinic.BATCH_ID,
        clinic.REVISION,
        clinic.MANIFEST.column("period"),
        Column("is_simulated", Kind.BOOLEAN, "The batch is made up.", nullable=False),
        Column("sha256", Kind.TEXT, "Hash of the batch's content.", nullable=False),
        Column("certificate_status", Kind.TEXT, "passed or warned.", nullable=False, allowed=("passed", "warned")),
    ),
    key=("clinic_id", "batch_id"),
)

CLINIC_PATIENT = Table(
    "core",
    "clinic_patient",
    "One row per patient of a clinic, over all its batches; age and the rest as in the batch of the earliest session.",
    (
        PATIENT_KEY,
        clinic.CLINIC_ID,
        *_of(clinic.PATIENT),
        AGE_GROUP,
        Column("session_count", Kind.INTEGER, "Sessions.", "sessions", nullable=False, minimum=1),
    ),
    key=("patient_key",),
)

CLINIC_SESSION = Table(
    "core",
    "clinic_session",
    "One row per session.",
    (
        SESSION_KEY,
        PATIENT_KEY,
        clinic.CLINIC_ID,
        clinic.BATCH_ID,
        SOURCE_LINE,
        *_of(clinic.SESSION, "patient_id"),
        DOSE_BAND,
        SESSION_BAND,
    ),
    key=("session_key",),
)

CLINIC_VITAL = Table(
    "core",
    "clinic_vital",
    "One row per reading.",
    (SESSION_KEY, SOURCE_LINE, *_of(clinic.VITAL, "session_id")),
    key=("session_key", "minute_offset"),
)

CLINIC_SCALE = Table(
    "core",
    "clinic_scale",
    "One row per score.",
    (SESSION_KEY, SOURCE_LINE, *_of(clinic.SCALE, "session_id")),
    key=("session_key", "scale", "minute_offset"),
)

CLINIC_EVENT = Table(
    "core",
    "clinic_event",
    "One row per adverse event as reported.",
    (SESSION_KEY, SOURCE_LINE, *_of(clinic.EVENT, "session_id")),
    key=("session_key", "source_line"),
)

CLINIC_EVENT_SIDE_EFFECT = Table(
    "core",
    "clinic_event_side_effect",
    "One row per event and side effect that it counts for: the one that the clinic names, and those whose label-style "
    "definition has its term. A term of a broad definition alone counts for none.",
    (SESSION_KEY, SOURCE_LINE, Column("side_effect", Kind.TEXT, "Side-effect group.", nullable=False)),
    key=("session_key", "source_line", "side_effect"),
)

_RISE = "Highest after the start of dosing less the baseline; below zero where it never rose."

CLINIC_DERIVED = Table(
    "core",
    "clinic_derived",
    "One row per session: what its readings and scores tell. Baseline is the last value before dosing (minute_offset "
    "below 0) of each quantity by itself; after is minute_offset 0 and later. Nothing is guessed: without a baseline "
    "what needs one is null.",
    (
        SESSION_KEY,
        _mmhg("baseline_systolic_mmhg", "Baseline."),
        _mmhg("baseline_diastolic_mmhg", "Baseline, of the same reading."),
        _bpm("baseline_heart_rate_bpm", "Baseline."),
        Column("baseline_spo2_percent", Kind.SHORT, "Baseline.", "%"),
        _mmhg("peak_systolic_mmhg", "Highest after the start of dosing."),
        _minutes("peak_systolic_minute", "First minute at which it was reached."),
        _mmhg("peak_diastolic_mmhg", "Highest after the start of dosing."),
        _minutes("peak_diastolic_minute", "First minute at which it was reached."),
        _bpm("peak_heart_rate_bpm", "Highest after the start of dosing."),
        _minutes("peak_heart_rate_minute", "First minute at which it was reached."),
        Column("lowest_spo2_percent", Kind.SHORT, "Lowest after the start of dosing.", "%"),
        _mmhg("systolic_rise_mmhg", _RISE),
        _mmhg("diastolic_rise_mmhg", _RISE),
        _bpm("heart_rate_rise_bpm", _RISE),
        Column(
            "systolic_recovery",
            Kind.TEXT,
            "Whether systolic pressure came back within 10 % of its baseline: not_left (the peak is), recovered, "
            "not_seen (no later reading is within). Null without baseline.",
            allowed=("not_left", "recovered", "not_seen"),
        ),
        _minutes("systolic_recovery_minute", "First minute after the peak within 10 % of the baseline."),
        Column("baseline_cadss", Kind.SHORT, "Last CADSS total before dosing.", "points"),
        Column("highest_cadss", Kind.SHORT, "Highest CADSS total after the start of dosing.", "points"),
        Column("lowest_moaas", Kind.SHORT, "Lowest MOAA/S after the start of dosing.", "points"),
        _happened("cadss_above_4", "CADSS total above 4 and above its baseline."),
        _happened("moaas_below_5", "Any MOAA/S below 5 after the start of dosing."),
        _happened("systolic_rise_20", "Systolic rise of 20 mmHg or more."),
        _happened("systolic_rise_40", "Systolic rise of 40 mmHg or more."),
        _happened("diastolic_rise_25", "Diastolic rise of 25 mmHg or more."),
        _happened("systolic_180", "Systolic of 180 mmHg or more, whatever the baseline."),
        _happened("diastolic_110", "Diastolic of 110 mmHg or more, whatever the baseline."),
        _happened("pressure_165_100", "Systolic of 165 mmHg or more, or diastolic of 100 or more."),
        _happened("tachycardia", "Heart rate of 100 or more that is 20 or more above the baseline."),
    ),
    key=("session_key",),
)

TABLES = (
    CLINIC_BATCH,
    CLINIC_PATIENT,
    CLINIC_SESSION,
    CLINIC_VITAL,
    CLINIC_SCALE,
    CLINIC_EVENT,
    CLINIC_EVENT_SIDE_EFFECT,
    CLINIC_DERIVED,
)
