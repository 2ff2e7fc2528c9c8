"""Why and how the drug was given."""

from __future__ import annotations

from dashboards.ask import Warehouse
from dashboards.charts import heat
from dashboards.model import Cell, Figure, Page
from dashboards.pages.common import (
    DEFINITION,
    EXPOSURE,
    IC,
    MEASURED,
    ROLE,
    ROR,
    SHARE,
    SIDE_EFFECT,
    TWO_BY_TWO,
    comparator,
    odds,
)

_FILTERS = ("exposure", "role_scope", "definition")
_SIZE = (Cell("report_count", "Cases with it", "count"), Cell("exposed_report_count", "Cases of the drug", "count"))


def _shares(name: str, column: str, title: str, heading: str) -> Figure:
    return Figure(
        name=name,
        title=title,
        reading="The darker, the larger the share of the drug's reports there that name the side effect. Columns with "
        "few reports (the table has how many) vary by chance alone.",
        answer=name,
        spec=heat(
            "side_effect_label",
            f"{column}_label",
            "reporting_share",
            "Reporting share",
            "share",
            ratio=False,
            sure="false",
            tooltip="format(datum.report_count, ',') + ' of ' + format(datum.exposed_report_count, ',')",
        ),
        cells=(Cell("side_effect", "Side effect"), Cell(column, heading), SHARE, *_SIZE),
        label=f"side_effect,{column}",
        value=SHARE,
        filters=_FILTERS,
        sort=("side_effect_order", f"{column}_order"),
    )


def _forest(name: str, column: str, title: str, heading: str, reading: str, *more: str, fixed: str = "") -> Figure:
    return Figure(
        name=name,
        title=title,
        reading=reading,
        answer=name,
        spec=odds(f"{column}_label"),
        cells=(Cell(column, heading), ROR, IC, *TWO_BY_TWO),
        label=column,
        value=ROR,
        filters=("exposure", *more, "side_effect", "role_scope", "definition"),
        sort=(f"{column}_order",),
        fixed=fixed,
        empty="In no context do both drugs have cases: there is nothing to compare.",
    )


def page(warehouse: Warehouse) -> Page:
    """Shares and comparisons by context and by route."""
    dimensions = ("exposure", "definition", "role_scope", "side_effect")
    answers = (
        warehouse.answer("context_comparison", *dimensions, "comparator", "context", *MEASURED),
        warehouse.answer("context_share"),
        warehouse.answer("route_comparison", *dimensions, "route_group", *MEASURED),
        warehouse.answer("route_share"),
    )
    figures = (
        _forest(
            "context_comparison",
            "context",
            "Does the comparison hold among people treated for the same thing?",
            "Given for",
            "Both arms are restricted to the same context: among cases treated for depression, the drug is compared "
            "with the comparator given for depression. This is the comparison to start from. Contexts that are not "
            "listed have no case in one of the arms.",
            "comparator",
        ),
        _shares("context_share", "context", "What is reported where it is given for what?", "Given for"),
        _forest(
            "route_comparison",
            "route_group",
            "Does the comparison depend on the route?",
            "Route",
            "Cases of the drug by that route against all other cases by that route. The route of ketamine tells its "
            "uses apart: into a vein for anaesthesia, through the nose for depression.",
            fixed="against all other cases",
        ),
        _shares("route_share", "route_group", "What is reported by which route?", "Route"),
    )
    return Page(
        name="contexts",
        menu="Contexts and routes",
        title="Does it matter what the drug was given for, and how?",
        lead="Ketamine in reports is anaesthesia, depression, pain and misuse at once. Taken together they say little "
        "about any of them; here they stand apart.",
        figures=figures,
        filters=(EXPOSURE, comparator(warehouse, "ssri"), SIDE_EFFECT, ROLE, DEFINITION),
        answers=answers,
        notes=(
            "Each case is in one context: the first that fits among the reasons given for its suspect drugs. Most "
            "cases are in Other or Unknown, so counts in a context are small; misuse is undercounted, because a "
            "treated patient who takes an overdose is counted under the treatment.",
        ),
        headings={"context_comparison": "By what it was given for", "route_comparison": "By route"},
    )
