"""How a signal grew, and what changed since the last build."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.ask import Warehouse
from dashboards.charts import band_line, events
from dashboards.model import Cell, Figure, Page
from dashboards.pages.common import COUNTS, DEFINITION, EXPOSURE, IC, ROLE, ROR, SIDE_EFFECT, TWO_BY_TWO

SHOWN_CHANGES = 200


def page(warehouse: Warehouse, build: Mapping[str, Any]) -> Page:
    """The ratio by quarter, the first quarter of each criterion, changes."""
    trend = warehouse.answer(
        "trend",
        *("exposure", "definition", "role_scope", "side_effect", "quarter", *COUNTS),
        *("ror", "ror_lower_95", "ror_upper_95", "ic", "ic_lower_95", "ic_upper_95", "is_zero_cell_corrected"),
    )
    first = warehouse.answer("first_met")
    quarters = sorted(set(trend.frame["quarter"]))
    growing = Figure(
        name="trend",
        title="How did the comparison develop, quarter by quarter?",
        reading="All cases first seen up to that quarter, against all other cases, with the 95 % interval as a band. "
        "Counts are cumulative, so the band narrows; quarters that are not in the build are not on the axis. A case "
        "enters with what it says now: later corrections are in it, so this is not what an analyst saw then.",
        answer="trend",
        spec=band_line("ror", "Reporting odds ratio, log scale", "ratio", log=True, reference=1),
        cells=(Cell("quarter", "Up to quarter"), ROR, IC, *TWO_BY_TWO),
        label="quarter",
        value=ROR,
        filters=("exposure", "side_effect", "role_scope", "definition"),
        sort=("quarter",),
        fixed="against all other cases",
    )
    met = Figure(
        name="first_met",
        title="Since when is it a signal?",
        reading="The first quarter in which each criterion was met. Empty marks: met once, and not met now. No mark: "
        "never met. Looking every quarter is testing every quarter: sooner or later a criterion is met by chance, and "
        "one that comes and goes (the table has in how many quarters) says little.",
        answer="first_met",
        spec=events("side_effect_label", "first_met_quarter", quarters),
        cells=(
            Cell("side_effect", "Side effect"),
            Cell("criterion", "Criterion"),
            Cell("first_met_quarter", "First met", empty="never"),
            Cell("is_met_now", "Met now", "flag"),
            Cell("unmet_quarter_count", "Quarters since in which it was not", "count", empty="-"),
        ),
        label="side_effect,criterion",
        value=Cell("first_met_quarter", "First met"),
        filters=("exposure", "role_scope", "definition"),
        sort=("side_effect_order", "criterion_order"),
        fixed="against all other cases",
    )
    changes = warehouse.rows("change")
    return Page(
        name="trend",
        menu="Trend and first signal",
        title="When did it become a signal, and what is new?",
        lead="How the numbers of ketamine, esketamine and arketamine grew with every quarter of reports.",
        figures=(growing, met),
        filters=(EXPOSURE, SIDE_EFFECT, ROLE, DEFINITION),
        answers=(trend, first),
        template="trend.html",
        extra={
            "head": ("Change", "Drug", "Compared with", "Side effect", "Definition", "Role", "Criterion", "Cases"),
            "changes": [_change(warehouse, row) for row in changes[:SHOWN_CHANGES]],
            "change_count": len(changes),
            "outcome": build["comparison_outcome"],
            "previous": build["previous_build_id"],
        },
    )


def _change(warehouse: Warehouse, row: Mapping[str, Any]) -> tuple[str, ...]:
    def words(column: str, labels: str | None = None) -> str:
        value = row[column]
        return "" if value is None else str(warehouse.labels.get(labels or column, {}).get(value, value))

    counts = f"{'-' if row['previous_a'] is None else row['previous_a']} to {'-' if row['a'] is None else row['a']}"
    named = ("exposure", "comparator", "side_effect", "definition", "role_scope", "criterion")
    return ("New" if row["change"] == "new" else "Gone", *(words(name) for name in named), counts)
