"""Reviewed reference data: small CSVs changed by review, never inside code.

``read("substance")`` is the one way in; every column is text, every cell is trimmed, blank is null.

FAERS files: layout (columns by era), code (codes and units as published), country, fda_row_count.
Drugs: substance, substance_class, substance_name (a name stands once), combination (brands of several ingredients),
fixed_combination (several ingredients that are one substance), narrower_substance (whose wider name people use for
it), not_substance (what looks like a reviewed name and is not), salt, inn_stem, name_noise (words that name no drug),
interaction_group (drugs given beside ketamine: opioids, sedatives and so on; ids as the build makes them).
Contexts of a case: context (by rank), indication_context, indication_alias, route_group, region (of a country).
Reactions: side_effect, side_effect_term (the narrowest definition that holds a term), term_alias.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import polars as pl

from vocabulary.errors import ReferenceDataError

FOLDER = Path(__file__).parent


@cache
def read(name: str) -> pl.DataFrame:
    """One reference table, all columns text.

    Raises:
        ReferenceDataError: there is no such table.
    """
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        raise ReferenceDataError(f"There is no reference table {name!r} in {FOLDER.name}/.")
    return pl.read_csv(path, infer_schema=False).with_columns(pl.all().str.strip_chars().replace("", None))


@cache
def version() -> str:
    """Sixteen hexadecimal digits that change with any reference table."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
