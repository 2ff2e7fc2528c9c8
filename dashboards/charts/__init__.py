"""Figures as Vega-Lite, by Altair. A chart names its data ``rows``; the page, or the picture, brings them."""

from dashboards.charts.bars import counted, stacked_shares
from dashboards.charts.heat import heat, matrix
from dashboards.charts.interval import interval, quartiles
from dashboards.charts.lines import band_line, curve, events, variants

__all__ = [
    "band_line",
    "counted",
    "curve",
    "events",
    "heat",
    "interval",
    "matrix",
    "quartiles",
    "stacked_shares",
    "variants",
]
