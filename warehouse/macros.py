"""Macros of the published file: questions that an analyst asks without Python, one SQL file each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter

import duckdb
import numpy as np
import polars as pl

from transforms.statistics import information_component
from vocabulary.errors import BuildError
from warehouse.plan import MACRO_FOLDER, Step, frame_step

EXACT_BELOW = 10_000
"""Report counts whose bounds of the IC are stored; from here on the approximation errs by less than 3e-8 bits."""

_OPENING = re.compile(r"(?:-- .*\n)+")


@dataclass(frozen=True, slots=True)
class Macro:
    """One file of ``sql/macro``: it begins with the signature, the comment goes on with what it does."""

    signature: str
    comment: str
    select: str

    @classmethod
    def read(cls, text: str) -> Macro:
        """From the file's text. Its words are the macro's COMMENT too, so they are not written twice."""
        opening = _OPENING.match(text)
        if opening is None:
            raise BuildError("A file of sql/macro must begin with a comment: the signature, then what it does.")
        words = " ".join(line.removeprefix("-- ") for line in opening[0].splitlines())
        signature, _, told = words.partition(") ")
        return cls(f"{signature})", told, text[opening.end() :])

    @property
    def name(self) -> str:
        """What it is called by."""
        return self.signature.partition("(")[0]

    @property
    def create_sql(self) -> tuple[str, str]:
        """The statements that create it and comment on it."""
        quoted = f"{self.signature}: {self.comment}".replace("'", "''")
        return (
            f"CREATE OR REPLACE MACRO {self.signature} AS TABLE\n{self.select}",
            f"COMMENT ON MACRO TABLE {self.name} IS '{quoted}'",
        )


def macros() -> list[Macro]:
    """Every macro, those that others call before them."""
    found = {path.stem: Macro.read(path.read_text(encoding="utf-8")) for path in sorted(MACRO_FOLDER.glob("*.sql"))}
    calls = {
        name: {other for other in found if other != name and re.search(rf"(?:FROM|JOIN) {other}\(", macro.select)}
        for name, macro in found.items()
    }
    return [found[name] for name in TopologicalSorter(calls).static_order()]


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every macro with its comment. DuckDB checks on the way that the tables and columns in it exist."""
    for macro in macros():
        for statement in macro.create_sql:
            connection.execute(statement)


def macro_steps() -> list[Step]:
    """Tables that the macros read and nobody else."""
    return [frame_step("meta.ic_bound", lambda _: ic_bounds(), reference=())]


def ic_bounds() -> pl.DataFrame:
    """Bounds of the IC by report count, at an expected count of 1/2: the gamma quantiles that SQL has not."""
    counts = np.arange(EXACT_BELOW)
    bounds = information_component(counts, 0.5)
    return pl.DataFrame({"report_count": counts, "lower_95": bounds.lower_95, "upper_95": bounds.upper_95})
