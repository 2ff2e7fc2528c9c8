"""The commands ``ketavigil names`` and ``ketavigil reference``: review of names, and what a change of tables moves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.home import Home
from pipeline.settings import Settings

names = typer.Typer(
    help="Names that came to no ingredient: proposals to review, decisions back into reference/.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
reference_tables = typer.Typer(
    help="Reviewed reference tables: which counts a change of them moves.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

HomeOption = Annotated[Path | None, typer.Option("--home", help="Data folder. Default: KETAVIGIL_HOME, else data.")]


@names.command()
def review(
    out: Annotated[Path, typer.Option("--out", help="CSV to write.")] = Path("names_review.csv"),
    top: Annotated[int, typer.Option("--top", min=1, max=2000, help="Most names, the most frequent first.")] = 500,
    minimum_score: Annotated[
        float, typer.Option("--score", min=50, max=100, help="Least likeness of spellings, in percent.")
    ] = 88,
    home: HomeOption = None,
) -> None:
    """Write proposals for the most frequent unmapped names of the published file; a person decides on each."""
    from pipeline.names_review import review as make

    proposals = make(_home(home).published, top, minimum_score)
    proposals.write_csv(out)
    found = proposals["ingredient"].drop_nulls().len()
    _say(f"{proposals.height:,} names, {found:,} with a proposal: {out}. Write accept or refuse into decision.")


@names.command()
def accept(
    file: Annotated[Path, typer.Argument(help="Review file with decisions.")],
    folder: Annotated[
        Path | None, typer.Option("--reference", help="Reference folder to change. Default: that of this installation.")
    ] = None,
) -> None:
    """Put accepted names into the reference tables and remember the refused ones; nothing, if a line is wrong."""
    import reference
    from pipeline.names_accept import accept as take

    done = take(file, folder or reference.FOLDER)
    rows = ", ".join(f"{table} {count:,}" for table, count in sorted(done.rows.items())) or "nothing"
    _say(f"Added rows: {rows}. Undecided: {done.undecided:,}. Look at the difference, then run the tests.")


@reference_tables.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Folder of reference tables before.")],
    new: Annotated[Path, typer.Argument(help="Folder of reference tables after.")],
    out: Annotated[Path | None, typer.Option("--csv", help="Also write it as CSV.")] = None,
    home: HomeOption = None,
) -> None:
    """Show which counts of the published file a change of reference tables moves, without building."""
    from warehouse.query import open_published
    from warehouse.reference_diff import moved_counts, table_changes

    with open_published(_home(home).published) as connection:
        moved = moved_counts(connection, old, new)
    for name, (added, removed) in table_changes(old, new).items():
        _say(f"{name}.csv: {added:,} rows added, {removed:,} removed")
    if out is not None:
        moved.write_csv(out)
    shown = Table("what", "which", "definition", "cases before", "after", "gained", "lost")
    for row in moved.iter_rows():
        shown.add_row(*("" if cell is None else f"{cell:,}" if isinstance(cell, int) else cell for cell in row))
    if moved.height:
        Console().print(shown)
    else:
        _say("No count of a substance, class, side effect or group of further drugs moves.")


def _home(home: Path | None) -> Home:
    return Home(home or Settings().home)


def _say(text: str) -> None:
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)
