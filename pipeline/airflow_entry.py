"""What the DAGs call: names and paths in, names and paths out. Composes the same steps as the command."""

from __future__ import annotations

import logging
import os
from datetime import datetime
from pathlib import Path

from pipeline import fingerprint
from pipeline.building import ACCEPTED, admit
from pipeline.building import build_warehouse as build
from pipeline.home import Home
from pipeline.landing import FAERS, land_quarter, look, require_quarters
from pipeline.publishing import publish_build
from pipeline.settings import Settings
from pipeline.staging import read_manifest, stage
from pipeline.validating import current_certificate, validate
from sources import Receipt, receipts
from vocabulary.errors import CertificateError, KetavigilError, SettingsError, SourceError
from vocabulary.quarter import Quarter, parse_quarters
from warehouse.query import open_published

_log = logging.getLogger("ketavigil")


class TaskLog:
    """The Reporter of a task: lines in its log, progress only where a step or a part of it begins."""

    def step(self, what: str) -> None:
        """A step starts."""
        _log.info(what)

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        """Nothing: a log has no bar."""

    def note(self, text: str) -> None:
        """Something that a person should know."""
        _log.info(text)

    def warn(self, text: str) -> None:
        """Something that a person should look at."""
        _log.warning(text)


def find_quarters(source: str | None, quarters: str | None, until: datetime, *, allow_incomplete: bool) -> list[str]:
    """Name the quarters at the source that are new, changed there, or not yet landed, staged and accepted.

    Args:
        source: a folder, an http(s) address or ``faers``; None takes KETAVIGIL_SOURCE, else ``faers``.
        quarters: those wanted, ``2022q3..2022q4``; None takes all.
        until: the last moment that a published quarter can cover.
        allow_incomplete: an incomplete quarter is accepted, as the setting of that name says for good.

    Raises:
        SourceError: the source does not answer, or has nothing of what was asked for.
    """
    settings, home = _place(allow_incomplete=allow_incomplete)
    source = _source(source)
    offer = look(source, parse_quarters(quarters) if quarters else None, settings, until)
    require_quarters(offer, source)
    if offer.absent and quarters:
        _log.warning("Not at the source: %s.", ", ".join(map(str, offer.absent)))
    open_ones = [q for q, where in sorted(offer.found.items()) if not _is_done(home, settings, q, where, until)]
    _log.info(
        "%d quarters at the source, to be taken in: %s", len(offer.found), ", ".join(map(str, open_ones)) or "none"
    )
    return [str(quarter) for quarter in open_ones]


def land(quarter: str, source: str | None, landed_at: datetime) -> str:
    """Land a quarter from the source, and give its name on.

    The place is looked up again, for an address may carry a password, which must not stand in Airflow's database.

    Raises:
        SourceError: it is not there any more, or could not be got whole.
        HostileArchiveError: the zip is refused.
    """
    settings, home = _place()
    wanted = Quarter.parse(quarter)
    offer = look(_source(source), [wanted], settings, landed_at)
    require_quarters(offer, _source(source))
    receipt = land_quarter(home, offer.found[wanted], wanted, landed_at, TaskLog())
    _log.info("%s sha256 %s %d bytes", receipt.file_name, receipt.sha256[:16], receipt.size_bytes)
    return quarter


def stage_landed(quarter: str) -> str:
    """Stage the zip that is current for a quarter, and give its name on.

    Raises:
        SourceError: nothing is landed for it, or the zip is damaged.
        LayoutError: its columns are not the declared ones.
    """
    _, home = _place()
    receipt = _receipt(home, Quarter.parse(quarter))
    if receipt is None:
        raise SourceError(f"{quarter} is not landed. Run the task before this one again.")
    _log.info("%s: %s", quarter, "staged" if stage(home, receipt, TaskLog()) else "was staged already")
    return quarter


def validate_staged(quarter: str, *, allow_incomplete: bool) -> str:
    """Certify a staged quarter, and give its name on.

    Raises:
        CertificateError: it is not fit for a build.
    """
    settings, home = _place(allow_incomplete=allow_incomplete)
    certificate, is_new = validate(home, Quarter.parse(quarter), TaskLog())
    _log.info("%s: %s%s", quarter, certificate.status, "" if is_new else ", as before")
    for line in certificate.notes():
        _log.info("%s: %s", quarter, line)
    if not _is_accepted(certificate.status, settings):
        remedy = " Run with allow_incomplete to take it in." if certificate.status == "incomplete" else ""
        raise CertificateError(f"{quarter} is {certificate.status}: {certificate.reasons()}.{remedy}")
    return quarter


def certified_anew(*, allow_incomplete: bool) -> dict[str, str]:
    """Status of each accepted quarter whose certificate the published file does not hold.

    It asks the data folder and not the run's own tasks: what a killed run certified and never announced is still
    found by the next one, and a build that failed is asked for again.
    """
    settings, home = _place(allow_incomplete=allow_incomplete)
    try:
        certificates = admit(home, allow_incomplete=settings.allow_incomplete).certificates
    except CertificateError as error:
        _log.info("%s", error)
        return {}
    published: set[tuple[str, str, str, str]] = set()
    if home.published.exists():
        with open_published(home.published) as connection:
            published.update(
                connection.execute(
                    "SELECT quarter, status, staged_fingerprint, suite_hash FROM meta.certificate"
                ).fetchall()
            )
    return {
        str(quarter): one.status
        for quarter, one in sorted(certificates.items())
        if (str(quarter), one.status, one.staged_fingerprint, one.suite_hash) not in published
    }


def build_warehouse(built_at: datetime, *, allow_incomplete: bool, rebuild: bool) -> str:
    """Build from every accepted quarter.

    Returns:
        Path of the finished build.

    Raises:
        CertificateError: no quarter can be built from.
        BuildError: the build failed; what is published stays.
    """
    settings, home = _place(allow_incomplete=allow_incomplete)
    result = build(home, settings, built_at, TaskLog(), rebuild=rebuild)
    for quarter, why in result.admission.refused.items():
        _log.warning("%s is not in the build: %s", quarter, why)
    return str(result.path)


def check_and_publish(build_path: str) -> dict[str, str]:
    """Check a build and publish it, unless it is published already.

    Returns:
        What is published now: ``build_id`` and ``path``.

    Raises:
        BuildError: it did not pass its checks; the last published file stays.
    """
    settings, home = _place()
    is_new = publish_build(home, settings, Path(build_path), TaskLog())
    _log.info("%s %s", build_path, "is published" if is_new else "was published already")
    return {"build_id": Path(build_path).stem, "path": str(home.published)}


def _place(*, allow_incomplete: bool = False) -> tuple[Settings, Home]:
    settings = Settings()
    if not settings.home.is_absolute():
        # A task runs in whatever folder its worker was started from.
        raise SettingsError("Set KETAVIGIL_HOME to an absolute path for Airflow: every task must find the same folder.")
    allowed = settings.allow_incomplete or allow_incomplete
    return settings.model_copy(update={"allow_incomplete": allowed}), Home(settings.home)


def _source(source: str | None) -> str:
    return source or os.environ.get("KETAVIGIL_SOURCE") or FAERS


def _receipt(home: Home, quarter: Quarter) -> Receipt | None:
    return next((one for one in receipts(home.raw) if one.quarter == quarter and one.status == "current"), None)


def _is_done(home: Home, settings: Settings, quarter: Quarter, where: Path | str, now: datetime) -> bool:
    """Whether a quarter is landed, staged and accepted, and the same at the source as when it was landed."""
    try:
        if _receipt(home, quarter) is None:
            return False
        receipt = land_quarter(home, where, quarter, now)  # where nothing has changed, one look and no more
        mark = fingerprint.of_parts(receipt.sha256, fingerprint.of_code(fingerprint.STAGING_CODE))
        if read_manifest(home.staged(quarter)).get("source", {}).get("fingerprint") != mark:
            return False
        certificate = current_certificate(home, quarter)
    except KetavigilError:
        return False  # its own tasks meet the error again and show it
    return certificate is not None and _is_accepted(certificate.status, settings)


def _is_accepted(status: str, settings: Settings) -> bool:
    return status in ACCEPTED or (status == "incomplete" and settings.allow_incomplete)
