"""Pages as HTML: templates escape everything, scripts and styles are allowed by their hashes and by nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboards import theme
from dashboards.model import Answer, Cell, Figure, Page
from dashboards.pack import packed, script_json

_FOLDER = Path(__file__).parent
_SCRIPTS = ("data.js", "words.js", "chart.js", "page.js")


@cache
def _asset(name: str) -> str:
    return (_FOLDER / "assets" / name).read_text(encoding="utf-8")


@cache
def vega_bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that leaves three names behind."""
    import vl_convert

    script: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub asks for what is optional
    return "(() => {" + script.replace("</script", "<\\/script") + "})();"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def render(page: Page, menu: Sequence[tuple[str, Sequence[Page]]], build: Mapping[str, Any], origin: str) -> str:
    """A page with all that it needs inside."""
    early, style = _asset("theme.js"), _asset("site.css")
    names = (*_SCRIPTS, "menu.js") if page.figures else ("menu.js",)
    script = "(() => {\n" + "\n".join(_asset(name) for name in names) + "})();"
    # theme.js stands by itself, so that the colours are right before anything is painted; its name is global.
    scripts = [early, script, *([vega_bundle()] if page.figures else [])]
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(_hash(one) for one in scripts)}",
            f"style-src {_hash(style)}",
            "img-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    # Ours alone: no text of the data is in them but as JSON that cannot end its element.
    trusted = {
        "policy": policy,
        "style": style,
        "early": early,
        "script": script,
        "bundle": vega_bundle() if page.figures else "",
    }
    options = {one.column: _options(page, one.column, one.groups) for one in page.filters}
    return (
        _environment()
        .get_template(page.template)
        .render(
            page=page,
            made={one.name for _, pages in menu for one in pages},
            menu=menu,
            build=build,
            options=options,
            data=Markup(script_json(_data(page, options, origin))) if page.figures else "",  # noqa: S704
            **{name: Markup(text) for name, text in trusted.items()},  # noqa: S704
        )
    )


def _options(page: Page, column: str, groups: Mapping[str, str]) -> list[tuple[str, list[dict[str, str]]]]:
    """Values that occur on the page, in the order of their words, by group."""
    drawn = {figure.answer for figure in page.figures if column in figure.filters}
    labels: dict[str, str] = {}
    for answer in page.answers:
        if answer.name in drawn:
            words = answer.labels.get(column, {})
            there = set(answer.frame[column].drop_nulls())
            for value in (*words, *sorted(there - set(words))):
                if value in there:
                    labels.setdefault(value, words.get(value, value))
    grouped: dict[str, list[dict[str, str]]] = {}
    for value, label in labels.items():
        grouped.setdefault(groups.get(value, ""), []).append({"value": value, "label": label})
    return list(grouped.items())


def _data(page: Page, options: Mapping[str, Any], origin: str) -> dict[str, Any]:
    return {
        "origin": origin,
        "themes": {name: theme.config(name) for name in ("light", "dark")},
        "filters": [
            {
                "column": one.column,
                "default": one.default,
                "options": [entry for _, entries in options[one.column] for entry in entries],
            }
            for one in page.filters
        ],
        "figures": [_figure(figure) for figure in page.figures],
        "data": {answer.name: packed(answer) for answer in page.answers},
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "title": figure.title,
        "data": figure.answer,
        "spec": figure.spec,
        "cells": [_cell(cell) for cell in figure.cells],
        "label": figure.label,
        "value": _cell(figure.value),
        "filters": list(figure.filters),
        "where": dict(figure.where),
        "sort": list(figure.sort),
        "fixed": figure.fixed,
        "empty": figure.empty,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return asdict(cell)


def default_rows(figure: Figure, page: Page, answer: Answer) -> list[dict[str, Any]]:
    """Rows that a figure shows when its page is opened."""
    from dashboards.pack import rows

    chosen = {one.column: one.default for one in page.filters if one.column in figure.filters}
    return rows(answer, {**figure.where, **chosen}, figure.sort)


def default_choices(figure: Figure, page: Page, answer: Answer) -> str:
    """These choices in words."""
    chosen = {one.column: one.default for one in page.filters}
    parts = [answer.labels.get(column, {}).get(chosen[column], chosen[column]) for column in figure.filters]
    return " \u00b7 ".join([*parts, *([figure.fixed] if figure.fixed else [])])
