"""The small benchmarks (bench/micro, pytest-benchmark): run, boiled down to what can be compared, and shown."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.measure import ROOT, BenchError
from bench.results import FOLDER, machine_name, this_commit, this_machine

MICRO = FOLDER / "micro"


def run_micro() -> Path:
    """Run them and write ``results/micro/<machine>.json``: milliseconds, without any path or host name.

    Raises:
        BenchError: one of them failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        command = [sys.executable, "-m", "pytest", "bench/micro", "-q", f"--benchmark-json={told}"]
        if subprocess.run([*command, "--benchmark-columns=median,iqr,rounds"], cwd=ROOT, check=False).returncode:
            raise BenchError("A small benchmark failed; its own words stand above.")
        found = json.loads(told.read_text(encoding="utf-8"))
    machine = this_machine()
    path = MICRO / f"{machine_name(machine)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(boiled_down(found, this_commit()), indent=1) + "\n", encoding="utf-8")
    return path


def boiled_down(found: Mapping[str, Any], commit: str) -> dict[str, Any]:
    """Name, median and spread of each, in milliseconds, and how often it ran."""
    rows = [
        {
            "name": one["fullname"].rpartition("/")[2].replace(".py::", ": ").replace("test_", ""),
            "median_ms": round(one["stats"]["median"] * 1000, 4),
            "iqr_ms": round(one["stats"]["iqr"] * 1000, 4),
            "rounds": one["stats"]["rounds"],
        }
        for one in found["benchmarks"]
    ]
    return {"commit": commit, "benchmarks": rows}


def micro_table(machine: str, folder: Path = MICRO) -> list[str]:
    """Lines of docs/performance.md; none where they were not run on that machine."""
    path = folder / f"{machine}.json"
    if not path.exists():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))
    lines = [
        f"### Small ones, at commit {told['commit']}",
        "",
        "| benchmark | median ms | interquartile range, ms | rounds |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {one['name']} | {one['median_ms']:.3g} | {one['iqr_ms']:.2g} | {one['rounds']} |"
        for one in told["benchmarks"]
    ]
    return [*lines, ""]
