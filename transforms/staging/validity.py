"""Whether the text of one field can be what its column says: the ground on which a damaged line is judged.

Used for single damaged lines only; whole blocks are read by ``typing``, which agrees with these rules.
"""

from __future__ import annotations

import math
import re
from datetime import date

from transforms.staging.codes import CodeBook
from transforms.staging.layout import Field, Parse

LARGEST_ID = 2**63 - 1
FIRST_YEAR = 1000

_WHOLE = re.compile(r"\+?\d+", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\d{4}|\d{6}|\d{8}", re.ASCII)

_DECIMAL = re.compile(r"[\d.,]*", re.ASCII)
_NO_LONG_NUMBER = re.compile(r"(?!.*\d{5}).*", re.ASCII | re.DOTALL)

SHAPES: dict[str, re.Pattern[str]] = {
    "cumulative_dose": _DECIMAL,
    "dose_amount": _DECIMAL,
    "application_number": re.compile(r"\d*", re.ASCII),
    "manufacturer_sender": _NO_LONG_NUMBER,
}
"""Text columns whose published values have a shape that tells them from their neighbours.

Kept as text, and never enforced on a whole line: they only decide where an inner separator belongs. A sender is an
organisation, so a long number beside it is the end of the report number before it.
"""


def is_report_id(text: str) -> bool:
    """A whole number that is not negative and fits 64 bits."""
    text = text.strip()
    return bool(_WHOLE.fullmatch(text)) and int(text) <= LARGEST_ID


def is_valid(text: str, field: Field, book: CodeBook, *, required: bool) -> bool:
    """Whether the field would load without an issue; blank is valid unless required."""
    text = text.strip()
    if not text:
        return not required
    match field.parse:
        case Parse.TEXT:
            shape = SHAPES.get(field.column)
            return shape is None or bool(shape.fullmatch(text))
        case Parse.ID:
            return is_report_id(text)
        case Parse.VERSION:
            return bool(_WHOLE.fullmatch(text)) and int(text) < 2**31
        case Parse.NUMBER:
            return bool(_NUMBER.fullmatch(text)) and math.isfinite(float(text))
        case Parse.DATE:
            return is_date(text)
        case Parse.CODE | Parse.COUNTRY:
            return text.upper() in book.known(field)


def is_date(text: str) -> bool:
    """Eight, six or four digits that name a day, month or year of the years 1000 to 9999."""
    if not _DATE.fullmatch(text):
        return False
    year, month, day = int(text[:4]), int(text[4:6] or 1), int(text[6:8] or 1)
    if year < FIRST_YEAR:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_cut(text: str, field: Field, book: CodeBook) -> bool:
    """Whether the last field of a file without final line end was cut: nothing known, but the start of a known code."""
    text = text.strip().upper()
    if not text or field.parse not in (Parse.CODE, Parse.COUNTRY):
        return False
    known = book.known(field)
    return known.get(text) is None and any(code != text and code.startswith(text) for code in known)
