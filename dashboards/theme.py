"""Colours and type of charts, light and dark. Categories after Okabe and Ito: told apart with every colour vision."""

from __future__ import annotations

from typing import Any

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"

CATEGORIES = {
    "light": ["#0067a5", "#c2500a", "#00795a", "#8a4f7d", "#8a6d00", "#56707f", "#a33b3b"],
    "dark": ["#5ab4f0", "#f2994a", "#3ecfa4", "#d89ac8", "#e3c341", "#a3b8c4", "#f08a8a"],
}
GRADES = ["#8fc1e3", "#e0a03f", "#b5391f"]
"""Mild, moderate, severe: from light to dark, on either paper."""
USABLE = ["#2f86c4", "#d9822b", "#2a9d7c", "#93a1ac"]
"""What can be used, what cannot for a reason, and in grey what is missing."""
REASONS = ["#93a1ac", "#2f86c4", "#d9822b", "#2a9d7c", "#b76ba3", "#c9b037", "#d05a5a"]
"""Reasons; the first, which is expected, in grey."""
_INK = {"light": "#1d2730", "dark": "#e6ebef"}
_SOFT = {"light": "#4a5863", "dark": "#b4c0ca"}
_GRID = {"light": "#e3e8ec", "dark": "#303a43"}
_PAPER = {"light": "#ffffff", "dark": "#1a2129"}
_DIVERGING = {
    "light": ["#07466f", "#3d87b8", "#a5cbe2", "#f4f4f2", "#f3c79a", "#d67a24", "#8f3c02"],
    "dark": ["#7cc4f5", "#4088bb", "#2a5069", "#2b3139", "#6d4a24", "#c4782d", "#ffb36b"],
}
_SEQUENTIAL = {
    "light": ["#eef4f8", "#a9cbe1", "#4f93c1", "#0b5c94", "#052f52"],
    "dark": ["#202c36", "#1f4f70", "#2c7db3", "#6ab7ea", "#d3ecff"],
}


def config(theme: str) -> dict[str, Any]:
    """Vega-Lite's config of a theme, ``light`` or ``dark``."""
    ink, soft, grid, paper = _INK[theme], _SOFT[theme], _GRID[theme], _PAPER[theme]
    main = CATEGORIES[theme][0]
    text = {"color": ink, "font": FONT, "fontSize": 12}
    return {
        "aria": False,
        "background": paper,
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": soft,
            "titleColor": soft,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titlePadding": 10,
            "gridColor": grid,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
        },
        "axisY": {"labelColor": ink, "labelLimit": 290, "grid": False},
        "axisX": {"grid": True},
        "legend": {
            "labelColor": ink,
            "titleColor": soft,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "orient": "top",
            "direction": "horizontal",
            "symbolSize": 90,
            "labelLimit": 260,
        },
        "title": {
            "anchor": "start",
            "color": ink,
            "subtitleColor": soft,
            "fontSize": 16,
            "subtitleFontSize": 12,
            "offset": 14,
            "frame": "bounds",
        },
        "range": {
            "category": CATEGORIES[theme],
            "diverging": _DIVERGING[theme],
            "ramp": _SEQUENTIAL[theme],
            "heatmap": _SEQUENTIAL[theme],
        },
        "point": {"filled": True, "size": 70, "color": main},
        "bar": {"color": main},
        "line": {"strokeWidth": 2.2, "color": main},
        "text": text,
        "style": {
            "interval": {"color": main, "strokeWidth": 2.2},
            "estimate": {"stroke": main, "strokeWidth": 1.6},
            "reference": {"color": soft, "strokeDash": [5, 4], "strokeWidth": 1.2},
            "numbers": {**text, "align": "left", "baseline": "middle", "fontSize": 11.5},
            "quiet": {**text, "color": soft, "fontStyle": "italic", "align": "left", "fontSize": 11.5},
            "dot": {"color": ink, "opacity": 0.9},
            "dot-strong": {"color": paper, "opacity": 1},
            "cell": {**text, "align": "center", "baseline": "middle", "fontSize": 12},
            "cell-light": {"stroke": paper, "strokeWidth": 1},
        },
    }
