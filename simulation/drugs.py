"""The drugs of the simulated world: what each is, how it is named on a row, and by which route it is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

import reference
from simulation.dressing import dress
from simulation.layouts import Era
from simulation.stream import Ints, Stream
from vocabulary.errors import ReferenceDataError

ROUTES = (
    *("oral", "intravenous", "intramuscular", "nasal", "subcutaneous"),
    *("topical", "inhalation", "other", "unknown", "blank"),
)
ROUTE_SLOTS = 8
STUDIED = ("ketamine", "esketamine", "arketamine")
_NAMES_PER_INGREDIENT = 24
_KIND_WEIGHT = {"ingredient": 12, "salt": 8, "brand": 8, "foreign": 2, "misspelling": 1, "abbreviation": 1}
_FULLY_DRESSED = ("ingredient", "salt", "brand")
_QUOTED = ("VITAMINS", "FISH OIL", "FOLIC ACID", "FERROUS SULFATE", "MELATONIN", "LACTULOSE")
"""Written with unescaped quotes on some rows."""

_PAIRED = 260
"""So many ordinary ingredients go by their own name alone; the others by salts and brands too."""

_MISSING_INGREDIENT = 0.026
"""Share of rows of which FDA published no prod_ai in 2022q4."""

_REVIEWED_ROUTES = {
    "esketamine": "nasal nasal nasal nasal nasal nasal unknown blank",
    "ketamine": "intravenous intravenous intravenous intramuscular nasal oral unknown blank",
    "arketamine": "intravenous intravenous intravenous nasal nasal unknown unknown blank",
    "sevoflurane": "inhalation inhalation inhalation inhalation inhalation other unknown blank",
}
_THEATRE = ("propofol", "etomidate", "methohexital", "dexmedetomidine", "midazolam", "fentanyl", "morphine")

# Several ingredients in one row, as FAERS writes them; each counts by itself.
_COMBINATIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("GLUCOVANCE", "GLYBURIDE\\METFORMIN HYDROCHLORIDE", ()),
    ("BAKTAR", "SULFAMETHOXAZOLE\\TRIMETHOPRIM", ()),
    ("PERCOCET", "ACETAMINOPHEN\\OXYCODONE HYDROCHLORIDE", ()),
    ("COMBIVENT", "ALBUTEROL SULFATE\\IPRATROPIUM BROMIDE", ()),
    ("ZESTORETIC", "HYDROCHLOROTHIAZIDE\\LISINOPRIL", ()),
    ("SYMBYAX", "FLUOXETINE HYDROCHLORIDE\\OLANZAPINE", ("fluoxetine",)),
    ("BUPIVACAINE\\FENTANYL", "BUPIVACAINE\\FENTANYL", ("fentanyl",)),
    ("KETAMINE\\MIDAZOLAM", "KETAMINE\\MIDAZOLAM", ("ketamine", "midazolam")),
    ("KETAMINE\\PROPOFOL", "KETAMINE\\PROPOFOL", ("ketamine", "propofol")),
)


@dataclass(frozen=True)
class DrugBook:
    """Ingredients by number: reviewed substances first, then ordinary ones, then combinations.

    Attributes:
        substances: ids of reference/substance.csv, in the order of their bits.
        ordinary: names of the ordinary ingredients.
        mask: reviewed substances of each ingredient number, one bit each.
        route_slots: ``ROUTE_SLOTS`` route numbers per ingredient, to be drawn evenly.
        paired: numbers of ordinary ingredients that go by their own name alone, in every era.
    """

    substances: tuple[str, ...]
    ordinary: tuple[str, ...]
    mask: NDArray[np.uint64]
    route_slots: Ints
    paired: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many ingredient numbers there are."""
        return len(self.mask)

    @property
    def combinations(self) -> range:
        """Numbers of the combinations, which only eras with prod_ai can write."""
        return range(len(self.substances) + len(self.ordinary), self.size)

    def number(self, substance: str) -> int:
        """Number of a reviewed substance.

        Raises:
            ReferenceDataError: reference/substance.csv has no such id.
        """
        if substance not in self.substances:
            raise ReferenceDataError(
                f"simulation/scenario.py plants {substance!r}, which reference/substance.csv does not have. Add it."
            )
        return self.substances.index(substance)


@dataclass(frozen=True)
class NameBook:
    """Name fields of DRUG rows in one layout: those of ingredient i are ``fields[start[i] : start[i] + count[i]]``.

    A field is ``drugname$val_vbm`` or ``drugname$prod_ai$val_vbm``; ``blank`` is the field of a row without a name.
    """

    fields: pl.Series
    start: Ints
    count: Ints
    blank: int


@cache
def _ordinary() -> list[dict[str, str | None]]:
    rows = pl.read_csv(Path(__file__).with_name("ordinary_drug.csv"), infer_schema=False).to_dicts()
    # Alphabetic order says nothing about frequency: shuffle once, for good.
    order = np.argsort(Stream(0, "ordinary drug").words(len(rows)), kind="stable")
    return [rows[position] for position in order.tolist()]


@cache
def drug_book() -> DrugBook:
    """The drugs of every simulated quarter.

    Raises:
        ReferenceDataError: there are more reviewed substances than bits.
    """
    substances = tuple(reference.read("substance")["substance"].to_list())
    if len(substances) > 64:
        raise ReferenceDataError("The simulator counts at most 64 reviewed substances. Widen its masks.")
    ordinary = _ordinary()
    bits = [1 << place for place in range(len(substances))]
    masks = bits + [0] * len(ordinary)
    masks += [sum(bits[substances.index(name)] for name in held) for _, _, held in _COMBINATIONS]
    routes = [_routes(name) for name in substances]
    routes += [_usual(str(row["route"])) for row in ordinary] + [_usual("oral")] * len(_COMBINATIONS)
    # Words alone, without a salt: what every correct cleaning leaves as it is.
    paired = [
        len(substances) + place
        for place, row in enumerate(ordinary)
        if not row["salt"] and row["ingredient"] not in _QUOTED and str(row["ingredient"]).replace(" ", "").isalpha()
    ]
    return DrugBook(
        substances,
        tuple(str(row["ingredient"]) for row in ordinary),
        np.array(masks, dtype=np.uint64),
        np.array([[ROUTES.index(name) for name in slots] for slots in routes], dtype=np.int64),
        tuple(paired[:_PAIRED]),
    )


def _usual(route: str) -> list[str]:
    return [route] * 4 + ["unknown", "unknown", "blank", "blank"]


def _routes(substance: str) -> list[str]:
    if substance in _REVIEWED_ROUTES:
        return _REVIEWED_ROUTES[substance].split()
    return _usual("intravenous" if substance in _THEATRE else "oral")


@cache
def studied_mask() -> np.uint64:
    """Bits of the studied substances."""
    return np.uint64(sum(1 << drug_book().number(name) for name in STUDIED))


@cache
def name_book(era: Era) -> NameBook:
    """Name fields of one era, the same for every seed."""
    book = drug_book()
    stream = Stream(0, "drug names", era.value)
    has_ingredient = era is Era.FAERS_2
    groups: list[list[str]] = [_reviewed(stream, substance, has_ingredient) for substance in book.substances]
    for place, row in enumerate(_ordinary()):
        groups.append(_ordinary_names(stream, row, has_ingredient, len(book.substances) + place in book.paired))
    for name, ingredient, _ in _COMBINATIONS:
        groups.append([f"{name}${ingredient}$1" if has_ingredient else f"{name}$1"])
    count = np.array([len(group) for group in groups], dtype=np.int64)
    fields = [field for group in groups for field in group]
    fields.append("$$2" if has_ingredient else "$2")
    return NameBook(pl.Series("name", fields), np.cumsum(count) - count, count, len(fields) - 1)


def _fields(stream: Stream, names: list[str], ingredients: list[str], *, has_ingredient: bool) -> list[str]:
    valid = stream.chance(len(names), 0.97).tolist()
    missing = stream.chance(len(names), _MISSING_INGREDIENT).tolist()
    return [
        f"{name}${'' if absent else ingredient}${1 if known else 2}"
        if has_ingredient
        else f"{name}${1 if known else 2}"
        for name, ingredient, known, absent in zip(names, ingredients, valid, missing, strict=True)
    ]


def _reviewed(stream: Stream, substance: str, has_ingredient: bool) -> list[str]:
    rows = reference.read("substance_name").filter(pl.col("substance") == substance)
    names = [(str(row["name"]), str(row["kind"])) for row in rows.iter_rows(named=True)]
    chemical = [name for name, kind in names if kind in ("ingredient", "salt")]
    if not chemical:
        raise ReferenceDataError(f"reference/substance_name.csv has no ingredient name for {substance}. Add one.")
    written: list[str] = []
    behind: list[str] = []
    for name, kind in names:
        repeats = _KIND_WEIGHT.get(kind, 1)
        written += dress(stream, [name] * repeats, chemical[0], fully=kind in _FULLY_DRESSED)
        own = name if name in chemical else None
        behind += [own or chemical[pick] for pick in stream.below(repeats, len(chemical)).tolist()]
    return _fields(stream, written, behind, has_ingredient=has_ingredient)


def _ordinary_names(stream: Stream, row: dict[str, str | None], has_ingredient: bool, own_name_only: bool) -> list[str]:
    ingredient = str(row["ingredient"])
    full = f"{ingredient} {row['salt']}" if row["salt"] else ingredient
    names = [ingredient] * 10
    if not own_name_only:
        names += [full] * 7 + [row["brand"] or ingredient] * 7
    written = dress(stream, names, ingredient, fully=not own_name_only)
    if ingredient in _QUOTED:
        written += [f'"{ingredient}" (NOS)'] * 6
    return _fields(stream, written, [full] * len(written), has_ingredient=has_ingredient)
