"""Side effects in FAERS: shares, comparisons, criteria."""

from __future__ import annotations

from dashboards.ask import Warehouse
from dashboards.charts import interval, matrix
from dashboards.model import Cell, Figure, Page
from dashboards.pages.common import (
    CONTEXT,
    CRITERIA,
    DEFINITION,
    EXPOSURE,
    IC,
    MEASURED,
    READ_ODDS,
    ROLE,
    ROR,
    SHARE,
    SIDE_EFFECT,
    TWO_BY_TWO,
    comparator,
    odds,
)

_KEPT = ("exposure", "comparator", "side_effect", "definition", "role_scope", "context", *MEASURED, *CRITERIA)


def page(warehouse: Warehouse) -> Page:
    """Shares with intervals, forest plots against each comparator, criteria."""
    reporting = warehouse.answer("reporting")
    comparison = warehouse.answer("comparison", *_KEPT)
    share = Figure(
        name="reporting_share",
        title="What share of the drug's reports names each side effect?",
        reading="Each line is one group of side effects, with its 95 % interval (Wilson). These are shares of "
        "voluntary reports: how often a side effect happens in people who take the drug cannot be seen here. Groups "
        "overlap, so they must not be added.",
        answer="reporting",
        spec=interval("side_effect_label", "reporting_share", "Share of the drug's reports (95 % interval)", "share"),
        cells=(
            Cell("side_effect", "Side effect"),
            SHARE,
            Cell("report_count", "Cases with it", "count"),
            Cell("exposed_report_count", "Cases of the drug", "count"),
            Cell("serious_count", "Serious", "count"),
            Cell("hospitalisation_count", "Hospitalised", "count"),
            Cell("death_count", "Died (of the case, not of the effect)", "count"),
        ),
        label="side_effect",
        value=SHARE,
        filters=("exposure", "role_scope", "definition", "context"),
        sort=("-reporting_share", "side_effect_order"),
    )
    forest = Figure(
        name="forest_by_side_effect",
        title="Is it reported more than with other drugs?",
        reading=READ_ODDS,
        answer="comparison",
        spec=odds("side_effect_label"),
        cells=(Cell("side_effect", "Side effect"), ROR, IC, *TWO_BY_TWO),
        label="side_effect",
        value=ROR,
        filters=("exposure", "comparator", "role_scope", "definition", "context"),
        sort=("-ror", "side_effect_order"),
    )
    against = Figure(
        name="forest_by_comparator",
        title="Does the answer depend on what it is compared with?",
        reading="The same side effect against every comparator: all other cases first, then classes, then single "
        "substances. An active comparator that is given for the same condition is the one to start from. "
        "A case with both drugs is in neither arm.",
        answer="comparison",
        spec=odds("comparator_label"),
        cells=(Cell("comparator", "Compared with"), ROR, IC, *TWO_BY_TWO),
        label="comparator",
        value=ROR,
        filters=("exposure", "side_effect", "role_scope", "definition", "context"),
        sort=("comparator_order",),
    )
    met = Figure(
        name="criteria",
        title="Which signal criteria are met?",
        reading="Six criteria that are in use, none of them a verdict. Evans: PRR 2 or more, chi-squared 4 or more, 3 "
        "cases. ROR: lower bound above 1, 3 cases. IC: lower bound above 0. EMA: lower bound of the PRR 1 or more, 5 "
        "cases. EB05: 2 or more. MHRA: EBGM 2.5, EB05 1.8, 3 cases. The last two need a prior and are judged against "
        "all other cases alone.",
        answer="comparison",
        spec=matrix("side_effect_label", CRITERIA),
        cells=(
            Cell("side_effect", "Side effect"),
            *(Cell(name, title, "sign", empty="not judged") for name, title in CRITERIA.items()),
        ),
        label="side_effect",
        value=Cell("side_effect", "Criteria"),
        filters=("exposure", "comparator", "role_scope", "definition", "context"),
        sort=("side_effect_order",),
    )
    return Page(
        name="side-effects",
        menu="Side effects",
        title="Which side effects are reported with ketamine and esketamine?",
        lead="Shares of reports, comparisons with other drugs, and the criteria that are used to call something a "
        "signal. Choose a drug and what it is compared with; everything below follows.",
        figures=(share, forest, against, met),
        filters=(EXPOSURE, comparator(warehouse), SIDE_EFFECT, ROLE, DEFINITION, CONTEXT),
        answers=(reporting, comparison),
    )
