"""The command ``ketavigil query``: one question to the published file, its answer as table, CSV or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.answers import Format, say, write
from pipeline.home import Home
from pipeline.settings import Settings

HomeOption = Annotated[Path | None, typer.Option("--home", help="Data folder. Default: KETAVIGIL_HOME, else data.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How rows are written.")]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=0, help="Most rows; 0 is all. Default: 100 for a table, all else.")
]


def query(
    sql: Annotated[str, typer.Argument(help="One statement that reads, such as FROM side_effects_of_ketamine.")],
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
    safe: Annotated[
        bool, typer.Option("--safe", help="In CSV: an apostrophe before text that a spreadsheet takes for a formula.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Ask the published file in SQL; nothing can be changed, and no other file is read."""
    from warehouse.asking import ask, open_alone  # DuckDB takes an eighth of a second to load

    settings = Settings()
    place = Home(home or settings.home)
    with open_alone(place.published, memory_limit=settings.memory_limit, threads=settings.threads) as connection:
        ((is_simulated,),) = connection.execute("SELECT is_simulated FROM meta.build").fetchall()
        answer = ask(connection, sql)
        write(answer.columns, answer.types, answer.rows(), form, limit, is_safe=safe)
    if is_simulated:
        say("The reports are SIMULATED: nothing here says anything about a real drug.")
