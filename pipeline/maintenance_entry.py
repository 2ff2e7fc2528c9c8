"""What the DAG of housekeeping calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.task_log import log


def sweep_data(params: Mapping[str, Any]) -> int:
    """Remove what housekeeping's plan names, or only show it, here and in the store; gives on how many things.

    Raises:
        BusyError: a build is under way.
        StoreError: the store does not answer.
    """
    from pipeline.airflow_entry import place
    from pipeline.housekeeping import plan, sweep, sweep_store

    settings, home, _ = place(params)
    now = datetime.now(UTC)
    items = plan(home, settings, now) if params.get("dry_run") else sweep(home, settings, now)
    for item in items:
        name = item.path.relative_to(home.root)
        log.info("%s %s, %.1f MB: %s", item.kind, name, item.size_bytes / 1e6, item.why)
    log.info("%d %s, %.1f MB", len(items), "would go" if params.get("dry_run") else "removed",
             sum(item.size_bytes for item in items) / 1e6)  # fmt: skip
    count, size = sweep_store(settings, now, apply=not params.get("dry_run"))
    if settings.store is not None:
        log.info("%d unused files in the store, %.1f MB", count, size / 1e6)
    return len(items) + count
