"""Probable duplicates across cases: which are compared, by which model, and which of them is kept.

Exact keys first, then probabilistic record linkage with Splink (https://moj-analytical-services.github.io/splink, the
model of Fellegi and Sunter). What is compared is made in SQL: ``work.linkage_case``, ``work.linkage_pair``.
"""

from __future__ import annotations

import polars as pl

import reference
from vocabulary.tables.duplicates import DUPLICATE_LINKAGE, DUPLICATE_MODEL, REPORT_DUPLICATE, REPORT_DUPLICATE_PAIR
from warehouse.duplicates.clusters import clusters
from warehouse.duplicates.model import account, model, prior
from warehouse.duplicates.score import score
from warehouse.plan import Step, frame_step

EVERYBODY = 5_000_000
"""Cases up to which all are compared where a setting does not say otherwise."""


def duplicate_steps(most_cases: int = EVERYBODY) -> list[Step]:
    """The steps of linkage.

    Args:
        most_cases: cases up to which all are compared; above it only those that name a studied substance or comparator.
    """
    compared = ("work.linkage_case", "work.linkage_pair")
    return [
        frame_step("work.linkage_setting", lambda _: pl.DataFrame({"most_cases": [most_cases]}), is_always_made=True),
        frame_step(
            "work.linkage_substance",
            lambda _: reference.read("substance").select("substance"),
            reference=("substance",),
        ),
        frame_step(DUPLICATE_MODEL.full_name, model, *compared, "work.linkage_same"),
        frame_step("work.linkage_prior", prior, *compared),
        Step(
            REPORT_DUPLICATE_PAIR.full_name,
            frozenset({*compared, "work.linkage_prior", DUPLICATE_MODEL.full_name}),
            score,
        ),
        frame_step(
            REPORT_DUPLICATE.full_name,
            clusters,
            *("work.linkage_case", "work.linkage_same", REPORT_DUPLICATE_PAIR.full_name),
        ),
        frame_step(
            DUPLICATE_LINKAGE.full_name,
            account,
            *(
                "work.current_report",
                "work.linkage_scope",
                "work.linkage_prior",
                *compared,
                DUPLICATE_MODEL.full_name,
                REPORT_DUPLICATE.full_name,
            ),
        ),
    ]


def no_duplicate_steps() -> list[Step]:
    """Steps that find none: for a warehouse whose cases are known to be different patients."""
    return [frame_step(REPORT_DUPLICATE.full_name, lambda _: pl.DataFrame(schema=REPORT_DUPLICATE.polars_schema))]
