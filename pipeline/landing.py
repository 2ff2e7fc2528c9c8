"""Step: quarterly zips from a folder, an address or the simulator come to rest in data/raw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.home import Home
from pipeline.reporter import Reporter, Silent
from pipeline.run_log import recorded
from pipeline.settings import Settings
from sources import Receipt, find_in_folder, folders_with_zips, land, probe_quarters
from vocabulary.errors import SourceError
from vocabulary.quarter import FIRST_QUARTER, Quarter

FAERS = "faers"
"""Value of --source that means the FDA's own address."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a source has of the quarters that were asked for."""

    found: dict[Quarter, Path | str]
    absent: list[Quarter]


def look(source: str, quarters: list[Quarter] | None, settings: Settings, today: datetime) -> Offer:
    """See which quarters a source has.

    Args:
        source: a folder, an http(s) address that the zips stand under, or ``faers``.
        quarters: those wanted; None takes all of a folder, or all that a server can have by ``today``.
        settings: gives the FDA's address.
        today: the last moment that a published quarter can cover.

    Raises:
        SourceError: the folder is not there, or the server does not answer.
    """
    address = settings.faers_url if source == FAERS else source
    if not address.startswith(("http://", "https://")):
        folder = find_in_folder(Path(address), quarters)
        return Offer(dict(folder.found), folder.absent)
    wanted = quarters if quarters is not None else _until(today)
    published = probe_quarters(address, wanted)
    return Offer(dict(published), [quarter for quarter in wanted if quarter not in published])


def land_quarter(
    home: Home,
    source: Path | str,
    quarter: Quarter,
    landed_at: datetime,
    reporter: Reporter | None = None,
    *,
    is_kept: Callable[[Receipt], bool] | None = None,
) -> Receipt:
    """Land one quarter; content that is there already is not written again.

    Args:
        home: data folder.
        source: file or URL.
        quarter: which one.
        landed_at: the time for a new receipt.
        reporter: told what is done.
        is_kept: whether the zip of an earlier receipt is kept elsewhere, where other machines share a store.

    Raises:
        SourceError: it could not be got whole.
        HostileArchiveError: the zip is refused.
    """
    reporter = reporter or Silent()
    reporter.step(f"{quarter}: land")
    with home.only_writer(str(quarter)), recorded(home, "land", str(quarter)) as facts:
        receipt = land(source, quarter, home.raw, landed_at, on_progress=reporter.advance, is_kept=is_kept)
        facts |= {"size_bytes": receipt.size_bytes, "sha256": receipt.sha256[:16]}
        facts["is_nothing_new"] = receipt.landed_at != landed_at
        return receipt


def require_quarters(offer: Offer, source: str) -> None:
    """Stop where a source has nothing of what was asked for.

    Raises:
        SourceError: no quarter was found.
    """
    if not offer.found:
        asked = f" of {', '.join(map(str, offer.absent[:8]))}" if offer.absent else ""
        below = folders_with_zips(Path(source))
        hint = f" Some lie in {below[0]}: name that folder." if below else ""
        raise SourceError(
            f"{source} has no quarterly zip{asked}. They are named faers_ascii_2022q4.zip (aers_ascii_... to 2012q3)."
            f"{hint}"
        )


def _until(today: datetime) -> list[Quarter]:
    last = Quarter(today.year, (today.month - 1) // 3 + 1).preceding()
    quarters = [FIRST_QUARTER]
    while quarters[-1] < last:
        quarters.append(quarters[-1].following())
    return quarters
