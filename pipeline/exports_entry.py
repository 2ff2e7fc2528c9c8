"""What the DAG exports_publish calls: one export of the published file, named by its build."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from pipeline.task_log import TaskLog
from vocabulary.errors import SettingsError

log = logging.getLogger(__name__)

Params = Mapping[str, Any]


def publish_export(params: Params) -> str:
    """Export what the run asks for, and give on the name of the export.

    Without marts and query it is every mart. Without a name it is ``published``: readers find the newest there.

    Raises:
        QueryError: the request cannot be answered; the last export stays.
        BuildError: nothing is published.
    """
    from pipeline import parts
    from pipeline.exporting import export
    from pipeline.home import Home
    from pipeline.settings import Settings
    from pipeline.sharing import shared, working_copy
    from warehouse.export import Request, mart_resources, query_resource
    from warehouse.export.request import MARTS, USUAL_FORMATS

    settings = Settings()
    if not settings.home.is_absolute():
        # A task runs in whatever folder its worker was started from.
        raise SettingsError("Set KETAVIGIL_HOME to an absolute path: every task of Airflow must find the same folder.")
    sql = params.get("query")
    marts = params.get("marts") or ([] if sql else list(MARTS))
    resources = (*mart_resources(marts), *((query_resource("answer", sql),) if sql else ()))
    formats = tuple(sorted({"csv", *(params.get("formats") or USUAL_FORMATS)}))
    request, name = Request(resources, formats), params.get("name") or "published"
    published = parts.published(with_clinic_rows=settings.store_clinic_rows)
    made = shared(
        working_copy(settings),
        lambda copy: copy.pull(published),
        lambda: export(Home(settings.home), settings, request, name, TaskLog()),
        [parts.EXPORTS],
    )
    for note in made.notes:
        log.warning("%s", note)
    log.info("%s: %s", made.folder.name, made.manifest["rows"])
    return made.folder.name
