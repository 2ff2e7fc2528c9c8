"""Tables of colour: ratios against one, shares from zero, and yes or no."""

from __future__ import annotations

import altair as alt

from dashboards.charts.parts import PERCENT, ROWS, plain, rows_axis, shown
from dashboards.model import Spec

_TOP = alt.Axis(orient="top", labelAngle=-50, labelAlign="left", labelLimit=240, grid=False, title=None)


def heat(row: str, column: str, value: str, title: str, kind: str, *, ratio: bool, sure: str, tooltip: str) -> Spec:
    """A cell per row and column: for ratios two colours around one, on a log scale; else one colour from zero.

    A dot marks cells for which ``sure`` (an expression) is true; a dash those without a number.
    """
    scale = alt.Scale(type="linear", domain=[-5, 5], range="diverging", clamp=True, domainMid=0, interpolate="rgb")
    y = rows_axis(row)
    x = alt.X(f"{column}:N", sort=None, axis=_TOP)
    base = alt.Chart(ROWS).encode(x=x, y=y)
    said = shown(value, f"{value}_lower_95", f"{value}_upper_95", kind)
    drawn = f"log(datum.{value}) / LN2" if ratio else f"datum.{value}"
    told = base.transform_filter(f"isValid(datum.{value})").transform_calculate(said=said, drawn=drawn, more=tooltip)
    if ratio:
        words = (
            "datum.value == 0 ? '1' : datum.value > 0 ? format(pow(2, datum.value), 'd') "
            ": '1/' + format(pow(2, -datum.value), 'd')"
        )
        legend = alt.Legend(title=title, labelExpr=words, values=[-5, -3, -1, 0, 1, 3, 5], gradientLength=260)
        colour = alt.Color("drawn:Q", scale=scale, legend=legend)
    else:
        legend = alt.Legend(title=title, labelExpr=PERCENT, gradientLength=260)
        colour = alt.Color("drawn:Q", scale=alt.Scale(range="ramp", domainMin=0), legend=legend)
    cell = told.mark_rect(style="cell-light").encode(
        color=colour,
        tooltip=[
            alt.Tooltip(f"{row}:N", title=" "),
            alt.Tooltip(f"{column}:N", title="  "),
            alt.Tooltip("said:N", title=title),
            alt.Tooltip("more:N", title="Cases"),
        ],
    )
    dots = [
        told.transform_filter(f"({sure}) && abs(datum.drawn) {side} 3").mark_point(size=16, filled=True, style=style)
        for side, style in (("<=", "dot"), (">", "dot-strong"))
    ]
    none = base.transform_filter(f"!isValid(datum.{value})").mark_text(style="cell", text="\u2013")
    layers = [cell, *dots, none] if ratio else [cell, none]
    return plain(alt.layer(*layers), step=21, rows=row, columns=column)


def matrix(row: str, columns: dict[str, str]) -> Spec:
    """Met, not met, not judged, for each of the columns of yes and no: by colour and by sign."""
    heads = " : ".join(f"datum.key == '{name}' ? '{title}'" for name, title in columns.items()) + " : ''"
    base = (
        alt.Chart(ROWS)
        .transform_fold(list(columns), as_=["key", "met"])
        .transform_calculate(
            head=heads,
            state="!isValid(datum.met) ? 'not judged' : datum.met ? 'met' : 'not met'",
            sign="!isValid(datum.met) ? '?' : datum.met ? '\u2713' : '\u2013'",
        )
        .encode(
            x=alt.X("head:N", sort=None, axis=alt.Axis(orient="top", grid=False, title=None, labelAngle=0)),
            y=rows_axis(row),
        )
    )
    box = base.mark_rect(style="cell-light", cornerRadius=3).encode(
        color=alt.condition("datum.state == 'met'", alt.value("#0067a5"), alt.value("#8796a233")),
        tooltip=[
            alt.Tooltip(f"{row}:N", title=" "),
            alt.Tooltip("head:N", title="Criterion"),
            alt.Tooltip("state:N", title="Met?"),
        ],
    )
    met = base.transform_filter("datum.state == 'met'").mark_text(style="cell", fontWeight="bold", color="#ffffff")
    rest = base.transform_filter("datum.state != 'met'").mark_text(style="cell")
    return plain(alt.layer(box, met.encode(text="sign:N"), rest.encode(text="sign:N")), step=25, rows=row)
