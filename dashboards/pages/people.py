"""Women and men, further groups of people, and drugs beside the drug."""

from __future__ import annotations

from dashboards.ask import Warehouse
from dashboards.charts import interval
from dashboards.model import Cell, Figure, Filter, Page
from dashboards.pages.common import (
    DEFINITION,
    EXPOSURE,
    IC,
    MEASURED,
    ROR,
    SIDE_EFFECT,
    TWO_BY_TWO,
    comparator,
    odds,
)

_OMEGA = Cell("omega", "Omega", "bits", "omega_lower_95", "omega_upper_95")
_TOGETHER = (
    Cell("n111", "Both drugs, with the effect", "count"),
    Cell("expected", "Expected", "number"),
    Cell("both_count", "Cases with both drugs", "count"),
    Cell("is_signal", "More than expected", "flag"),
)
_READ_OMEGA = (
    "Omega compares the cases that name both drugs and the side effect with what the two drugs apart would lead one to "
    "expect; 1 is twice as many, the line at 0 as many. Right of it with the whole interval: more than expected. That "
    "is no proof of an interaction: people who get both drugs are iller, and who knows of an interaction reports it."
)


def _together(name: str, title: str, reading: str, row: str, heading: str, chosen: str) -> Figure:
    return Figure(
        name=name,
        title=title,
        reading=reading,
        answer="interaction",
        spec=interval(
            f"{row}_label", "omega", "Omega (95 % interval)", "bits", reference=0, missing="'no case in one group'"
        ),
        cells=(Cell(row, heading), _OMEGA, *_TOGETHER),
        label=row,
        value=_OMEGA,
        filters=("exposure", chosen, "role_scope", "definition"),
        sort=("-omega", f"{row}_order"),
        empty="Two drugs together are looked at for sedation, respiratory depression, raised blood pressure and "
        "dissociation alone.",
    )


def _sexes() -> Figure:
    return Figure(
        name="sex_comparison",
        title="Is it reported more by women than by men?",
        reading="Within the drug's cases of known sex, women against men. Right of the line at 1: a larger part of "
        "women's reports names it. How many women and men were treated is not known, and women and men may be treated "
        "for different reasons.",
        answer="sex_comparison",
        spec=odds("side_effect_label"),
        cells=(
            Cell("side_effect", "Side effect"),
            ROR,
            IC,
            Cell("a", "Women: with the effect", "count"),
            Cell("exposed_count", "Of cases", "count"),
            Cell("c", "Men: with the effect", "count"),
            Cell("compared_count", "Of cases", "count"),
        ),
        label="side_effect",
        value=ROR,
        filters=("exposure", "definition"),
        sort=("-ror", "side_effect_order"),
        fixed="suspect drugs",
    )


def _strata() -> Figure:
    return Figure(
        name="stratum_comparison",
        title="Does the comparison hold in each group of people?",
        reading="The drug against all other cases, or against SSRIs, in each group by itself: women with women, the "
        "old with the old. Where intervals of groups do not meet, one ratio for all describes none of them. Groups "
        "that are not listed have no case in one of the arms.",
        answer="stratum_comparison",
        spec=odds("stratum_label"),
        cells=(Cell("stratum", "Group"), ROR, IC, *TWO_BY_TWO),
        label="stratum",
        value=ROR,
        filters=("exposure", "comparator", "side_effect", "dimension", "definition"),
        sort=("stratum_order",),
        fixed="suspect drugs",
    )


def page(warehouse: Warehouse) -> Page:
    """Women against men, strata of people, two drugs together."""
    strata = ("exposure", "comparator", "side_effect", "definition", "dimension", "stratum", *MEASURED)
    beside = ("exposure", "interaction_group", "side_effect", "definition", "role_scope", "n111", "both_count")
    omega = ("expected", "omega", "omega_lower_95", "omega_upper_95", "is_signal")
    return Page(
        name="people",
        menu="By sex, with other drugs",
        title="Does it matter who takes it, and what else they take?",
        lead="Women and men, age, region and reporter; and drugs that are taken beside it: benzodiazepines, opioids, "
        "stimulants, MAO inhibitors, other sedatives.",
        figures=(
            _sexes(),
            _strata(),
            _together(
                "interaction_by_group",
                "Is the side effect reported more when another drug is taken too?",
                _READ_OMEGA,
                "interaction_group",
                "Together with",
                "side_effect",
            ),
            _together(
                "interaction_by_side_effect",
                "And which of four side effects are reported more with this other drug?",
                "The same numbers for one group of drugs and each of the four side effects that labels warn of with "
                "other drugs: sedation, respiratory depression, raised blood pressure, dissociation.",
                "side_effect",
                "Side effect",
                "interaction_group",
            ),
        ),
        filters=(
            EXPOSURE,
            SIDE_EFFECT,
            DEFINITION,
            Filter("dimension", "Groups of people by", "sex"),
            comparator(warehouse),
            Filter("interaction_group", "Other drug", "benzodiazepine"),
            Filter("role_scope", "Role of both drugs in the report", "any"),
        ),
        answers=(
            warehouse.answer("sex_comparison", "exposure", "side_effect", "definition", *MEASURED),
            warehouse.answer("stratum_comparison", *strata),
            warehouse.answer("interaction", *beside, *omega),
        ),
        notes=(
            "The other drug is mostly taken for something else and not blamed, so that any role of both drugs is what "
            "to read first; among suspects alone, a case whose other drug is not blamed counts as the drug by itself.",
        ),
        headings={
            "sex_comparison": "Women and men, groups of people",
            "interaction_by_group": "With other drugs",
        },
    )
