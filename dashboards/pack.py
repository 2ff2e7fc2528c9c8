"""Answers as small JSON: columns, not rows; text as numbers into a list of words; runs of one value as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl

from dashboards.model import Answer

DIGITS = 4


def packed(answer: Answer) -> dict[str, Any]:
    """Columns of an answer: ``ids``, ``labels`` and ``runs`` (index, length, index, length ...) of text.

    Numbers are ``n``, or where that is shorter ``steps`` (value, length, value, length ...).
    """
    columns = {}
    for name in answer.kept:
        column = answer.frame[name]
        if column.dtype == pl.String:
            columns[name] = _text(column, answer.labels.get(name, {}))
        elif column.dtype == pl.Boolean:
            columns[name] = _numbers([None if value is None else int(value) for value in column.to_list()])
        else:
            columns[name] = _numbers([short(value) for value in column.to_list()])
    return {"rows": answer.frame.height, "columns": columns}


def _numbers(values: list[Any]) -> dict[str, Any]:
    runs = _runs(values)
    return {"steps": runs} if len(runs) < len(values) else {"n": values}


def _text(column: pl.Series, labels: Mapping[str, str]) -> dict[str, Any]:
    there = set(column.drop_nulls().unique())
    known = [value for value in labels if value in there]
    rest = sorted(there - set(known))
    ids = [*known, *rest]
    place: dict[str | None, int] = {value: number for number, value in enumerate(ids)}
    place[None] = -1
    runs = _runs([place[value] for value in column.to_list()])
    return {"ids": ids, "labels": [labels.get(value, value) for value in ids], "runs": runs}


def _runs(values: list[Any]) -> list[Any]:
    """Value, length, value, length ..."""
    return [part for value, group in groupby(values) for part in (value, len(list(group)))]


def short(value: float | None) -> float | int | None:
    """A number with four digits, whole ones as they are: what a drawing can show."""
    if value is None or isinstance(value, int):
        return value
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() else rounded


def rows(answer: Answer, where: Mapping[str, str | tuple[str, ...]], sort: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of an answer as the page makes them: restricted, sorted, with the words of each id beside it."""
    frame = answer.frame.select(answer.kept)
    for column, wanted in where.items():
        frame = frame.filter(pl.col(column).is_in([wanted] if isinstance(wanted, str) else list(wanted)))
    found = []
    for row in frame.iter_rows(named=True):
        shown: dict[str, Any] = {}
        for name, value in row.items():
            if isinstance(value, str):
                words = answer.labels.get(name, {})
                shown[name] = value
                shown[f"{name}_label"] = words.get(value, value)
                shown[f"{name}_order"] = list(words).index(value) if value in words else len(words)
            else:
                shown[name] = value if isinstance(value, bool) else short(value)
        found.append(shown)
    for key in reversed(sort):
        name, falls = key.removeprefix("-"), key.startswith("-")
        present = [row for row in found if row.get(name) is not None]
        present.sort(key=lambda row: row[name], reverse=falls)
        found = present + [row for row in found if row.get(name) is None]
    return found


def script_json(value: object) -> str:
    """JSON that may stand inside a script element: no tag can end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
