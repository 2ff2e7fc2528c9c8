"""Figures as pictures: SVG and PNG of what a page shows first, with title, choices and origin in them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WIDTH = 800
"""Pixels of the whole picture; PNG has twice as many."""

_EMPTY: dict[str, Any] = {
    "mark": "text",
    "data": {"values": [{}]},
    "encoding": {"text": {"value": "No cases for this choice."}},
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with its rows and the words in it; ``target`` is the file without its ending."""

    target: Path
    spec: dict[str, Any]
    rows: list[dict[str, Any]]
    title: str
    lines: tuple[str, ...]
    config: dict[str, Any]


def draw(pictures: Sequence[Picture]) -> None:
    """Write every picture as SVG and PNG; the same pictures give the same bytes."""
    for picture in pictures:
        _draw(picture)


def _draw(picture: Picture) -> None:
    import vl_convert

    needs = picture.spec["usermeta"].get("needs")
    is_drawn = any(needs is None or row[needs] is not None for row in picture.rows)
    spec = copy.deepcopy(picture.spec) if is_drawn else dict(_EMPTY)
    spec["width"] = WIDTH
    if is_drawn:
        spec["datasets"] = {"rows": picture.rows}
        meta = spec.pop("usermeta")
        spec["padding"] = {"left": 10, "top": 10, "bottom": 10, "right": 180 if meta["numbers"] else 12}
        if meta["step"]:
            drawn = [row for row in picture.rows if needs is None or row[needs] is not None]
            named = {row[meta["rows"]] for row in drawn} if meta["rows"] else drawn
            spec["height"] = meta["step"] * len(named)
    spec["title"] = {"text": picture.title, "subtitle": list(picture.lines)}
    svg = vl_convert.vegalite_to_svg(spec, vl_version="6.4", config=picture.config, allowed_base_urls=[])
    picture.target.with_suffix(".svg").write_text(svg, encoding="utf-8")
    picture.target.with_suffix(".png").write_bytes(vl_convert.svg_to_png(svg, scale=2))
