"""The command ``ketavigil``: arguments in, steps called, results shown. No rule of the pipeline lives here."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.clinic_cli import clinic
from pipeline.dashboards_cli import dashboard
from pipeline.duplicates_cli import duplicates
from pipeline.export_cli import export
from pipeline.home import Home
from pipeline.names_cli import names, reference_tables
from pipeline.notify_cli import notify
from pipeline.operations_cli import add_operations
from pipeline.query_cli import query
from pipeline.settings import Settings
from pipeline.shared_cli import share
from pipeline.status_cli import status
from pipeline.trace_cli import trace
from vocabulary.errors import KetavigilError
from vocabulary.quarter import Quarter, parse_quarters

app = typer.Typer(
    help="Which side effects does ketamine have, how often are they reported, and compared with what.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.callback()(share)
app.add_typer(clinic, name="clinic")
app.add_typer(names, name="names")
app.add_typer(reference_tables, name="reference")
app.add_typer(notify, name="notify")
app.command()(query)
app.command()(export)
app.command()(trace)
app.command()(dashboard)
app.command()(status)
add_operations(app)
app.command()(duplicates)

HomeOption = Annotated[Path | None, typer.Option("--home", help="Data folder. Default: KETAVIGIL_HOME, else data.")]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", help="Folder of quarterly zips, an http(s) address, or faers. Default: KETAVIGIL_SOURCE."),
]
QuartersOption = Annotated[
    str | None, typer.Option("--quarters", help="A list or a range: 2022q3..2022q4 or 2012q4,2020q3.")
]
IncompleteOption = Annotated[
    bool | None, typer.Option("--allow-incomplete", help="Build from incomplete quarters too; the build records it.")
]


def _settings(home: Path | None, *, source: str | None = None, allow_incomplete: bool | None = None) -> Settings:
    settings = Settings() if home is None else Settings(home=home)  # where a home may be the address of a store
    changes = {"source": source, "allow_incomplete": allow_incomplete}
    return settings.model_copy(update={name: value for name, value in changes.items() if value is not None})


def _quarters(text: str | None) -> list[Quarter] | None:
    return parse_quarters(text) if text else None


def _now() -> datetime:
    return datetime.now(UTC)


@app.command()
def run(
    source: SourceOption = None,
    quarters: QuartersOption = None,
    home: HomeOption = None,
    allow_incomplete: IncompleteOption = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build again even if nothing is new.")] = False,
) -> None:
    """Do every step: land, stage, validate, build, publish. Without a source, on simulated quarters."""
    from pipeline.clinic_summary import clinics
    from pipeline.notify import after_run
    from pipeline.run import run as run_all
    from pipeline.summary import changes, profile
    from pipeline.terminal import Terminal

    settings = _settings(home, source=source, allow_incomplete=allow_incomplete)
    place = Home(settings.home)
    with Terminal() as terminal:
        wanted = _quarters(quarters or settings.quarters)
        result = run_all(place, settings, settings.source, wanted, _now(), terminal, rebuild=rebuild)
    if result.absent:
        _say(f"Not at the source: {', '.join(map(str, result.absent))}.")
    if not result.changed:
        _say("Nothing is new: the published file is up to date.")
    Console().print(profile(place.published))
    if (beside := clinics(place.published)) is not None:
        Console().print(beside)
    if "publish" in result.changed and (changed := changes(place.published)):
        _say(changed)
    after_run(place, settings, result.failed, _say, is_published="publish" in result.changed)
    _say(f"Query it: {place.published} (DuckDB, open it read-only).")
    if result.failed:
        names = ", ".join(map(str, sorted(result.failed)))
        raise KetavigilError(
            f"These quarters failed and are not in this run's build: {names}. The reasons stand above."
        )


@app.command()
def land(source: SourceOption = None, quarters: QuartersOption = None, home: HomeOption = None) -> None:
    """Bring quarterly zips into the data folder: hashed, checked, written once."""
    from pipeline.landing import FAERS, land_quarter, look, require_quarters
    from pipeline.terminal import Terminal

    settings = _settings(home, source=source)
    place = Home(settings.home)
    where_from = settings.source or FAERS
    with Terminal() as terminal:
        offer = look(where_from, _quarters(quarters or settings.quarters), settings, _now())
        require_quarters(offer, where_from)
        for quarter, where in sorted(offer.found.items()):
            receipt = land_quarter(place, where, quarter, _now(), terminal)
            terminal.note(f"{quarter}: {receipt.file_name} sha256 {receipt.sha256[:16]} {receipt.size_bytes:,} bytes")
    if offer.absent:
        _say(f"Not at the source: {', '.join(map(str, offer.absent))}.")


@app.command()
def stage(quarters: QuartersOption = None, home: HomeOption = None) -> None:
    """Turn landed zips into typed Parquet, every line accounted for."""
    from pipeline.staging import stage as stage_one
    from pipeline.terminal import Terminal
    from sources import current_receipts

    place = Home(_settings(home).home)
    wanted = _quarters(quarters)
    landed = current_receipts(place.raw)
    with Terminal() as terminal:
        for quarter in _present(wanted, list(landed), "landed", "land"):
            is_new = stage_one(place, landed[quarter], terminal)
            terminal.note(f"{quarter}: {'staged' if is_new else 'was staged already'}")


@app.command()
def validate(quarters: QuartersOption = None, home: HomeOption = None) -> None:
    """Check staged quarters with Great Expectations and write their certificates."""
    from pipeline.terminal import Terminal
    from pipeline.validating import validate as validate_one

    settings = _settings(home)
    place = Home(settings.home)
    failed = []
    with Terminal() as terminal:
        for quarter in _present(_quarters(quarters), place.staged_quarters(), "staged", "stage"):
            certificate, _ = validate_one(place, settings, quarter, terminal)
            terminal.note(f"{quarter}: {certificate.status}")
            for line in certificate.notes():
                terminal.note(f"  {line}")
            if certificate.status in {"failed", "incomplete"}:
                failed.append(quarter)
    if failed:
        raise KetavigilError(f"Not fit for a build: {', '.join(map(str, failed))}. The reasons stand above.")


@app.command()
def build(
    home: HomeOption = None,
    allow_incomplete: IncompleteOption = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build again even if nothing is new.")] = False,
) -> None:
    """Build the warehouse from every certified quarter into a new file; nothing is published yet."""
    from pipeline.building import build_warehouse
    from pipeline.terminal import Terminal

    settings = _settings(home, allow_incomplete=allow_incomplete)
    with Terminal() as terminal:
        result = build_warehouse(Home(settings.home), settings, _now(), terminal, rebuild=rebuild)
        for quarter, why in result.admission.refused.items():
            terminal.warn(f"{quarter} is not in the build: {why}")
    _say(f"Build {result.build_id} {'is finished' if result.is_new else 'was there already'}.")


@app.command()
def publish(
    build_id: Annotated[str | None, typer.Option("--build", help="Which build; the newest where not named.")] = None,
    home: HomeOption = None,
) -> None:
    """Check a finished build and let it be the published file, from one instant to the next."""
    from pipeline.publishing import choose_build, publish_build
    from pipeline.terminal import Terminal

    settings = _settings(home)
    place = Home(settings.home)
    with Terminal() as terminal:
        chosen = choose_build(place, build_id)
        is_new = publish_build(place, settings, chosen, terminal)
    _say(f"Build {chosen.stem} {'is published' if is_new else 'was published already'}.")


@app.command()
def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder for the zips and the truth file.")],
    quarters: Annotated[str, typer.Option("--quarters", help="A list or a range.")] = "2022q1..2022q4",
    reports: Annotated[int, typer.Option("--reports", min=200, help="Reports in each quarter.")] = 20_000,
    history: Annotated[
        float | None,
        typer.Option(
            "--history",
            help="Instead of --quarters and --reports: the 90 quarters 2004q1 to 2026q2 with the growth of the real "
            "ones, this part of their 25 million reports (1, 0.25, 0.0625 ...).",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same bytes.")] = 1,
    damage: Annotated[bool, typer.Option("--damage", help="Damage some lines as real files are damaged.")] = False,
    clinics: Annotated[
        int, typer.Option("--clinics", min=0, help="Clinics whose batches are written too, into a folder clinics.")
    ] = 0,
    patients: Annotated[int, typer.Option("--patients", min=5, help="Patients of each clinic.")] = 120,
) -> None:
    """Write made-up FAERS quarters with all the quirks of the real ones, and the truth beside them.

    With --clinics also batches of made-up clinics; with --damage some that must be refused.
    """
    from pipeline.terminal import Terminal
    from simulation.clinic_damage import KINDS
    from simulation.clinics import simulate_clinics
    from simulation.faers import simulate as simulate_quarters
    from simulation.history import history_sizes

    sizes = dict.fromkeys(parse_quarters(quarters), reports) if history is None else history_sizes(history)
    with Terminal() as terminal:
        terminal.step("simulate")
        truth = simulate_quarters(out, list(sizes), sizes, seed=seed, damage=damage, progress=terminal.advance)
        if clinics:
            terminal.step("simulate clinics")
            kinds = KINDS if damage else ()
            simulate_clinics(out / "clinics", clinics, seed, patients=patients, damage=kinds, progress=terminal.advance)
    _say(f"The truth is in {truth / 'truth.json'}.")
    if clinics:
        _say(f"The clinics' truth is in {out / 'clinics' / 'truth_clinic.json'}.")


def _present(wanted: list[Quarter] | None, there: list[Quarter], done: str, command: str) -> list[Quarter]:
    missing = [quarter for quarter in wanted or [] if quarter not in there]
    if missing or not there:
        raise KetavigilError(
            f"Not {done}: {', '.join(map(str, missing)) or 'any quarter'}. Run `ketavigil {command}` first."
        )
    return sorted(wanted or there)


def _say(text: str) -> None:
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)


def main() -> None:
    """Run the command; an error of ours is one line and a non-zero exit, never a traceback."""
    try:
        app()
    except KetavigilError as error:
        Console(stderr=True).print(
            f"[bold red]error[/] {str(error).replace('[', chr(92) + '[')}", highlight=False, soft_wrap=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
