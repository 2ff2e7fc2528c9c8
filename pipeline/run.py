"""The whole way, from a source to the published file; the only place where steps are put one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from expectations import load_in_background
from pipeline.building import BuildResult, build_warehouse
from pipeline.crew import Crew
from pipeline.home import Home
from pipeline.landing import Offer, land_quarter, look, require_quarters
from pipeline.publishing import publish_build
from pipeline.reporter import Reporter
from pipeline.run_log import recorded
from pipeline.settings import Settings
from pipeline.simulating import simulated_clinics, simulated_source
from pipeline.staging import is_staged, stage
from pipeline.validating import is_certified, validate
from sources import Receipt
from vocabulary.errors import KetavigilError
from vocabulary.quarter import Quarter

Outcome = TypeVar("Outcome")

HEAVY_BYTES = 60 << 20
"""Zips, or staged files, of this size together are worth more processes than one."""


@dataclass(slots=True)
class RunResult:
    """What a run did."""

    absent: list[Quarter] = field(default_factory=list)
    failed: dict[Quarter, KetavigilError] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    build: BuildResult | None = None


def run(
    home: Home,
    settings: Settings,
    source: str | None,
    quarters: list[Quarter] | None,
    started_at: datetime,
    reporter: Reporter,
    *,
    rebuild: bool = False,
) -> RunResult:
    """Land, stage and validate each quarter, then build and publish. A quarter that fails does not stop the others.

    Without a source the quarters are made up, and clinics are made up and taken in too.

    Raises:
        KetavigilError: nothing could be landed, no quarter can be built from, or the build failed.
    """
    result = RunResult()
    batches: list[Path] = []
    if source is None:
        source = str(simulated_source(home, settings, quarters, reporter))
        batches = simulated_clinics(home, settings, reporter)
    take_in_quarters(home, settings, source, quarters, started_at, reporter, result)
    _take_in(home, settings, batches, reporter, result)
    if any(change.startswith("validate") for change in result.changed):
        reporter.note(f"Findings in words: `ketavigil validate`, or {home.quality / 'index.html'}.")
    if result.changed:
        load_in_background()  # for the checks before publishing, where other processes did the validation
    result.build = build_warehouse(home, settings, started_at, reporter, rebuild=rebuild)
    for quarter, why in result.build.admission.refused.items():
        reporter.warn(f"{quarter} is not in the build: {why}")
    for name, why in result.build.admission.refused_clinics.items():
        reporter.warn(f"clinic batch {name} is not in the build: {why}")
    for quarter, certificate in result.build.admission.certificates.items():
        if certificate.status == "incomplete":
            reporter.warn(f"{quarter} is in the build though incomplete: {certificate.reasons()}")
    if publish_build(home, settings, result.build.path, reporter):
        result.changed.append("publish")
    return result


def take_in_quarters(
    home: Home,
    settings: Settings,
    source: str,
    quarters: list[Quarter] | None,
    started_at: datetime,
    reporter: Reporter,
    result: RunResult,
) -> None:
    """Land, stage and validate each quarter, several at a time where that is worth it; ``result`` is told.

    Raises:
        KetavigilError: the source does not answer, or has nothing of what was asked for.
    """
    with recorded(home, "look") as facts:
        offer = look(source, quarters, settings, started_at)
        require_quarters(offer, source)
        facts["quarter_count"] = len(offer.found)
    result.absent = offer.absent
    with Crew(settings.workers, reporter) as crew:
        receipts = _land(home, offer, started_at, crew, reporter, result)
        _stage(home, receipts, crew, reporter, result)
        _validate(home, settings, crew, reporter, result)


@contextmanager
def _kept_apart(quarter: Quarter, reporter: Reporter, result: RunResult) -> Iterator[None]:
    """What is wrong with one quarter is told and kept, and the others go on."""
    try:
        yield
    except KetavigilError as error:
        result.failed[quarter] = error
        reporter.warn(f"{quarter} is left out: {error}")


def _land(
    home: Home, offer: Offer, started_at: datetime, crew: Crew, reporter: Reporter, result: RunResult
) -> list[Receipt]:
    """One after the other from a server, so as to be no burden to it; side by side from a folder."""
    receipts: list[Receipt] = []
    is_new = [quarter for quarter in sorted(offer.found) if not (home.raw / str(quarter)).is_dir()]
    paths = {quarter: place for quarter, place in offer.found.items() if isinstance(place, Path)}
    is_heavy = sum(path.stat().st_size for quarter, path in paths.items() if quarter in is_new) > HEAVY_BYTES
    if len(paths) < len(offer.found) or not (is_heavy and len(is_new) > 1):
        if is_new:
            load_in_background()  # seconds of import that landing and staging hide
        for quarter in sorted(offer.found):
            with _kept_apart(quarter, reporter, result):
                receipts.append(land_quarter(home, offer.found[quarter], quarter, started_at, reporter))
        return receipts
    for quarter, outcome in crew.each(
        "land", land_quarter, sorted(paths), lambda one: (home, paths[one], one, started_at), is_heavy=True
    ):
        with _kept_apart(quarter, reporter, result):
            receipts.append(_or_raise(outcome))
    return receipts


def _stage(home: Home, receipts: list[Receipt], crew: Crew, reporter: Reporter, result: RunResult) -> None:
    new = [receipt for receipt in receipts if not is_staged(home, receipt)]
    is_heavy = sum(receipt.size_bytes for receipt in new) > HEAVY_BYTES
    if new and not (is_heavy and len(new) > 1):
        load_in_background()
    for receipt, outcome in crew.each("stage", stage, new, lambda one: (home, one), is_heavy=is_heavy):
        with _kept_apart(receipt.quarter, reporter, result):
            if _or_raise(outcome):
                result.changed.append(f"stage {receipt.quarter}")


def _validate(home: Home, settings: Settings, crew: Crew, reporter: Reporter, result: RunResult) -> None:
    """After all are staged, and over all that are: a quarter is compared with the one before, whichever came first."""
    old = [quarter for quarter in home.staged_quarters() if not is_certified(home, quarter)]
    is_heavy = sum(home.staged_bytes(quarter) for quarter in old) > HEAVY_BYTES
    for quarter, outcome in crew.each("validate", validate, old, lambda one: (home, settings, one), is_heavy=is_heavy):
        with _kept_apart(quarter, reporter, result):
            certificate, _ = _or_raise(outcome)
            result.changed.append(f"validate {quarter}")
            reporter.note(f"{quarter}: {certificate.summary()}")


def _or_raise(outcome: Outcome | KetavigilError) -> Outcome:
    if isinstance(outcome, KetavigilError):
        raise outcome
    return outcome


def _take_in(home: Home, settings: Settings, batches: list[Path], reporter: Reporter, result: RunResult) -> None:
    """Take made-up clinic batches in."""
    if not batches:
        return
    from pipeline.clinic_taking import take_in_all

    for number, outcome in take_in_all(home, settings, batches, reporter):
        if _or_raise(outcome).is_new:
            result.changed.append(f"take in {batches[number - 1].name}")
