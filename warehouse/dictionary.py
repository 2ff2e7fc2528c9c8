"""What every column means: meta.dictionary and docs/data_dictionary.md, both from the declarations.

``python -m warehouse.dictionary`` writes the page anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from vocabulary.table import Column, Table
from vocabulary.tables.mart.deduplicated import SCHEMA
from vocabulary.tables.meta import DICTIONARY
from warehouse.plan import DECLARED, PRIVATE, Step, frame_step
from warehouse.views import DECLARED_VIEWS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "data_dictionary.md"

_HEAD = """\
# Data dictionary
Every table and view of the published file, and of the clinics' file beside it. The same words stand in the file itself
(`FROM meta.dictionary`, and as a comment on every table and column). This page is generated from the declarations in
`vocabulary/tables/`: `python -m warehouse.dictionary` writes it anew.

Columns in **bold** are the key: no two rows have the same one. `-` under null means that the column is never null.
"""

_PARTS = (
    ("main", "Views with plain names", "The usual choice is made, names for people are joined in."),
    ("mart", "Answers", "Counts and measures. A share of FAERS reports is never an incidence; clinics have one."),
    ("deduplicated", "The same answers without probable duplicates", "Columns and keys are those of schema mart."),
    ("core", "Cases and what they are counted by", "The cases that count, the rows of each, and the reviewed groups."),
    ("meta", "Where numbers come from", "Files, line accounts, certificates, the build."),
)


def dictionary_steps() -> list[Step]:
    """The step of this file."""
    return [frame_step("meta.dictionary", lambda _: dictionary(), reference=())]


def dictionary() -> pl.DataFrame:
    """Grain of meta.dictionary: one row per declared column of tables and views, in the order of the declarations."""
    rows = [*_rows(DECLARED.values(), "table"), *_rows(DECLARED_VIEWS.values(), "view")]
    return pl.DataFrame(rows, schema=DICTIONARY.polars_schema, orient="row").sort(
        "schema_name", "table_name", "position", maintain_order=True
    )


def page() -> str:
    """docs/data_dictionary.md."""
    public = [*DECLARED_VIEWS.values(), *DECLARED.values()]
    parts = [_HEAD]
    for schema, title, words in _PARTS:
        tables = [table for table in public if table.schema == schema]
        parts.append(f"## {title}\n{words}\n")
        if schema == SCHEMA:
            parts += [f"- `{table.full_name}`: {table.grain}" for table in tables] + [""]
            continue
        parts += [_section(table.name if schema == "main" else table.full_name, table) for table in tables]
    parts.append(
        "## Beside the published file\n`warehouse/clinic.duckdb`, which its owner alone can read: rows of patients, "
        "and answers before disclosure control. The tables of schema `mart` in it have the columns of those above.\n"
    )
    parts += [_section(name.removeprefix("clinic."), table) for name, table in PRIVATE.items() if ".mart." not in name]
    return "\n".join(parts)


def _rows(tables: Iterable[Table], kind: str) -> Iterable[tuple[object, ...]]:
    for table in tables:
        for position, column in enumerate(table.columns, start=1):
            allowed = ", ".join(column.allowed) or None
            yield (
                *(table.schema, table.name, kind, table.grain, position, column.name, column.kind.value),
                *(column.unit, column.description, allowed, column.minimum, column.maximum),
                *(column.name in table.key, column.nullable),
            )


def _section(title: str, table: Table) -> str:
    lines = [f"### `{title}`", table.grain, "", "| column | type | unit | null | meaning |", "|---|---|---|---|---|"]
    lines += [_line(column, is_key=column.name in table.key) for column in table.columns]
    return "\n".join([*lines, ""])


def _line(column: Column, *, is_key: bool) -> str:
    name = f"**`{column.name}`**" if is_key else f"`{column.name}`"
    allowed = f" One of: {', '.join(f'`{value}`' for value in column.allowed)}." if column.allowed else ""
    words = (column.description + allowed).replace("|", "\\|").replace("<", "&lt;")
    return f"| {name} | {column.kind.value} | {column.unit or ''} | {'yes' if column.nullable else '-'} | {words} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stderr.write(f"{PAGE.name} is written.\n")


if __name__ == "__main__":
    main()
