"""Corrections of published rows, as the build applied them."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table

ACTIONS = ("drop", "set")


def _text(name: str, description: str, *, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, Kind.TEXT, description, nullable=nullable, allowed=allowed)


CORRECTION = Table(
    "meta",
    "correction",
    "One row per reviewed correction of staged rows (reference/corrections.csv).",
    (
        Column("correction_line", Kind.INTEGER, "Line of corrections.csv.", nullable=False, minimum=2),
        _text("table_name", "Staged table."),
        _text("quarter", "Quarter whose files hold the rows, such as 2022q4."),
        Column("report_id", Kind.BIGINT, "Report of the rows.", nullable=False),
        Column("source_line", Kind.INTEGER, "Line in the FDA file; null for all rows of the report."),
        _text("action", "drop: the rows do not count; set: a column gets another value.", allowed=ACTIONS),
        _text("column_name", "Column that is set, or that the rows are checked by.", nullable=True),
        _text("expected_value", "What must stand there, as text; null for no value.", nullable=True),
        _text("new_value", "What stands there after it, as text; null for no value.", nullable=True),
        Column("expected_rows", Kind.BIGINT, "Rows that must match.", unit="rows", nullable=False, minimum=1),
        Column("corrected_rows", Kind.BIGINT, "Rows that were corrected: those expected, or 0 where the quarter is not "
               "in the build.", unit="rows", nullable=False, minimum=0),
        _text("reason", "Why."),
        _text("source", "By what evidence."),
    ),
    key=("correction_line",),
)  # fmt: skip

TABLES = (CORRECTION,)
