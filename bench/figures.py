"""The figures that were asked for, each with how it is taken from the results and its limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench import inputs
from bench.measure import Round
from bench.results import Measurement, Results, ratio

GB = 1e9
ONE_MILLION, FIVE_MILLION = "1,000,000 simulated pairs", "5,000,000 simulated pairs"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure asked for. ``value`` gives None where its part was not measured."""

    name: str
    """Also its key in reasons.toml."""
    work: str
    limit: float
    unit: str
    value: Callable[[Results], float | None]

    def found(self, results: Iterable[Results]) -> float | None:
        """Its value from the parts of one machine."""
        return next((value for one in results if (value := self.value(one)) is not None), None)


def wall(one: Round) -> float:
    """Seconds."""
    return one.wall_seconds


def cpu(one: Round) -> float:
    """Seconds of all cores."""
    return one.cpu_seconds


def _of(case: str, work: str, value: Callable[[Measurement], float | None]) -> Callable[[Results], float | None]:
    def find(results: Results) -> float | None:
        measured = results.find(case, work)
        return None if measured is None else value(measured)

    return find


def _seconds(case: str, work: str) -> Callable[[Results], float | None]:
    return _of(case, work, lambda measured: measured.median(wall))


def _memory(case: str, work: str) -> Callable[[Results], float | None]:
    return _of(case, work, lambda measured: measured.median(lambda one: one.peak_bytes / GB))


def _disk(case: str) -> Callable[[Results], float | None]:
    return _of(case, "run", lambda measured: measured.median(lambda one: one.peak_disk_bytes / GB))


def _told(case: str, work: str, name: str, per: float = 1.0) -> Callable[[Results], float | None]:
    def value(measured: Measurement) -> float | None:
        told = measured.figure(name)
        return None if told is None else told / per

    return _of(case, work, value)


def _gps(case: str) -> Callable[[Results], float | None]:
    return _told(case, "statistics", "fit_and_score_seconds")


def _p95(case: str) -> Callable[[Results], float | None]:
    return _told(case, "queries", "mart p95_ms")


def _linkage(case: str) -> Callable[[Results], float | None]:
    """Seconds of every table that finds probable duplicates, in a whole run."""

    def add_up(measured: Measurement) -> float | None:
        names = {name for one in measured.rounds for name in one.figures if _LINKAGE.match(name)}
        return sum(measured.figure(name) or 0.0 for name in names) or None

    return _of(case, "run", add_up)


def _to_floor(case: str) -> Callable[[Results], float | None]:
    def find(results: Results) -> float | None:
        ours, floor = results.find(case, "run"), results.find(case, "floor")
        return None if ours is None or floor is None else ratio(ours, floor, wall)

    return find


def _longest_macro(case: str) -> Callable[[Results], float | None]:
    def longest(measured: Measurement) -> float | None:
        names = {name for one in measured.rounds for name in one.figures if name.endswith(" longest_ms")}
        found = [measured.figure(name) or 0.0 for name in names if not name.startswith("mart ")]
        return max(found, default=None)

    return _of(case, "queries", longest)


_LINKAGE = re.compile(r"seconds of (work\.(linkage|probable_duplicate)|core\.report_duplicate|meta\.duplicate)")
_CLINICS = "one million clinic sessions"
_ONE, _FOUR, _FULL = inputs.QUARTER.name, inputs.FOUR_SMALL.name, inputs.FOUR_FULL.name
_UNDAMAGED = inputs.UNDAMAGED.name
_TWENTY, _WHOLE = inputs.TWENTY.name, inputs.WHOLE.name

FIGURES = (
    Figure("quarter_seconds", "One full-size quarter: land, stage, validate", 10, "s", _seconds(_ONE, "take_in")),
    Figure("undamaged_seconds", "The same without damaged lines", 10, "s", _seconds(_UNDAMAGED, "take_in")),
    Figure("quarter_memory", "Peak memory of one full-size quarter", 2, "GB", _memory(_ONE, "take_in")),
    Figure("four_small_ratio", "Four quarters of 100,000, zips to published file", 2.5, "x floor", _to_floor(_FOUR)),
    Figure("four_full_ratio", "Four full-size quarters, zips to published file", 2.5, "x floor", _to_floor(_FULL)),
    Figure("four_full_memory", "Peak memory of that", 3, "GB", _memory(_FULL, "run")),
    Figure("linkage_seconds", "Probable duplicates among its 1.4 million cases", 180, "s", _linkage(_FULL)),
    Figure("twenty_ratio", "Twenty quarters of 100,000, zips to published file", 2.5, "x floor", _to_floor(_TWENTY)),
    Figure("history_seconds", "Whole history, 25 million sightings", 900, "s", _seconds(_WHOLE, "run")),
    Figure("history_memory", "Peak memory of that", 8, "GB", _memory(_WHOLE, "run")),
    Figure("history_disk", "Disk in use at most, landed zips included", 30, "GB", _disk(_WHOLE)),
    Figure("one_more_seconds", "One quarter more on top of 89", 90, "s", _seconds(_WHOLE, "one quarter more")),
    Figure("reference_seconds", "A new synonym, whole history", 180, "s", _seconds(_WHOLE, "reference changed")),
    Figure("simulate_seconds", "Simulating the whole history", 900, "s", _seconds(_WHOLE, "simulate")),
    Figure("clinic_seconds", "A million clinic sessions, files to marts", 60, "s", _seconds(_CLINICS, "clinics")),
    Figure("clinic_memory", "Peak memory of that", 4, "GB", _memory(_CLINICS, "clinics")),
    Figure(
        "million_seconds",
        "GPS fit and scores, 1 M pairs",
        10,
        "s",
        _gps(ONE_MILLION),
    ),
    Figure("million_memory", "Peak memory of that", 2, "GB", _memory(ONE_MILLION, "statistics")),
    Figure(
        "five_million_seconds",
        "GPS fit and scores, 5 M pairs",
        60,
        "s",
        _gps(FIVE_MILLION),
    ),
    Figure(
        "query_small",
        "Query of a mart, p95, four quarters of 100,000",
        50,
        "ms",
        _p95(_FOUR),
    ),
    Figure("query_full", "Query of a mart, p95, four full-size quarters", 50, "ms", _p95(_FULL)),
    Figure("export_small", "Export of all marts, four quarters of 100,000", 30, "s", _seconds(_FOUR, "export")),
    Figure("pages_full", "Pages, four full-size quarters (1.4 million cases)", 60, "s", _seconds(_FULL, "pages")),
    Figure("query_history", "Query of a mart, p95, whole history", 50, "ms", _p95(_WHOLE)),
    Figure("macro_full", "Ad hoc macro, slowest call, four full-size quarters", 1000, "ms", _longest_macro(_FULL)),
    Figure("macro_history", "Ad hoc macro, slowest call, whole history", 1000, "ms", _longest_macro(_WHOLE)),
    Figure("published_bytes", "Published file, whole history", 6, "GB", _told(_WHOLE, "run", "published_bytes", GB)),
)
