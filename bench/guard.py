"""The regression guard: a small run against the floor of the same minute, never against the clock.

It fails where the ratio is worse than the recorded one by more than half, in wall seconds and in CPU seconds both:
a neighbour on the machine can bend one of them, more work for the same result bends the two. Work that only stopped
running side by side shows in wall seconds alone, and in the full benchmark.
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
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Ratios:
    """Cost of a small run over that of the floor, medians of rounds side by side."""

    wall: float
    cpu: float


def measured() -> Ratios:
    """Measure now."""
    bench = Bench()
    whole(bench, inputs.GUARD, rounds=_ROUNDS, alone=False, queries=False)
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
    if now.wall <= before.wall * TOLERATED or now.cpu <= before.cpu * TOLERATED:
        return None
    return (
        f"A small run costs {now.wall:.1f} times the floor in wall seconds and {now.cpu:.1f} times in CPU seconds; "
        f"recorded are {before.wall:.1f} and {before.cpu:.1f}, and half more is allowed. Run `make bench` to see which "
        "step it is. If the cost is wanted, say why in the commit and record it: python -m bench guard --record"
    )
