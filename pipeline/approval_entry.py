"""Whether a build waits for a person before it is published, and the evidence that he decides on. Off by default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.task_log import log

if TYPE_CHECKING:
    import duckdb

    from pipeline.settings import Settings

MOST_LINES = 12
"""Lines of each kind of evidence in the form; the rest is in Data Docs and in the build."""

_WARNED = """
SELECT quarter, status, warning_count FROM meta.certificate WHERE warning_count > $level
ORDER BY warning_count DESC, quarter
"""
_CHANGED = """
SELECT change, exposure, side_effect, comparator, criterion, previous_a, a
FROM mart.signal_change
WHERE subject = 'criterion' AND role_scope = 'suspect' AND definition = 'label_style'
ORDER BY abs(coalesce(a, 0) - coalesce(previous_a, 0)) DESC,
    exposure, side_effect, comparator, criterion
"""


def weigh_build(build: str, params: Mapping[str, Any]) -> str:
    """The evidence in Markdown where a person must approve the build; blank where it may be published as it is.

    Args:
        build: path of the finished build.
        params: options of the run.
    """
    from pipeline.airflow_entry import build_warehouse, place
    from warehouse.query import open_published

    settings, home, _ = place(params)
    path = Path(build)
    if settings.approval_warnings is None and settings.approval_signal_changes is None:
        log.info("Builds are published without approval: KETAVIGIL_APPROVAL_... is not set")
        return ""
    if not path.exists():  # it was built on another machine
        path = Path(build_warehouse(params))
    if home.published.exists() and home.published.samefile(path):
        return ""
    with open_published(path) as connection:
        found = [*_warnings(connection, settings), *_changes(connection, settings)]
    if not found:
        log.info("Build %s is within the limits, and needs no approval", path.stem)
        return ""
    docs = settings.data_docs_url or "the page index.html in the folder quality of the data folder"
    where = f"[Data Docs]({docs})" if settings.data_docs_url else f"Data Docs: {docs}"
    last = "Approve: the build is published. Reject: the published file stays, and readers go on reading it."
    return "\n".join([f"Build `{path.stem}` is finished and waits.", "", *found, where, "", last])


def _warnings(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[str]:
    level = settings.approval_warnings
    if level is None:
        return []
    rows = connection.execute(_WARNED, {"level": level}).fetchall()
    if not rows:
        return []
    lines = [f"- {quarter}: {status}, {count} rules warned" for quarter, status, count in rows]
    return [f"**{len(rows)} quarters with more than {level} warnings**", "", *_first(lines), ""]


def _changes(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[str]:
    level = settings.approval_signal_changes
    if level is None:
        return []
    rows = connection.execute(_CHANGED).fetchall()
    if len(rows) <= level:
        return []
    lines = [
        f"- {change}: {exposure} and {effect} against {comparator}, {criterion} ({before or 0} to {now or 0} cases)"
        for change, exposure, effect, comparator, criterion, before, now in rows
    ]
    return [f"**{len(rows)} criteria changed since the published build, more than {level}**", "", *_first(lines), ""]


def _first(lines: list[str]) -> list[str]:
    more = [f"- and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return lines[:MOST_LINES] + more
