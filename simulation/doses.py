"""The right-hand side of DRUG rows, from route on: some thousand ready-made texts per route and era."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from simulation.drugs import ROUTES
from simulation.layouts import Era
from simulation.stream import Ints, Stream

_PER_ROUTE = 1500
_MODERN_ROUTE = {
    "oral": "Oral",
    "intravenous": "Intravenous (not otherwise specified)",
    "intramuscular": "Intramuscular",
    "nasal": "Nasal",
    "subcutaneous": "Subcutaneous",
    "topical": "Topical",
    "inhalation": "Respiratory (inhalation)",
    "other": "Other",
    "unknown": "Unknown",
    "blank": "",
}
_FREQUENCY = ("QD", "BID", "TID", "QOW", "QW", "Q3W", "PRN", "1X")
_FORM = ("Tablet", "Capsule", "Film-coated tablet", "Injection", "Solution for injection", "UNKNOWN")
_AMOUNTS = ("5", "10", "20", "25", "50", "75", "100", "150", "200", "2.5", "0.5")
_UNITS = ("MG", "MG", "MG", "UG", "ML", "DF", "IU", "MG/KG")
# Doses as reporters write them; a TAB, quotes and a character lost at the source among them.
_FREE_TEXT = ("UNK", "UNK UNK, UNK", 'TOOK "HALF" A TABLET', "AS NEEDED\t(PRN)", "2 DROPS?", "SEE IMAGE", "PO")


@dataclass(frozen=True)
class TailBook:
    """Texts of route r are ``fields[start[r] : start[r] + count[r]]``; each prints all of ``columns``."""

    columns: tuple[str, ...]
    fields: pl.Series
    start: Ints
    count: Ints


_SHARED = ("dechallenge", "rechallenge", "lot_number", "expiry_date", "application_number")
_COLUMNS = {
    False: ("route", "dose_text", *_SHARED),
    True: (
        *("route", "dose_text", "cumulative_dose", "cumulative_dose_unit", *_SHARED),
        *("dose_amount", "dose_unit", "dose_form", "dose_frequency"),
    ),
}


@cache
def tail_book(era: Era) -> TailBook:
    """Texts of one era, the same for every seed."""
    stream = Stream(0, "drug details", era.value)
    fields: list[str] = []
    for route in ROUTES:
        text = _MODERN_ROUTE[route]
        fields += _tails(stream, text if era is Era.FAERS_2 else text.split(" (")[0].upper(), era.is_faers)
    start = np.arange(len(ROUTES)) * _PER_ROUTE
    return TailBook(
        _COLUMNS[era.is_faers], pl.Series("details", fields), start, np.full(len(ROUTES), _PER_ROUTE, dtype=np.int64)
    )


def _tails(stream: Stream, route: str, is_faers: bool) -> list[str]:
    size = _PER_ROUTE

    def one_of(options: tuple[str, ...]) -> list[str]:
        return [options[place] for place in stream.below(size, len(options)).tolist()]

    def sometimes(share: float, make: Callable[[int], str]) -> list[str]:
        shown = stream.chance(size, share).tolist()
        number = stream.below(size, 10_000_000).tolist()
        return [make(value) if present else "" for present, value in zip(shown, number, strict=True)]

    amount, unit, frequency = one_of(_AMOUNTS), one_of(_UNITS), one_of(_FREQUENCY)
    dosed, free = stream.chance(size, 0.45).tolist(), one_of(_FREE_TEXT)
    wrote = stream.chance(size, 0.65).tolist()
    dose = [
        (f"{amount[i]} {unit[i]}, {frequency[i]}" if dosed[i] else free[i]) if wrote[i] else "" for i in range(size)
    ]
    shared = [
        sometimes(0.55, lambda value: "UUUUUUDDYN"[value % 10]),
        sometimes(0.1, lambda value: "UUUUUUUUNY"[value % 10]),
        sometimes(0.25, lambda value: f"LOT{value}" if value % 5 else "UNKNOWN,UNKNOWN"),
        sometimes(0.002, lambda value: f"20{10 + value % 15}{1 + value % 12:02d}31"[: 6 if value % 2 else 4]),
        sometimes(0.38, lambda value: "999999" if value % 50 == 0 else f"{value % 900_000:06d}"),
    ]
    columns = [[route] * size, dose]
    if is_faers:
        total = sometimes(0.05, lambda value: f"{value % 9000}.{value % 10}")
        columns += [total, ["MG" if text else "" for text in total], *shared]
        columns += [[text if dosed[i] else "" for i, text in enumerate(part)] for part in (amount, unit)]
        columns += [sometimes(0.4, lambda value: _FORM[value % len(_FORM)])]
        columns += [[text if dosed[i] else "" for i, text in enumerate(frequency)]]
    else:
        columns += shared
    return ["$".join(parts) for parts in zip(*columns, strict=True)]
