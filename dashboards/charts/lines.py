"""Numbers over time."""

from __future__ import annotations

import altair as alt

from dashboards.charts.parts import AXIS_FORMATS, ROWS, plain, shown
from dashboards.model import Spec


def _quarter_axis() -> alt.X:
    axis = alt.Axis(title=None, labelAngle=-45, labelOverlap="greedy", grid=False, labelSeparation=6)
    return alt.X("quarter:O", sort=None, axis=axis)


def band_line(value: str, title: str, kind: str, *, log: bool, reference: float) -> Spec:
    """A line with the band of its interval, quarter by quarter, from the first quarter with a case."""
    scale = alt.Scale(type="log", nice=False, padding=10) if log else alt.Scale(zero=False)
    axis = alt.Axis(format=AXIS_FORMATS[kind], title=title, tickCount=5, grid=True, labelLimit=60)
    base = alt.Chart(ROWS).encode(x=_quarter_axis())
    told = base.transform_filter(f"isValid(datum.{value}) && datum.a > 0").transform_calculate(
        said=shown(value, f"{value}_lower_95", f"{value}_upper_95", kind)
    )
    y = alt.Y(f"{value}_lower_95:Q", scale=scale, axis=axis)
    band = told.mark_area(opacity=0.2).encode(y=y, y2=f"{value}_upper_95:Q")
    line = told.mark_line().encode(y=alt.Y(f"{value}:Q", scale=scale))
    point = told.mark_point(size=45).encode(
        y=alt.Y(f"{value}:Q", scale=scale),
        tooltip=[
            alt.Tooltip("quarter:O", title="Quarter"),
            alt.Tooltip("said:N", title=title),
            alt.Tooltip("a:Q", title="Cases so far", format=","),
        ],
    )
    one = alt.Chart(ROWS).mark_rule(style="reference").encode(y=alt.YDatum(reference))
    chart = alt.layer(band, line, point, one).properties(height=280)
    return plain(chart, step=None)


def events(row: str, quarter: str, quarters: list[str]) -> Spec:
    """The quarter in which each criterion was first met, on an axis of every quarter; empty where it is not met now."""
    axis = alt.Axis(title=None, labelAngle=-45, labelOverlap="greedy", grid=False, labelSeparation=6)
    apart = alt.Scale(paddingInner=0.4)  # marks of a row must be nearer to each other than to those of the next
    y = alt.Y(f"{row}:N", sort=None, title=None, scale=apart, axis=alt.Axis(labelLimit=290, grid=True))
    base = alt.Chart(ROWS).encode(y=y)
    legend = alt.Legend(title="First met")
    point = (
        base.transform_filter(f"isValid(datum.{quarter})")
        .mark_point(size=45, filled=True, opacity=1, strokeWidth=1.5)
        .encode(
            x=alt.X(f"{quarter}:O", scale=alt.Scale(domain=quarters), axis=axis),
            yOffset=alt.YOffset("criterion_label:N", sort=None),
            color=alt.Color("criterion_label:N", sort=None, legend=legend),
            shape=alt.Shape("criterion_label:N", sort=None, legend=legend),
            stroke=alt.Stroke("criterion_label:N", sort=None, legend=legend),
            fillOpacity=alt.condition("datum.is_met_now == 1", alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip(f"{row}:N", title=" "),
                alt.Tooltip("criterion_label:N", title="Criterion"),
                alt.Tooltip(f"{quarter}:N", title="First met"),
                alt.Tooltip("unmet_quarter_count:Q", title="Quarters since in which it was not"),
            ],
        )
    )
    every = base.mark_text(text="").encode(x=alt.value(0))
    return plain(alt.layer(every, point), step=52, rows=row)


def variants(value: str, title: str, colour: str) -> Spec:
    """Every variant of one comparison, sorted by its estimate, each with its interval."""
    base = (
        alt.Chart(ROWS)
        .transform_filter(f"isValid(datum.{value})")
        .transform_window(rank="row_number()", sort=[alt.SortField(value)])
        .transform_calculate(said=shown(value, f"{value}_lower_95", f"{value}_upper_95", "ratio"))
    )
    axis = alt.Axis(tickCount=6, title="Variants, from the lowest estimate to the highest", grid=False, format="d")
    x = alt.X("rank:Q", axis=axis, scale=alt.Scale(nice=False, zero=False))
    scale = alt.Scale(type="log", nice=False, padding=10)
    shade = alt.Color(f"{colour}:N", sort=None, legend=alt.Legend(title=None))
    whisker = base.mark_rule(opacity=0.35, strokeWidth=1.4).encode(
        x=x,
        y=alt.Y(f"{value}_lower_95:Q", scale=scale, axis=alt.Axis(title=title, format=",~g", tickCount=6)),
        y2=f"{value}_upper_95:Q",
        color=shade,
    )
    choices = ("definition", "role_scope", "duplicates", "literature", "reporters", "seriousness", "esketamine_cases")
    names = {"esketamine_cases": "Cases naming esketamine", "role_scope": "Role"}
    point = base.mark_point(size=22, filled=True).encode(
        x=x,
        y=alt.Y(f"{value}:Q", scale=scale),
        color=shade,
        shape=alt.Shape(f"{colour}:N", sort=None, legend=None),
        tooltip=[
            alt.Tooltip("said:N", title=title),
            *(alt.Tooltip(f"{one}_label:N", title=names.get(one, one.capitalize())) for one in choices),
        ],
    )
    one = alt.Chart(ROWS).mark_rule(style="reference").encode(y=alt.YDatum(1))
    return plain(alt.layer(whisker, point, one).properties(height=300), step=None)


def curve(value: str, title: str, *, series: str, unit: str) -> Spec:
    """Change from the baseline over bands of minutes, with its interval."""
    axis = alt.Axis(title=title, tickCount=5, grid=True, labelLimit=60)
    legend = alt.Legend(title=None)
    minutes = alt.Axis(title="Minutes after the start of dosing", labelAngle=0, grid=False)
    base = alt.Chart(ROWS).encode(
        x=alt.X("moment_label:O", sort=None, axis=minutes),
        color=alt.Color(f"{series}:N", sort=None, legend=legend),
    )
    told = base.transform_filter(f"isValid(datum.{value})").transform_calculate(
        said=shown(value, f"{value}_lower_95", f"{value}_upper_95", "number") + f" + ' {unit}'"
    )
    band = told.mark_area(opacity=0.18).encode(
        y=alt.Y(f"{value}_lower_95:Q", axis=axis, scale=alt.Scale(zero=True)), y2=f"{value}_upper_95:Q"
    )
    line = told.mark_line().encode(y=alt.Y(f"{value}:Q"))
    point = told.mark_point(size=60).encode(
        y=alt.Y(f"{value}:Q"),
        shape=alt.Shape(f"{series}:N", sort=None, legend=None),
        tooltip=[
            alt.Tooltip(f"{series}:N", title=" "),
            alt.Tooltip("moment_label:O", title="Minutes"),
            alt.Tooltip("said:N", title=title),
        ],
    )
    zero = alt.Chart(ROWS).mark_rule(style="reference").encode(y=alt.YDatum(0))
    return plain(alt.layer(band, line, point, zero).properties(height=280), step=None)
