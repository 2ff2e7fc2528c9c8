"""Patients: age, sex and country, as numbers into small tables of texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulation.layouts import FIRST_GENC_QUARTER, Era, era_of
from simulation.stream import Choice, Ints, Stream, weighted
from vocabulary.quarter import Quarter

SEXES = ("F", "M", "UNK", "")
_SEX = weighted([51, 35, 0.5, 13.5], 12)

_COUNTRIES: tuple[tuple[str, str, float], ...] = (
    ("US", "UNITED STATES", 60),
    ("CA", "CANADA", 7),
    ("JP", "JAPAN", 5),
    ("GB", "UNITED KINGDOM", 4),
    ("FR", "FRANCE", 4),
    ("DE", "GERMANY", 4),
    ("IT", "ITALY", 2),
    ("ES", "SPAIN", 1.5),
    ("BR", "BRAZIL", 1.5),
    ("AU", "AUSTRALIA", 1),
    ("NL", "NETHERLANDS", 1),
    ("CN", "CHINA", 1),
    ("IN", "INDIA", 1),
    ("CO", "COLOMBIA", 1),
    ("PL", "POLAND", 0.5),
    ("SE", "SWEDEN", 0.5),
    ("CH", "SWITZERLAND", 0.5),
    ("AR", "ARGENTINA", 0.5),
    ("KR", "KOREA, REPUBLIC OF", 0.5),
    ("MX", "MEXICO", 0.4),
    ("EU", "EU", 0.1),
    ("COUNTRY NOT SPECIFIED", "COUNTRY NOT SPECIFIED", 1.5),
    ("", "", 1.5),
)
_COUNTRY = weighted([weight for _, _, weight in _COUNTRIES], 14)
_NOT_SPECIFIED = len(_COUNTRIES) - 2


@dataclass(frozen=True)
class AgeTable:
    """Ages as printed: number, unit, age group; position 0 is a patient whose age nobody gave."""

    number: NDArray[np.object_]
    unit: NDArray[np.object_]
    group: NDArray[np.object_]
    choice: Choice


def _group(years: float) -> str:
    for limit, code in ((1 / 12, "N"), (2, "I"), (12, "C"), (18, "T"), (65, "A")):
        if years < limit:
            return code
    return "E"


FIRST_YEARS, YEARS = 1, 98
"""Position of an age of two years in :func:`age_table`, and how many whole years follow, itself included."""


@cache
def age_table() -> AgeTable:
    """Every age that a simulated report can print, with the units of the published files."""
    rows: list[tuple[str, str, float, float]] = [("", "", 0.0, 5200.0)]
    rows += [(str(years), "YR", years, 60 - abs(years - 58)) for years in range(2, 100)]
    rows += [(f"{years}.5", "YR", years + 0.5, 0.3) for years in range(1, 90, 3)]
    rows += [(str(months), "MON", months / 12, 2.0) for months in range(1, 24)]
    rows += [(str(weeks), "WK", weeks * 7 / 365.25, 0.8) for weeks in range(1, 20)]
    rows += [(str(days), "DY", days / 365.25, 1.2) for days in range(1, 28)]
    rows += [(str(hours), "HR", hours / 8766, 0.4) for hours in range(1, 36, 5)]
    rows += [(str(decades), "DEC", decades * 10.0, 12.0) for decades in range(1, 10)]
    rows += [("19591", "DY", 19591 / 365.25, 0.5), ("689", "MON", 689 / 12, 0.5)]
    return AgeTable(
        np.array([row[0] for row in rows], dtype=object),
        np.array([row[1] for row in rows], dtype=object),
        np.array(["", *(_group(row[2]) for row in rows[1:])], dtype=object),
        weighted([row[3] for row in rows]),
    )


def draw_patients(stream: Stream, size: int) -> tuple[Ints, Ints, Ints]:
    """Sex, age and country of ``size`` patients, as positions in their tables."""
    return stream.pick(size, _SEX), stream.pick(size, age_table().choice), stream.pick(size, _COUNTRY)


def country_texts(quarter: Quarter) -> list[str]:
    """Countries as the quarter prints them: full names in AERS, codes in FAERS, GENC codes from 2021Q4."""
    if era_of(quarter) is Era.AERS:
        return [name for _, name, _ in _COUNTRIES]
    texts = [code for code, _, _ in _COUNTRIES]
    if quarter >= FIRST_GENC_QUARTER:
        texts[_NOT_SPECIFIED] = ""
    return texts


@cache
def weight_texts() -> tuple[list[str], list[str], Choice]:
    """Body weights as printed: number, unit, and how often each; position 0 is none."""
    rows: list[tuple[str, str, float]] = [("", "", 3200.0)]
    rows += [(str(kilograms), "KG", 6.0) for kilograms in range(40, 120)]
    rows += [(f"{kilograms}.{kilograms % 9 + 1}", "KG", 2.0) for kilograms in range(3, 140)]
    rows += [(f"{kilograms}.18", "KG", 0.5) for kilograms in range(45, 110, 4)]
    rows += [(str(pounds), "LBS", 1.2) for pounds in range(90, 300, 3)]
    rows += [(str(grams), "GMS", 0.5) for grams in range(900, 4200, 150)]
    numbers, units = [row[0] for row in rows], [row[1] for row in rows]
    return numbers, units, weighted([row[2] for row in rows])
