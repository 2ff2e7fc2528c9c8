"""What a quarter's zip looks like: era, folder, member names, columns and line ends."""

from __future__ import annotations

from enum import Enum
from functools import cache

import reference
from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter

TABLES = ("DEMO", "DRUG", "REAC", "OUTC", "RPSR", "THER", "INDI")
FIRST_INGREDIENT_QUARTER = Quarter(2014, 3)
FIRST_DELETED_LIST = Quarter(2019, 1)
FIRST_GENC_QUARTER = Quarter(2021, 4)
FIRST_NOT_ADMINISTERED = Quarter(2024, 4)


class Era(Enum):
    """The layouts between which columns change; the two AERS ones differ by one column alone."""

    AERS = "aers"
    FAERS_1 = "faers_1"
    FAERS_2 = "faers_2"

    @property
    def is_faers(self) -> bool:
        """Keyed by primaryid."""
        return self is not Era.AERS


def era_of(quarter: Quarter) -> Era:
    """Era of a quarter."""
    if quarter < FIRST_FAERS_QUARTER:
        return Era.AERS
    return Era.FAERS_1 if quarter < FIRST_INGREDIENT_QUARTER else Era.FAERS_2


@cache
def columns(table: str, quarter: Quarter) -> tuple[tuple[str, str], ...]:
    """(FDA's column, our column) in file order, from reference/layout.csv."""
    layout = reference.read("layout")
    return tuple(
        (row["source_column"], row["column"])
        for row in layout.filter(layout["faers_table"] == table).to_dicts()
        if row["first_quarter"] <= str(quarter) and (row["last_quarter"] is None or str(quarter) <= row["last_quarter"])
    )


def header(table: str, quarter: Quarter) -> str:
    """Header line without its end: 2012Q4 has a byte-order mark on DRUG and a blank before ``rept_dt``."""
    names = [source for source, _ in columns(table, quarter)]
    if quarter == FIRST_FAERS_QUARTER:
        if table == "DEMO":
            names = [" rept_dt" if name == "rept_dt" else name for name in names]
        if table == "DRUG":
            names[0] = "\ufeff" + names[0]
    return "$".join(names)


def ends_in_separator(table: str, quarter: Quarter) -> bool:
    """AERS rows end in one ``$`` more than their header; INDI rows of the first era do not."""
    return era_of(quarter) is Era.AERS and not (table == "INDI" and quarter < Quarter(2005, 3))


def line_end(table: str, quarter: Quarter) -> str:
    """CRLF or LF, mixed by table as in the published files."""
    has_carriage_return = (
        table in ("DEMO", "OUTC") if quarter.number == 3 else table == "REAC" and quarter.number == 1
    ) or quarter < Quarter(2008, 1)
    return "\r\n" if has_carriage_return else "\n"


def zip_name(quarter: Quarter) -> str:
    """Name of the quarter's zip."""
    return f"{'faers' if era_of(quarter).is_faers else 'aers'}_ascii_{quarter}.zip"


def folder(quarter: Quarter) -> str:
    """Folder of the tables inside the zip."""
    if quarter.year == 2010:
        return "ascii2"
    return "ascii" if quarter < Quarter(2015, 1) else "ASCII"


def member(table: str, quarter: Quarter) -> str:
    """A table's path inside the zip."""
    if not era_of(quarter).is_faers:
        return f"{folder(quarter)}/{table}{quarter.short}.TXT"
    if quarter < Quarter(2014, 1):
        return f"{folder(quarter)}/{table.lower()}{quarter.short.lower()}.txt"
    suffix = "_new" if (table, quarter) == ("DEMO", Quarter(2018, 1)) else ""
    return f"{folder(quarter)}/{table}{quarter.short}{suffix}.txt"


def deleted_member(quarter: Quarter) -> str:
    """Path of the deleted list, whose name changed over the years."""
    if quarter < Quarter(2020, 1):
        return f"deleted/ADR{quarter.short}DeletedCases.txt"
    if quarter < Quarter(2020, 4):
        return f"DELETED/ADR{quarter.short}DeletedCases.txt"
    if quarter < Quarter(2021, 4):
        return f"Deleted/{quarter.short}DeletedCases.txt"
    return f"Deleted/DELETE{quarter.short}.txt"


def extra_members(quarter: Quarter, seed: int) -> dict[str, bytes]:
    """Members that are no data: the notes FDA adds, and the mark that nothing here is real."""
    note = f"Simulated by Ketavigil: quarter {quarter}, seed {seed}. Every report in this file is made up.\n".encode()
    extras = {"SIMULATED.txt": note}
    if era_of(quarter) is Era.AERS:
        extras |= {"README.DOC": note, f"{folder(quarter)}/ASC_NTS.DOC": note}
        extras |= {f"{folder(quarter)}/{kind}{quarter.short}.TXT": note for kind in ("STAT", "SIZE")}
    else:
        extras |= {"Readme.pdf": b"%PDF-1.4\n%" + note, f"{folder(quarter)}/ASC_NTS.pdf": b"%PDF-1.4\n%" + note}
        if quarter.number == 2:
            extras[f"{folder(quarter)}/Thumbs.db"] = bytes(512)
        if quarter < Quarter(2014, 1):
            extras[f"{folder(quarter)}/stat{quarter.short.lower()}.txt"] = note
    return extras
