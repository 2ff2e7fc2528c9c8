"""Reviewed code tables as lookups: published spelling to what is stored, unit to factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import reference
from transforms.staging.layout import Field, Parse
from vocabulary.errors import ReferenceDataError

Known = Mapping[str, str | None]
"""Published spelling in upper case to stored value; null where the spelling says that nothing is known."""


@dataclass(frozen=True)
class CodeBook:
    """All codes of reference/code.csv and reference/country.csv."""

    codes: Mapping[str, Known]
    factors: Mapping[str, Mapping[str, float]]
    countries: Known

    def known(self, field: Field) -> Known:
        """What may stand in a code or country column.

        Raises:
            ReferenceDataError: no code is declared for the column.
        """
        if field.parse is Parse.COUNTRY:
            return self.countries
        if field.column not in self.codes:
            raise ReferenceDataError(f"reference/code.csv has no code for {field.column}. Add its codes.")
        return self.codes[field.column]

    def factor(self, unit_column: str) -> Mapping[str, float]:
        """Stored unit to its factor.

        Raises:
            ReferenceDataError: the column has no factors.
        """
        if not self.factors.get(unit_column):
            raise ReferenceDataError(f"reference/code.csv has no factors for {unit_column}. Add them.")
        return self.factors[unit_column]


@cache
def code_book() -> CodeBook:
    """The reviewed codes.

    Raises:
        ReferenceDataError: a spelling stands twice, or one unit has two factors.
    """
    codes: dict[str, dict[str, str | None]] = {}
    factors: dict[str, dict[str, float]] = {}
    for row in reference.read("code").iter_rows(named=True):
        known = codes.setdefault(row["field"], {})
        spelling = str(row["code"]).upper()
        if spelling in known:
            raise ReferenceDataError(f"reference/code.csv: {row['field']} {spelling} stands twice. Keep one row.")
        known[spelling] = row["canonical"]
        if row["factor"] is not None and row["canonical"] is not None:
            factor = float(row["factor"])
            if factors.setdefault(row["field"], {}).setdefault(row["canonical"], factor) != factor:
                raise ReferenceDataError(f"reference/code.csv: {row['field']} {row['canonical']} has two factors.")
    countries: dict[str, str | None] = {}
    for row in reference.read("country").iter_rows(named=True):
        spelling = str(row["name"]).upper()
        if spelling in countries:
            raise ReferenceDataError(f"reference/country.csv: {spelling} stands twice. Keep one row.")
        countries[spelling] = row["country_code"]
    return CodeBook(codes, factors, countries)
