"""Which columns a table has in a quarter, and whether a file's header says the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import reference
from vocabulary.errors import LayoutError, ReferenceDataError
from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter

SEPARATOR = "$"


class Parse(StrEnum):
    """How the text of a column is read."""

    ID = "id"
    VERSION = "version"
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Field:
    """One published column: its name at FDA, its name here, how it is read."""

    source_column: str
    column: str
    parse: Parse


def is_legacy(quarter: Quarter) -> bool:
    """AERS, keyed by ISR: every data row may end in one separator more than the header."""
    return quarter < FIRST_FAERS_QUARTER


def declared_fields(faers_table: str, quarter: Quarter) -> tuple[Field, ...]:
    """The columns FDA publishes for a table in a quarter, in file order, from reference/layout.csv.

    Raises:
        ReferenceDataError: the layout does not know the table in that quarter, or names an unknown way of reading.
    """
    fields = []
    for row in reference.read("layout").iter_rows(named=True):
        ended = row["last_quarter"] is not None and Quarter.parse(row["last_quarter"]) < quarter
        if row["faers_table"] != faers_table or ended or quarter < Quarter.parse(row["first_quarter"]):
            continue
        try:
            fields.append(Field(row["source_column"], row["column"], Parse(row["parse"])))
        except ValueError as error:
            raise ReferenceDataError(f"reference/layout.csv, {faers_table} {row['source_column']}: {error}.") from None
    if not fields:
        raise ReferenceDataError(f"reference/layout.csv has no columns for {faers_table} in {quarter}.")
    return tuple(fields)


def fields_of_header(header: bytes, faers_table: str, quarter: Quarter, member: str) -> tuple[Field, ...]:
    """The declared fields in the order of a file's own header line.

    A byte order mark, blanks around a name, the case of letters and one separator at the end are ignored.

    Raises:
        LayoutError: a column is missing, unknown or stands twice.
    """
    text = header.decode("utf-8", "replace").removeprefix("\ufeff")
    names = [name.strip().casefold() for name in text.split(SEPARATOR)]
    if len(names) > 1 and not names[-1]:
        names.pop()
    declared = {field.source_column.casefold(): field for field in declared_fields(faers_table, quarter)}
    missing = [field.source_column for name, field in declared.items() if name not in names]
    unknown = [name or "(no name)" for name in names if name not in declared]
    repeated = sorted({name for name in names if names.count(name) > 1} - set(unknown))
    faults = [
        f"{title} {', '.join(columns)}"
        for title, columns in (("missing column", missing), ("unknown column", unknown), ("repeated column", repeated))
        if columns
    ]
    if faults:
        raise LayoutError(
            f"{faers_table} {quarter}, file {member}: {'; '.join(faults)}. "
            "Compare the file's first line with reference/layout.csv; if FDA changed the layout, add the change there."
        )
    return tuple(declared[name] for name in names)
