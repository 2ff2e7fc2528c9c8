"""Time: how a signal grew, what changed since the last build, and how long after the start an event began."""

from __future__ import annotations

from dataclasses import replace

from vocabulary.table import Column, Kind, Table
from vocabulary.tables.mart.columns import (
    COMPARATOR,
    CRITERIA,
    DEFINITION,
    EMPIRICAL_BAYES,
    EXPOSURE,
    MEASURES,
    ROLE_SCOPE,
    SIDE_EFFECT,
    TWO_BY_TWO,
    count,
    flag,
    interval,
    number,
)

CRITERIA_OVER_TIME = tuple(column.name.removeprefix("meets_") for column in CRITERIA)
"""Criteria that need no prior: a prior belongs to a whole build, not to a quarter of it."""

ALL_CRITERIA = (
    *CRITERIA_OVER_TIME,
    *(column.name.removeprefix("meets_") for column in EMPIRICAL_BAYES if column.name.startswith("meets_")),
)

ONSET_SCOPES = ("primary_suspect", "suspect")

_QUARTER = Column(
    "quarter", Kind.TEXT, "Cases first seen in this quarter or an earlier one, such as 2022q4.", nullable=False
)
_SHOWN = ("ror", "ror_lower_95", "ror_upper_95", "ic", "ic_lower_95", "ic_upper_95", "is_zero_cell_corrected")

SIGNAL_TREND = Table(
    "mart",
    "signal_trend",
    "One row per studied exposure, side effect, definition, role scope and quarter of the build: 2x2 counts against "
    "the rest, cumulative. A case enters in the quarter of its first sighting in any file that was loaded, and with "
    "its content as of now: neither what it said then, nor cases that were deleted since, are counted.",
    (
        EXPOSURE,
        SIDE_EFFECT,
        DEFINITION,
        ROLE_SCOPE,
        _QUARTER,
        *TWO_BY_TWO,
        *(column for column in MEASURES if column.name in {*_SHOWN, "undefined_reason"}),
        *CRITERIA,
    ),
    key=("exposure", "side_effect", "definition", "role_scope", "quarter"),
)

SIGNAL_FIRST_MET = Table(
    "mart",
    "signal_first_met",
    "One row per studied exposure, side effect, definition, role scope and criterion: since when it is met in "
    "mart.signal_trend.",
    (
        EXPOSURE,
        SIDE_EFFECT,
        DEFINITION,
        ROLE_SCOPE,
        Column("criterion", Kind.TEXT, "Criterion that needs no prior.", nullable=False, allowed=CRITERIA_OVER_TIME),
        Column("first_met_quarter", Kind.TEXT, "First quarter in which it was met; null where it never was."),
        flag("is_met_now", "It is met in the last quarter."),
        Column(
            "unmet_quarter_count",
            Kind.INTEGER,
            "Quarters of the build after the first one met in which it was not met; null where it never was met.",
            unit="quarters",
            minimum=0,
        ),
    ),
    key=("exposure", "side_effect", "definition", "role_scope", "criterion"),
)


def _before(column: Column) -> Column:
    return replace(column, name=f"previous_{column.name}", description=f"In the previous build: {column.description}")


_CHANGED = (
    count("a", "Exposure and event; null where this build has no such comparison.", nullable=True),
    *(column for column in MEASURES if column.name in {"ror_lower_95", "ic_lower_95"}),
)

SIGNAL_CHANGE = Table(
    "mart",
    "signal_change",
    "One row per change against the build that was published when this one was made: a criterion of a row of "
    "mart.side_effect_comparison (all contexts and routes together) that is newly met or no longer met, and an "
    "exposure or side effect that is new or gone as a whole. Empty also where there was nothing to compare with: "
    "meta.build.comparison_outcome says which.",
    (
        Column("previous_build_id", Kind.TEXT, "Build that is compared with.", nullable=False),
        Column(
            "subject",
            Kind.TEXT,
            "What changed: criterion, or a whole exposure (as exposure or comparator) or side_effect.",
            nullable=False,
            allowed=("criterion", "exposure", "side_effect"),
        ),
        Column("change", Kind.TEXT, "new or gone.", nullable=False, allowed=("new", "gone")),
        replace(EXPOSURE, nullable=True),
        replace(COMPARATOR, nullable=True),
        replace(SIDE_EFFECT, nullable=True),
        replace(DEFINITION, nullable=True),
        replace(ROLE_SCOPE, nullable=True),
        Column("criterion", Kind.TEXT, "Criterion; null where a whole exposure or side effect changed.",
               allowed=ALL_CRITERIA),
        *(_before(column) for column in _CHANGED),
        *_CHANGED,
    ),
    key=("subject", "exposure", "comparator", "side_effect", "definition", "role_scope", "criterion"),
)  # fmt: skip

TIME_TO_ONSET = Table(
    "mart",
    "time_to_onset",
    "One row per exposure, side effect, definition and role scope (primary_suspect, suspect): days from the earliest "
    "complete start date of the exposure's drugs in that role to the event date of the case. Each case is in one of "
    "four groups: with dates, partial, negative, missing.",
    (
        EXPOSURE,
        SIDE_EFFECT,
        DEFINITION,
        replace(ROLE_SCOPE, allowed=ONSET_SCOPES),
        count("case_count", "Cases with the exposure and the side effect."),
        count("with_dates_count", "Of these, with complete dates, the event not before the start: used below."),
        count("partial_count", "With both dates, one of them without a day: not used."),
        count("negative_count", "With complete dates, the event before the start: not used."),
        count("missing_count", "Without event date, or without any start date."),
        count("day_0_count", "Of with_dates_count, on the day of the start."),
        *(
            Column(f"onset_{name}_days", Kind.DOUBLE, f"{words} of the onset; null without dates.", unit="days",
                   minimum=0)
            for name, words in (("q1", "First quartile"), ("median", "Median"), ("q3", "Third quartile"))
        ),
        number("weibull_shape", "Weibull shape by maximum likelihood, day d being the time from d to d + 1; below 1 "
               "the hazard falls with time.", 0),
        *interval("weibull_shape", "the shape"),
        Column("weibull_scale_days", Kind.DOUBLE, "Weibull scale of the same fit.", unit="days", minimum=0),
        Column(
            "weibull_undefined_reason",
            Kind.TEXT,
            "Why no Weibull was fitted: too_few_cases (fewer than 30 with dates), no_variation (all on one day or on "
            "two that touch), not_converged.",
            allowed=("too_few_cases", "no_variation", "not_converged"),
        ),
    ),
    key=("exposure", "side_effect", "definition", "role_scope"),
)  # fmt: skip

TABLES = (SIGNAL_TREND, SIGNAL_FIRST_MET, SIGNAL_CHANGE, TIME_TO_ONSET)
