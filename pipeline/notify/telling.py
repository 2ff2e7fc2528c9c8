"""What the command tells people beside its terminal, where they are configured; a failure is said, not raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeline.home import Home
from pipeline.notify.changes import tell_changes
from pipeline.notify.failures import failed_quarter, refused_batch
from pipeline.notify.sending import owners, send
from pipeline.settings import Settings
from transforms.privacy import Finding
from vocabulary.errors import KetavigilError, NotificationError, SettingsError
from vocabulary.quarter import Quarter


def after_run(
    home: Home,
    settings: Settings,
    failed: Mapping[Quarter, KetavigilError],
    say: Callable[[str], None],
    *,
    is_published: bool,
) -> None:
    """Tell of quarters that failed, and of what changed with a build that was published."""
    with_care = _careful(say)
    for quarter, error in sorted(failed.items()):
        message = failed_quarter(str(quarter), "left out of the run", str(error).partition("\n")[0])
        with_care(lambda message=message: send(message, settings))  # type: ignore[misc]
    if is_published:
        with_care(lambda: tell_changes(home, settings))


def after_refusal(
    settings: Settings, reason: str, findings: Sequence[Finding], clinic_id: str | None, say: Callable[[str], None]
) -> None:
    """Tell the owner of a clinic's data that a batch was refused."""
    message = refused_batch(reason.partition("\n")[0], findings, clinic_id)
    _careful(say)(lambda: send(message, settings, owners(settings, clinic_id)))


def _careful(say: Callable[[str], None]) -> Callable[[Callable[[], tuple[str, ...]]], None]:
    def do(tell: Callable[[], tuple[str, ...]]) -> None:
        try:
            tell()
        except (NotificationError, SettingsError) as error:
            say(f"warning: {error}")

    return do
