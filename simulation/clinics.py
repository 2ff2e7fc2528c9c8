"""Made-up clinics with known incidences: valid batches of the contract, a clinic at a time, and the truth beside them.

Sessions of a patient resemble each other (a random effect on the probit scale), pressure rises to a peak near
40 minutes after an infusion and returns, some sessions have no reading before dosing, doses rise, and each clinic
sends several batches in which patients go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from simulation.clinic_damage import IN_FILES, IN_TABLES, KINDS
from simulation.clinic_events import events
from simulation.clinic_readings import readings
from simulation.clinic_scenario import CLINIC_STANDARD, ClinicScenario
from simulation.clinic_sessions import Visits, ids, visits
from simulation.clinic_truth import MEASURED, ClinicAccount, write_clinic_truth
from simulation.clinic_writing import manifest, table_file, write_batch
from simulation.stream import Stream
from vocabulary.errors import SettingsError
from vocabulary.tables.clinic import BATCH_TABLES

Progress = Callable[[int, int, str], None]
"""Called after each clinic with how many are written, how many there are, and which one it was."""

FORMS = ("csv", "csv_zip", "parquet", "parquet_zip")
"""How a batch is written; clinics take turns where none is named."""

SMALLEST_CLINIC = 5


def simulate_clinics(
    out: Path,
    clinics: int,
    seed: int,
    *,
    patients: int = 120,
    batches: int = 3,
    form: str | None = None,
    damage: Sequence[str] = (),
    scenario: ClinicScenario = CLINIC_STANDARD,
    progress: Progress | None = None,
) -> Path:
    """Write the batches of some clinics into a folder, and the truth beside them.

    A clinic depends on the seed, its number, its size and the number of batches, and on nothing else. One clinic is in
    memory at a time.

    Args:
        out: folder, made if absent; files of the same names are replaced.
        clinics: how many.
        seed: any whole number from 0 up.
        patients: patients of each clinic, at least 5.
        batches: batches of each clinic, one a quarter; one that would be empty is not written.
        form: one of ``FORMS`` for all; None lets clinics take turns.
        damage: kinds of ``clinic_damage.KINDS``; one small clinic more with one batch for each, to be refused.
        scenario: what is planted.
        progress: called after each clinic.

    Returns:
        The folder: ``<clinic_id>~<batch_id>`` folders and zips, truth_clinic.json, truth_clinic_incidence.parquet.

    Raises:
        SettingsError: a number is too low, a form or kind of damage is unknown, or the folder cannot be written.
    """
    _require(clinics, seed, patients, batches, form, damage)
    account = ClinicAccount()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for number in range(clinics):
            chosen = form or FORMS[number % len(FORMS)]
            _write_clinic(out, Stream(seed, "clinic", str(number)), patients, batches, chosen, scenario, account)
            if progress is not None:
                progress(number + 1, clinics, f"clinic {number + 1}")
        for kind in damage:
            chosen = form or "csv"
            stream = Stream(seed, "damaged clinic", kind)
            _write_clinic(out, stream, SMALLEST_CLINIC, 1, chosen, scenario, account, kind)
        write_clinic_truth(out, seed, tuple(damage), scenario, account)
    except OSError as error:
        raise SettingsError(f"Clinics cannot be written into {out}: {error}. Make room, or name another.") from error
    return out


def _require(clinics: int, seed: int, patients: int, batches: int, form: str | None, damage: Sequence[str]) -> None:
    if seed < 0 or clinics < 1 or batches < 1 or patients < SMALLEST_CLINIC:
        raise SettingsError(
            f"Simulate at least 1 clinic with {SMALLEST_CLINIC} patients and 1 batch, and a seed from 0 up."
        )
    if form is not None and form not in FORMS:
        raise SettingsError(f"{form} is no form of a batch. Name one of {', '.join(FORMS)}.")
    unknown = [kind for kind in damage if kind not in KINDS]
    if unknown:
        raise SettingsError(f"{', '.join(unknown)} is no kind of damage. Kinds: {', '.join(KINDS)}.")


def _write_clinic(
    out: Path,
    stream: Stream,
    patients: int,
    batches: int,
    form: str,
    scenario: ClinicScenario,
    account: ClinicAccount,
    damage: str | None = None,
) -> None:
    clinic_id, *batch_ids = ids(stream, 1 + batches).to_list()
    seen = visits(stream, patients, batches, scenario)
    measured = readings(stream, seen, scenario)
    event, reported = events(stream, seen, scenario)
    session = seen.frame.with_columns(ids(stream, seen.size).alias("session_id"))
    if damage is None:
        measures = {(name, "reported"): state for name, state in reported.items()}
        account.add(seen, measures | {(MEASURED[name], name): state for name, state in measured.found.items()})
    for batch, batch_id in enumerate(batch_ids):
        frames = _of_batch(seen, batch, session, {"vital": measured.vital, "scale": measured.scale, "event": event})
        if not frames["session"].height:
            continue
        rows = {table: frame.height for table, frame in frames.items()}
        if damage in IN_TABLES:
            frames = IN_TABLES[damage](frames)
        ending = form.partition("_")[0]
        files = {f"{table}.{ending}": table_file(frame, table, ending) for table, frame in frames.items()}
        files["manifest.json"] = manifest(clinic_id, batch_id, f"{2023 + batch // 4}q{batch % 4 + 1}", files, rows)
        if damage in IN_FILES:
            files = IN_FILES[damage](files)
        name = write_batch(out, f"{clinic_id}~{batch_id}", files, is_zip=form.endswith("zip"))
        account.batches[name] = {"rows": rows} | ({} if damage is None else {"refused_for": damage})


def _of_batch(
    seen: Visits, batch: int, session: pl.DataFrame, rows: dict[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """The tables of one batch, in the contract's columns."""
    here = seen.batch == batch
    marked = session.with_columns(
        pl.Series("session", range(seen.size), dtype=pl.Int32),
        seen.patient["patient_id"][seen.owner].alias("patient_id"),
        pl.Series("here", here),
    ).filter("here")
    patient = seen.patient.filter(pl.col("patient_id").is_in(marked["patient_id"].unique().to_list()))
    keys = marked.select("session", "session_id")
    frames = {"patient": patient, "session": marked}
    for table, frame in rows.items():
        frames[table] = frame.join(keys, on="session", how="inner", maintain_order="left")
    return {table: frames[table].select(declared.column_names) for table, declared in BATCH_TABLES.items()}
