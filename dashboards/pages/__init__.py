"""The pages, one module each, in the order of the menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.ask import Warehouse
from dashboards.model import Page
from dashboards.pages import (
    claims,
    clinics,
    comparators,
    contexts,
    evidence,
    methods,
    onset,
    overview,
    people,
    quality,
    robustness,
    side_effects,
    trend,
)

GROUPS = (
    ("Start", ("index",)),
    ("Reports to the FDA", ("side-effects", "comparators", "contexts", "people", "trend", "onset", "robustness")),
    ("Clinics", ("clinics",)),
    ("Together", ("evidence", "claims")),
    ("Behind it", ("quality", "methods")),
)
"""The menu; pages that are not made are left out of it."""


def pages(warehouse: Warehouse, build: Mapping[str, Any], docs: Mapping[str, str]) -> list[Page]:
    """Every page of the site; those of clinics where the build has any."""
    with_clinics = build["clinic_batch_count"] > 0
    return [
        overview.page(warehouse, build),
        side_effects.page(warehouse),
        comparators.page(warehouse),
        contexts.page(warehouse),
        people.page(warehouse),
        trend.page(warehouse, build),
        onset.page(warehouse),
        robustness.page(warehouse),
        *([clinics.page(warehouse, build)] if with_clinics else []),
        evidence.page(warehouse),
        claims.page(warehouse),
        quality.page(warehouse, docs),
        methods.page(warehouse, build),
    ]
