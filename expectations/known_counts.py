"""Rows of a quarter's files as counted elsewhere: by FDA, or by other users of the extract."""

from __future__ import annotations

from dataclasses import dataclass

import reference
from expectations.measure import Measure
from expectations.rules import FDA_NAMES
from vocabulary.errors import ReferenceDataError
from vocabulary.quarter import Quarter


@dataclass(frozen=True, slots=True)
class KnownCount:
    """One row of ``reference/fda_row_count.csv``.

    Attributes:
        rows: Data rows of the file, without its header.
        source: Who counted.
    """

    rows: int
    source: str


def known_counts(quarter: Quarter) -> dict[str, KnownCount]:
    """Known counts of a quarter by our table names.

    Raises:
        ReferenceDataError: a count is not a positive whole number.
    """
    ours = {theirs: name for name, theirs in FDA_NAMES.items()}
    counts = {}
    rows = reference.read("fda_row_count").select("faers_table", "quarter", "data_rows", "source")
    for faers_table, text, data_rows, source in rows.iter_rows():
        if text != str(quarter) or faers_table not in ours:
            continue
        if not str(data_rows).isdigit() or int(data_rows) == 0:
            raise ReferenceDataError(f"reference/fda_row_count.csv, {faers_table} {text}: {data_rows!r} is no count.")
        counts[ours[faers_table]] = KnownCount(int(data_rows), str(source))
    return counts


def known_row_share(table: str, rows: int, known: KnownCount | None) -> Measure:
    """Rows as a share of the rows that the file is known to have; no meaning where none is known."""
    if known is None:
        return Measure(table, "known_row_share", None)
    return Measure(table, "known_row_share", rows / known.rows, f"{rows:,} of {known.rows:,} rows, {known.source}")
