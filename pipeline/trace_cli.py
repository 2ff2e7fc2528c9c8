"""The command ``ketavigil trace``: from a cell of a mart, a case or a report to the lines of FDA's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.answers import Format, say, write
from pipeline.duplicates_cli import duplicates as show_duplicates
from pipeline.home import Home
from pipeline.query_cli import FormatOption, HomeOption
from pipeline.settings import Settings
from vocabulary.errors import SettingsError

if TYPE_CHECKING:
    import duckdb

    from warehouse.trace import TracedCell

_LISTED = 20


def trace(
    mart: Annotated[str | None, typer.Argument(help="Mart, such as mart.side_effect_comparison.")] = None,
    where: Annotated[
        str, typer.Option("--where", help="SQL condition that names the row; what is left out has its usual value.")
    ] = "",
    cell: Annotated[str | None, typer.Option("--cell", help="Column of that row. Default: the first count.")] = None,
    report: Annotated[int | None, typer.Option("--report", help="Instead: a report by its number.")] = None,
    case: Annotated[int | None, typer.Option("--case", help="Instead: a case by its number.")] = None,
    duplicates: Annotated[
        int | None, typer.Option("--duplicates", help="Instead: why a case is taken for a duplicate or not.")
    ] = None,
    lines: Annotated[bool, typer.Option("--lines", help="Show the lines themselves, from the landed zips.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Most cases listed of each count; 0 is all.")] = _LISTED,
    form: FormatOption = Format.TABLE,
    home: HomeOption = None,
) -> None:
    """Follow a number back: to its cases, and to file and line in FDA's zips. The count is proven on the way."""
    from warehouse.asking import open_alone

    if sum(value is not None for value in (mart, report, case, duplicates)) != 1:
        raise SettingsError(
            "Name a mart with --where and --cell, or --report, or --case, or --duplicates: exactly one of them."
        )
    if duplicates is not None:
        show_duplicates(duplicates, None, home)
        return
    settings = Settings()
    place = Home(home or settings.home)
    with open_alone(place.published, memory_limit=settings.memory_limit, threads=settings.threads) as connection:
        if mart is not None:
            _trace_cell(connection, place.raw, mart, where, cell, limit, form, is_raw=lines)
        else:
            _trace_case(connection, place.raw, case, report, form, is_raw=lines)
        ((is_simulated,),) = connection.execute("SELECT is_simulated FROM meta.build").fetchall()
    if is_simulated:
        say("The reports are SIMULATED: nothing here says anything about a real drug.")


def _trace_cell(
    connection: duckdb.DuckDBPyConnection,
    raw: Path,
    mart: str,
    where: str,
    cell: str | None,
    limit: int,
    form: Format,
    *,
    is_raw: bool,
) -> None:
    from warehouse.trace import list_cases, trace_cell

    traced = trace_cell(connection, mart, where, cell)
    _introduce(traced)
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    rows: list[tuple[Any, ...]] = []
    for part in traced.parts:
        told = f"{part.name} = {part.count:,} cases" if len(traced.parts) > 1 else f"{part.count:,} cases"
        answer = list_cases(connection, part.cases, traced.question, limit)
        listed = [(part.name, *row) for row in answer.rows()]
        columns, types, rows = ("cell", *answer.columns), ("VARCHAR", *answer.types), rows + listed
        few = f"; the first {len(listed):,} are listed, --limit 0 lists all" if len(listed) < part.count else ""
        say(f"{told}{'' if part.told is None else ', as many as the mart says'}{few}.")
    if is_raw:
        places = [place for row in rows for place in _places(dict(zip(columns, row, strict=True)))]
        _write_raw(connection, raw, places, form)
    else:
        write(columns, types, rows, form, 0)


def _introduce(traced: TracedCell) -> None:
    if traced.asked_in is not None:
        say(f"{'.'.join(traced.asked_in)} is {traced.table}.{traced.cell} of this row:")
    row = ", ".join(f"{name} {value}" for name, value in traced.key.items())
    say(f"{traced.table}.{traced.cell} = {traced.value} ({row})")
    if traced.assumed:
        say("Not named, so the usual: " + ", ".join(f"{name} {value}" for name, value in traced.assumed.items()) + ".")
    if len(traced.parts) > 1:
        say(f"It is made of {', '.join(part.name for part in traced.parts)}.")


def _trace_case(
    connection: duckdb.DuckDBPyConnection,
    raw: Path,
    case: int | None,
    report: int | None,
    form: Format,
    *,
    is_raw: bool,
) -> None:
    from warehouse.trace import find_case

    found = find_case(connection, case_id=case, report_id=report)
    say(f"Case {found.case_id}:")
    for sentence in found.sightings:
        say(f"  {sentence}")
    rows = list(found.lines.rows())
    if is_raw:
        _write_raw(connection, raw, [(row[0], row[2], row[3]) for row in rows], form)
    else:
        write(found.lines.columns, found.lines.types, rows, form, 0)


def _places(row: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """The lines of a listed case: its own, those of its drugs, those of its reactions."""
    yield row["quarter"], row["member"], row["line"]
    for member, lines in (("drug_member", "drug_lines"), ("reaction_member", "reaction_lines")):
        for line in row[lines] or ():
            yield row["quarter"], row[member], line


def _write_raw(
    connection: duckdb.DuckDBPyConnection, raw: Path, places: list[tuple[str, str, int]], form: Format
) -> None:
    from warehouse.trace import read_lines

    text = read_lines(connection, raw, places)
    rows = [(*place, text.get(place, "")) for place in dict.fromkeys(places)]
    write(("quarter", "member", "line", "text"), ("VARCHAR", "VARCHAR", "INTEGER", "VARCHAR"), rows, form, 0)
