"""Made-up quarters and clinics for a run without a source, written once per choice of size and seed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from pipeline import fingerprint
from pipeline.home import Home
from pipeline.reporter import Reporter
from pipeline.settings import Settings
from pipeline.validating import is_simulated
from simulation.clinics import simulate_clinics
from simulation.faers import simulate
from vocabulary.errors import SettingsError
from vocabulary.quarter import Quarter, parse_quarters

SIMULATION_CODE = ("simulation/**/*.py", "simulation/*.csv", "reference/*.csv")


def simulated_clinics(home: Home, settings: Settings, reporter: Reporter) -> list[Path]:
    """Made-up batches, made now unless the same ones are there; staged ones of an earlier choice are taken away.

    Raises:
        SettingsError: the home holds real clinic batches.
    """
    staged = {folder.name.removeprefix("batch="): folder for folder in home.clinic_batches()}
    if any(not json.loads((folder / "manifest.json").read_text())["is_simulated"] for folder in staged.values()):
        raise SettingsError(
            f"{home.root} holds real clinic batches. Name a source with --source, or another --home to run on "
            "simulated data."
        )
    name = fingerprint.of_parts(
        fingerprint.of_code((*SIMULATION_CODE, "vocabulary/tables/clinic.py")),
        *map(str, (settings.simulated_clinics, settings.simulated_patients, settings.simulated_seed)),
    )
    root = home.simulated / "clinics"
    for folder in _batches(root):
        # What a demo run staged, and no batch that a person took in.
        if folder.parent.name != name and (stale := staged.get(folder.name.removesuffix(".zip"))) is not None:
            shutil.rmtree(stale, ignore_errors=True)
    if not settings.simulated_clinics:
        return []
    if not (root / name / "truth_clinic.json").is_file():
        reporter.step("simulate clinics")
        simulate_clinics(
            root / name,
            settings.simulated_clinics,
            settings.simulated_seed,
            patients=settings.simulated_patients,
            progress=lambda done, total, what: reporter.advance(done, total, what),
        )
    return [batch for batch in _batches(root) if batch.parent.name == name]


def _batches(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("*/*~*") if not path.name.startswith("."))


def simulated_source(home: Home, settings: Settings, quarters: list[Quarter] | None, reporter: Reporter) -> Path:
    """Folder of made-up zips; made now unless the same ones are there.

    Raises:
        SettingsError: the home holds real quarters, whose warehouse a demo must not replace.
    """
    real = [quarter for quarter in home.staged_quarters() if not is_simulated(home, quarter)]
    if real:
        raise SettingsError(
            f"{home.root} holds real quarters ({real[0]} ...). Name a source with --source, or another --home to "
            "run on simulated quarters."
        )
    wanted = quarters or parse_quarters(settings.simulated_quarters)
    name = fingerprint.of_parts(
        fingerprint.of_code(SIMULATION_CODE),
        " ".join(map(str, wanted)),
        str(settings.simulated_reports),
        str(settings.simulated_seed),
    )
    folder = home.simulated / name
    if not (folder / "truth.json").is_file():
        reporter.step("simulate")
        simulate(
            folder,
            wanted,
            settings.simulated_reports,
            seed=settings.simulated_seed,
            damage=True,
            progress=lambda done, total, what: reporter.advance(done, total, what),
        )
    return folder
