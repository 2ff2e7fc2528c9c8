"""``python -m bench micro|short|clinics|long|history|guard|report``; see the Makefile."""

from __future__ import annotations

import argparse
import os
import sys
import time

from bench import guard
from bench.cases import ROUNDS, Bench, long, short, whole_history
from bench.clinics import clinics
from bench.measure import BenchError
from bench.micro_results import run_micro
from bench.report import make
from bench.results import gather, write

PARTS = {"short": short, "clinics": clinics, "long": long, "history": whole_history}


def main() -> int:
    """Do a part; the exit code says whether the guard objects."""
    parser = argparse.ArgumentParser(prog="bench", description="How long everything takes, against a floor.")
    parser.add_argument("part", choices=[*PARTS, "micro", "guard", "report"])
    parser.add_argument("--shared", action="store_true", help="other work runs on this machine; the results say so")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of the floor and of ours, in turns")
    parser.add_argument("--record", action="store_true", help="guard: let what is measured be the recorded ratio")
    given = parser.parse_args()
    begin = time.perf_counter()
    try:
        if given.part == "guard":
            return _guard(record=given.record)
        if given.part == "micro":
            print(f"{run_micro().name} is written.")
            return 0
        if given.part == "report":
            missed = make()
            print(f"docs/performance.md is made. Missed without a reason in bench/reasons.toml: {missed or 'none'}")
            return 0
        load = os.getloadavg()[0]
        bench = Bench(rounds=given.rounds)
        try:
            PARTS[given.part](bench)
        finally:  # what was measured in an hour is kept when the next piece of work fails
            if bench.measurements:
                path = write(gather(given.part, bench.measurements, is_shared=given.shared, load_before=load))
    except BenchError as error:
        print(f"error {error}", file=sys.stderr)
        return 1
    print(f"{path.name} is written after {time.perf_counter() - begin:.0f} s.")
    return 0


def _guard(*, record: bool) -> int:
    now = guard.measured()
    print(f"A small run costs {now.wall} times the floor in wall seconds, {now.cpu} times in CPU seconds.")
    if record:
        guard.record(now)
        return 0
    objection = guard.objection(now, guard.recorded())
    if objection is not None:
        print("That is too much; once more.", flush=True)
        objection = guard.objection(guard.measured(), guard.recorded())
    if objection is not None:
        print(objection, file=sys.stderr)
    return 1 if objection else 0


if __name__ == "__main__":
    sys.exit(main())
