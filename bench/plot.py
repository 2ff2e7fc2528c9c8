"""Cost against size on logarithmic axes, as SVG text. No library: two axes, lines, and a name at each line's end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from bench.growth import Point

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 360, 64, 110, 40, 48
_COLOURS = ("#1f5fa8", "#b3541e", "#3d7a3d", "#7a4f8f")


def log_plot(title: str, across: str, up: str, lines: Mapping[str, Sequence[Point]]) -> str:
    """One line for each name over its points, in order of size.

    Args:
        title: what is shown.
        across: name and unit of the size.
        up: name and unit of the cost.
        lines: points above 0; at most four lines.
    """
    points = [point for line in lines.values() for point in line]
    if not points:
        raise ValueError(f"{title}: there is nothing to draw")
    x_axis = _Axis([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    y_axis = _Axis([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" role="img" font-family="sans-serif" font-size="12" fill="#333">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="22" font-size="14" font-weight="bold">{escape(title)}</text>',
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(across)}</text>',
        f'<text transform="translate(14 {(_TOP + _HEIGHT - _BOTTOM) / 2}) rotate(-90)" '
        f'text-anchor="middle">{escape(up)}</text>',
    ]
    for tick in x_axis.ticks():
        at = x_axis.place(tick)
        parts.append(f'<path d="M{at:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{at:.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{_short(tick)}</text>')
    for tick in y_axis.ticks():
        at = y_axis.place(tick)
        parts.append(f'<path d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{_short(tick)}</text>')
    for (name, line), colour in zip(lines.items(), _COLOURS, strict=False):
        placed = [(x_axis.place(x), y_axis.place(y)) for x, y in sorted(line)]
        if not placed:
            continue
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.extend(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in placed)
        x, y = placed[-1]
        parts.append(f'<text x="{x + 9:.1f}" y="{y + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Axis:
    """A logarithmic scale over whole steps of 1, 2, 5."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        steps = [digit * 10.0**power for power in range(-6, 13) for digit in (1, 2, 5)]
        self._low = max(step for step in steps if step <= min(values))
        self._high = min(step for step in steps if step >= max(values) and step > self._low)
        self._steps, self._start, self._end = steps, start, end

    def place(self, value: float) -> float:
        share = math.log(value / self._low) / math.log(self._high / self._low)
        return self._start + share * (self._end - self._start)

    def ticks(self) -> list[float]:
        inside = [step for step in self._steps if self._low <= step <= self._high]
        return inside if len(inside) <= 8 else [step for step in inside if f"{step:e}".startswith("1.")]


def _short(value: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
