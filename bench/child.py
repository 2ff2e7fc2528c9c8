"""What is measured, one piece of work for each process: ``python -m bench.child WORK name=value ...``.

Prints one line of JSON: peak memory, bytes read and written, and figures of its own. Imports are inside the
functions, because they are part of the cost, and the floor must not pay for ours.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.home import Home
    from pipeline.settings import Settings

Figures = dict[str, float]
Arguments = Mapping[str, str]
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def floor(arguments: Arguments) -> Figures:
    """The whole floor, or with ``parts=parse`` its first half."""
    from bench import floor as chain

    out = Path(arguments["out"])
    begin = time.perf_counter()
    chain.parse(Path(arguments["source"]), out)
    figures: Figures = {"parse_seconds": time.perf_counter() - begin}
    if arguments.get("parts") != "parse":
        begin = time.perf_counter()
        figures["pairs"] = chain.count(out)
        figures["count_seconds"] = time.perf_counter() - begin
    return figures


def land(arguments: Arguments) -> Figures:
    """Land every quarter of a folder."""
    from pipeline.landing import land_quarter, look

    home, settings = _place(arguments)
    offer = look(arguments["source"], None, settings, NOON)
    for quarter, where in sorted(offer.found.items()):
        land_quarter(home, where, quarter, NOON)
    return {"quarters": len(offer.found)}


def stage(arguments: Arguments) -> Figures:
    """Stage what is landed."""
    from pipeline.staging import stage as stage_quarter
    from sources import current_receipts

    home, _ = _place(arguments)
    return {"staged": sum(stage_quarter(home, receipt) for receipt in current_receipts(home.raw).values())}


def validate(arguments: Arguments) -> Figures:
    """Certify what is staged."""
    from pipeline.validating import validate as certify

    home, settings = _place(arguments)
    return {"certified": sum(certify(home, settings, quarter)[1] for quarter in home.staged_quarters())}


def take_in(arguments: Arguments) -> Figures:
    """Land, stage and validate in one process, as a run does."""
    from expectations import load_in_background

    load_in_background()
    return land(arguments) | stage(arguments) | validate(arguments)


def take_in_all(arguments: Arguments) -> Figures:
    """Land, stage and validate many quarters side by side: the first half of a run."""
    from pipeline.run import RunResult, take_in_quarters

    home, settings = _place(arguments)
    clock, result = _Clock(), RunResult()
    take_in_quarters(home, settings, arguments["source"], None, NOON, clock, result)
    if result.failed:
        raise RuntimeError(f"Not every quarter was taken in: {result.failed}")
    return clock.finished()


def build(arguments: Arguments) -> Figures:
    """Build, with the seconds of each table."""
    from pipeline.building import build_warehouse

    home, settings = _place(arguments)
    clock = _Clock()
    result = build_warehouse(home, settings, NOON, clock)
    return clock.finished() | _tables(result.path) | {"build_bytes": result.path.stat().st_size}


def publish(arguments: Arguments) -> Figures:
    """Check and publish the newest build."""
    from pipeline.publishing import choose_build, publish_build

    home, settings = _place(arguments)
    publish_build(home, settings, choose_build(home, None))
    return {"published_bytes": home.published.stat().st_size}


def run(arguments: Arguments) -> Figures:
    """The whole way; with the seconds between the steps that it names."""
    from pipeline.run import run as run_all

    home, settings = _place(arguments)
    clock = _Clock()
    result = run_all(home, settings, arguments["source"], None, NOON, clock)
    if result.failed or result.build is None or result.build.admission.refused:
        raise RuntimeError(f"Not every quarter is in the build: {result.failed}")
    size = {"published_bytes": home.published.stat().st_size, "is_new_build": float(result.build.is_new)}
    return clock.finished() | _tables(result.build.path) | size | _counts(home)


def clinics(arguments: Arguments) -> Figures:
    """Clinic batches from files to marts in a finished build; the home holds a small certified quarter already."""
    from pipeline.building import build_warehouse
    from pipeline.clinic_taking import take_in_all

    home, settings = _place(arguments)
    clock = _Clock()
    batches = sorted(Path(arguments["batches"]).glob("*~*"))
    clock.step("take in")
    for number, outcome in take_in_all(home, settings, batches, _Clock()):
        if isinstance(outcome, Exception):
            raise RuntimeError(f"Batch {number} was not taken in.") from outcome
    tables = _tables(build_warehouse(home, settings, NOON, clock).path)
    own = sum(seconds for name, seconds in tables.items() if "clinic" in name or name.endswith("mart.evidence"))
    return clock.finished() | tables | {"clinic_table_seconds": own}


def export(arguments: Arguments) -> Figures:
    """Every mart of a finished home, in the usual formats, as ``ketavigil export --all`` does."""
    from pipeline.exporting import export as write
    from warehouse.export import Request, mart_resources
    from warehouse.export.request import MARTS, USUAL_FORMATS

    home, settings = _place(arguments)
    made = write(home, settings, Request(mart_resources(list(MARTS)), tuple(sorted(USUAL_FORMATS))), "bench")
    return {"rows": sum(made.manifest["rows"].values())}


def pages(arguments: Arguments) -> Figures:
    """The pages of a finished home, checked and put in place."""
    from pipeline.dashboards import publish_site

    home, settings = _place(arguments)
    folder = publish_site(home, settings).folder
    sizes = [path.stat().st_size for path in folder.glob("*.html")]
    return {"pages": len(sizes), "largest_page_bytes": max(sizes)}


def simulate(arguments: Arguments) -> Figures:
    """The 90 quarters of the history in a given size, as ``ketavigil simulate --history`` writes them."""
    from bench.inputs import SEED
    from simulation.faers import simulate as write
    from simulation.history import history_sizes

    sizes = history_sizes(float(arguments["factor"]))
    write(Path(arguments["out"]), list(sizes), sizes, SEED, damage=True)
    return {"reports": sum(sizes.values())}


def statistics(arguments: Arguments) -> Figures:
    """The prior fitted to and scores made of pairs drawn from a known prior."""
    from bench.pairs import fit_and_score

    return fit_and_score(int(arguments["pairs"]))


def measures(arguments: Arguments) -> Figures:
    """Every measure that needs no prior, of as many pairs."""
    from bench.pairs import measure_all

    return measure_all(int(arguments["pairs"]))


def queries(arguments: Arguments) -> Figures:
    """Seeded queries of the marts, and of the macros that are there."""
    from bench.queries import time_queries

    return time_queries(Path(arguments["published"]), int(arguments["queries"]))


WORK: dict[str, Callable[[Arguments], Figures]] = {
    one.__name__: one
    for one in (
        floor,
        land,
        stage,
        validate,
        take_in,
        take_in_all,
        build,
        publish,
        run,
        clinics,
        export,
        pages,
        simulate,
        statistics,
        measures,
        queries,
    )
}


class _Clock:
    """A Reporter that notes how long each step takes."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._open: tuple[str, float] | None = None

    def step(self, what: str) -> None:
        """A step starts: ``2022q4: stage`` counts as ``stage``."""
        self._begin(what.rpartition(": ")[2])

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def warn(self, text: str) -> None:
        """Nothing."""

    def finished(self) -> Figures:
        """Seconds by step, those of one name together."""
        self._begin("")
        return {f"seconds of {name}": round(seconds, 4) for name, seconds in self._seconds.items()}

    def _begin(self, name: str) -> None:
        now = time.perf_counter()
        if self._open is not None:
            before, since = self._open
            self._seconds[before] = self._seconds.get(before, 0.0) + now - since
        self._open = (name, now) if name else None


def _tables(build: Path) -> Figures:
    """Seconds of each table by the build's own plan: two are made at a time."""
    with build.with_suffix(".plan.csv").open(encoding="utf-8") as file:
        return {f"seconds of {row['table']}": float(row["seconds"]) for row in csv.DictReader(file)}


def _place(arguments: Arguments) -> tuple[Home, Settings]:
    from pipeline.home import Home
    from pipeline.settings import Settings

    return Home(Path(arguments["home"])), Settings()


def _counts(home: Home) -> Figures:
    from warehouse.query import open_published

    with open_published(home.published) as connection:
        (cases,) = connection.execute("SELECT count(*) FROM core.report").fetchall()[0]
        (pairs,) = connection.execute("SELECT count(*) FROM mart.drug_event_signal").fetchall()[0]
    return {"cases": cases, "pairs": pairs}


def _io() -> tuple[int, int]:
    path = Path("/proc/self/io")
    if not path.exists():
        return 0, 0  # only Linux counts them
    counters = dict(line.split(": ") for line in path.read_text().splitlines())
    return int(counters["rchar"]), int(counters["wchar"])


def _peak_bytes() -> int:
    path = Path("/proc/self/status")
    if path.exists():  # of this program alone; the system's own counter remembers what started it
        fields = dict(line.split(":", 1) for line in path.read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Do one piece of work and tell what it took."""
    name, *rest = sys.argv[1:]
    read, written = _io()
    figures = WORK[name](dict(part.split("=", 1) for part in rest))
    read_after, written_after = _io()
    told = {
        "peak_bytes": _peak_bytes(),
        "read_bytes": read_after - read,
        "written_bytes": written_after - written,
        "figures": figures,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
