"""Parts of a whole."""

from __future__ import annotations

import altair as alt

from dashboards.charts.parts import PERCENT, ROWS, plain, rows_axis
from dashboards.model import Spec


def stacked_shares(
    row: str, part: str, count: str, title: str, unit: str, colours: list[str], *, share: bool = True
) -> Spec:
    """Bars that add up: to one with ``share``, else to the count. ``colours`` must do on light and on dark paper."""
    labels = PERCENT if share else "datum.value == 0 ? '0' : format(datum.value, '~s')"
    axis = alt.Axis(labelExpr=labels, title=title, titleAnchor="start", tickCount=6)
    whole = alt.Chart(ROWS).mark_bar(size=16)
    chart = whole.encode(
        y=rows_axis(row),
        x=alt.X(f"{count}:Q", stack="normalize" if share else "zero", axis=axis),
        color=alt.Color(
            f"{part}_label:N",
            sort=None,
            scale=alt.Scale(range=colours),
            legend=alt.Legend(title=None, columns=min(len(colours), 4)),
        ),
        order=alt.Order(f"{part}_order:Q"),
        tooltip=[
            alt.Tooltip(f"{row}:N", title=" "),
            alt.Tooltip(f"{part}_label:N", title="  "),
            alt.Tooltip(f"{count}:Q", title=unit, format=","),
        ],
    )
    return plain(chart, rows=row, needs=count)


def counted(row: str, share: str, title: str, words: str) -> Spec:
    """A bar from zero to one per row, and words at the right (an expression)."""
    base = alt.Chart(ROWS).encode(y=rows_axis(row)).transform_calculate(said=words)
    axis = alt.Axis(labelExpr=PERCENT, title=title, titleAnchor="start", tickCount=6)
    bar = base.mark_bar(size=14).encode(
        x=alt.X(f"{share}:Q", scale=alt.Scale(domain=[0, 1]), axis=axis),
        tooltip=[alt.Tooltip(f"{row}:N", title=" "), alt.Tooltip("said:N", title=title)],
    )
    numbers = base.mark_text(style="numbers", dx=10).encode(x=alt.value("width"), text="said:N")
    return plain(alt.layer(bar, numbers.properties(name="numbers")), numbers=True, rows=row)
