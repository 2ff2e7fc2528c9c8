"""How soon after the start."""

from __future__ import annotations

from dataclasses import replace

from dashboards import theme
from dashboards.ask import Warehouse
from dashboards.charts import interval, quartiles, stacked_shares
from dashboards.model import Cell, Figure, Filter, Page
from dashboards.pages.common import DEFINITION, ROLE

_ONSET = Cell("onset_median_days", "Median days", "days", "onset_q1_days", "onset_q3_days", empty="no usable dates")
_SHAPE = Cell(
    "weibull_shape", "Weibull shape", "number", "weibull_shape_lower_95", "weibull_shape_upper_95", empty="not fitted"
)
_WHY = (
    "datum.weibull_undefined_reason == 'too_few_cases' ? 'fewer than 30 cases with dates' : "
    "datum.weibull_undefined_reason == 'no_variation' ? 'all on the same day' : 'no fit found'"
)
_FILTERS = ("exposure", "role_scope", "definition")


def page(warehouse: Warehouse) -> Page:
    """Quartiles of the onset, the shape of the hazard, and how many cases have dates at all."""
    everyone = {name: words for name, words in warehouse.comparators.items() if name != "rest"}
    studied = warehouse.labels["exposure"]
    labels = {"exposure": {**studied, **{name: words for name, words in everyone.items() if name not in studied}}}
    groups = {
        name: "Studied" if name in studied else "Classes" if name in warehouse.classes else "Single substances"
        for name in everyone
    }
    onset = warehouse.answer("onset", labels=labels)
    dates = warehouse.answer("onset_dates", labels=labels)
    soon = Figure(
        name="onset",
        title="How many days after the start does it begin?",
        reading="Median and quartiles of the days from the first dose to the event, among cases with both dates. Day 0 "
        "is the day of the first dose. A case has one date for all its reactions. Read it beside how many cases have "
        "dates at all (below), and beside a comparator: late effects are reported less for every drug.",
        answer="onset",
        spec=quartiles(
            "side_effect_label",
            ("onset_q1_days", "onset_median_days", "onset_q3_days"),
            "Days from the start, median (quartiles)",
            "days",
            missing="'no case with usable dates'",
            after="', n ' + format(datum.with_dates_count, ',')",
            days=True,
        ),
        cells=(
            Cell("side_effect", "Side effect"),
            _ONSET,
            Cell("with_dates_count", "Cases with dates", "count"),
            Cell("case_count", "Cases", "count"),
            Cell("day_0_count", "On day 0", "count"),
        ),
        label="side_effect",
        value=_ONSET,
        filters=_FILTERS,
        sort=("side_effect_order",),
    )
    usable = Figure(
        name="onset_dates",
        title="How many cases have dates that can be used?",
        reading="Cases without usable dates are not in the figure above, and they are not a random part of all cases.",
        answer="onset_dates",
        spec=stacked_shares("side_effect_label", "dates", "cases", "Share of the cases", "Cases", theme.USABLE),
        cells=(Cell("side_effect", "Side effect"), Cell("dates", "Dates"), Cell("cases", "Cases", "count")),
        label="side_effect,dates",
        value=Cell("cases", "Cases", "count"),
        filters=_FILTERS,
        sort=("side_effect_order", "dates_order"),
    )
    shape = Figure(
        name="weibull_shape",
        title="Does the risk of an onset fall with time, or rise?",
        reading="The shape of a Weibull distribution, fitted where at least 30 cases have dates. Below 1: most begin "
        "soon after the start, as effects of the dose itself do. Above 1: the longer it is taken, the more. With 1 in "
        "the interval, neither is shown.",
        answer="onset",
        spec=interval(
            "side_effect_label",
            "weibull_shape",
            "Weibull shape, log scale (95 % interval)",
            "ratio",
            log=True,
            reference=1,
            missing=_WHY,
        ),
        cells=(
            Cell("side_effect", "Side effect"),
            _SHAPE,
            Cell("weibull_scale_days", "Scale, days", "days", empty="not fitted"),
            Cell("with_dates_count", "Cases with dates", "count"),
        ),
        label="side_effect",
        value=_SHAPE,
        filters=_FILTERS,
        sort=("side_effect_order",),
    )
    return Page(
        name="onset",
        menu="Time to onset",
        title="How soon after the start does a side effect begin?",
        lead="Days from the first dose to the event, for ketamine and for what it is compared with.",
        figures=(soon, usable, shape),
        filters=(Filter("exposure", "Drug or class", "ketamine", groups), ROLE, replace(DEFINITION)),
        answers=(onset, dates),
    )
