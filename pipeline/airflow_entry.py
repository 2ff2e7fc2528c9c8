"""What the DAGs call: names and paths in, names and paths out. Composes the same steps as the command.

Airflow imports this file whenever it parses a DAG, so everything heavy is imported where it is used. ``params`` are
the options of a run, as a person may fill them in: source, quarters, allow_incomplete, rebuild; none is required.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.event_facts import QuarterFacts, quarter_facts
from pipeline.task_log import TaskLog, log
from vocabulary.errors import CertificateError, KetavigilError, SchemaVersionError, SettingsError, SourceError
from vocabulary.quarter import Quarter, parse_quarters

if TYPE_CHECKING:
    from pipeline.home import Home
    from pipeline.parts import Part
    from pipeline.settings import Settings
    from pipeline.sharing import WorkingCopy
    from sources import Receipt

Params = Mapping[str, Any]

BUILD = {"queue": "build", "pool": os.environ.get("KETAVIGIL_BUILD_POOL", "default_pool")}
"""Where tasks run that need the published file: one machine, and one at a time where a pool is made for them."""


def find_quarters(params: Params) -> list[str]:
    """Name the quarters that are new at the source, changed there, or not yet landed, staged and accepted.

    Raises:
        SourceError: the source does not answer, or has nothing of what was asked for.
    """
    from pipeline import parts
    from pipeline.landing import look, require_quarters
    from pipeline.run_log import recorded
    from pipeline.sharing import shared, working_copy
    from sources import current_receipts

    settings, home, source = place(params)
    copy = working_copy(settings)
    wanted = params.get("quarters") or settings.quarters
    with recorded(home, "look") as facts:
        offer = look(source, parse_quarters(wanted) if wanted else None, settings, _now())
        require_quarters(offer, source)
        facts["quarter_count"] = len(offer.found)
    if wanted and offer.absent:
        log.warning("Not at the source: %s.", ", ".join(map(str, offer.absent)))

    def open_quarters() -> list[str]:
        landed, kept = current_receipts(home.raw), _kept(home, copy)
        return [
            str(quarter)
            for quarter, where in sorted(offer.found.items())
            if quarter not in landed or not _is_done(home, settings, quarter, where, kept)
        ]

    open_ones = shared(
        copy,
        lambda it: it.pull_kinds("raw", "staged", "certificate", light=True),
        open_quarters,
        [parts.raw(quarter) for quarter in offer.found],  # one that was republished is landed by looking
    )
    log.info("%d quarters at the source, to be taken in: %s", len(offer.found), ", ".join(open_ones) or "none")
    return open_ones


def land_quarter(quarter: str, params: Params) -> str:
    """Land a quarter from the source, and give its name on.

    Its place is looked up again, for an address may carry a password, which must not stand in Airflow's database.

    Raises:
        SourceError: it is not there any more, or could not be got whole.
        HostileArchiveError: the zip is refused.
    """
    from pipeline import landing, parts
    from pipeline.sharing import shared, working_copy

    settings, home, source = place(params)
    copy = working_copy(settings)
    wanted, now = Quarter.parse(quarter), _now()
    offer = landing.look(source, [wanted], settings, now)
    landing.require_quarters(offer, source)
    receipt = shared(
        copy,
        lambda it: it.pull_kinds("raw", light=True),
        lambda: landing.land_quarter(home, offer.found[wanted], wanted, now, TaskLog(), is_kept=_kept(home, copy)),
        [parts.raw(quarter)],
    )
    log.info("%s sha256 %s %d bytes", receipt.file_name, receipt.sha256[:16], receipt.size_bytes)
    return quarter


def stage_quarter(quarter: str, params: Params) -> str:
    """Stage the zip that is current for a quarter, and give its name on.

    Raises:
        SourceError: nothing is landed for it, or the zip is damaged.
        LayoutError: its columns are not the declared ones.
    """
    from pipeline import parts
    from pipeline.sharing import shared, working_copy
    from pipeline.staging import stage
    from sources import current_receipts

    settings, home, _ = place(params)

    def pull(copy: WorkingCopy) -> None:
        copy.pull(parts.raw(quarter))
        copy.pull(parts.staged(quarter), light=True)

    def work() -> bool:
        receipt = current_receipts(home.raw).get(Quarter.parse(quarter))
        if receipt is None:
            raise SourceError(f"{quarter} is not landed. Clear the task that lands it.")
        return stage(home, receipt, TaskLog())

    is_new = shared(working_copy(settings), pull, work, [parts.staged(quarter)])
    log.info("%s %s", quarter, "is staged" if is_new else "was staged already")
    return quarter


def validate_quarter(quarter: str, params: Params) -> str:
    """Certify a staged quarter, and give its name on.

    Raises:
        CertificateError: it is not fit for a build.
    """
    from pipeline import parts
    from pipeline.sharing import shared, working_copy
    from pipeline.validating import predecessor, validate

    settings, home, _ = place(params)
    wanted = Quarter.parse(quarter)

    def pull(copy: WorkingCopy) -> None:
        copy.pull_kinds("staged", "certificate", light=True)
        before = predecessor(home, wanted)
        for name in [quarter, *([before.name.removeprefix("quarter=")] if before else [])]:
            copy.pull(parts.staged(name))

    certificate, is_new = shared(
        working_copy(settings),
        pull,
        lambda: validate(home, settings, wanted, TaskLog()),
        [parts.certificate(quarter)],
    )
    log.info("%s %s %s", quarter, "is" if is_new else "was already found", certificate.status)
    for line in certificate.notes():
        log.info("%s: %s", quarter, line)
    if not _is_accepted(certificate.status, settings):
        remedy = " Run with allow_incomplete to take it in." if certificate.status == "incomplete" else ""
        raise CertificateError(f"{quarter} is {certificate.status}: {certificate.reasons()}.{remedy}")
    return quarter


def certified_anew(params: Params) -> dict[str, QuarterFacts]:
    """Status and counts of each accepted quarter whose certificate the published file does not hold.

    It asks the data folder and not the run's own tasks: what a killed run certified and never announced is still
    found by the next one, and a build that failed is asked for again.
    """
    from pipeline.building import admit
    from pipeline.sharing import working_copy
    from warehouse.query import open_published

    settings, home, _ = place(params)
    if (copy := working_copy(settings)) is not None:
        copy.pull_kinds("staged", "certificate", "clinic", light=True)
        copy.pull(_published(settings))
    try:
        certificates = admit(home, allow_incomplete=settings.allow_incomplete).certificates
    except CertificateError as error:
        log.info("%s", error)
        return {}
    published = set()
    if home.published.exists():
        with suppress(SchemaVersionError), open_published(home.published) as connection:  # such a file holds nothing
            query = "SELECT quarter, status, staged_fingerprint, suite_hash FROM meta.certificate"
            published = set(connection.execute(query).fetchall())
    return {
        str(quarter): quarter_facts(one)
        for quarter, one in sorted(certificates.items())
        if (str(quarter), one.status, one.staged_fingerprint, one.suite_hash) not in published
    }


def build_warehouse(params: Params) -> str:
    """Build from every accepted quarter, and give on the path of the build.

    Raises:
        CertificateError: no quarter can be built from.
        BuildError: the build failed; what is published stays.
    """
    from pipeline.building import build_warehouse as build
    from pipeline.sharing import working_copy

    settings, home, _ = place(params)
    if (copy := working_copy(settings)) is not None:
        copy.pull_kinds("raw", light=True)
        copy.pull_kinds("staged", "certificate", "clinic")
        copy.pull(_published(settings))
    result = build(home, settings, _now(), TaskLog(), rebuild=bool(params.get("rebuild")))
    for quarter, why in result.admission.refused.items():
        log.warning("%s is not in the build: %s", quarter, why)
    return str(result.path)


def check_and_publish(build: str, params: Params) -> str:
    """Check a build and publish it unless it is published already, and give on its id.

    Raises:
        BuildError: it did not pass its checks; the last published file stays.
    """
    from pipeline import parts
    from pipeline.delivery import deliver
    from pipeline.publishing import publish_build
    from pipeline.sharing import shared, working_copy

    settings, home, _ = place(params)
    path = Path(build)
    if not path.exists():  # it was built on another machine, or old builds went meanwhile
        path = Path(build_warehouse(params))
    is_new = shared(
        working_copy(settings),
        lambda it: it.pull(_published(settings)),
        lambda: publish_build(home, settings, path, TaskLog()),
        [parts.QUALITY, _published(settings)],
    )
    if settings.web is not None:
        deliver(home, settings.web)
    log.info("Build %s %s", path.stem, "is published" if is_new else "was published already")
    return path.stem


def _published(settings: Settings) -> Part:
    from pipeline import parts

    return parts.published(with_clinic_rows=settings.store_clinic_rows)


def _kept(home: Home, copy: WorkingCopy | None) -> Callable[[Receipt], bool]:
    """Whether a landed zip is kept: here, or in the store."""
    from pipeline import parts

    def kept(receipt: Receipt) -> bool:
        here = receipt.is_intact(home.raw)
        path = f"raw/faers/{receipt.path}"
        return here or (copy is not None and copy.has(parts.raw(receipt.quarter), path, receipt.sha256))

    return kept


def place(params: Params) -> tuple[Settings, Home, str]:
    """Settings with the run's options, the data folder and the source.

    Raises:
        SettingsError: KETAVIGIL_HOME is relative.
    """
    from pipeline.home import Home
    from pipeline.landing import FAERS
    from pipeline.settings import Settings

    settings = Settings()
    if not settings.home.is_absolute():
        # A task runs in whatever folder its worker was started from.
        raise SettingsError("Set KETAVIGIL_HOME to an absolute path: every task of Airflow must find the same folder.")
    allowed = settings.allow_incomplete or bool(params.get("allow_incomplete"))
    source = params.get("source") or settings.source or FAERS
    return settings.model_copy(update={"allow_incomplete": allowed}), Home(settings.home), source


def _is_done(
    home: Home, settings: Settings, quarter: Quarter, where: Path | str, kept: Callable[[Receipt], bool]
) -> bool:
    """Whether a landed quarter is staged and accepted, and still the same at the source."""
    from pipeline.landing import land_quarter as land
    from pipeline.staging import is_staged
    from pipeline.validating import current_certificate

    try:
        receipt = land(home, where, quarter, _now(), is_kept=kept)  # one look and no more where nothing has changed
        certificate = current_certificate(home, quarter) if is_staged(home, receipt) else None
    except KetavigilError:
        return False  # its own tasks meet the error again, and show it
    return certificate is not None and _is_accepted(certificate.status, settings)


def _is_accepted(status: str, settings: Settings) -> bool:
    from pipeline.building import ACCEPTED

    return status in ACCEPTED or (status == "incomplete" and settings.allow_incomplete)


def _now() -> datetime:
    return datetime.now(UTC)
