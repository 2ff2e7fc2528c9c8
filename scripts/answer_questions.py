"""Writes the answers in docs/analysts.md and docs/researchers.md anew, from the demo: make run, then this.

    .venv/bin/python scripts/answer_questions.py data

Each block of SQL that is followed by a block of text gets its answer there. Read the diff.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import duckdb

from warehouse.asking import ask, open_alone
from warehouse.plain_text import shown

PAGES = tuple(Path(__file__).resolve().parents[1] / "docs" / name for name in ("analysts.md", "researchers.md"))

ANSWERED = re.compile(r"```sql\n(?P<sql>.*?)```\n```text\n(?P<answer>.*?)```", re.DOTALL)


def answer(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The answer as columns of text; numbers to the right."""
    found = ask(connection, sql)
    rows = [[shown(value) for value in row] for row in found.rows()]
    widths = [max(len(name), *(len(row[at]) for row in rows), 0) for at, name in enumerate(found.columns)]
    right = [kind.startswith(("BIGINT", "INTEGER", "DOUBLE", "HUGEINT", "DECIMAL")) for kind in found.types]

    def line(cells: list[str]) -> str:
        placed = zip(cells, widths, right, strict=True)
        return "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width) for cell, width, is_right in placed
        ).rstrip()

    return "\n".join([line(list(found.columns)), *map(line, rows)]) + "\n"


def answered(connection: duckdb.DuckDBPyConnection, page: str) -> str:
    """A page with every answer made anew."""

    def replace(block: re.Match[str]) -> str:
        return f"```sql\n{block['sql']}```\n```text\n{answer(connection, block['sql'])}```"

    return ANSWERED.sub(replace, page)


def main() -> None:
    """Write both pages."""
    with open_alone(Path(sys.argv[1]) / "warehouse" / "ketavigil.duckdb", threads=1) as connection:
        for page in PAGES:
            page.write_text(answered(connection, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
