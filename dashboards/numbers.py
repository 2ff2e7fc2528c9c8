"""Numbers as the templates show them; the script of the page has the same forms."""

from __future__ import annotations


def share(value: float | None) -> str:
    """Percent; one digit more below one percent."""
    if value is None:
        return "not known"
    return f"{100 * value:.{1 if value == 0 or value >= 0.01 else 2}f} %"


def ratio(value: float | None) -> str:
    """Two decimals below 10, one below 100, none above."""
    if value is None:
        return "not defined"
    if value < 0.1:
        return f"{value:.2g}"
    return f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f}"


def interval(value: float | None, lower: float | None, upper: float | None, kind: str = "share") -> str:
    """A number with its interval."""
    form = share if kind == "share" else ratio
    if value is None:
        return form(None)
    return f"{form(value)} ({form(lower).removesuffix(' %')} to {form(upper).removesuffix(' %')})"


def quarters(number: int) -> str:
    """1 quarter, 2 quarters."""
    return f"{number:,} {'quarter' if number == 1 else 'quarters'}"


def count(value: int | None) -> str:
    """Whole numbers with separators."""
    return "hidden" if value is None else f"{value:,}"
