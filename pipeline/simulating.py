"""Made-up quarters for a run without a source, written once per choice of quarters, size and seed."""

from __future__ import annotations

from pathlib import Path

from pipeline import fingerprint
from pipeline.home import Home
from pipeline.reporter import Reporter
from pipeline.settings import Settings
from pipeline.validating import is_simulated
from simulation.faers import simulate
from vocabulary.errors import SettingsError
from vocabulary.quarter import Quarter, parse_quarters

SIMULATION_CODE = ("simulation/**/*.py", "simulation/*.csv", "reference/*.csv")


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
