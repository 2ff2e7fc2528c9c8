"""All comparators and side effects at once."""

from __future__ import annotations

from dashboards.ask import Warehouse
from dashboards.charts import heat
from dashboards.model import Cell, Figure, Page
from dashboards.pages.common import DEFINITION, EXPOSURE, ROLE, ROR


def page(warehouse: Warehouse) -> Page:
    """The heat map of reporting odds ratios."""
    answer = warehouse.answer("comparator_map")
    figure = Figure(
        name="comparator_map",
        title="Against which drugs is each side effect reported more, or less?",
        reading="Orange: reported with the chosen drug more than with the drug of that row. Blue: less. The stronger, "
        "the further from 1; the scale is logarithmic and ends at 32 and 1/32. A dot marks cells whose 95 % interval "
        "does not hold 1 and that have at least three cases; a cell without one may be chance. A dash: one of the two "
        "has no case, so that there is nothing to compare. Hundreds of cells are looked at here, and some of "
        "them have a dot by chance alone.",
        answer="comparator_map",
        spec=heat(
            "comparator_label",
            "side_effect_label",
            "ror",
            "Reporting odds ratio",
            "ratio",
            ratio=True,
            sure="datum.a >= 3 && datum.is_zero_cell_corrected != 1 "
            "&& (datum.ror_lower_95 > 1 || datum.ror_upper_95 < 1)",
            tooltip="format(datum.a, ',') + ' with the drug, ' + format(datum.c, ',') + ' with the comparator'",
        ),
        cells=(
            Cell("comparator", "Compared with"),
            Cell("side_effect", "Side effect"),
            ROR,
            Cell("a", "Cases with the drug", "count"),
            Cell("c", "Cases with the comparator", "count"),
            Cell("meets_ror", "ROR criterion", "sign"),
        ),
        label="comparator,side_effect",
        value=ROR,
        filters=("exposure", "role_scope", "definition"),
        sort=("comparator_order", "side_effect_order"),
        fixed="all contexts",
    )
    return Page(
        name="comparators",
        menu="Comparator heat map",
        title="Compared with which drug, and for which side effect?",
        lead="Forty-odd comparators and every side effect in one picture. Look here for patterns; read single numbers "
        "with their intervals on the page of side effects.",
        figures=(figure,),
        filters=(EXPOSURE, ROLE, DEFINITION),
        answers=(answer,),
        notes=(
            "Drugs are given to different people for different reasons. A colour here is a difference between reports, "
            "and the reason for treatment is often what differs.",
        ),
    )
