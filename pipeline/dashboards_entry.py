"""What the DAG of the pages calls: names in, names out. Heavy things are imported where they are used."""

from __future__ import annotations

from typing import Any

from pipeline.task_log import TaskLog, log
from vocabulary.errors import SettingsError


def publish_site() -> str:
    """Make and check the pages of the published build, let them be the current ones, and give on the build's id.

    Raises:
        SettingsError: KETAVIGIL_HOME is not absolute.
        BuildError: there is no published file, or the pages did not pass their checks; the last ones stay.
    """
    from pipeline import parts
    from pipeline.dashboards import publish_site as publish
    from pipeline.delivery import deliver
    from pipeline.home import Home
    from pipeline.settings import Settings
    from pipeline.sharing import shared, working_copy

    settings = Settings()
    if not settings.home.is_absolute():
        raise SettingsError("Set KETAVIGIL_HOME to an absolute path: every task of Airflow must find the same folder.")
    published = parts.published(with_clinic_rows=settings.store_clinic_rows)

    def pull(copy: Any) -> None:
        for part in (published, parts.QUALITY):
            copy.pull(part)

    made = shared(working_copy(settings), pull, lambda: publish(Home(settings.home), settings, TaskLog()), [parts.SITE])
    if settings.web is not None:
        deliver(Home(settings.home), settings.web)
    log.info("Pages of build %s %s", made.build_id, "are published" if made.is_new else "were published already")
    return made.build_id
