"""Reviewed tables behind the marts of clinics, and the batches of the build."""

from __future__ import annotations

import polars as pl

import reference
from vocabulary.tables.clinical import CLINIC_MEASURE, CLINICAL_RATE
from warehouse.plan import Step, frame_step

_COUNTS = ("event_count", "total_count", "control_event_count", "control_total_count")


def steps() -> list[Step]:
    """The steps of this file."""
    return [
        frame_step("core.clinical_rate", lambda _: clinical_rates()),
        frame_step(
            "core.clinic_measure", lambda _: reference.read("clinic_measure").select(CLINIC_MEASURE.column_names)
        ),
        frame_step("work.clinic_dose_band", lambda _: dose_bands()),
    ]


def clinical_rates() -> pl.DataFrame:
    """Grain of core.clinical_rate."""
    rates = reference.read("clinical_rate").with_columns(
        *(pl.col(name).cast(pl.Int32) for name in _COUNTS),
        pl.col("percent").cast(pl.Float64),
        is_shown_in_evidence=pl.col("is_shown_in_evidence") == "yes",
    )
    computed = 100 * pl.col("event_count") / pl.col("total_count")
    return rates.with_columns(pl.coalesce("percent", computed)).select(CLINICAL_RATE.column_names)


def dose_bands() -> pl.DataFrame:
    """Bands of doses by route, with open ends closed: ``lowest`` is in the band, ``below`` is not."""
    return reference.read("clinic_dose_band").select(
        "route",
        "dose_band",
        "unit",
        pl.col("lowest").cast(pl.Float64).fill_null(0.0),
        pl.col("below").cast(pl.Float64).fill_null(float("inf")),
    )
