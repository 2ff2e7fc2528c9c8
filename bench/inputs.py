"""Simulated zips to measure on, made once per simulation code and kept in a folder that git ignores."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.measure import ROOT, BenchError

CACHE = ROOT / "data" / "bench"
SEED = 1


@dataclass(frozen=True, slots=True)
class Input:
    """Zips of one size."""

    name: str
    folder: Path
    quarters: int
    reports: int
    zip_bytes: int
    text_bytes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate: a range of quarters of one size, or the history by a factor."""

    name: str
    quarters: str = ""
    reports: int = 0
    factor: float = 0.0
    damage: bool = True
    """Each kind of damage once per 60,000 rows: far more than the FDA's files have, so that most blocks hold some."""


GUARD = Plan("one quarter of 50,000", "2022q4", 50_000)
QUARTER = Plan("one full-size quarter", "2022q4", 400_000)
UNDAMAGED = Plan("one full-size quarter, undamaged", "2022q4", 400_000, damage=False)
FOUR_SMALL = Plan("four quarters of 100,000", "2022q1..2022q4", 100_000)
FOUR_FULL = Plan("four full-size quarters", "2022q1..2022q4", 400_000)
TWENTY = Plan("twenty quarters of 100,000", "2018q1..2022q4", 100_000)
SIXTEENTH = Plan("history, a sixteenth", factor=1 / 16)
FOURTH = Plan("history, a quarter", factor=1 / 4)
WHOLE = Plan("history, whole", factor=1.0)


def prepare(plan: Plan, cache: Path = CACHE) -> Input:
    """The zips of a plan, simulated in a process of its own unless they are there; older ones of that name go.

    Raises:
        BenchError: they could not be made.
    """
    from pipeline import fingerprint
    from pipeline.simulating import SIMULATION_CODE
    from simulation.history import history_sizes
    from vocabulary.quarter import parse_quarters

    if plan.factor:
        sizes: Mapping[str, int] = {str(quarter): size for quarter, size in history_sizes(plan.factor).items()}
    else:
        sizes = {str(quarter): plan.reports for quarter in parse_quarters(plan.quarters)}
    stem = "".join(letter if letter.isalnum() else "_" for letter in plan.name)
    key = fingerprint.of_parts(
        fingerprint.of_code(SIMULATION_CODE), str(sorted(sizes.items())), str(SEED), str(plan.damage)
    )
    folder = cache / "inputs" / f"{stem}-{key}"
    if not (folder / "truth.json").is_file():
        for old in folder.parent.glob(f"{stem}-*"):
            shutil.rmtree(old)
        print(f"simulate {plan.name}", flush=True)
        _simulate(folder, sizes, damage=plan.damage)
    zips = sorted(folder.glob("*.zip"))
    return Input(
        plan.name,
        folder,
        len(zips),
        sum(sizes.values()),
        sum(path.stat().st_size for path in zips),
        sum(map(_text_bytes, zips)),
    )


def all_but_last(whole: Input, cache: Path = CACHE) -> Input:
    """The same zips, hard-linked, without those of the last quarter."""
    folder = cache / "inputs" / f"{whole.folder.name}-less-one"
    folder.mkdir(parents=True, exist_ok=True)
    *kept, last = sorted(whole.folder.glob("*.zip"), key=lambda path: path.stem[-6:].lower())
    for path in kept:
        target = folder / path.name
        if not target.exists():
            target.hardlink_to(path)
    return Input(
        f"{whole.name}, less one",
        folder,
        len(kept),
        0,
        whole.zip_bytes - last.stat().st_size,
        whole.text_bytes - _text_bytes(last),
    )


def _simulate(folder: Path, sizes: Mapping[str, int], *, damage: bool) -> None:
    script = (
        "import json, sys; from pathlib import Path; from simulation.faers import simulate;"
        "from vocabulary.quarter import Quarter;"
        "sizes = {Quarter.parse(text): size for text, size in json.loads(sys.argv[2]).items()};"
        "simulate(Path(sys.argv[1]), list(sizes), sizes, int(sys.argv[3]), damage=bool(int(sys.argv[4])))"
    )
    command = [sys.executable, "-c", script, str(folder), json.dumps(sizes), str(SEED), str(int(damage))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"The simulation failed:\n{done.stderr[-2000:]}")


def _text_bytes(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(info.file_size for info in archive.infolist())
