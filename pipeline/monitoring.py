"""Whether all is well with a data folder, for people and for monitoring: what is stale, what failed, is there room."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import IntFlag
from pathlib import Path
from typing import Any

from pipeline.building import ACCEPTED
from pipeline.home import Home
from pipeline.late_entry import overdue
from pipeline.run_log import RunStep, last_steps, read_run_log
from pipeline.settings import Settings
from pipeline.staging import is_staged
from pipeline.validating import current_certificate
from sources import current_receipts
from vocabulary.errors import BuildError
from vocabulary.quarter import Quarter
from warehouse.query import open_published


class Trouble(IntFlag):
    """What can be wrong; the exit code of ``status --check`` is the sum. 1 and 2 are left for the command's errors."""

    STALE = 4
    FAILED = 8
    DISK = 16


@dataclass(frozen=True, slots=True)
class Published:
    """The published file, as far as monitoring cares."""

    build_id: str
    built_at: datetime
    first_quarter: str
    last_quarter: str
    quarter_count: int
    clinic_batch_count: int
    is_simulated: bool
    quarters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """The outcome of a look.

    Attributes:
        troubles: kind and words of each, in the order stale, failed, disk.
        published: the published file; None where there is none that could be read.
        free_gb: free space where the data folder lies.
        checked_at: when it was looked.
    """

    troubles: tuple[tuple[Trouble, str], ...]
    published: Published | None
    free_gb: float
    checked_at: datetime

    @property
    def exit_code(self) -> int:
        """0 where all is well, else the sum of what is wrong."""
        code = 0
        for kind, _ in self.troubles:
            code |= kind
        return int(code)

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        published = asdict(self.published) if self.published else None
        if published is not None:
            published["built_at"] = published["built_at"].isoformat()
        return {
            "is_well": not self.troubles,
            "exit_code": self.exit_code,
            "troubles": [{"kind": (kind.name or "").lower(), "what": what} for kind, what in self.troubles],
            "published": published,
            "free_gb": self.free_gb,
            "checked_at": self.checked_at.isoformat(),
        }


def look_at(home: Home, settings: Settings, now: datetime) -> Health:
    """Look at all that can be told without asking a source or changing anything."""
    published, unreadable = _published(home)
    free_gb = round(shutil.disk_usage(_nearest(home.root)).free / 1e9, 2)
    log = read_run_log(home)
    troubles: list[tuple[Trouble, str]] = []
    if unreadable:
        troubles.append((Trouble.FAILED, unreadable))
    troubles += [(Trouble.STALE, what) for what in _stale(home, settings, published, log, now, unreadable)]
    troubles += [(Trouble.FAILED, what) for what in _failed(home, settings, log)]
    if free_gb < settings.minimum_free_gb:
        troubles.append((Trouble.DISK, f"{free_gb:g} GB are free, less than {settings.minimum_free_gb:g}."))
    return Health(tuple(sorted(troubles, key=lambda one: one[0])), published, free_gb, now)


def _stale(
    home: Home, settings: Settings, published: Published | None, log: list[RunStep], now: datetime, unreadable: str
) -> Iterator[str]:
    if published is None:
        if not unreadable:
            yield "Nothing is published."
    else:
        yield from _waiting(home, settings, published, now)
        late = None
        if settings.quarter_due_days is not None and not published.is_simulated:
            found = [Quarter.parse(quarter) for quarter in published.quarters]
            late = overdue(found, now.date(), settings.quarter_due_days)
        if late is not None:
            yield f"{late} ended {settings.quarter_due_days} days ago and more, and is not in the published file."
    looks = [step for step in log if step.step == "look" and step.outcome == "done"]
    allowed = timedelta(hours=settings.stale_hours)
    if looks and now - looks[-1].started_at > allowed:
        hours = (now - looks[-1].started_at).total_seconds() / 3600
        yield f"The source was last asked {hours:.0f} hours ago, more than {settings.stale_hours:g}."


def _waiting(home: Home, settings: Settings, published: Published, now: datetime) -> Iterator[str]:
    """Quarters with a certificate for longer than is allowed that the published file does not hold."""
    allowed = timedelta(hours=settings.stale_hours)
    for quarter in home.staged_quarters():
        path = home.certificate(quarter)
        if str(quarter) in published.quarters or not path.exists():
            continue
        certificate = current_certificate(home, quarter)
        is_accepted = certificate is not None and _is_accepted(certificate.status, settings)
        if certificate is None or not is_accepted or certificate.is_simulated != published.is_simulated:
            continue
        certified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if now - certified_at > allowed:
            yield f"{quarter} has been certified since {certified_at:%Y-%m-%d %H:%M} UTC and is not published."


def _failed(home: Home, settings: Settings, log: list[RunStep]) -> Iterator[str]:
    for quarter, receipt in sorted(current_receipts(home.raw).items()):
        if not is_staged(home, receipt):
            yield f"{quarter} is landed and not staged."
            continue
        certificate = current_certificate(home, quarter)
        if certificate is None:
            yield f"{quarter} is staged and has no current certificate."
        elif not _is_accepted(certificate.status, settings):
            yield f"{quarter} is {certificate.status}: {certificate.reasons()}."
    for (step, subject), last in sorted(last_steps(log).items()):
        if step == "late":
            if last.facts.get("outcome_of_run") != "success" and not _is_after(log, last):
                yield f"{subject} was not through after {last.facts.get('deadline_hours')} hours."
        elif last.outcome == "failed" and step in {"look", "build", "publish", "take_in"} and not _is_after(log, last):
            yield f"{step} {subject} failed at {last.started_at:%Y-%m-%d %H:%M} UTC ({last.facts.get('error')})."


def _is_after(log: list[RunStep], failed: RunStep) -> bool:
    """Whether the same kind of step was done since, on whatever: a build that failed is mended by the next one.

    A late run is settled by the next publication; a refused batch by a batch of the same name alone.
    """
    if failed.step == "take_in":
        return False
    kinds = {"publish"} if failed.step == "late" else {failed.step}
    return any(step.step in kinds and step.outcome == "done" and step.started_at > failed.started_at for step in log)


def _is_accepted(status: str, settings: Settings) -> bool:
    return status in ACCEPTED or (status == "incomplete" and settings.allow_incomplete)


def _published(home: Home) -> tuple[Published | None, str]:
    """The published file, and why it could not be read."""
    if not home.published.exists():
        return None, ""
    names = ("build_id", "built_at", "first_quarter", "last_quarter", "quarter_count", "clinic_batch_count")
    try:
        with open_published(home.published) as connection:
            (row,) = connection.execute(f"SELECT {', '.join(names)}, is_simulated FROM meta.build").fetchall()
            quarters = [one for (one,) in connection.execute("SELECT quarter FROM meta.certificate").fetchall()]
    except BuildError as error:
        return None, str(error)
    fields = dict(zip((*names, "is_simulated"), row, strict=True))
    fields["built_at"] = fields["built_at"].replace(tzinfo=UTC)
    return Published(**fields, quarters=tuple(sorted(quarters))), ""


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    place = folder.resolve()
    while not place.exists():
        place = place.parent
    return place
