"""Side effects of an exposure: shares of its reports, and comparisons. Never an incidence."""

from __future__ import annotations

from vocabulary.table import Table
from vocabulary.tables.mart.columns import (
    COMPARATOR,
    CONTEXT,
    CRITERIA,
    DEFINITION,
    EMPIRICAL_BAYES,
    EXPOSURE,
    MEASURES,
    ROLE_SCOPE,
    ROUTE_GROUP,
    SIDE_EFFECT,
    TWO_BY_TWO,
    count,
    number,
)

SIDE_EFFECT_REPORTING = Table(
    "mart",
    "side_effect_reporting",
    "One row per exposure, side effect, definition, role scope, context and route group in which the exposure has "
    "cases (and without restriction, context and route group all, always): share of the exposure's reports. Not an "
    "incidence.",
    (
        EXPOSURE,
        SIDE_EFFECT,
        DEFINITION,
        ROLE_SCOPE,
        CONTEXT,
        ROUTE_GROUP,
        count("report_count", "Cases with the exposure and the side effect."),
        count("exposed_report_count", "Cases with the exposure."),
        number("reporting_share", "report_count / exposed_report_count; null without exposed cases.", 0, 1),
        number("reporting_share_lower_95", "Lower bound of the Wilson 95 % interval of the share.", 0, 1),
        number("reporting_share_upper_95", "Upper bound of the Wilson 95 % interval of the share.", 0, 1),
        count("serious_count", "Of report_count, cases with any outcome reported."),
        count("death_count", "Of report_count, cases with outcome DE (of the case, not caused by the side effect)."),
        count("hospitalisation_count", "Of report_count, cases with outcome HO."),
    ),
    key=("exposure", "side_effect", "definition", "role_scope", "context", "route_group"),
)

SIDE_EFFECT_COMPARISON = Table(
    "mart",
    "side_effect_comparison",
    "One row per exposure, comparator, side effect, definition, role scope, context and route group in which both arms "
    "have cases (and without restriction, context and route group all, always): 2x2 counts and disproportionality. "
    "A case with both exposures is in neither arm. EBGM is null where the prior does not apply (see docs/methods.md).",
    (
        EXPOSURE,
        COMPARATOR,
        SIDE_EFFECT,
        DEFINITION,
        ROLE_SCOPE,
        CONTEXT,
        ROUTE_GROUP,
        *TWO_BY_TWO,
        count("both_exposed_count", "Cases with exposure and comparator, left out of both arms."),
        *MEASURES,
        *CRITERIA,
        *EMPIRICAL_BAYES,
    ),
    key=("exposure", "comparator", "side_effect", "definition", "role_scope", "context", "route_group"),
)

TABLES = (SIDE_EFFECT_REPORTING, SIDE_EFFECT_COMPARISON)
