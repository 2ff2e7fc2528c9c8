"""Reviewed corrections of staged rows: the build reads the corrected rows, and stops where one does not fit.

Staged files are never written over: a table with corrections becomes a view over what was loaded, so that a build
without any reads the files as it always does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb
import polars as pl

import reference
from vocabulary.errors import BuildError
from vocabulary.table import Table
from vocabulary.tables import staged
from vocabulary.tables.corrections import ACTIONS, CORRECTION

_TABLES: dict[str, Table] = {table.name: table for table in staged.FAERS_TABLES.values()}
_PLACE = ("source_line", "source_part", "report_id")
"""Columns that say which row it is; a correction never changes them."""


@dataclass(frozen=True, slots=True)
class _Correction:
    line: int
    table: Table
    quarter: str
    action: str
    column: str | None
    condition: str
    value: str
    row: dict[str, object]

    @property
    def place(self) -> tuple[object, ...]:
        """What it corrects."""
        return (self.table.name, self.quarter, self.row["report_id"], self.row["source_line"], self.column)

    @property
    def where(self) -> str:
        """What a message calls it."""
        place = "" if self.row["source_line"] is None else f", line {self.row['source_line']}"
        report = f"{self.table.name} {self.quarter}, report {self.row['report_id']}{place}"
        return f"corrections.csv line {self.line} ({report})"


def reviewed_corrections(*, is_simulated: bool) -> pl.DataFrame:
    """The corrections of reference/; none for made-up quarters, for they are about lines of FDA's files."""
    given = reference.read("corrections")
    return given.clear() if is_simulated else given


def correct_staged(
    connection: duckdb.DuckDBPyConnection, given: pl.DataFrame, quarters: Collection[str] | None = None
) -> None:
    """Put corrected views in the place of ``staged.<table>``.

    Also makes staged.correction (grain of meta.correction), staged.dropped_report (sightings that a correction drops)
    and staged.dropped_row (table_name, quarter, row_count).

    Args:
        connection: has the views of the staged tables in schema ``staged``.
        given: rows of corrections.csv, all columns text.
        quarters: quarters of the build; a correction of another one waits.

    Raises:
        BuildError: a correction is malformed, or the rows that it names are not as it expects.
    """
    corrections = [_parsed(line, row) for line, row in enumerate(given.iter_rows(named=True), start=2)]
    keys = [
        (one.table.name, one.quarter, one.row["report_id"], one.row["source_line"], one.column) for one in corrections
    ]
    for one, key in zip(corrections, keys, strict=True):
        if keys.count(key) > 1:
            raise BuildError(f"{one.where} corrects the same place as another line. Keep one of them.")
    applied = [one for one in corrections if quarters is None or one.quarter in quarters]
    for one in applied:
        _expect(connection, one)
    rows = [{**one.row, "corrected_rows": one.row["expected_rows"] if one in applied else 0} for one in corrections]
    connection.register("made_corrections", pl.DataFrame(rows, schema=CORRECTION.polars_schema))
    connection.execute("CREATE TABLE staged.correction AS SELECT * FROM made_corrections")
    connection.unregister("made_corrections")
    connection.execute("CREATE TABLE staged.dropped_row (table_name VARCHAR, quarter VARCHAR, row_count BIGINT)")
    dropped_reports = "SELECT * FROM staged.report WHERE false"
    for name in sorted({one.table.name for one in applied}):
        dropped = _corrected_view(connection, name, [one for one in applied if one.table.name == name])
        if name == "report":
            dropped_reports = dropped
    connection.execute(f"CREATE VIEW staged.dropped_report AS {dropped_reports}")


def _corrected_view(connection: duckdb.DuckDBPyConnection, name: str, corrections: list[_Correction]) -> str:
    """Replace one view; returns the SELECT of the rows that are dropped."""
    loaded = f"staged.{name}_as_loaded"
    connection.execute(f"ALTER VIEW staged.{name} RENAME TO {name}_as_loaded")
    replaced = []
    for column in sorted({one.column for one in corrections if one.action == "set" and one.column}):
        cases = " ".join(
            f"WHEN {one.condition} THEN {one.value}"
            for one in corrections
            if one.action == "set" and one.column == column
        )
        replaced.append(f"CASE {cases} ELSE {column} END AS {column}")
    drops = " OR ".join(f"({one.condition})" for one in corrections if one.action == "drop") or "false"
    columns = f"* REPLACE ({', '.join(replaced)})" if replaced else "*"
    connection.execute(f"CREATE VIEW staged.{name} AS SELECT {columns} FROM {loaded} WHERE ({drops}) IS NOT TRUE")
    connection.execute(
        f"INSERT INTO staged.dropped_row SELECT '{name}', quarter, count(*) FROM {loaded} WHERE {drops} GROUP BY ALL"
    )
    return f"SELECT * FROM {loaded} WHERE {drops}"


def _expect(connection: duckdb.DuckDBPyConnection, one: _Correction) -> None:
    try:
        connection.execute(f"SELECT {one.value}").fetchall()
        rows = f"SELECT count(*) FROM staged.{one.table.name} WHERE {one.condition}"
        ((found,),) = connection.execute(rows).fetchall()
    except duckdb.ConversionException as error:
        raise BuildError(f"{one.where}: expected_value or new_value is no {one.column}. Mend the line.") from error
    if found != one.row["expected_rows"]:
        there = "" if one.column is None else f" with {one.column} = {one.row['expected_value'] or 'no value'}"
        raise BuildError(
            f"{one.where} expects {one.row['expected_rows']} row(s){there} and finds {found}. FDA may have published "
            "the quarter again: look at the rows, then mend or remove the correction."
        )


def _parsed(line: int, row: dict[str, str | None]) -> _Correction:
    def wrong(what: str) -> BuildError:
        return BuildError(f"corrections.csv line {line}: {what}. Mend the line.")

    for needed in ("table_name", "quarter", "report_id", "action", "expected_rows", "reason", "source"):
        if row[needed] is None:
            raise wrong(f"{needed} is blank")
    table = _TABLES.get(row["table_name"] or "")
    if table is None:
        raise wrong(f"there is no staged table {row['table_name']}; there are {', '.join(sorted(_TABLES))}")
    if row["action"] not in ACTIONS:
        raise wrong(f"the action is {row['action']}; it must be one of {', '.join(ACTIONS)}")
    numbers: dict[str, int | None] = {}
    for name in ("report_id", "source_line", "expected_rows"):
        text = row[name]
        if text is not None and not text.isdecimal():
            raise wrong(f"{name} is no whole number")
        numbers[name] = None if text is None else int(text)
    if numbers["expected_rows"] == 0:
        raise wrong("expected_rows must be 1 or more")
    column = row["column_name"]
    if column is None and row["action"] == "set":
        raise wrong("column_name is blank")
    if column is not None and (column not in table.column_names or column in _PLACE):
        raise wrong(f"{column} is no column of {table.name} that can be corrected")
    condition = f"quarter = {_quoted(row['quarter'])} AND report_id = {numbers['report_id']}"
    if numbers["source_line"] is not None:
        condition += f" AND source_line = {numbers['source_line']}"
    value = "NULL"
    if column is not None:
        declared = table.column(column)
        kind = declared.kind.value
        known = declared.allowed or tuple(reference.read("code").filter(field=column)["canonical"].unique().sort())
        if known and row["new_value"] is not None and row["new_value"] not in known:
            raise wrong(f"{column} cannot be {row['new_value']}; it is one of {', '.join(known)}")
        if row["action"] == "set" and row["new_value"] is None and not declared.nullable:
            raise wrong(f"{column} cannot be blank")
        condition += f" AND {column} IS NOT DISTINCT FROM CAST({_quoted(row['expected_value'])} AS {kind})"
        value = f"CAST({_quoted(row['new_value'])} AS {kind})"
    told: dict[str, object] = {**row, **numbers, "correction_line": line}
    return _Correction(line, table, str(row["quarter"]), str(row["action"]), column, condition, value, told)


def _quoted(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"
