"""What the DAG of backfills calls beside the steps of a quarter: which quarter a run is for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vocabulary.errors import SettingsError
from vocabulary.quarter import Quarter


def quarter_of_run(logical_date: datetime | None, params: Mapping[str, Any]) -> str | None:
    """The quarter that a run of `faers_backfill` is for: that in which its logical date lies.

    Returns:
        None where the source does not have it.

    Raises:
        SettingsError: the run has no logical date.
    """
    from pipeline.airflow_entry import place
    from pipeline.landing import look

    if logical_date is None:
        raise SettingsError("A run by hand needs a logical date, or trigger faers_quarterly with its param quarters.")
    settings, _, source = place(params)
    quarter = Quarter(logical_date.year, (logical_date.month - 1) // 3 + 1)
    return str(quarter) if look(source, [quarter], settings, datetime.now(UTC)).found else None
