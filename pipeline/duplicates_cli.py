"""``ketavigil duplicates CASE``: why a case is taken for a duplicate or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.home import Home
from pipeline.settings import Settings
from vocabulary.errors import KetavigilError

if TYPE_CHECKING:
    from warehouse.duplicates.explain import Explained, Pair

_WIDEST = 60

HomeOption = Annotated[Path | None, typer.Option("--home", help="Data folder. Default: KETAVIGIL_HOME, else data.")]


def duplicates(
    case: Annotated[int, typer.Argument(help="Case number.")],
    other: Annotated[int | None, typer.Argument(help="Only its pair with this case.")] = None,
    home: HomeOption = None,
) -> None:
    """Show the probable duplicates of a case, and what each comparison adds in bits."""
    from warehouse.duplicates.explain import explain
    from warehouse.query import open_published

    with open_published(Home(home or Settings().home).published) as connection:
        explained = explain(connection, case)
    pairs = [pair for pair in explained.pairs if other in (None, pair.other_case_id)]
    if other is not None and not pairs:
        raise KetavigilError(
            f"Cases {case} and {other} were not compared, or came out below 0.1: they share too little. "
            "docs/methods.md says which cases are compared."
        )
    console = Console()
    for line in summary(explained):
        console.print(line, highlight=False, markup=False)
    for pair in pairs:
        console.print(waterfall(pair))


def summary(explained: Explained) -> list[str]:
    """The case's cluster in words."""
    if not explained.cluster:
        return [f"Case {explained.case_id} has no probable duplicate at {explained.threshold} or more."]
    kept = explained.cluster[0][0]
    lines = [f"Case {explained.case_id} is in a cluster of {len(explained.cluster)}; case {kept} is kept."]
    lines += [
        f"  {case}: {reason.replace('_', ' ')} ({probability:.4f})"
        for case, probability, reason in explained.cluster
        if reason != "kept"
    ]
    return lines


def waterfall(pair: Pair) -> Table:
    """One pair: what both say, and how the bits add up."""
    table = Table(
        title=f"{pair.case_id} and {pair.other_case_id}: probability {pair.probability:.4f}", title_justify="left"
    )
    for name in ("comparison", f"case {pair.case_id}", f"case {pair.other_case_id}", "level"):
        table.add_column(name, overflow="fold")
    table.add_column("bits", justify="right")
    table.add_row("before", "", "", "two cases drawn at random", f"{pair.prior_bits:+.2f}")
    for one in pair.comparisons:
        values = [text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..." for text in one.values]
        table.add_row(one.name.replace("_", " "), *values, one.level, f"{one.bits:+.2f}")
    table.add_row("sum", "", "", "", f"{pair.match_weight:+.2f}")
    return table
