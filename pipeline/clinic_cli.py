"""The commands ``ketavigil clinic``: what a clinic needs at home, and the way in. What they say holds no value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from vocabulary.errors import ClinicBatchError, KetavigilError

if TYPE_CHECKING:
    from pipeline.clinic import TakeIn

clinic = typer.Typer(
    help="De-identified clinic batches: an empty one to fill in, a check that needs no network, the way in.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

BatchArgument = Annotated[Path, typer.Argument(help="Folder or zip of the batch.", show_default=False)]


@clinic.command()
def template(
    out: Annotated[Path, typer.Argument(help="New folder for the empty batch and its data dictionary.")],
    clinic_id: Annotated[str | None, typer.Option("--clinic-id", help="Id of earlier batches; else a new one.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Year or quarter of the sessions: 2024q3.")] = None,
) -> None:
    """Write an empty batch to fill in, with a data dictionary."""
    from pipeline.clinic_template import write_template

    write_template(out, clinic_id=clinic_id, period=period)
    _say("Fill in the files in batch, then run `ketavigil clinic seal` and `ketavigil clinic check` on that folder.")


@clinic.command()
def ids(count: Annotated[int, typer.Argument(min=1, max=10_000_000, help="How many.")] = 1) -> None:
    """Print random ids for patients and sessions, one per line."""
    from pipeline.clinic_template import new_id

    for _ in range(count):
        typer.echo(new_id())


@clinic.command()
def seal(batch: Annotated[Path, typer.Argument(help="Folder of the batch.")]) -> None:
    """Write rows and hashes of the files into the manifest; do this last."""
    from pipeline.clinic_template import seal as seal_batch

    rows = seal_batch(batch)
    _say("Sealed: " + ", ".join(f"{table} {count:,}" for table, count in rows.items()) + " rows.")


@clinic.command()
def check(batch: BatchArgument) -> None:
    """Tell everything that is wrong with a batch at once. Works without a network and writes nothing."""
    from pipeline.clinic import check_batch
    from pipeline.settings import Settings

    examination = check_batch(batch, Settings())
    for warning in examination.warnings:
        _say(f"warning: {warning}")
    for finding in examination.findings:
        _say(finding.text)
    if examination.findings:
        raise ClinicBatchError(f"The batch would be refused: {len(examination.findings)} findings, told above.")
    rows = ", ".join(f"{table} {len(frame):,}" for table, frame in examination.batch.tables.items())
    _say(f"The batch would be taken in: {rows} rows.")


@clinic.command("from-fhir")
def from_fhir(
    bundle: Annotated[Path, typer.Argument(help="FHIR R4 Bundle, JSON; it is read at the clinic and stays there.")],
    out: Annotated[Path, typer.Argument(help="New folder for the batch.")],
    ids: Annotated[Path, typer.Option("--ids", help="Key file: which random id stands for whom. Keep it secret.")],
    period: Annotated[str, typer.Option("--period", help="Year or quarter of the sessions: 2024q3.")],
    clinic_id: Annotated[str | None, typer.Option("--clinic-id", help="Id of earlier batches; else a new one.")] = None,
) -> None:
    """Make a batch of a FHIR Bundle: dates become days and minutes, ids random letters, all else stays behind."""
    from pipeline.clinic_fhir import batch_from_fhir

    converted = batch_from_fhir(bundle, out, ids, clinic_id=clinic_id, period=period)
    if converted.left_out:
        _say("Not read: " + ", ".join(f"{name} {count:,}" for name, count in converted.left_out.items()) + ".")
    for finding in converted.findings:
        _say(finding.text)
    if converted.findings:
        raise ClinicBatchError("No batch was written: some resources could not be placed, told above.")
    rows = ", ".join(f"{table} {len(found):,}" for table, found in converted.tables.items())
    _say(f"Written: {rows} rows. Run `ketavigil clinic check` on the folder batch.")


@clinic.command("take-in")
def take_in(
    batches: Annotated[list[Path], typer.Argument(help="Folders or zips of batches.", show_default=False)],
    home: Annotated[
        Path | None, typer.Option("--home", help="Data folder. Default: KETAVIGIL_HOME, else data.")
    ] = None,
    move_refused: Annotated[
        bool, typer.Option("--move-refused", help="Move a refused batch to quarantine instead of copying it.")
    ] = False,
) -> None:
    """Take batches in: privacy gate, validation, staging. Each is staged whole or refused whole; the others go on."""
    from pipeline.clinic import RefusedBatchError
    from pipeline.clinic_taking import take_in_all
    from pipeline.home import Home
    from pipeline.notify import after_refusal
    from pipeline.settings import Settings
    from pipeline.terminal import Terminal

    settings = Settings()
    place = Home(home or settings.home)
    refused: dict[int, KetavigilError] = {}
    with Terminal() as terminal:
        outcomes = take_in_all(place, settings, batches, terminal, move_refused=move_refused)
        for number, outcome in outcomes:
            if not isinstance(outcome, KetavigilError):
                _tell(outcome)
                continue
            refused[number] = outcome
            if isinstance(outcome, RefusedBatchError):
                after_refusal(settings, str(outcome), outcome.findings, outcome.clinic_id, _say)
    if len(batches) == 1 and refused:
        raise refused[1]
    for number, error in sorted(refused.items()):
        _say(f"batch {number}: {error}")
    if refused:
        numbers = ", ".join(map(str, sorted(refused)))
        raise ClinicBatchError(f"Not taken in: {len(refused)} of {len(batches)} batches, by their order: {numbers}.")


def _tell(taken: TakeIn) -> None:
    """What became of a batch that was not refused."""
    for warning in taken.warnings:
        _say(f"warning: {warning}")
    rows = ", ".join(f"{table} {count:,}" for table, count in taken.row_counts.items())
    what = f"revision {taken.revision} of {taken.name}"
    if not taken.is_new:
        _say(f"Nothing is new: {what} was taken in already ({rows} rows).")
    elif taken.replaced_revision is not None:
        _say(f"Taken in: {what} takes the place of revision {taken.replaced_revision} ({rows} rows).")
    else:
        _say(f"Taken in: {what} ({rows} rows).")


def _say(text: str) -> None:
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)
