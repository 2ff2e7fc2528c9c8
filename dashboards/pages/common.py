"""What several pages share: filters, columns of tables."""

from __future__ import annotations

from dashboards.ask import Warehouse
from dashboards.charts import interval
from dashboards.model import Cell, Filter, Spec

EXPOSURE = Filter("exposure", "Drug", "ketamine")
ROLE = Filter("role_scope", "Role of the drug in the report", "suspect")
DEFINITION = Filter("definition", "How the side effect is defined", "label_style")
CONTEXT = Filter("context", "Given for", "all")
SIDE_EFFECT = Filter("side_effect", "Side effect", "dissociation")

SHARE = Cell("reporting_share", "Reporting share", "share", "reporting_share_lower_95", "reporting_share_upper_95")
ROR = Cell("ror", "Reporting odds ratio", "ratio", "ror_lower_95", "ror_upper_95", empty="not defined")
IC = Cell("ic", "IC", "bits", "ic_lower_95", "ic_upper_95")
COUNTS = ("a", "exposed_count", "c", "compared_count")
"""Of the 2x2 table, with the sums of its rows in place of b and d: the same for every side effect, so short."""
TWO_BY_TWO = (
    Cell("a", "Drug: with the effect", "count"),
    Cell("exposed_count", "Of cases", "count"),
    Cell("c", "Comparator: with the effect", "count"),
    Cell("compared_count", "Of cases", "count"),
)

CRITERIA = {
    "meets_evans": "Evans",
    "meets_ror": "ROR",
    "meets_ic": "IC",
    "meets_ema": "EMA",
    "meets_eb05": "EB05",
    "meets_mhra": "MHRA",
}
MEASURED = (
    *COUNTS, "ror", "ror_lower_95", "ror_upper_95", "ic", "ic_lower_95", "ic_upper_95",
    "is_zero_cell_corrected", "undefined_reason",
)  # fmt: skip
ODDS = "Reporting odds ratio, log scale (95 % interval)"
HOLLOW_WORDS = "Hollow and dashed: a cell of the table was zero, so that 0.5 was added to each; this is no signal."
READ_ODDS = (
    "Right of the line at 1: reported with this drug more than with what it is compared with, in relation to "
    f"everything else that is reported. {HOLLOW_WORDS}"
)
HOLLOW = "datum.is_zero_cell_corrected == 1"

NO_RATIO = (
    "datum.undefined_reason && indexof(datum.undefined_reason, 'event') >= 0 ? 'no event in either arm' : "
    "'no case in one arm'"
)
"""Why a ratio is missing, as a Vega expression."""


def odds(label: str) -> Spec:
    """The forest plot of the reporting odds ratio; ``label`` has the names of the rows."""
    return interval(label, "ror", ODDS, "ratio", log=True, reference=1, hollow=HOLLOW, missing=NO_RATIO)


def comparator(warehouse: Warehouse, default: str = "rest") -> Filter:
    """The comparators by kind."""
    groups = {
        value: "Everything else"
        if value == "rest"
        else "Classes"
        if value in warehouse.classes
        else "Single substances"
        for value in warehouse.comparators
    }
    return Filter("comparator", "Compared with", default, groups)
