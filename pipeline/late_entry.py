"""What is called when something is late: a run that is not through in time, a quarter that the source does not have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pipeline.task_log import log
from vocabulary.errors import SourceError
from vocabulary.quarter import Quarter


def tell_late(context: Mapping[str, Any], hours: float) -> None:
    """Called by Airflow when a run has missed its deadline: a line in the run log, which `status --check` reads.

    Args:
        context: Airflow's account of the run.
        hours: how long it was given.
    """
    from pipeline.home import Home
    from pipeline.run_log import recorded
    from pipeline.settings import Settings

    run = context.get("dag_run") or {}
    name = f"{run.get('dag_id', '')} {run.get('dag_run_id', '')}".strip()
    with recorded(Home(Settings().home), "late", name) as facts:
        facts |= {"deadline_hours": hours, "outcome_of_run": run.get("state")}
    log.error("%s is not through after %g hours. Look at its tasks.", name, hours)


def check_due(params: Mapping[str, Any]) -> None:
    """Fail where a server lacks a quarter that it should have had for long: somebody must look what has changed there.

    Folders are filled by people, who know what they have; nor is asked where a run or a setting names its quarters.

    Raises:
        SourceError: the quarter is late.
    """
    from pipeline.airflow_entry import place
    from pipeline.landing import FAERS, look
    from sources import current_receipts

    settings, home, source = place(params)
    now = datetime.now(UTC)
    is_server = source == FAERS or source.startswith(("http://", "https://"))
    if settings.quarter_due_days is None or not is_server or params.get("quarters") or settings.quarters:
        log.info("Nobody asked whether a quarter is late")
        return
    late = overdue(current_receipts(home.raw), now.date(), settings.quarter_due_days)
    if late is not None and not look(source, [late], settings, now).found:
        raise SourceError(
            f"{late} is not at the source, {settings.quarter_due_days} days and more after its end. See whether the "
            "FDA has moved or renamed it, or raise KETAVIGIL_QUARTER_DUE_DAYS."
        )


def overdue(found: Iterable[Quarter], today: date, due_days: int) -> Quarter | None:
    """The newest quarter that should be there by now and is not; None where nothing is late.

    Args:
        found: quarters that are there.
        today: the day to judge by.
        due_days: days after the end of a quarter by which it is published as a rule.
    """
    quarter = _quarter_of(today - timedelta(days=due_days)).preceding()
    return None if any(not one < quarter for one in found) else quarter


def _quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month - 1) // 3 + 1)
