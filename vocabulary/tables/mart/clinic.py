"""What happens in clinic sessions: incidences, which FAERS cannot give, with counts of sessions and of patients.

In the published file counts are under disclosure control: where ``is_suppressed``, the numbers that would tell of fewer
than ``meta.build.clinic_minimum_cell`` sessions or patients are null.
"""

from __future__ import annotations

from dataclasses import replace

from vocabulary.table import Column, Kind, Table
from vocabulary.tables import clinic
from vocabulary.tables.mart.columns import ALL, SIDE_EFFECT, flag, interval, number

REPORTED = "reported"
"""Measure of what the clinic itself names."""

DERIVED_MEASURES = (
    "cadss_above_4",
    "moaas_below_5",
    "systolic_rise_20",
    "systolic_rise_40",
    "diastolic_rise_25",
    "systolic_180",
    "diastolic_110",
    "pressure_165_100",
    "tachycardia",
)
"""Measures of what readings and scores tell, as in reference/clinic_measure.csv."""

DIMENSIONS = (ALL, "route", "dose_band", "session_band", "age_group", "sex", "indication")
COMPARED_DIMENSIONS = ("drug", "route", "dose_band", "session_band")
VITALS = ("systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent")
MINUTE_BANDS = ("0_14", "15_29", "30_44", "45_59", "60_89", "90_119", "120_and_later")
MOMENTS = ("baseline", "peak", *MINUTE_BANDS)

DRUG = Column("drug", Kind.TEXT, "What was given; all for all drugs together.", nullable=False,
              allowed=(ALL, *clinic.DRUGS))  # fmt: skip
_DIMENSION = Column("dimension", Kind.TEXT, "What the strata are made by; all is no restriction.", nullable=False,
                    allowed=DIMENSIONS)  # fmt: skip
_STRATUM = Column("stratum", Kind.TEXT, "Value of that column of core.clinic_session or core.clinic_patient; all.",
                  nullable=False)  # fmt: skip
_MEASURE = Column(
    "measure",
    Kind.TEXT,
    "How it is established: reported by the clinic, or derived from readings or scores (core.clinic_measure).",
    nullable=False,
    allowed=(REPORTED, *DERIVED_MEASURES),
)
_SUPPRESSED = flag("is_suppressed", "Numbers are left out of the published file, so that no small group shows.")
_PER_SESSION = "the share of sessions, by sessions clustered in patients"


def _count(name: str, description: str, unit: str) -> Column:
    return Column(name, Kind.BIGINT, description, unit=unit, minimum=0)


CLINIC_INCIDENCE = Table(
    "mart",
    "clinic_incidence",
    "One row per drug, stratum, side effect and measure, where the stratum has sessions: how often it happens, per "
    "session and per patient.",
    (
        DRUG,
        _DIMENSION,
        _STRATUM,
        SIDE_EFFECT,
        _MEASURE,
        _count("event_session_count", "Sessions with it.", "sessions"),
        _count("session_count", "Sessions in which it can be told.", "sessions"),
        _count("unassessed_session_count", "Sessions beside these, in which it cannot: no baseline, no score.",
               "sessions"),
        number("session_incidence", "event_session_count / session_count.", 0, 1),
        *interval("session_incidence", _PER_SESSION),
        number("design_effect", "Variance of that share over that of independent sessions, from 1 up.", 1),
        _count("event_patient_count", "Patients with it in any session.", "patients"),
        _count("patient_count", "Patients with a session in which it can be told.", "patients"),
        number("patient_incidence", "event_patient_count / patient_count, over however many sessions they had.", 0, 1),
        *interval("patient_incidence", "the share of patients, Wilson"),
        _SUPPRESSED,
    ),
    key=("drug", "dimension", "stratum", "side_effect", "measure"),
)  # fmt: skip

_ARM = (
    _count("event_session_count", "Sessions with it.", "sessions"),
    _count("session_count", "Sessions in which it can be told.", "sessions"),
)

CLINIC_COMPARISON = Table(
    "mart",
    "clinic_comparison",
    "One row per drug, pair of strata, side effect and measure, where both strata have sessions: differences and "
    "ratios of the share of sessions. Drugs against each other (drug is all), and inside a drug routes, doses of a "
    "route against its lowest, and later sessions against first ones. Nobody was randomised.",
    (
        DRUG,
        replace(_DIMENSION, allowed=COMPARED_DIMENSIONS, description="What is compared."),
        replace(_STRATUM, description="Stratum; of dimension drug the drug."),
        replace(_STRATUM, name="reference_stratum", description="Stratum that it is compared with."),
        SIDE_EFFECT,
        _MEASURE,
        *_ARM,
        *(replace(column, name=f"reference_{column.name}", description=f"Of the reference: {column.description}")
          for column in _ARM),
        number("risk_difference", "Share of sessions less that of the reference.", -1, 1),
        *interval("risk_difference", "the difference (MOVER), patients in both arms counted as such"),
        number("risk_ratio", "Share of sessions over that of the reference.", 0),
        *interval("risk_ratio", "the ratio (MOVER on the log scale), patients in both arms counted as such"),
        Column("undefined_reason", Kind.TEXT, "Why the ratio is null: no_events, no_reference_events.",
               allowed=("no_events", "no_reference_events")),
        _SUPPRESSED,
    ),
    key=("drug", "dimension", "stratum", "reference_stratum", "side_effect", "measure"),
)  # fmt: skip

CLINIC_BLOOD_PRESSURE = Table(
    "mart",
    "clinic_blood_pressure",
    "One row per drug, route, vital sign and moment with readings: levels, changes from the baseline, the course by "
    "minutes. How often thresholds are met stands in mart.clinic_incidence.",
    (
        DRUG,
        Column("route", Kind.TEXT, "Route; all for all routes.", nullable=False, allowed=(ALL, *clinic.ROUTES)),
        Column("vital", Kind.TEXT, "Column of core.clinic_vital.", nullable=False, allowed=VITALS),
        Column("moment", Kind.TEXT,
               "baseline: last value before dosing; peak: highest (of spo2_percent the lowest) after the start of "
               "dosing; else a band of minutes after it, bounds included.",
               nullable=False, allowed=MOMENTS),
        _count("reading_count", "Readings; of baseline and peak one per session.", "readings"),
        _count("patient_count", "Patients with a reading.", "patients"),
        number("mean_level", "Mean over readings."),
        number("sd_level", "Standard deviation over readings.", 0),
        _count("change_count", "Readings with a baseline in the session.", "readings"),
        number("mean_change", "Mean change of these from the baseline."),
        *interval("mean_change", "the mean change, by readings clustered in patients"),
        number("sd_change", "Standard deviation of the change.", 0),
        Column("median_minutes_to_peak", Kind.DOUBLE, "Of the peak: median minute at which it was first reached.",
               "minutes"),
        _count("recovered_session_count", "Of the systolic peak: sessions that left 10 % around the baseline and were "
               "seen to come back.", "sessions"),
        _count("not_seen_session_count", "Those that left it and were not seen to come back.", "sessions"),
        Column("median_minutes_to_recovery", Kind.DOUBLE, "Median minute, from the start of dosing, of coming back; of "
               "those seen to.", "minutes"),
        _SUPPRESSED,
    ),
    key=("drug", "route", "vital", "moment"),
)  # fmt: skip


def _quartiles(name: str, words: str) -> tuple[Column, ...]:
    return tuple(
        Column(f"{name}_{part}_minutes", Kind.DOUBLE, f"{title} of {words}.", "minutes")
        for part, title in (("q1", "First quartile"), ("median", "Median"), ("q3", "Third quartile"))
    )


CLINIC_COURSE = Table(
    "mart",
    "clinic_course",
    "One row per drug and side effect with reported events: how bad, how soon, how long, and what was stopped. Is it "
    "mild and short-lived?",
    (
        DRUG,
        SIDE_EFFECT,
        _count("event_count", "Events reported; a session may have several.", "events"),
        _count("mild_count", "Of them severity 1.", "events"),
        _count("moderate_count", "Severity 2.", "events"),
        _count("severe_count", "Severity 3.", "events"),
        number("mild_share", "mild_count / event_count.", 0, 1),
        *interval("mild_share", "that share, by events clustered in patients"),
        _count("serious_count", "Serious as ICH E2A defines it.", "events"),
        _count("onset_known_count", "With a minute of onset.", "events"),
        *_quartiles("onset", "minutes from the start of dosing to the onset"),
        _count("duration_known_count", "With minutes of onset and resolution.", "events"),
        *_quartiles("duration", "minutes from onset to resolution, of those known: unresolved ones are not in it"),
        _count("discharge_known_count", "Events of sessions with a minute of discharge.", "events"),
        _count("resolved_before_discharge_count", "Of these, known to be resolved by then.", "events"),
        number("resolved_before_discharge_share", "Share of discharge_known_count; unknown counts as not.", 0, 1),
        *interval("resolved_before_discharge_share", "that share, by events clustered in patients"),
        _count("stopped_count", "Events for which the session or the treatment was stopped.", "events"),
        _SUPPRESSED,
    ),
    key=("drug", "side_effect"),
)

TABLES = (CLINIC_INCIDENCE, CLINIC_COMPARISON, CLINIC_BLOOD_PRESSURE, CLINIC_COURSE)
