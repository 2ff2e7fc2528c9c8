"""Build: staged quarters in, one finished DuckDB file out. Nothing else is read, no clock and no network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from vocabulary.errors import BuildError
from vocabulary.quarter import Quarter
from vocabulary.tables import staged
from warehouse.checks import IDENTITIES
from warehouse.contexts import context_steps
from warehouse.frames import matching_steps, reference_steps
from warehouse.macros import create_macros, macro_steps
from warehouse.marts import mart_steps
from warehouse.marts.time_change import Previous, change_steps, noted, read_previous
from warehouse.plan import DECLARED, Step, frame_step, in_order, sql_steps

META_FROM_STAGING = ("line_account", "repair", "value_issue")


@dataclass(frozen=True, slots=True)
class BuildInputs:
    """All that a build depends on."""

    quarters: Mapping[Quarter, Path]
    """Staged folder of each quarter, named ``quarter=2022q4``."""
    rejected: Mapping[Quarter, Path]
    """Folder that holds each quarter's ``rejected_line.parquet``."""
    meta: Mapping[str, pl.DataFrame]
    """Rows of meta.build, meta.source_file, meta.certificate and meta.expectation_result."""
    previous: Path | None = None
    """The published file, which mart.signal_change compares with; no other table depends on it."""
    memory_limit: str = "4GB"
    threads: int | None = None
    progress: Callable[[str, int, int], None] = field(default=lambda *_: None)
    """Called with the table about to be made, its number and how many there are."""


def build(inputs: BuildInputs, target: Path) -> Path:
    """Write the finished warehouse to ``target``, which must not exist; half a file is never left there.

    Raises:
        BuildError: no quarter was given, the disk is full, or an identity of the finished file does not hold.
    """
    if not inputs.quarters:
        raise BuildError("There is no quarter to build from. Land, stage and validate at least one.")
    partial = target.with_name(f"{target.name}.partial")
    scratch = target.with_name(f"{target.name}.scratch")
    _clear(partial, scratch)
    scratch.mkdir(parents=True)
    try:
        _fill(inputs, partial, scratch)
        partial.rename(target)
    except duckdb.Error as error:
        raise BuildError(f"The build of {target.name} failed: {_first_line(error)}") from error
    except OSError as error:
        raise BuildError(
            f"The build of {target.name} failed: {error.strerror}. Free disk space and run again."
        ) from error
    finally:
        _clear(partial, scratch)
    return target


def _fill(inputs: BuildInputs, partial: Path, scratch: Path) -> None:
    previous = read_previous(inputs.previous, inputs.meta["build"])
    steps = in_order(
        [
            *(*sql_steps(), *reference_steps(), *matching_steps(), *context_steps()),
            *(*mart_steps(), *macro_steps(), *change_steps(previous), *_meta_steps(inputs, previous)),
        ]
    )
    missing = sorted(set(DECLARED) - {step.target for step in steps})
    if missing:
        raise BuildError(f"No step makes {', '.join(missing)}.")
    with duckdb.connect(partial) as connection:
        _configure(connection, inputs, scratch)
        _show_staged(connection, inputs.quarters)
        for number, step in enumerate(steps, start=1):
            inputs.progress(step.target, number, len(steps))
            step.run(connection)
        create_macros(connection)
        _prove(connection)
        connection.execute("DETACH work")
        connection.execute("DETACH staged")
        connection.execute("CHECKPOINT")


def _configure(connection: duckdb.DuckDBPyConnection, inputs: BuildInputs, scratch: Path) -> None:
    connection.execute(f"SET memory_limit = '{inputs.memory_limit}'")
    connection.execute(f"SET temp_directory = '{scratch / 'spill'}'")
    # A SELECT with ORDER BY keeps its order all the same; without one, keeping the order of the files costs half as
    # much again as writing.
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    if inputs.threads:
        connection.execute(f"SET threads = {inputs.threads}")
    connection.execute(f"ATTACH '{scratch / 'work.duckdb'}' AS work")
    connection.execute("ATTACH ':memory:' AS staged")
    for schema in ("core", "mart", "meta"):
        connection.execute(f"CREATE SCHEMA {schema}")


def _show_staged(connection: duckdb.DuckDBPyConnection, quarters: Mapping[Quarter, Path]) -> None:
    """Views ``staged.<table>`` over the Parquet parts of all quarters, with the quarter from the folder's name."""
    for table in (*staged.FAERS_TABLES.values(), staged.DELETED_CASE):
        parts = [
            part for _, folder in sorted(quarters.items()) for part in sorted((folder / table.name).glob("*.parquet"))
        ]
        files = ", ".join("'" + str(part).replace("'", "''") + "'" for part in parts)
        connection.execute(
            f"CREATE VIEW staged.{table.name} AS SELECT * FROM read_parquet([{files}], hive_partitioning = true, "
            "hive_types = {'quarter': VARCHAR})"
        )


def _meta_steps(inputs: BuildInputs, previous: Previous) -> list[Step]:
    def small(name: str) -> Step:
        frames = [pl.read_parquet(folder / f"{name}.parquet") for _, folder in sorted(inputs.quarters.items())]
        return frame_step(f"meta.{name}", lambda _: pl.concat(frames))

    given = {**inputs.meta, "build": noted(inputs.meta["build"], previous)}
    rejected = [pl.read_parquet(path / "rejected_line.parquet") for _, path in sorted(inputs.rejected.items())]
    return [
        *(small(name) for name in META_FROM_STAGING),
        frame_step("meta.rejected_line", lambda _: pl.concat(rejected)),
        *(frame_step(f"meta.{name}", lambda _, frame=frame: frame) for name, frame in given.items()),  # type: ignore[misc]
    ]


def _prove(connection: duckdb.DuckDBPyConnection) -> None:
    for identity in IDENTITIES:
        (broken,) = connection.execute(identity.sql).fetchall()[0]
        if broken:
            raise BuildError(f"{identity.table}: {identity.name} does not hold ({broken:,} off). {identity.sentence}")


def _clear(partial: Path, scratch: Path) -> None:
    partial.unlink(missing_ok=True)
    partial.with_name(f"{partial.name}.wal").unlink(missing_ok=True)
    shutil.rmtree(scratch, ignore_errors=True)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
