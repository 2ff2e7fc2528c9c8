"""How each number is made and when not to use it, with the terms and classes of this build."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.ask import Warehouse
from dashboards.model import Page


def page(warehouse: Warehouse, build: Mapping[str, Any]) -> Page:
    """Prose in the template, lists from the published file."""
    definitions = warehouse.labels["definition"]
    order = {name: number for number, name in enumerate(definitions)}
    effects = {row["side_effect"]: row for row in warehouse.rows("side_effects")}
    terms: dict[str, dict[str, Any]] = {}
    for row in sorted(warehouse.rows("terms"), key=lambda row: order.get(row["definition"], 9)):
        terms.setdefault(row["side_effect"], {})[row["definition"]] = row
    return Page(
        name="methods",
        menu="Methods and limits",
        title="How is each number made, and when should it not be used?",
        lead="The short version. The rules are tested, and written out in docs/methods.md of the project.",
        answers=(warehouse.answer("terms"),),
        template="methods.html",
        extra={
            "effects": [
                (effect, [(definitions[name], terms[key][name]) for name in definitions if name in terms.get(key, {})])
                for key, effect in effects.items()
            ],
            "classes": [
                (warehouse.comparators[row["exposure"]], row["substances"].replace("_", " "))
                for row in warehouse.rows("classes")
            ],
            "minimum": build["clinic_minimum_cell"],
        },
        kind="none",
    )
