"""Callbacks and tasks of Airflow that tell people. A callback gets the context of a task; what it tells holds no value.

A notification that cannot be sent is an error in the log of the task, which is not changed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipeline.task_log import log
from vocabulary.errors import KetavigilError, NotificationError, SettingsError

if TYPE_CHECKING:
    from pipeline.notify import Message
    from pipeline.settings import Settings


def tell_failure(context: Mapping[str, Any]) -> None:
    """Tell of a task that failed for good: a refused batch to its owner, a quarter or anything else to the operator."""
    from pipeline.notify import send
    from pipeline.settings import Settings

    try:
        settings = Settings()
        message, to = _about(context, settings)
        ways = send(message, settings, to)
    except (NotificationError, SettingsError) as error:
        log.error("%s", error)
    else:
        log.info("Told of it by %s.", " and ".join(ways) if ways else "nobody: no address is set")


def tell_changes() -> list[str]:
    """Tell what changed with the published build, once.

    Raises:
        NotificationError: a way failed; clearing the task tries that way again.
    """
    from pipeline.home import Home
    from pipeline.notify import tell_changes as tell
    from pipeline.settings import Settings

    settings = Settings()
    return list(tell(Home(settings.home), settings))


def _about(context: Mapping[str, Any], settings: Settings) -> tuple[Message, tuple[str, ...] | None]:
    from pipeline.notify import failed_quarter, failed_task, owners, refused_batch

    task = context["task_instance"]
    error = context.get("exception")
    link = getattr(task, "log_url", None)
    step = str(task.task_id).rpartition(".")[2]
    findings = getattr(error, "findings", None)
    if findings is not None:
        clinic_id = getattr(error, "clinic_id", None)
        return refused_batch(_first_line(error), findings, clinic_id), owners(settings, clinic_id)
    reason = _first_line(error) if isinstance(error, KetavigilError) else _kind(error)
    # A mapped task of quarters has the quarter as its label, as soon as it has run.
    label = str(getattr(task, "rendered_map_index", None) or "")
    if task.dag_id == "faers_quarterly" and label:
        return failed_quarter(label, step, reason, link), None
    return failed_task(str(task.dag_id), f"{step} {label}".strip(), reason, link), None


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or ["It gave no reason."])[0]


def _kind(error: object) -> str:
    """An error that is not ours may quote what it stumbled on: its type alone is told."""
    if error is None:
        return "It was ended from outside, or its worker was. Its log says more."
    return f"{type(error).__name__}: the log of the task says more."
