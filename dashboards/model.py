"""What a page is made of: answers (tables), figures that draw them, filters that choose one value of a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

Spec = dict[str, Any]
Where = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a figure's table, and with bounds the interval beside it.

    ``kind`` says how a number is shown: text, count, share, ratio, bits, number, days, minutes, flag or sign (met or
    not). ``hidden`` is the column that says that a missing number is left out for the sake of small groups,
    ``corrected`` the one that says that a cell of its table was zero.
    """

    field: str
    label: str
    kind: str = "text"
    lower: str | None = None
    upper: str | None = None
    empty: str = "not defined"
    hidden: str = "is_suppressed"
    corrected: str = "is_zero_cell_corrected"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question of dashboards/questions/ gives: every row goes to the CSV as it is.

    ``labels`` has, per column of text, the words for each value in the order in which people should meet them.
    ``kept`` names the columns that the page carries; numbers are rounded to four digits there.
    """

    name: str
    frame: pl.DataFrame
    labels: Mapping[str, Mapping[str, str]]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of one value, never of several: kinds of evidence and definitions cannot be mixed."""

    column: str
    label: str
    default: str
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """One question, its chart, and the table that says the same.

    The text alternative is made of ``label`` (one column, or two with a comma) and ``value``. ``sort`` is a list of
    columns, a minus before one that falls. ``fixed`` says in words what holds whatever is chosen.
    """

    name: str
    title: str
    reading: str
    answer: str
    spec: Spec
    cells: tuple[Cell, ...]
    label: str
    value: Cell
    filters: tuple[str, ...] = ()
    where: Where = field(default_factory=dict)
    sort: tuple[str, ...] = ()
    fixed: str = ""
    empty: str = "No cases for this choice: there is nothing to show."


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    ``headings`` puts a heading before the figure of that name; ``extra`` is what a template of the page's own shows.
    ``kind`` says what kind of evidence it is about: faers, clinic, both or none.
    """

    name: str
    menu: str
    title: str
    lead: str
    figures: tuple[Figure, ...] = ()
    filters: tuple[Filter, ...] = ()
    answers: tuple[Answer, ...] = ()
    notes: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    template: str = "page.html"
    extra: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "faers"
