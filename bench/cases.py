"""What is measured on what. Rounds of the floor and of ours take turns, so that both meet the same machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import inputs
from bench.inputs import CACHE, Input, Plan
from bench.measure import ROOT, Round, measure, together
from bench.results import Measurement

ROUNDS = 3
QUERIES = 200
ALONE = ("land", "stage", "validate", "build", "publish")
STATISTICS = "simulated pairs"


@dataclass(slots=True)
class Bench:
    """Measures, and keeps what was measured."""

    cache: Path = CACHE
    rounds: int = ROUNDS
    measurements: list[Measurement] = field(default_factory=list)

    def once(self, work: str, *, code: Path = ROOT, watch: Path | None = None, **arguments: object) -> Round:
        """One round, shown as it ends."""
        one = measure(work, {name: str(value) for name, value in arguments.items()}, code=code, watch=watch)
        print(
            f"  {work:<12} {one.wall_seconds:8.1f} s {one.cpu_seconds:8.1f} s CPU {one.peak_bytes / 1e9:6.2f} GB",
            flush=True,
        )
        return one

    def keep(self, case: str, work: str, size: dict[str, int], rounds: list[Round]) -> None:
        """Note the rounds of one piece of work."""
        self.measurements.append(Measurement(case, work, size, tuple(rounds)))

    @contextmanager
    def place(self, name: str) -> Iterator[Path]:
        """An empty folder that goes again."""
        folder = self.cache / "work" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def size_of(given: Input) -> dict[str, int]:
    """The numbers of an input."""
    return {name: value for name, value in asdict(given).items() if isinstance(value, int)}


def short(bench: Bench) -> None:
    """One full-size quarter, four small ones, statistics and queries."""
    take_in(bench, inputs.QUARTER)
    take_in(bench, inputs.UNDAMAGED, alone=False)
    whole(bench, inputs.GUARD, rounds=1, alone=False, queries=False)
    whole(bench, inputs.FOUR_SMALL)
    statistics(bench, 1_000_000)


def long(bench: Bench) -> None:
    """Four full-size quarters, twenty small ones, more pairs, the history at two factors, and simulating the whole."""
    whole(bench, inputs.FOUR_FULL)
    whole(bench, inputs.TWENTY, alone=False)
    statistics(bench, 5_000_000)
    history(bench, inputs.SIXTEENTH)
    history(bench, inputs.FOURTH)
    simulation(bench, inputs.WHOLE)


def whole_history(bench: Bench) -> None:
    """All 25 million sightings."""
    history(bench, inputs.WHOLE)


def take_in(bench: Bench, plan: Plan, *, alone: bool = True) -> None:
    """Land, stage and validate: together, and each alone. The floor is its parsing half."""
    given = _begin(plan, bench)
    floors, ours = [], []
    for _ in range(bench.rounds):
        with bench.place("floor") as out:
            floors.append(bench.once("floor", source=given.folder, out=out, parts="parse"))
        with bench.place("home") as home:
            ours.append(bench.once("take_in", source=given.folder, home=home))
    bench.keep(plan.name, "floor parse", size_of(given), floors)
    bench.keep(plan.name, "take_in", size_of(given), ours)
    if alone:
        with bench.place("home") as home:
            _alone(bench, given, home, ALONE[:3])


def whole(bench: Bench, plan: Plan, *, rounds: int | None = None, alone: bool = True, queries: bool = True) -> None:
    """From zips to the published file, against the floor; then nothing new, export and pages, each step alone."""
    given = _begin(plan, bench)
    floors, ours = [], []
    with bench.place("home") as home:
        for _ in range(rounds or bench.rounds):
            with bench.place("floor") as out:
                floors.append(bench.once("floor", source=given.folder, out=out))
            shutil.rmtree(home)
            ours.append(bench.once("run", source=given.folder, home=home, watch=home))
        bench.keep(plan.name, "floor", size_of(given), floors)
        bench.keep(plan.name, "run", size_of(given), ours)
        if queries:
            again = bench.once("run", source=given.folder, home=home)
            bench.keep(plan.name, "nothing new", size_of(given), [again])
            _queries(bench, given, home)
            for work in ("export", "pages"):
                bench.keep(plan.name, work, size_of(given), [bench.once(work, home=home)])
    if alone:
        with bench.place("home") as home:
            _alone(bench, given, home, ALONE)


def history(bench: Bench, plan: Plan) -> None:
    """All 90 quarters; then the last one on top of the others, and a changed name in the reference data."""
    given = _begin(plan, bench)
    less = inputs.all_but_last(given, bench.cache)
    with bench.place("home") as home:
        with bench.place("floor") as out:
            bench.keep(plan.name, "floor", size_of(given), [bench.once("floor", source=given.folder, out=out)])
        taken = bench.once("take_in_all", source=given.folder, home=home, watch=home)
        built = bench.once("run", source=given.folder, home=home, watch=home)
        bench.keep(plan.name, "take_in_all", size_of(given), [taken])
        bench.keep(plan.name, "run", size_of(given), [together(taken, built)])
        _queries(bench, given, home)
        _forget_last(home)
        bench.once("run", source=less.folder, home=home)
        _forget_old_builds(home)
        added = bench.once("run", source=given.folder, home=home)
        bench.keep(plan.name, "one quarter more", size_of(given), [added])
        with bench.place("code") as code:
            _changed_reference(code)
            changed = bench.once("run", source=given.folder, home=home, code=code)
        bench.keep(plan.name, "reference changed", size_of(given), [changed])


def simulation(bench: Bench, plan: Plan) -> None:
    """Simulating a history, which is else done once and kept."""
    with bench.place("simulated") as out:
        one = bench.once("simulate", factor=plan.factor, out=out)
    bench.keep(plan.name, "simulate", {"reports": int(one.figures["reports"])}, [one])


def statistics(bench: Bench, pairs: int) -> None:
    """Fit, scores and measures of drawn pairs."""
    print(f"{pairs:,} simulated pairs", flush=True)
    for work in ("statistics", "measures"):
        rounds = [bench.once(work, pairs=pairs) for _ in range(bench.rounds if work == "statistics" else 1)]
        bench.keep(f"{pairs:,} {STATISTICS}", work, {"pairs": pairs}, rounds)


def _begin(plan: Plan, bench: Bench) -> Input:
    given = inputs.prepare(plan, bench.cache)
    print(f"{plan.name}: {given.reports:,} reports, {given.zip_bytes / 1e6:,.0f} MB of zips", flush=True)
    return given


def _alone(bench: Bench, given: Input, home: Path, steps: tuple[str, ...]) -> None:
    for work in steps:
        bench.keep(given.name, work, size_of(given), [bench.once(work, source=given.folder, home=home)])


def _queries(bench: Bench, given: Input, home: Path) -> None:
    published = home / "warehouse" / "ketavigil.duckdb"
    one = bench.once("queries", published=published, queries=QUERIES)
    bench.keep(given.name, "queries", size_of(given), [one])


def _forget_last(home: Path) -> None:
    """Take a home back to where the last quarter had not come yet."""
    last = max(path.name for path in (home / "raw" / "faers").iterdir() if path.is_dir())
    for folder in ("raw/faers/{}", "staged/faers/quarter={}", "rejected/faers/{}"):
        shutil.rmtree(home / folder.format(last))
    (home / "certificates" / "faers" / f"{last}.json").unlink()


def _forget_old_builds(home: Path) -> None:
    """Remove every build but the published one, so that none is found as it was."""
    published = home / "warehouse" / "ketavigil.duckdb"
    for build in (home / "warehouse" / "builds").glob("*.duckdb"):
        if not build.samefile(published):
            build.unlink()


def _changed_reference(code: Path) -> None:
    """A copy of the packages in which a name that occurs in the reports is reviewed as one more name of ketamine."""
    for package in sorted(path.parent for path in ROOT.glob("*/__init__.py")):
        shutil.copytree(package, code / package.name, ignore=shutil.ignore_patterns("__pycache__", "results"))
    with (ROOT / "reference" / "substance_name.csv").open(encoding="utf-8") as file:
        columns = file.readline().strip().split(",")
        known = {line.split(",")[0] for line in file}
    with (ROOT / "simulation" / "ordinary_drug.csv").open(encoding="utf-8") as file:
        names = [line.split(",")[0].strip().upper() for line in file][1:]
    name = next(name for name in names if name.isalpha() and name not in known)
    row = {"name": name, "substance": "ketamine", "kind": "misspelling"}
    with (code / "reference" / "substance_name.csv").open("a", encoding="utf-8") as file:
        file.write(",".join(row.get(column, "benchmark") for column in columns) + "\n")
