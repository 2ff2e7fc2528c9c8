"""Reviewed reference data: small CSVs changed by review, never inside code.

``read("substance")`` is the one way in; every column is text, every cell is trimmed, blank is null.

FAERS files: layout (columns by era), code (codes and units as published), country, fda_row_count.
Drugs: substance, substance_class, substance_name (a name stands once), combination (brands of several ingredients),
fixed_combination (several ingredients that are one substance), narrower_substance (whose wider name people use for
it), ingredient_name (brands and spellings of other ingredients), refused_name (proposals that a person refused),
not_substance (what looks like a reviewed name and is not), salt, inn_stem, name_noise (words that name no drug),
interaction_group (drugs given beside ketamine: opioids, sedatives and so on; ids as the build makes them).
Contexts of a case: context (by rank), indication_context, indication_alias, route_group, region (of a country).
Corrections of published rows: corrections.
Reactions: side_effect, side_effect_term (the narrowest definition that holds a term), term_alias.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from vocabulary.errors import ReferenceDataError

FOLDER = Path(__file__).parent


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """A folder as it was when it was first read; what is kept of its tables is kept under this object."""

    folder: Path


_HERE = Source(FOLDER)
_SOURCE: ContextVar[Source] = ContextVar("reference_source", default=_HERE)


def source() -> Source:
    """Where the tables are read from: this folder, but inside ``using``."""
    return _SOURCE.get()


@contextmanager
def using(other: Path) -> Iterator[None]:
    """Read the tables of another folder meanwhile, to compare two states of them.

    Raises:
        ReferenceDataError: it is no folder of reference tables.
    """
    if not (other / "substance.csv").is_file():
        raise ReferenceDataError(f"{other} is no folder of reference tables: it has no substance.csv.")
    token = _SOURCE.set(Source(other.resolve()))
    try:
        yield
    finally:
        _SOURCE.reset(token)


def read(name: str) -> pl.DataFrame:
    """One reference table, all columns text.

    Raises:
        ReferenceDataError: there is no such table.
    """
    return _read(source(), name)


@cache
def _read(place: Source, name: str) -> pl.DataFrame:
    path = place.folder / f"{name}.csv"
    if not path.is_file():
        raise ReferenceDataError(f"There is no reference table {name!r} in {place.folder.name}/.")
    return pl.read_csv(path, infer_schema=False).with_columns(pl.all().str.strip_chars().replace("", None))


def version(name: str = "*") -> str:
    """Sixteen hexadecimal digits that change with any reference table, or with the one that is named."""
    return _version(source(), name)


@cache
def _version(place: Source, name: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(place.folder.glob(f"{name}.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
