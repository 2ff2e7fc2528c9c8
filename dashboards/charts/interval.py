"""A number with its interval, row by row: forest plots, shares, quartiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from dashboards.charts.parts import ROWS, plain, rows_axis, shown, value_axis
from dashboards.model import Spec


def interval(
    label: str,
    value: str,
    title: str,
    kind: str,
    *,
    log: bool = False,
    reference: float | None = None,
    lower: str | None = None,
    upper: str | None = None,
    hollow: str | None = None,
    missing: str = "'nothing to compare'",
    series: str | None = None,
    series_title: str | None = None,
    after: str = "",
    reference_field: str | None = None,
    row_words: str | None = None,
) -> Spec:
    """A point and its interval per row; ``series`` puts several beside each other in a row, in colours and shapes.

    ``hollow`` is an expression: points for which it is true are drawn empty, their intervals dashed. Rows without a
    number say why (``missing``, an expression). ``after`` is an expression that stands behind the numbers.
    ``reference_field`` is a column with the place of the reference line, ``row_words`` an expression that makes the
    rows' names.
    """
    low, high = lower or f"{value}_lower_95", upper or f"{value}_upper_95"
    hollow = hollow or "false"
    said = shown(value, low, high, kind) + (f" + {after}" if after else "")
    base = alt.Chart(ROWS).encode(y=rows_axis(label))
    if row_words:
        base = base.transform_calculate(**{label: row_words})
    beside: dict[str, Any] = {"yOffset": alt.YOffset(f"{series}:N", sort=None)} if series else {}
    told = base.transform_filter(f"isValid(datum.{value})").transform_calculate(said=said, hollow=hollow)
    colour: dict[str, Any] = dict(beside)
    if series:
        legend = alt.Legend(title=series_title)
        colour["color"] = alt.Color(f"{series}:N", sort=None, legend=legend)
        colour["shape"] = alt.Shape(f"{series}:N", sort=None, legend=None)
    lines = {key: one for key, one in colour.items() if key != "shape"}
    rule = told.mark_rule(style="interval").encode(
        x=value_axis(low, title, kind, log=log),
        x2=f"{high}:Q",
        strokeDash=alt.condition("datum.hollow", alt.value([3, 3]), alt.value([1, 0])),
        **lines,
    )
    # An empty point is its outline alone; no figure with several series has empty points.
    outline: dict[str, Any] = {} if series else {"style": "estimate"}
    point = told.mark_point(filled=True, opacity=1, **outline).encode(
        x=value_axis(value, title, kind, log=log),
        fillOpacity=alt.condition("datum.hollow", alt.value(0), alt.value(1)),
        tooltip=[alt.Tooltip(f"{label}:N", title=" "), *([alt.Tooltip(f"{series}:N", title="  ")] if series else []),
                 alt.Tooltip("said:N", title=title)],
        **colour,
    )  # fmt: skip
    layers: list[alt.Chart] = []
    if reference is not None:
        one = alt.Chart(ROWS).mark_rule(style="reference").encode(x=alt.XDatum(reference))
        layers.append(one)
    if reference_field is not None:
        crude = alt.Chart(ROWS).transform_aggregate(at=f"mean({reference_field})").mark_rule(style="reference")
        layers.append(crude.encode(x="at:Q"))
    layers += [rule, point]
    numbers = told.mark_text(style="numbers", dx=10).encode(x=alt.value("width"), text="said:N", **beside)
    layers.append(numbers.properties(name="numbers"))
    absent = base.transform_filter(f"!isValid(datum.{value})").transform_calculate(said=missing)
    layers.append(absent.mark_text(style="quiet", dx=6, baseline="middle").encode(
        x=alt.value(0), text="said:N", **beside))  # fmt: skip
    return plain(alt.layer(*layers), numbers=True, step=34 if series else 26, rows=None if row_words else label)


def quartiles(
    label: str, parts: Sequence[str], title: str, kind: str, *, missing: str, after: str = "", days: bool = False
) -> Spec:
    """First quartile, median and third quartile per row; ``days`` on an axis that shows a day and a year alike."""
    low, middle, high = parts
    said = shown(middle, low, high, kind) + (f" + {after}" if after else "")
    base = alt.Chart(ROWS).encode(y=rows_axis(label))
    told = base.transform_filter(f"isValid(datum.{middle})").transform_calculate(said=said)
    bar = told.mark_bar(size=9, opacity=0.45, cornerRadius=4).encode(
        x=value_axis(low, title, kind, days=days), x2=f"{high}:Q"
    )
    point = told.mark_point(size=80).encode(
        x=value_axis(middle, title, kind, days=days),
        tooltip=[alt.Tooltip(f"{label}:N", title=" "), alt.Tooltip("said:N", title=title)],
    )
    numbers = told.mark_text(style="numbers", dx=10).encode(x=alt.value("width"), text="said:N")
    absent = base.transform_filter(f"!isValid(datum.{middle})").transform_calculate(said=missing)
    quiet = absent.mark_text(style="quiet", dx=6, baseline="middle").encode(x=alt.value(0), text="said:N")
    return plain(alt.layer(bar, point, numbers.properties(name="numbers"), quiet), numbers=True, rows=label)
