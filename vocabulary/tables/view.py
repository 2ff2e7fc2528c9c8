"""Views with plain names over the marts: the usual choice already made, names for people joined in.

Each says what it has chosen; for any other choice ask the mart that it names. They stand in schema main, so that
``FROM side_effects_of_ketamine`` needs no schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vocabulary.table import Column, Kind, Table
from vocabulary.tables import clinical, core, groups
from vocabulary.tables.mart import clinic, evidence, interaction, sensitivity, side_effect, signal, strata, time

USUAL = "Role scope suspect, definition label_style, all contexts and routes."


def _name(name: str, what: str) -> Column:
    return Column(name, Kind.TEXT, f"Name of the {what} for people.")


_EXPOSURE_NAME = _name("exposure_name", "exposure")
_COMPARATOR_NAME = _name("comparator_name", "comparator; All other cases for rest")
_EFFECT_NAME = _name("side_effect_name", "side-effect group")
_DRUG_NAME = _name("drug_name", "drug")
_MEASURE_NAME = replace(clinical.CLINIC_MEASURE.column("name"), name="measure_name", description="Measure in words.")


def _of(table: Table, *left_out: str) -> tuple[Column, ...]:
    """All columns of a mart but those; what is not null there may be null in a view."""
    return tuple(replace(column, nullable=True) for column in table.columns if column.name not in left_out)


def _view(name: str, grain: str, columns: Iterable[Column], *key: str) -> Table:
    return Table("main", name, grain, tuple(columns), key)


_REPORTING, _COMPARISON = side_effect.SIDE_EFFECT_REPORTING, side_effect.SIDE_EFFECT_COMPARISON
_CHOSEN = tuple(name for name in _COMPARISON.key if name not in {"exposure", "comparator", "side_effect"})
"""Choices that a view has made, whatever they are: definition, role scope, context ..."""

_AGAINST_REST = tuple(
    replace(_COMPARISON.column(name), description=f"Against all other cases: {_COMPARISON.column(name).description}")
    for name in ("ror", "ror_lower_95", "ror_upper_95", "ic", "ic_lower_95", "ic_upper_95", "ebgm", "eb05", "eb95",
                 "meets_evans", "meets_ror", "meets_ic", "meets_ema", "meets_eb05", "meets_mhra")
)  # fmt: skip
_PROFILE = (
    groups.SIDE_EFFECT.column("side_effect"),
    _EFFECT_NAME,
    *_of(_REPORTING, "exposure", "side_effect", *_CHOSEN),
    *_AGAINST_REST,
)

SIDE_EFFECTS_BY_DRUG = _view(
    "side_effects_by_drug",
    "One row per exposure (substance or class) and side effect: its share of the exposure's reports, and how that "
    f"compares with all other cases. Not an incidence. {USUAL} From mart.side_effect_reporting.",
    (_REPORTING.column("exposure"), _EXPOSURE_NAME, *_PROFILE),
    "exposure",
    "side_effect",
)


def _profile_of(drug: str) -> Table:
    return _view(
        f"side_effects_of_{drug}",
        f"One row per side effect: its share of the reports with {drug}, and how that compares with all other cases. "
        f"Not an incidence. {USUAL} From mart.side_effect_reporting.",
        _PROFILE,
        "side_effect",
    )


_PAIR = (
    _COMPARISON.column("exposure"),
    _EXPOSURE_NAME,
    _COMPARISON.column("comparator"),
    _COMPARATOR_NAME,
    _COMPARISON.column("side_effect"),
    _EFFECT_NAME,
)

COMPARED_WITH = _view(
    "compared_with",
    "One row per exposure, comparator and side effect: 2x2 counts and disproportionality. "
    f"{USUAL} From mart.side_effect_comparison.",
    (*_PAIR, *_of(_COMPARISON, "exposure", "comparator", "side_effect", *_CHOSEN)),
    "exposure",
    "comparator",
    "side_effect",
)

COMPARED_IN_CONTEXT = _view(
    "compared_in_context",
    "One row per exposure, comparator, side effect and context in which both arms have cases: like against like, such "
    "as ketamine and sertraline in depression. Role scope suspect, definition label_style, all routes. "
    "From mart.side_effect_comparison.",
    (
        *_PAIR,
        _COMPARISON.column("context"),
        *_of(_COMPARISON, "exposure", "comparator", "side_effect", *_CHOSEN),
    ),
    "exposure",
    "comparator",
    "side_effect",
    "context",
)

_ROBUST = sensitivity.SIDE_EFFECT_ROBUSTNESS
HOW_ROBUST = _view(
    "how_robust",
    "One row per exposure, comparator and side effect: in how many variants of the analysis each criterion is met, and "
    "which choice moves the estimate most. From mart.side_effect_robustness.",
    (*_PAIR, *_of(_ROBUST, "exposure", "comparator", "side_effect")),
    "exposure",
    "comparator",
    "side_effect",
)

_DRUG_AND_EFFECT = (_COMPARISON.column("exposure"), _EXPOSURE_NAME, _COMPARISON.column("side_effect"), _EFFECT_NAME)

SIGNALS_OVER_TIME = _view(
    "signals_over_time",
    "One row per studied exposure, side effect and quarter of the build: counts and measures against all other cases, "
    "cumulative. Role scope suspect, definition label_style. From mart.signal_trend.",
    (*_DRUG_AND_EFFECT, *_of(time.SIGNAL_TREND, "exposure", "side_effect", "definition", "role_scope")),
    "exposure",
    "side_effect",
    "quarter",
)

FIRST_SIGNALS = _view(
    "first_signals",
    "One row per studied exposure, side effect and criterion: the quarter in which it was first met. Role scope "
    "suspect, definition label_style. From mart.signal_first_met.",
    (*_DRUG_AND_EFFECT, *_of(time.SIGNAL_FIRST_MET, "exposure", "side_effect", "definition", "role_scope")),
    "exposure",
    "side_effect",
    "criterion",
)

HOW_SOON = _view(
    "how_soon",
    "One row per exposure and side effect: days from the start of the drug to the event, and how many cases have the "
    "dates to tell. Role scope suspect, definition label_style. From mart.time_to_onset.",
    (*_DRUG_AND_EFFECT, *_of(time.TIME_TO_ONSET, "exposure", "side_effect", "definition", "role_scope")),
    "exposure",
    "side_effect",
)

WOMEN_AND_MEN = _view(
    "women_and_men",
    "One row per exposure and side effect: women (a, b) against men (c, d) among the exposure's cases. Role scope "
    "suspect, definition label_style. From mart.sex_comparison.",
    (*_DRUG_AND_EFFECT, *_of(strata.SEX_COMPARISON, "exposure", "side_effect", "definition")),
    "exposure",
    "side_effect",
)

WITH_OTHER_DRUGS = _view(
    "with_other_drugs",
    "One row per exposure, group of further drugs and side effect: more reports with both than expected? Role scope "
    "any, definition label_style. From mart.interaction.",
    (
        *_DRUG_AND_EFFECT[:2],
        interaction.INTERACTION.column("interaction_group"),
        groups.INTERACTION_GROUP_TABLE.column("interaction_group_name"),
        *_DRUG_AND_EFFECT[2:],
        *_of(interaction.INTERACTION, "exposure", "interaction_group", "side_effect", "definition", "role_scope"),
    ),
    "exposure",
    "interaction_group",
    "side_effect",
)

DRUG_EVENT_PAIRS = _view(
    "drug_event_pairs",
    "One row per substance and preferred term reported together at least once, role scope suspect, against all other "
    "cases. From mart.drug_event_signal.",
    (
        signal.DRUG_EVENT_SIGNAL.column("substance"),
        replace(core.SUBSTANCE_TABLE.column("substance_name"), nullable=True),
        *_of(signal.DRUG_EVENT_SIGNAL, "substance"),
    ),
    "substance",
    "term",
)

WHAT_CHANGED = _view(
    "what_changed",
    "One row per change against the build that was published before. From mart.signal_change.",
    (*_of(time.SIGNAL_CHANGE), _EXPOSURE_NAME, _COMPARATOR_NAME, _EFFECT_NAME),
)

_CLINIC_DRUG = (clinic.CLINIC_INCIDENCE.column("drug"), _DRUG_NAME)
_CLINIC_EFFECT = (clinic.CLINIC_INCIDENCE.column("side_effect"), _EFFECT_NAME)

HOW_OFTEN_IN_CLINICS = _view(
    "how_often_in_clinics",
    "One row per drug, side effect and measure: how often it happened in clinic sessions, per session and per patient. "
    "All routes, doses and patients. From mart.clinic_incidence.",
    (
        *_CLINIC_DRUG,
        *_CLINIC_EFFECT,
        clinic.CLINIC_INCIDENCE.column("measure"),
        _MEASURE_NAME,
        *_of(clinic.CLINIC_INCIDENCE, "drug", "side_effect", "measure", "dimension", "stratum"),
    ),
    "drug",
    "side_effect",
    "measure",
)

COMPARED_IN_CLINICS = _view(
    "compared_in_clinics",
    "One row per drug, pair of strata, side effect and measure: differences and ratios of the share of clinic "
    "sessions. From mart.clinic_comparison.",
    (*_of(clinic.CLINIC_COMPARISON), _DRUG_NAME, _EFFECT_NAME, _MEASURE_NAME),
    *clinic.CLINIC_COMPARISON.key,
)

BLOOD_PRESSURE_IN_CLINICS = _view(
    "blood_pressure_in_clinics",
    "One row per drug, vital sign and moment: levels and changes from the baseline in clinic sessions, all routes. "
    "From mart.clinic_blood_pressure.",
    (*_CLINIC_DRUG, *_of(clinic.CLINIC_BLOOD_PRESSURE, "drug", "route")),
    "drug",
    "vital",
    "moment",
)

COURSE_IN_CLINICS = _view(
    "course_in_clinics",
    "One row per drug and side effect with reported events in clinic sessions: how bad, how soon, how long. "
    "From mart.clinic_course.",
    (*_CLINIC_DRUG, *_CLINIC_EFFECT, *_of(clinic.CLINIC_COURSE, "drug", "side_effect")),
    "drug",
    "side_effect",
)

EVIDENCE_SIDE_BY_SIDE = _view(
    "evidence_side_by_side",
    "One row per studied drug and side effect: clinic sessions, label or trial, and FAERS, never to be added. "
    "From mart.evidence.",
    (*_CLINIC_DRUG, *_CLINIC_EFFECT, *_of(evidence.EVIDENCE, "drug", "side_effect")),
    "drug",
    "side_effect",
)

VIEWS = (
    _profile_of("ketamine"),
    _profile_of("esketamine"),
    SIDE_EFFECTS_BY_DRUG,
    COMPARED_WITH,
    COMPARED_IN_CONTEXT,
    HOW_ROBUST,
    SIGNALS_OVER_TIME,
    FIRST_SIGNALS,
    WHAT_CHANGED,
    HOW_SOON,
    WOMEN_AND_MEN,
    WITH_OTHER_DRUGS,
    DRUG_EVENT_PAIRS,
    HOW_OFTEN_IN_CLINICS,
    COMPARED_IN_CLINICS,
    BLOOD_PRESSURE_IN_CLINICS,
    COURSE_IN_CLINICS,
    EVIDENCE_SIDE_BY_SIDE,
)
