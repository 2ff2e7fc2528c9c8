"""What charts share: the data's name, axes that are honest, the way to a plain specification."""

from __future__ import annotations

from typing import Any

import altair as alt

from dashboards.model import Spec

ROWS = alt.NamedData("rows")
STEP = 26

PERCENT = "format(100 * datum.value, '~g') + ' %'"
"""Labels of an axis or a legend of shares, written as in all our texts."""

AXIS_FORMATS = {"ratio": ",~g", "bits": "~g", "number": ",~g", "minutes": ",~g"}
_DIGITS = {
    "share": "{0} == 0 || {0} >= 0.01 ? '.1f' : '.2f'",  # a small share needs one digit more
    "ratio": "{0} < 0.1 ? '.2r' : {0} < 10 ? '.2f' : {0} < 100 ? '.1f' : ',.0f'",
    "bits": "'.2f'",
    "number": "abs({0}) < 10 ? '.2f' : abs({0}) < 100 ? '.1f' : ',.0f'",
    "days": "{0} < 10 ? '~r' : ',.0f'",
    "minutes": "{0} < 10 ? '~r' : ',.0f'",
}


def shown(value: str, lower: str | None, upper: str | None, kind: str) -> str:
    """A Vega expression: the number and its interval as people read them."""

    def one(name: str) -> str:
        field = f"datum.{name}"
        number = f"100 * {field}" if kind == "share" else field
        return f"format({number}, {_DIGITS[kind].format(field)})"

    point = f"{one(value)} + ' %'" if kind == "share" else one(value)
    return point if lower is None else f"{point} + ' (' + {one(lower)} + ' to ' + {one(str(upper))} + ')'"


def axis_labels(kind: str) -> dict[str, Any]:
    """How the numbers of an axis are written."""
    return {"labelExpr": PERCENT} if kind == "share" else {"format": AXIS_FORMATS[kind]}


def rows_axis(label: str) -> alt.Y:
    """Rows in the order in which the data come."""
    return alt.Y(f"{label}:N", sort=None, title=None, axis=alt.Axis(labelLimit=290))


def value_axis(name: str, title: str, kind: str, *, log: bool = False, days: bool = False) -> alt.X:
    """The axis of a number: logarithmic for ratios, from zero for shares and times."""
    if days:
        ticks = [0, 1, 3, 7, 30, 90, 365, 1095, 3650]
        axis = alt.Axis(title=title, values=ticks, labelOverlap="greedy", titleAnchor="start", format=",d")
        return alt.X(f"{name}:Q", scale=alt.Scale(type="symlog", zero=True), axis=axis)
    scale = alt.Scale(type="log", nice=False, padding=14) if log else alt.Scale(zero=True, nice=True)
    axis = alt.Axis(**axis_labels(kind), title=title, tickCount=6, labelOverlap="greedy", titleAnchor="start")
    return alt.X(f"{name}:Q", scale=scale, axis=axis)


def plain(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart,
    *,
    numbers: bool = False,
    step: int | None = STEP,
    rows: str | None = None,
    columns: str | None = None,
    needs: str | None = None,
) -> Spec:
    """The chart as a dictionary without a width, which who draws it gives.

    ``usermeta`` tells who draws: whether numbers need room at the right, and how high a row is. ``rows`` is the column
    whose values are rows; without it every row of the data is one. ``columns`` is that whose names stand over columns.
    ``step`` of None: the chart has its height. ``needs`` is the column that must hold a number.
    """
    spec: Spec = chart.to_dict(validate=False)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec.pop("config", None)
    spec.pop("$schema", None)
    spec["usermeta"] = {"numbers": numbers, "step": step, "rows": rows, "columns": columns, "needs": needs}
    return spec
