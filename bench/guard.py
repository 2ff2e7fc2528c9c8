"""The regression guard: a small run against the floor of the same minute, never against the clock.

It fails where the ratio of CPU seconds is worse than the recorded one by more than half, twice in a row. CPU seconds,
because beside other work the same run took 7 to 22 times the floor's wall seconds and 17 to 19 times its CPU seconds.
Work that only stopped running side by side shows in wall seconds alone: in the full benchmark.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bench import inputs
from bench.cases import Bench, whole
from bench.figures import cpu, wall
from bench.measure import ROOT
from bench.results import ratio

RECORDED = ROOT / "bench" / "recorded.json"
TOLERATED = 1.5


@dataclass(frozen=True, slots=True)
class Ratios:
    """Cost of a small run over that of the floor beside it. Wall seconds are told, CPU seconds are judged."""

    wall: float
    cpu: float


def measured() -> Ratios:
    """Measure now."""
    bench = Bench()
    whole(bench, inputs.GUARD, rounds=1, alone=False, queries=False)
    floor = next(one for one in bench.measurements if one.work == "floor")
    ours = next(one for one in bench.measurements if one.work == "run")
    return Ratios(round(ratio(ours, floor, wall), 2), round(ratio(ours, floor, cpu), 2))


def recorded(path: Path = RECORDED) -> Ratios:
    """What was recorded."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return Ratios(told["wall"], told["cpu"])


def record(ratios: Ratios, path: Path = RECORDED) -> None:
    """Let these be what later runs are compared with."""
    told = {"what": "run / floor, one quarter of 50,000", "wall": ratios.wall, "cpu": ratios.cpu}
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def objection(now: Ratios, before: Ratios) -> str | None:
    """What is wrong, in words; None where nothing is."""
    if now.cpu <= before.cpu * TOLERATED:
        return None
    return (
        f"A small run costs {now.cpu:.1f} times the floor's CPU seconds; recorded is {before.cpu:.1f}, and half more "
        "is allowed. Run `make bench` to see which step it is. If the cost is wanted, say why in the commit and record "
        "it: python -m bench guard --record"
    )
