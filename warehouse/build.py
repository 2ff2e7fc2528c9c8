"""Build: staged quarters in, one finished DuckDB file out. Nothing else is read, no clock and no network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import polars as pl

from vocabulary.errors import BuildError
from vocabulary.quarter import Quarter
from vocabulary.tables.clinic import STAGED_TABLES
from vocabulary.tables.clinic_core import CLINIC_BATCH
from warehouse.checks import CLINIC_IDENTITIES, IDENTITIES, Identity
from warehouse.contexts import context_steps
from warehouse.corrections import correct_staged, reviewed_corrections
from warehouse.deduplicated import deduplicated_steps
from warehouse.dictionary import dictionary_steps
from warehouse.duplicates import EVERYBODY, duplicate_steps
from warehouse.external import external_steps
from warehouse.frames import matching_steps, reference_steps
from warehouse.macros import create_macros, macro_steps
from warehouse.marts import mart_steps
from warehouse.marts.clinic import clinic_steps
from warehouse.marts.time_change import Previous, change_steps, noted, read_previous
from warehouse.parts.abreast import make_all
from warehouse.parts.base import Base, keep_work, note_made
from warehouse.parts.delta import NotInPartsError
from warehouse.parts.keys import corrected_fingerprints
from warehouse.parts.slices import SLICE_SIGHTINGS, Slices, cut, show_staged
from warehouse.parts.update import Afresh, Decision, Maker, Update
from warehouse.plan import DECLARED, PRIVATE, Step, frame_step, in_order, sql_steps
from warehouse.publish import clinic_build
from warehouse.views import create_views

_CLINIC_FILE = "clinic.duckdb"

MOST_ABREAST = 2
"""Tables that are made at the same time; they share the memory."""

META_FROM_STAGING = ("line_account", "repair", "value_issue")


@dataclass(frozen=True, slots=True)
class BuildInputs:
    """All that a build depends on."""

    quarters: Mapping[Quarter, Path]
    """Staged folder of each quarter, named ``quarter=2022q4``."""
    rejected: Mapping[Quarter, Path]
    """Folder that holds each quarter's ``rejected_line.parquet``."""
    meta: Mapping[str, pl.DataFrame]
    """Rows of meta.build, meta.source_file, meta.certificate and meta.expectation_result; with clinics of
    core.clinic_batch too."""
    clinics: Sequence[Path] = ()
    """Staged folder of each clinic batch, named ``batch=<clinic_id>~<batch_id>``."""
    clinic_minimum_cell: int = 11
    """Smallest count of sessions or patients that the published file shows."""
    duplicate_most_cases: int = EVERYBODY
    """Cases up to which all are compared to find duplicates; see docs/methods.md."""
    previous: Path | None = None
    """The published file, which mart.signal_change compares with; no other table depends on it."""
    dictionaries: Mapping[str, Path] = field(default_factory=dict)
    """Folders of optional dictionaries: rxnorm, meddra, whodrug."""
    corrections: pl.DataFrame | None = None
    """Rows as in reference/corrections.csv; where not given, those of that file."""
    memory_limit: str = "4GB"
    threads: int | None = None
    slice_sightings: int = SLICE_SIGHTINGS
    """How many sightings are worked on at once, more or less."""
    code: str = ""
    """All that decides how tables are made, but for the reviewed data: a build by other code is no base."""
    fingerprints: Mapping[Quarter, str] = field(default_factory=dict)
    """What is staged for each quarter; without it no later build can go on from this one."""
    base: Base | None = None
    """A build to go on from; without one everything is made anew."""
    progress: Callable[[str, int, int], None] = field(default=lambda *_: None)
    """Called with a table that is begun, its number and how many there are."""


def build(inputs: BuildInputs, target: Path) -> list[Decision]:
    """Write the finished warehouse to ``target``, which must not exist; half a file is never left there.

    Where there are clinic batches, their rows and what is counted of them go to a file of their own
    (``publish.clinic_build``), which its owner alone can read, and ``target`` holds no row of a patient.

    Returns what was done with each table, and why.

    Raises:
        BuildError: no quarter was given, the disk is full, or an identity of the finished file does not hold.
    """
    if not inputs.quarters:
        raise BuildError("There is no quarter to build from. Land, stage and validate at least one.")
    if inputs.base is not None:
        try:
            return _build(inputs, target)
        except NotInPartsError as why:
            inputs = replace(inputs, base=None)
            return [Decision("all tables", "made anew", str(why)), *_build(inputs, target)]
    return _build(inputs, target)


def _build(inputs: BuildInputs, target: Path) -> list[Decision]:
    partial = target.with_name(f"{target.name}.partial")
    scratch = target.with_name(f"{target.name}.scratch")
    _clear(partial, scratch)
    scratch.mkdir(parents=True)
    scratch.chmod(0o700)  # rows of patients pass through it
    try:
        if inputs.base is not None:
            inputs.base.copy_to(partial, scratch)
        plan = _fill(inputs, partial, scratch)
        _keep_clinics(inputs, scratch, target)
        partial.rename(target)
        if inputs.fingerprints:
            keep_work(scratch, target)
    except duckdb.OutOfMemoryException as error:
        if inputs.base is not None:
            raise NotInPartsError(f"following the change needs more memory than {inputs.memory_limit}") from error
        raise BuildError(
            f"The build of {target.name} needs more memory than {inputs.memory_limit}. Set KETAVIGIL_MEMORY_LIMIT to "
            "more, or KETAVIGIL_THREADS to fewer, and run again."
        ) from error
    except duckdb.Error as error:
        raise BuildError(f"The build of {target.name} failed: {_first_line(error)}") from error
    except OSError as error:
        raise BuildError(
            f"The build of {target.name} failed: {error.strerror}. Free disk space and run again."
        ) from error
    finally:
        _clear(partial, scratch)
    return plan


def _fill(inputs: BuildInputs, partial: Path, scratch: Path) -> list[Decision]:
    previous = read_previous(inputs.previous, inputs.meta["build"])
    once = [
        *(*sql_steps(), *reference_steps(), *matching_steps(), *context_steps()),
        *duplicate_steps(inputs.duplicate_most_cases),
        *(*mart_steps(), *clinic_steps(inputs.clinic_minimum_cell), *macro_steps(), *dictionary_steps()),
        *external_steps(inputs.dictionaries),
        *_meta_steps(inputs, previous),
    ]
    steps = in_order([*once, *deduplicated_steps(once), *change_steps(previous)])
    missing = sorted({*DECLARED, *PRIVATE} - {step.target for step in steps})
    if missing:
        raise BuildError(f"No step makes {', '.join(missing)}.")
    with duckdb.connect(partial) as connection:
        _configure(connection, inputs, scratch)
        show_staged(connection, inputs.quarters)
        corrections = _corrections(inputs)
        fingerprints = corrected_fingerprints(inputs.quarters, inputs.fingerprints, corrections)
        correct_staged(connection, corrections, {str(quarter) for quarter in inputs.quarters})
        _show_clinics(connection, inputs.clinics)
        maker = _maker(connection, inputs, fingerprints, scratch)
        plan = make_all(connection, steps, maker, _abreast(inputs), inputs.progress)
        create_macros(connection)
        create_views(connection)
        _prove(connection, (*IDENTITIES, *CLINIC_IDENTITIES))
        if inputs.fingerprints:
            note_made(connection, inputs.code, fingerprints, maker.made)
        for database in ("work", "staged", "clinic", *(("part",) if inputs.base else ())):
            connection.execute(f"DETACH {database}")
        connection.execute("CHECKPOINT")
    return plan


def _maker(
    connection: duckdb.DuckDBPyConnection, inputs: BuildInputs, fingerprints: Mapping[Quarter, str], scratch: Path
) -> Maker:
    if inputs.base is None:
        slices = Slices(connection, inputs.quarters, cut(inputs.quarters, inputs.slice_sightings))
        return Afresh(slices, inputs.code, fingerprints)
    connection.execute(f"ATTACH '{scratch / 'part.duckdb'}' AS part")
    return Update(connection, inputs.quarters, inputs.code, fingerprints, inputs.base)


def _abreast(inputs: BuildInputs) -> int:
    return min(inputs.threads or os.cpu_count() or 1, MOST_ABREAST)


def _corrections(inputs: BuildInputs) -> pl.DataFrame:
    if inputs.corrections is not None:
        return inputs.corrections
    return reviewed_corrections(is_simulated=bool(inputs.meta["build"]["is_simulated"].item()))


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
    clinic = scratch / _CLINIC_FILE if inputs.clinics else ":memory:"
    connection.execute(f"ATTACH '{clinic}' AS clinic")
    for schema in ("core", "mart"):
        connection.execute(f"CREATE SCHEMA clinic.{schema}")
    for schema in ("core", "mart", "deduplicated", "work.deduplicated", "meta"):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")


def _show_clinics(connection: duckdb.DuckDBPyConnection, clinics: Sequence[Path]) -> None:
    """Views ``staged.clinic_<table>`` over all batches; without any, empty ones."""
    for name, table in STAGED_TABLES.items():
        parts = [part for folder in sorted(clinics) for part in sorted((folder / name).glob("*.parquet"))]
        if parts:
            files = ", ".join("'" + str(part).replace("'", "''") + "'" for part in parts)
            rows = f"SELECT * FROM read_parquet([{files}], hive_partitioning = false)"
        else:
            nulls = ", ".join(f"NULL::{column.kind.value} AS {column.name}" for column in table.columns)
            rows = f"SELECT {nulls} WHERE false"
        connection.execute(f"CREATE VIEW staged.clinic_{name} AS {rows}")


def _keep_clinics(inputs: BuildInputs, scratch: Path, target: Path) -> None:
    """Put the clinics' file in its place; it is there before the build that it belongs to."""
    place = clinic_build(target)
    place.unlink(missing_ok=True)
    if inputs.clinics:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.parent.chmod(0o700)
        (scratch / _CLINIC_FILE).chmod(0o600)
        (scratch / _CLINIC_FILE).rename(place)


def _meta_steps(inputs: BuildInputs, previous: Previous) -> list[Step]:
    def small(name: str) -> Step:
        frames = [pl.read_parquet(folder / f"{name}.parquet") for _, folder in sorted(inputs.quarters.items())]
        return frame_step(f"meta.{name}", lambda _: pl.concat(frames), is_always_made=True)

    given = {**inputs.meta, "build": noted(inputs.meta["build"], previous)}
    batches = given.pop("clinic_batch", pl.DataFrame(schema=CLINIC_BATCH.polars_schema))
    rejected = [pl.read_parquet(path / "rejected_line.parquet") for _, path in sorted(inputs.rejected.items())]
    return [
        *(small(name) for name in META_FROM_STAGING),
        frame_step("meta.rejected_line", lambda _: pl.concat(rejected), is_always_made=True),
        frame_step("clinic.core.clinic_batch", lambda _: batches, is_always_made=True),
        *(
            frame_step(f"meta.{name}", lambda _, frame=frame: frame, is_always_made=True)  # type: ignore[misc]
            for name, frame in given.items()
        ),
    ]


def _prove(connection: duckdb.DuckDBPyConnection, identities: Sequence[Identity]) -> None:
    for identity in identities:
        (broken,) = connection.execute(identity.sql).fetchall()[0]
        if broken:
            raise BuildError(f"{identity.table}: {identity.name} does not hold ({broken:,} off). {identity.sentence}")


def _clear(partial: Path, scratch: Path) -> None:
    partial.unlink(missing_ok=True)
    partial.with_name(f"{partial.name}.wal").unlink(missing_ok=True)
    shutil.rmtree(scratch, ignore_errors=True)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
