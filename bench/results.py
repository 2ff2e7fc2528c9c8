"""What was measured, on which machine and with which versions, as JSON without any path or host name."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.measure import ROOT, Round

FOLDER = ROOT / "bench" / "results"
_PACKAGES = ("polars", "duckdb", "numpy", "pyarrow", "isal", "great-expectations")


@dataclass(frozen=True, slots=True)
class Measurement:
    """The rounds of one piece of work on one input."""

    case: str
    """Name of the input, or of what stands for one."""
    work: str
    """``floor``, ``run`` or another piece of work of ``bench.child``."""
    size: Mapping[str, int]
    """quarters, reports, zip_bytes and text_bytes, as far as they apply."""
    rounds: tuple[Round, ...]

    def median(self, of: Callable[[Round], float]) -> float:
        """Median over the rounds."""
        return median(of(one) for one in self.rounds)

    def figure(self, name: str) -> float | None:
        """Median of a figure that the work gives of itself; None where it gives none."""
        values = [one.figures[name] for one in self.rounds if name in one.figures]
        return median(values) if values else None


@dataclass(frozen=True, slots=True)
class Results:
    """One part of the benchmark on one machine."""

    part: str
    machine: Mapping[str, str | int]
    versions: Mapping[str, str]
    commit: str
    is_shared: bool
    """Whether other work ran on the machine meanwhile."""
    load_before: float
    """Processes that wanted a core in the minute before."""
    measurements: tuple[Measurement, ...]

    def find(self, case: str, work: str) -> Measurement | None:
        """The measurement of that work on that case."""
        return next((one for one in self.measurements if (one.case, one.work) == (case, work)), None)


def ratio(ours: Measurement, floor: Measurement, of: Callable[[Round], float]) -> float:
    """Median of the ratios of rounds that ran one after the other, so that the machine's noise cancels."""
    return median(of(one) / of(other) for one, other in zip(ours.rounds, floor.rounds, strict=False))


def write(results: Results, folder: Path = FOLDER) -> Path:
    """Write ``<part>-<machine>.json`` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{results.part}-{machine_name(results.machine)}.json"
    path.write_text(json.dumps(asdict(results), indent=1) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Results:
    """What ``write`` wrote."""
    told = json.loads(path.read_text(encoding="utf-8"))
    told["measurements"] = tuple(
        Measurement(**{**one, "rounds": tuple(Round(**single) for single in one["rounds"])})
        for one in told["measurements"]
    )
    return Results(**told)


def read_all(folder: Path = FOLDER) -> list[Results]:
    """Every results file, by name."""
    return [read(path) for path in sorted(folder.glob("*.json"))]


def machine_name(machine: Mapping[str, str | int]) -> str:
    """Short form for a file's name: ``intel-xeon-2-cores-24-gb``."""
    noise = {"r", "tm", "cpu", "processor", "core"}
    words = "".join(letter if letter.isalnum() else " " for letter in str(machine["cpu"]).lower()).split()
    model = "-".join(word for word in words if word not in noise) or "unknown"
    return f"{model}-{machine['cores']}-cores-{machine['memory_gb']}-gb"


def this_machine() -> dict[str, str | int]:
    """Processor model, cores that may be used, memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {"cpu": _processor(), "cores": cores, "memory_gb": round(memory / 1e9), "system": platform.system()}


def these_versions() -> dict[str, str]:
    """Python and what the figures depend on most."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def this_commit() -> str:
    """Short commit id; ``+`` where the working tree differs from it."""
    git = ["git", "-C", str(ROOT)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    if commit.returncode:
        return "unknown"
    changed = subprocess.run([*git, "diff", "--quiet", "HEAD"], check=False).returncode
    return commit.stdout.strip() + ("+" if changed else "")


def gather(part: str, measurements: Iterable[Measurement], *, is_shared: bool, load_before: float) -> Results:
    """The results of this machine."""
    return Results(
        part, this_machine(), these_versions(), this_commit(), is_shared, round(load_before, 1), tuple(measurements)
    )


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
