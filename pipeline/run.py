"""The whole way, from a source to the published file; the only place where steps are put one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from expectations import load_in_background
from pipeline.building import BuildResult, build_warehouse
from pipeline.home import Home
from pipeline.landing import land_quarter, look, require_quarters
from pipeline.publishing import publish_build
from pipeline.reporter import Reporter
from pipeline.settings import Settings
from pipeline.simulating import simulated_source
from pipeline.staging import is_staged, stage
from pipeline.validating import validate
from sources import Receipt
from vocabulary.errors import KetavigilError
from vocabulary.quarter import Quarter


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

    Raises:
        KetavigilError: nothing could be landed, no quarter can be built from, or the build failed.
    """
    result = RunResult()
    if source is None:
        source = str(simulated_source(home, settings, quarters, reporter))
    offer = look(source, quarters, settings, started_at)
    require_quarters(offer, source)
    result.absent = offer.absent
    receipts: list[Receipt] = []
    for quarter in sorted(offer.found):
        with _kept_apart(quarter, reporter, result):
            receipts.append(land_quarter(home, offer.found[quarter], quarter, started_at, reporter))
    if not all(is_staged(home, receipt) for receipt in receipts):
        load_in_background()  # seconds of import that staging hides
    for receipt in receipts:
        with _kept_apart(receipt.quarter, reporter, result):
            if stage(home, receipt, reporter):
                result.changed.append(f"stage {receipt.quarter}")
    # After all of them are staged, and over all that are: a quarter is compared with the one before it, whichever
    # came first.
    for quarter in home.staged_quarters():
        with _kept_apart(quarter, reporter, result):
            _certify(home, settings, quarter, reporter, result)
    if any(change.startswith("validate") for change in result.changed):
        reporter.note(f"Findings in words: `ketavigil validate`, or {home.quality / 'index.html'}.")
    result.build = build_warehouse(home, settings, started_at, reporter, rebuild=rebuild)
    for quarter, why in result.build.admission.refused.items():
        reporter.warn(f"{quarter} is not in the build: {why}")
    for quarter, certificate in result.build.admission.certificates.items():
        if certificate.status == "incomplete":
            reporter.warn(f"{quarter} is in the build though incomplete: {certificate.reasons()}")
    if publish_build(home, settings, result.build.path, reporter):
        result.changed.append("publish")
    return result


@contextmanager
def _kept_apart(quarter: Quarter, reporter: Reporter, result: RunResult) -> Iterator[None]:
    """What is wrong with one quarter is told and kept, and the others go on."""
    try:
        yield
    except KetavigilError as error:
        result.failed[quarter] = error
        reporter.warn(f"{quarter} is left out: {error}")


def _certify(home: Home, settings: Settings, quarter: Quarter, reporter: Reporter, result: RunResult) -> None:
    certificate, is_new = validate(home, settings, quarter, reporter)
    if is_new:
        result.changed.append(f"validate {quarter}")
        reporter.note(f"{quarter}: {certificate.summary()}")
