"""Comparisons inside strata and over them; women against men. Role scope suspect throughout."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table
from vocabulary.tables.mart.columns import (
    COMPARATOR,
    CRITERIA,
    DEFINITION,
    EXPOSURE,
    MEASURES,
    SIDE_EFFECT,
    TWO_BY_TWO,
    count,
    flag,
    interval,
    number,
)

DIMENSIONS = ("sex", "age_group", "period", "region", "reporter_group")

SIDE_EFFECT_STRATUM = Table(
    "mart",
    "side_effect_stratum",
    "One row per exposure, comparator, side effect, definition and stratum in which both arms have cases: 2x2 counts "
    "and disproportionality inside the stratum. Role scope suspect.",
    (
        EXPOSURE,
        COMPARATOR,
        SIDE_EFFECT,
        DEFINITION,
        Column("dimension", Kind.TEXT, "What the strata are made by.", nullable=False, allowed=DIMENSIONS),
        Column("stratum", Kind.TEXT, "Value of that column of core.report; sex F, M or unknown.", nullable=False),
        *TWO_BY_TWO,
        *MEASURES,
        *CRITERIA,
    ),
    key=("exposure", "comparator", "side_effect", "definition", "dimension", "stratum"),
)

SIDE_EFFECT_STRATIFIED = Table(
    "mart",
    "side_effect_stratified",
    "One row per exposure, comparator, side effect, definition and way of stratifying: the Mantel-Haenszel ROR over "
    "the strata beside the crude one. Role scope suspect.",
    (
        EXPOSURE,
        COMPARATOR,
        SIDE_EFFECT,
        DEFINITION,
        Column(
            "stratified_by",
            Kind.TEXT,
            "What the strata are made by; sex_age_period crosses sex, age group and period.",
            nullable=False,
            allowed=(*DIMENSIONS, "sex_age_period"),
        ),
        count("a", "Exposure and event, over all strata."),
        Column("stratum_count", Kind.BIGINT, "Strata in which both arms have cases.", unit="strata", minimum=0),
        number("crude_ror", "ROR without strata.", 0),
        number("ror", "Mantel-Haenszel ROR over the strata.", 0),
        *interval("ror", "the stratified ROR (Robins, Breslow and Greenland)"),
        Column("undefined_reason", Kind.TEXT, "Why the stratified ROR is null."),
        number("breslow_day_tarone", "Breslow-Day statistic with Tarone's correction.", 0),
        Column("degrees_of_freedom", Kind.BIGINT, "Strata without an empty margin, less one.", minimum=0),
        number("heterogeneity_p_value", "P value of that statistic; null with fewer than two such strata.", 0, 1),
        flag(
            "is_heterogeneous",
            "That p value is below 0.05: the strata do not agree on one ratio, so read mart.side_effect_stratum. Not "
            "corrected for the number of tests; weak where strata are sparse.",
            nullable=True,
        ),
    ),
    key=("exposure", "comparator", "side_effect", "definition", "stratified_by"),
)

SEX_COMPARISON = Table(
    "mart",
    "sex_comparison",
    "One row per exposure, side effect and definition: among the exposure's cases of known sex, women (a, b) against "
    "men (c, d). Role scope suspect.",
    (
        EXPOSURE,
        SIDE_EFFECT,
        DEFINITION,
        count("a", "Women with the event."),
        count("b", "Women without."),
        count("c", "Men with the event."),
        count("d", "Men without."),
        *MEASURES,
        *CRITERIA,
    ),
    key=("exposure", "side_effect", "definition"),
)

TABLES = (SIDE_EFFECT_STRATUM, SIDE_EFFECT_STRATIFIED, SEX_COMPARISON)
