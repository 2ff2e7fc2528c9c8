"""Rows on standard output, as a table for people, as CSV or as JSON; what is said about them goes to standard error."""

from __future__ import annotations

import csv
import itertools
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from warehouse.plain_text import csv_value, json_value, shown


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


USUAL_LIMIT = 100
"""Rows of a table on a terminal, where nobody says how many."""

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "DOUBLE", "FLOAT", "DECIMAL")


def write(
    columns: Sequence[str],
    types: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    form: Format,
    limit: int | None,
    *,
    is_safe: bool = False,
) -> None:
    """Write rows, at most ``limit`` of them (0 is all; None is USUAL_LIMIT for a table and all else), and say so."""
    most = (USUAL_LIMIT if form is Format.TABLE else 0) if limit is None else limit
    given = iter(rows)
    kept = itertools.islice(given, most) if most else given
    if form is Format.CSV:
        count = _as_csv(columns, kept, is_safe=is_safe)
    elif form is Format.JSON:
        count = _as_json(columns, kept)
    else:
        count = _as_table(columns, types, kept)
    if most and count == most and next(given, None) is not None:
        say(f"The first {count:,} rows; there are more. --limit 0 gives all, --limit N that many.")
    elif form is Format.TABLE:
        say(f"{count:,} row{'' if count == 1 else 's'}.")


def say(text: str) -> None:
    """A line on standard error."""
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)


def _as_csv(columns: Sequence[str], rows: Iterator[tuple[Any, ...]], *, is_safe: bool) -> int:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([csv_value(name, is_safe=is_safe) for name in columns])
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007
        writer.writerow([csv_value(value, is_safe=is_safe) for value in row])
    return count


def _as_json(columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> int:
    """A list of objects, one a line."""
    count = 0
    sys.stdout.write("[")
    for count, row in enumerate(rows, start=1):
        record = {name: json_value(value) for name, value in zip(columns, row, strict=True)}
        sys.stdout.write(("\n" if count == 1 else ",\n") + json.dumps(record, ensure_ascii=False))
    sys.stdout.write("\n]\n" if count else "]\n")
    return count


def _as_table(columns: Sequence[str], types: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> int:
    """One line per row where the terminal is wide enough, else one block per row."""
    console = Console()
    cells = [[shown(value) for value in row] for row in rows]
    widths = [max([len(name), *(len(row[at]) for row in cells)]) for at, name in enumerate(columns)]
    if console.is_terminal and sum(widths) + 3 * len(columns) > console.width and len(columns) > 2:
        wide = max(map(len, columns), default=0)
        for number, row in enumerate(cells, start=1):
            console.print(Text(f"row {number}", style="bold"))
            for name, text in zip(columns, row, strict=True):
                console.print(Text(f"  {name:<{wide}}  {text}"), soft_wrap=True)
        return len(cells)
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, kind in zip(columns, types, strict=True):
        is_number = kind.startswith(_NUMBERS) and not kind.endswith("]")
        table.add_column(Text(name), justify="right" if is_number else "left", no_wrap=True)
    for row in cells:
        table.add_row(*map(Text, row))
    # A pipe has no width: nothing may be cut off there.
    least = sum(widths) + 3 * len(columns)
    (console if console.is_terminal else Console(width=max(80, least))).print(table)
    return len(cells)
