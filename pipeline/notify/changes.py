"""What changed with the published build: one line for each signal that is new or vanished. Told once per build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.home import Home
from pipeline.notify.message import Message
from pipeline.notify.sending import channels, send
from pipeline.settings import Settings
from vocabulary.errors import NotificationError
from warehouse.query import open_published

DEFINITION = "label_style"
ROLE_SCOPE = "suspect"

_QUERY = """
SELECT
    change.subject,
    change.change,
    change.exposure,
    change.comparator,
    coalesce(effect.side_effect_name, change.side_effect),
    change.criterion,
    change.previous_a,
    change.a,
    change.previous_ror_lower_95,
    change.ror_lower_95
FROM mart.signal_change AS change
LEFT JOIN core.side_effect AS effect USING (side_effect)
WHERE change.subject <> 'criterion'
    OR (change.definition = $definition AND change.role_scope = $role_scope)
ORDER BY
    change.change = 'gone', change.subject = 'criterion', change.exposure, change.side_effect, change.comparator,
    change.criterion
"""


def changes_message(published: Path, link: str | None = None) -> Message | None:
    """What is new and what vanished since the build that was published before; None where nothing did.

    Of criteria those of suspects and label-style definitions are told: the other variants move with them, and all are
    in mart.signal_change.
    """
    with open_published(published) as connection:
        (build, simulated) = connection.execute("SELECT build_id, is_simulated FROM meta.build").fetchall()[0]
        rows = connection.execute(_QUERY, {"definition": DEFINITION, "role_scope": ROLE_SCOPE}).fetchall()
    if not rows:
        return None
    new = sum(row[1] == "new" for row in rows)
    kind = "SIMULATED reports: " if simulated else ""
    subject = f"{kind}{new:,} new, {len(rows) - new:,} vanished with build {build}"
    lines = tuple(_line(row) for row in rows)
    note = "A criterion that is met is a reason to look, no proof of a cause. Suspects, label-style groups of terms."
    return Message("signal_change", subject, (*lines, note), link)


def tell_changes(home: Home, settings: Settings, *, first_wait_seconds: float = 2.0) -> tuple[str, ...]:
    """Tell of the published build what changed, unless it was told already or nothing did.

    Returns:
        The ways it went.

    Raises:
        NotificationError: a way failed; the others are not gone again the next time.
    """
    ways = channels(settings)
    if not ways or not home.published.exists():
        return ()
    message = changes_message(home.published, _link(home, settings))
    if message is None:
        return ()
    build = message.subject.rpartition(" ")[2]
    place = home.root / "notified.json"
    told = _told(place).get(build, [])
    left = [way for way in ways if way not in told]
    sent: tuple[str, ...] = ()
    try:
        if left:
            sent = send(message, settings, ways=left, first_wait_seconds=first_wait_seconds)
    except NotificationError as error:
        sent = error.sent
        raise
    finally:
        if sent:
            _note(place, build, [*told, *sent])
    return sent


def _line(row: tuple[Any, ...]) -> str:
    subject, change, exposure, comparator, effect, criterion, before, now, lower_before, lower = row
    word = "new" if change == "new" else "vanished"
    if subject == "exposure":
        return f"{word}: {exposure} as a whole"
    if subject == "side_effect":
        return f"{word}: {effect} as a whole"
    against = "the rest" if comparator == "rest" else comparator
    return (
        f"{word}: {exposure}, {effect} against {against}, {criterion} "
        f"({_cases(before)} -> {_cases(now)} cases, lower bound of the ROR {_bound(lower_before)} -> {_bound(lower)})"
    )


def _cases(count: int | None) -> str:
    return "no" if count is None else f"{count:,}"


def _bound(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _link(home: Home, settings: Settings) -> str | None:
    if settings.site_url is not None:
        return settings.site_url
    page = home.root / "site" / "current" / "index.html"
    return str(page) if page.exists() else None


def _told(place: Path) -> dict[str, list[str]]:
    try:
        told: dict[str, list[str]] = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def _note(place: Path, build: str, ways: list[str]) -> None:
    """Keep which ways the last build was told; earlier ones are never published again."""
    scratch = place.with_name(f".{place.name}.next")
    scratch.write_text(json.dumps({build: ways}) + "\n", encoding="utf-8")
    scratch.replace(place)
