"""Small readings of FHIR elements: codes, references, times, quantities."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import reference


@cache
def _codes(element: str) -> dict[tuple[str, str], str]:
    table = reference.read("fhir_code")
    rows = table.select("element", "system", "code", "value").iter_rows()
    return {(system, code): value for name, system, code, value in rows if name == element}


def mapped(element: str, concept: Any, plain: tuple[str, ...] = ()) -> str | None:
    """Our value of a CodeableConcept.

    Args:
        element: element of ``reference/fhir_code.csv``.
        concept: the concept, or None.
        plain: values of ours that may stand in it as they are, as a code or as text.
    """
    if concept is None:
        return None
    known = _codes(element)
    for coding in concept.coding or []:
        if (str(coding.system), str(coding.code)) in known:
            return known[str(coding.system), str(coding.code)]
    return next((name for name in codes_of(concept) if name in plain), None)


def codes_of(concept: Any) -> list[str]:
    """All that a CodeableConcept says: codes, displays, text."""
    if concept is None:
        return []
    said = [text for coding in concept.coding or [] for text in (coding.code, coding.display)]
    return [str(text) for text in [*said, concept.text] if text]


def referred(found: Any) -> str | None:
    """``Patient/1`` of a Reference, whatever server it names."""
    if found is None or not found.reference:
        return None
    parts = str(found.reference).partition("/_history/")[0].split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 else None


def moment(value: Any) -> datetime | None:
    """A time with its zone; a day alone is none, for minutes cannot be told from it."""
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def minutes_between(start: datetime, end: datetime | None) -> float | None:
    """Minutes from one time to another; None where the other is not known."""
    return None if end is None else (end - start).total_seconds() / 60


def whole_minutes(minutes: float | None) -> str:
    """Minutes as a batch has them: rounded down, so that a second before dosing is before dosing; blank for None."""
    return "" if minutes is None else str(int(minutes // 1))


def quantity_in(quantity: Any, unit: str) -> Decimal | None:
    """Value of a Quantity in that unit; None where it is given in another one."""
    if quantity is None or quantity.value is None or unit not in (quantity.code, quantity.unit):
        return None
    return Decimal(quantity.value)


def number(value: Any, decimals: int) -> str:
    """A plain number with at most so many decimals."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
