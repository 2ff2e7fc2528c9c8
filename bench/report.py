"""docs/performance.md from the results files: ``python -m bench report``. Reasons and notes are written by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from bench import inputs
from bench.figures import FIGURES, GB, cpu, wall
from bench.growth import TOLERATED, Point, exponent, n_log_n
from bench.measure import ROOT
from bench.micro_results import micro_table
from bench.plot import log_plot
from bench.results import Measurement, Results, machine_name, ratio, read_all

PAGE = ROOT / "docs" / "performance.md"
REASONS = ROOT / "bench" / "reasons.toml"
NOTES = ROOT / "bench" / "notes.md"
_HISTORIES = (inputs.SIXTEENTH.name, inputs.FOURTH.name, inputs.WHOLE.name)
_FLOORS = {"run": "floor", "take_in": "floor parse"}
_SLOWEST = 15
_WORTH_A_FIT_SECONDS = 1.0

HEAD = """# Performance

<!-- Made by `make bench` from bench/results and the notes beside it. Do not edit. -->

Every figure is a ratio first: to the **floor**, the smallest chain that gets from the same zips to counts (inflate with
isal, parse all seven tables with Polars, cast, zstd Parquet; then in DuckDB the current version of each case and the
a, b, c, d of every suspect substance and term on raw strings; `bench/floor.py`). It validates nothing, repairs nothing
and accounts for no line. Floor and ours run in turns, so that what disturbs the machine disturbs both; medians are
given. Each piece of work has a process of its own: wall and CPU seconds include the start of Python and all imports,
memory is the highest resident size, bytes read and written are those of system calls.

`make bench` takes a few minutes; `make bench LONG=1` adds the large inputs, `HISTORY=1` the whole history. The zips are
simulated (`simulation/`), damaged lines included, and kept in data/bench. `make bench-guard` is what CI runs.
"""


def page(results: Sequence[Results], reasons: Mapping[str, str], notes: str = "") -> tuple[str, dict[str, str]]:
    """The page, and the drawings that it shows by file name."""
    parts, drawings = [HEAD], dict[str, str]()
    by_machine = sorted(results, key=lambda one: (machine_name(one.machine), _rank(one)))
    for machine, found in groupby(by_machine, key=lambda one: machine_name(one.machine)):
        ours = list(found)
        text, drawn = _machine(machine, ours, reasons)
        parts.append(text)
        drawings |= drawn
    return "\n".join([*parts, *([notes.strip(), ""] if notes.strip() else [])]), drawings


def make(folder: Path | None = None) -> list[str]:
    """Write the page and its drawings; returns the names of figures that are missed without a reason."""
    results = read_all(folder) if folder else read_all()
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    text, drawings = page(results, reasons, NOTES.read_text(encoding="utf-8") if NOTES.exists() else "")
    PAGE.write_text(text, encoding="utf-8")
    for name, drawing in drawings.items():
        (PAGE.parent / name).write_text(drawing, encoding="utf-8")
    return missed_without_reason(results, reasons)


def missed_without_reason(results: Sequence[Results], reasons: Mapping[str, str]) -> list[str]:
    """Figures that are above their limit and say nothing of why."""
    found = ((figure, figure.found(results)) for figure in FIGURES)
    return [one.name for one, value in found if value is not None and value > one.limit and not reasons.get(one.name)]


def _rank(results: Results) -> int:
    return {"short": 0, "long": 1, "history": 2}.get(results.part, 3)


def _machine(name: str, results: Sequence[Results], reasons: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    first = results[0]
    measured = [one for part in results for one in part.measurements]
    told = first.machine
    title = f"## {told['cpu']}, {told['cores']} cores, {told['memory_gb']} GB"
    parts = [title, "", _versions(results), "", "### Figures", "", *_figures(results, reasons), ""]
    parts += [
        "### What was measured",
        "",
        *_table(measured),
        "",
        *_queries(measured),
        *micro_table(name),
        *_build(measured),
    ]
    growth, drawings = _growth(name, measured)
    return "\n".join([*parts, *growth]), drawings


def _versions(results: Sequence[Results]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in results[0].versions.items())
    parts = "; ".join(
        f"{one.part} part at commit {one.commit}"
        + (f", **the machine was shared** (load {one.load_before:g} before it began)" if one.is_shared else "")
        for one in results
    )
    return f"{versions}. {parts[:1].upper()}{parts[1:]}."


def _figures(results: Sequence[Results], reasons: Mapping[str, str]) -> list[str]:
    lines = ["| work | asked, at most | measured | | why missed |", "|---|---|---|---|---|"]
    for one in FIGURES:
        value = one.found(results)
        if value is None:
            lines.append(f"| {one.work} | {one.limit:g} {one.unit} | not measured | | |")
            continue
        is_met = value <= one.limit
        why = "" if is_met else reasons.get(one.name, "no reason written yet")
        lines.append(
            f"| {one.work} | {one.limit:g} {one.unit} | {_number(value)} {one.unit} | "
            f"{'met' if is_met else '**missed**'} | {why} |"
        )
    return lines


def _table(measured: Iterable[Measurement]) -> list[str]:
    every = list(measured)
    lines = [
        "| input | work | rounds | wall s | CPU s | x floor, wall | x floor, CPU | peak GB | read GB | written GB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in every:
        floor = next((other for other in every if (other.case, other.work) == (one.case, _FLOORS.get(one.work))), None)
        ratios = [f"{ratio(one, floor, of):.2f}" if floor else "" for of in (wall, cpu)]
        gigabytes = (one.median(lambda each, name=name: getattr(each, name)) / GB for name in _BYTES)  # type: ignore[misc]
        lines.append(
            f"| {one.case} | {one.work.replace('_', ' ')} | {len(one.rounds)} | {one.median(wall):.1f} | "
            f"{one.median(cpu):.1f} | {ratios[0]} | {ratios[1]} | "
            + " | ".join(f"{value:.2f}" for value in gigabytes)
            + " |"
        )
    return lines


_BYTES = ("peak_bytes", "read_bytes", "written_bytes")


def _queries(measured: Iterable[Measurement]) -> list[str]:
    lines: list[str] = []
    for one in measured:
        if one.work != "queries":
            continue
        names = sorted({name.rpartition(" ")[0] for name in one.rounds[0].figures})
        lines.extend(
            f"| {one.case} | {name} | {one.figure(f'{name} queries'):.0f} | "
            + " | ".join(_number(one.figure(f"{name} {part}_ms") or 0.0) for part in ("median", "p95", "longest"))
            + " |"
            for name in names
        )
    if not lines:
        return []
    head = [
        "| published file of | queries of | number | median ms | p95 ms | longest ms |",
        "|---|---|---|---|---|---|",
    ]
    return ["### Queries", "", *head, *lines, ""]


def _build(measured: Iterable[Measurement]) -> list[str]:
    """The slowest tables of the largest build."""
    builds = [one for one in measured if one.work == "run" and _tables(one)]
    if not builds:
        return []
    largest = max(builds, key=lambda one: one.size.get("reports", 0))
    tables = sorted(_tables(largest).items(), key=lambda item: -item[1])
    total = sum(seconds for _, seconds in tables)
    answers = sum(seconds for name, seconds in tables if name.startswith("mart.") or name == "meta.gps_prior")
    return [
        "### Where a build's time goes",
        "",
        f"{largest.case}, {largest.figure('cases') or 0:,.0f} cases: {total:.1f} s for {len(tables)} tables, two at a "
        f"time, {answers:.1f} s of them for statistics (prior and marts). The slowest:",
        "",
        "| table | s |",
        "|---|---|",
        *(f"| {name} | {seconds:.1f} |" for name, seconds in tables[:_SLOWEST]),
        "",
    ]


def _tables(one: Measurement) -> dict[str, float]:
    """Seconds by table of a run's build."""
    names = {name for single in one.rounds for name in single.figures if name.startswith("seconds of ") and "." in name}
    return {name.removeprefix("seconds of "): one.figure(name) or 0.0 for name in names}


def _growth(machine: str, measured: Sequence[Measurement]) -> tuple[list[str], dict[str, str]]:
    seconds: dict[str, list[Point]] = {}
    memory: dict[str, list[Point]] = {}
    for label, work in (("ours", "run"), ("floor", "floor")):
        found = [one for one in measured if one.work == work]
        seconds[label] = [(one.size["reports"], one.median(cpu)) for one in found]
        memory[label] = [(one.size["reports"], one.median(lambda each: each.peak_bytes / GB)) for one in found]
    if len(seconds["ours"]) < 2:
        return [], {}
    drawings = {
        f"performance-{machine}-seconds.svg": log_plot(
            "Zips to published file: CPU seconds", "reports", "CPU seconds", seconds
        ),
        f"performance-{machine}-memory.svg": log_plot(
            "Zips to published file: peak memory", "reports", "gigabytes", memory
        ),
    }
    lines = ["### Growth", "", *(f"![Cost against size]({name})" for name in drawings), ""]
    for label, points in seconds.items():
        fitted = exponent(points)
        if fitted is not None:
            lines.append(f"CPU seconds of {label} grow as reports to the power of {fitted:.2f} over all sizes.")
    histories = [one for one in measured if one.work == "run" and one.case in _HISTORIES]
    if len(histories) >= 2:
        lines += ["", *_history_growth(sorted(histories, key=lambda one: one.size["reports"]))]
    return [*lines, ""], drawings


def _history_growth(runs: Sequence[Measurement]) -> list[str]:
    small, large = runs[0], runs[-1]
    sizes = small.size["reports"], large.size["reports"]
    whole = exponent([(one.size["reports"], one.median(cpu)) for one in runs])
    before, after = _tables(small), _tables(large)
    fitted = {
        name: power
        for name in after
        if after[name] >= _WORTH_A_FIT_SECONDS
        and (power := exponent([(sizes[0], before.get(name, 0.0)), (sizes[1], after[name])])) is not None
    }
    worse = sorted((name for name, power in fitted.items() if power > TOLERATED), key=lambda name: -fitted[name])
    named = ", ".join(f"{name} ({fitted[name]:.2f})" for name in worse) or "none"
    return [
        f"Histories of {sizes[0]:,} to {sizes[1]:,} reports: exponent {whole:.2f}; n log n would be "
        f"{n_log_n(*sizes):.2f}. Tables of a second and more that grow faster than {TOLERATED}: {named}.",
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
