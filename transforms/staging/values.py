"""From published text to numbers, dates and codes, a column at a time.

Every reader takes the column as text and gives the typed column; what it could not read is null and counted. Columns
are read as they stand first, since nearly all are clean, and trimmed only where something was left unread.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.staging.codes import Known
from transforms.staging.tally import Issue, Tally

_EARLIEST, _LATEST = 1000_01_01, 9999_12_31


def read_text(text: pl.Series) -> pl.Series:
    """Surrounding white space off; nothing left is null."""
    if text.null_count() == len(text):
        return text
    trimmed = text.str.strip_chars()
    if (trimmed.str.len_bytes() == 0).any():
        return trimmed.set(trimmed.str.len_bytes() == 0, None)
    return trimmed


def whole_numbers(text: pl.Series, kind: pl.DataType) -> pl.Series:
    """Whole numbers without a minus of trimmed text; anything else is null."""
    return text.cast(kind, strict=False).set(text.str.starts_with("-"), None)


def read_whole(text: pl.Series, kind: pl.DataType, column: str, tally: Tally) -> pl.Series:
    """Whole numbers from zero up, such as ids and versions."""
    trimmed = read_text(text)
    numbers = whole_numbers(trimmed, kind)
    tally.add_issues(column, Issue.UNREADABLE, trimmed.filter(numbers.is_null()))
    return numbers


def read_version(text: pl.Series, kind: pl.DataType, column: str, tally: Tally, *, legacy: bool) -> pl.Series:
    """Version of a case; a legacy blank is the first version, 0, and junk is unknown."""
    versions = read_whole(text, kind, column, tally)
    return versions.set(read_text(text).is_null(), 0) if legacy else versions


def read_number(text: pl.Series, column: str, tally: Tally) -> pl.Series:
    """Decimal numbers; infinities and not-a-number are unreadable."""
    numbers = text.cast(pl.Float64, strict=False)
    if numbers.null_count() > text.null_count() or not numbers.is_finite().all():
        text = read_text(text)
        numbers = text.cast(pl.Float64, strict=False)
        numbers = numbers.set(~numbers.is_finite(), None)
        tally.add_issues(column, Issue.UNREADABLE, text.filter(numbers.is_null()))
    return numbers


def read_date(text: pl.Series, column: str, tally: Tally) -> tuple[pl.Series, pl.Series]:
    """Dates of eight, six or four digits, years 1000 to 9999, as the first day that they can mean.

    Returns:
        The dates, and what each is known to: day, day_or_year (eight digits ending in 0101), month or year.
    """
    if text.null_count() == len(text):
        return text.cast(pl.Date), text
    days, precision = _dates(text)
    if days.null_count() > text.null_count():
        text = read_text(text)
        days, precision = _dates(text)
        tally.add_issues(column, Issue.UNREADABLE, text.filter(days.is_null()))
    return days, precision


def _dates(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    length, number = pl.col("length"), pl.col("number")
    full, year, month, day = (pl.col(name) for name in ("full", "year", "month", "day"))
    date = pl.col("date")
    frame = (
        pl.select(length=text.str.len_bytes().cast(pl.UInt8, strict=False), number=text.cast(pl.Int32, strict=False))
        .lazy()
        .with_columns(
            full=pl.when(length == 8).then(number).when(length == 6).then(number * 100 + 1)
            # Four digits are below ten thousand, so the product cannot overflow; nor can six digits above.
            .when(length == 4).then(number * 10_000 + 101)
        )
        # A sign or a leading zero leaves a number that is too small for its length.
        .with_columns(full=pl.when(full.is_between(_EARLIEST, _LATEST)).then(full))
        .with_columns(year=full // 10_000, month=full // 100 % 100, day=full % 100)
        .with_columns(date=pl.when(month.is_between(1, 12)).then(_days_since_1970(year, month, day)).cast(pl.Date))
        .with_columns(date=pl.when(date.dt.month() == month, date.dt.day() == day).then(date))
        .select(
            "date",
            precision=pl.when(date.is_null()).then(None)
            .when(length == 6).then(pl.lit("month"))
            .when(length == 4).then(pl.lit("year"))
            .when(full % 10_000 == 101).then(pl.lit("day_or_year"))
            .otherwise(pl.lit("day")),
        )
        .collect()
    )  # fmt: skip
    return frame["date"], frame["precision"]


def _days_since_1970(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Days of the proleptic Gregorian calendar; a day past the end of its month runs into the next.

    Counts from 1 March of year 0, so that the leap day is the last of a year (H. Hinnant, chrono-compatible low-level
    date algorithms, days_from_civil). In arithmetic, because the text route is several times slower.
    """
    shifted = year - (month <= 2).cast(pl.Int32)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + day_of_year - 719_468


def read_code(text: pl.Series, known: Known, column: str, tally: Tally) -> pl.Series:
    """Published spellings to stored codes, whatever their case; an unknown one stays as it is and is counted."""
    if text.null_count() == len(text):
        return text
    stored: dict[str, str | None] = {}
    unknown: list[str] = []
    for spelling in text.unique().drop_nulls().sort():
        trimmed = spelling.strip()
        if trimmed and trimmed.upper() not in known:
            unknown.append(spelling)
        value = known.get(trimmed.upper(), trimmed) if trimmed else None
        if value != spelling:
            stored[spelling] = value
    if unknown:
        tally.add_issues(column, Issue.UNKNOWN_CODE, text.filter(text.is_in(unknown)).str.strip_chars())
    if not stored:
        return text
    return text.replace(list(stored), pl.Series(list(stored.values()), dtype=pl.String))


def in_base_unit(
    number: pl.Series,
    unit: pl.Series,
    factors: Mapping[str, float],
    bounds: tuple[float | None, float | None],
    column: str,
    tally: Tally,
) -> pl.Series:
    """A number with its unit, as a number of the base unit.

    No unit or an unknown one gives null, and so does a value outside the declared bounds; the first (if the number is
    there) and the last are counted.
    """
    if number.null_count() == len(number):
        return number
    factor = unit.replace_strict(list(factors), list(factors.values()), default=None, return_dtype=pl.Float64)
    values = number * factor
    low, high = bounds
    outside = pl.repeat(False, len(values), dtype=pl.Boolean, eager=True)
    if low is not None:
        outside |= (values < low).fill_null(False)
    if high is not None:
        outside |= (values > high).fill_null(False)
    tally.add_issues(column, Issue.NO_UNIT, number.filter(unit.is_null()).cast(pl.String))
    if outside.any():
        shown = pl.select(
            pl.format("{} {}", number.filter(outside).rechunk(), unit.filter(outside).rechunk())
        ).to_series()
        tally.add_issues(column, Issue.IMPLAUSIBLE, shown)
        values = values.set(outside, None)
    return values
