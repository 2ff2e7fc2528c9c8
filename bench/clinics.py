"""Clinics: a million sessions with ten million readings of vital signs, from the files that clinics send to marts."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from bench import inputs
from bench.cases import Bench
from bench.inputs import CACHE, SEED, Plan
from bench.measure import ROOT, BenchError

NAME = "one million clinic sessions"
CLINICS, PATIENTS, BATCHES = 4, 45_000, 4
QUARTER = Plan("one quarter of 2,000", "2022q4", 2_000)
"""A build needs reports, and so few that its cost is that of clinics and of what every build costs."""

_WRITE = (
    "import sys; from pathlib import Path; from simulation.clinics import simulate_clinics;"
    "clinics, seed, patients, batches = map(int, sys.argv[2:]);"
    "simulate_clinics(Path(sys.argv[1]), clinics, seed, patients=patients, batches=batches, form='csv')"
)


def clinics(bench: Bench) -> None:
    """Take every batch in and build, in one process and its workers; CSV, which takes longer to read than Parquet."""
    folder, size = prepare(bench.cache)
    quarter = inputs.prepare(QUARTER, bench.cache)
    print(f"{NAME}: {size['sessions']:,} sessions, {size['readings']:,} readings", flush=True)
    rounds = []
    for _ in range(max(1, bench.rounds - 1)):
        with bench.place("home") as home:
            bench.once("take_in", source=quarter.folder, home=home)
            rounds.append(bench.once("clinics", batches=folder, home=home))
    bench.keep(NAME, "clinics", size, rounds)


def prepare(cache: Path = CACHE) -> tuple[Path, dict[str, int]]:
    """The batches, simulated unless they are there, and their size.

    Raises:
        BenchError: they could not be made.
    """
    from pipeline import fingerprint
    from pipeline.simulating import SIMULATION_CODE

    key = fingerprint.of_parts(
        fingerprint.of_code((*SIMULATION_CODE, "vocabulary/tables/clinic.py")),
        f"{CLINICS} {PATIENTS} {BATCHES} {SEED}",
    )
    folder = cache / "inputs" / f"clinics-{key}"
    if not (folder / "truth_clinic.json").is_file():
        for old in folder.parent.glob("clinics-*"):
            shutil.rmtree(old)
        print("simulate clinics", flush=True)
        command = [sys.executable, "-c", _WRITE, str(folder), *map(str, (CLINICS, SEED, PATIENTS, BATCHES))]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(f"The simulation of clinics failed:\n{done.stderr[-2000:]}")
    rows = [one["rows"] for one in json.loads((folder / "truth_clinic.json").read_text())["batches"].values()]
    size = {"batches": len(rows), "sessions": sum(one["session"] for one in rows)}
    return folder, {**size, "readings": sum(one["vital"] for one in rows)}
