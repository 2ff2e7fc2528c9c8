"""Values as text that any program reads the same way, and text that no spreadsheet takes for a formula."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell of text that begins so is run as a formula by some spreadsheet (OWASP, CSV injection)."""


def safe_text(text: str) -> str:
    """Text that a spreadsheet shows as it is: with an apostrophe before what would begin a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_value(value: Any, *, is_safe: bool = False) -> str | int:
    """A value for a CSV: null is empty, numbers in full precision, true and false, dates as ISO 8601, lists as JSON."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = json.dumps(json_value(value), ensure_ascii=False) if isinstance(value, list | dict | tuple) else str(value)
    return safe_text(text) if is_safe else text


def json_value(value: Any) -> Any:
    """A value for JSON, which knows no infinity and no date."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [json_value(part) for part in value]
    if isinstance(value, dict):
        return {str(name): json_value(part) for name, part in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def shown(value: Any) -> str:
    """A value for people: nothing for null, four significant digits, thousands apart."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, list | tuple):
        return ", ".join(shown(part) for part in value)
    return str(value)
