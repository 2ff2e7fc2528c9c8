"""What the choices of an analyst do to a number."""

from __future__ import annotations

from dashboards.ask import Warehouse
from dashboards.charts import counted, interval, variants
from dashboards.model import Cell, Figure, Page
from dashboards.pages.common import COUNTS, DEFINITION, EXPOSURE, ODDS, ROR, SIDE_EFFECT, TWO_BY_TWO, comparator

_CHOICES = (
    ("definition", "Definition"),
    ("role_scope", "Role"),
    ("duplicates", "Duplicates"),
    ("literature", "Literature"),
    ("reporters", "Reporters"),
    ("seriousness", "Seriousness"),
    ("esketamine_cases", "Cases naming esketamine"),
)


def page(warehouse: Warehouse) -> Page:
    """Range over variants, in how many a criterion holds, every variant, strata."""
    span = Cell("median_ror", "Median ROR (least to most)", "ratio", "least_ror", "most_ror")
    held = Cell("ror_variant_share", "Share of the variants that meet the ROR criterion", "share")
    variant_counts = tuple(
        Cell(f"{name}_variant_count", f"Meet {title}", "count")
        for name, title in (("evans", "Evans"), ("ror", "ROR"), ("ic", "IC"), ("ema", "EMA"))
    )
    common = (Cell("variant_count", "Variants", "count"), *variant_counts)
    figures = (
        Figure(
            name="robust_range",
            title="How far do the choices move the answer?",
            reading="The median over all variants, and the line from the smallest estimate to the largest; this is no "
            "confidence interval. Seven choices are varied together: definition, role, duplicates, literature, "
            "reporters, seriousness, and whether cases that name esketamine are kept. The table names the choice "
            "that moves it most.",
            answer="robustness",
            spec=interval(
                "side_effect_label", "median_ror", "Reporting odds ratio, log scale (least to most)", "ratio",
                log=True, reference=1, lower="least_ror", upper="most_ror", missing="'no case'",
            ),
            cells=(
                Cell("side_effect", "Side effect"),
                span,
                Cell("most_moving_choice", "Choice that moves it most", empty="-"),
                Cell("most_moving_choice_ic_range", "By, in units of IC", "bits", empty="-"),
                Cell("least_a", "Fewest cases", "count"),
                Cell("most_a", "Most cases", "count"),
            ),
            label="side_effect",
            value=span,
            filters=("exposure", "comparator"),
            sort=("-median_ror", "side_effect_order"),
        ),
        Figure(
            name="robust_share",
            title="In how many variants is it a signal?",
            reading="Variants whose lower bound of the ROR is above 1 with at least three cases. All of them is no "
            "proof: variants share most of their cases. A few of them means that the answer is a matter of choice.",
            answer="robustness",
            spec=counted(
                "side_effect_label", "ror_variant_share", "Share of the variants that meet the ROR criterion",
                "format(datum.ror_variant_count, ',') + ' of ' + format(datum.variant_count, ',')",
            ),
            cells=(Cell("side_effect", "Side effect"), held, *common),
            label="side_effect",
            value=held,
            filters=("exposure", "comparator"),
            sort=("-median_ror", "side_effect_order"),
        ),
        Figure(
            name="variants",
            title="What does every single variant say?",
            reading="Each point is one variant with its 95 % interval, sorted by its estimate; colours and shapes are "
            "the three definitions. Variants that share an estimate share their cases. Shown against all other cases "
            "and SSRIs.",
            answer="variants",
            spec=variants("ror", "Reporting odds ratio, log scale", "definition_label"),
            cells=(
                *(Cell(name, title) for name, title in _CHOICES),
                ROR,
                Cell("meets_ror", "ROR criterion", "sign"),
                *TWO_BY_TWO,
            ),
            label="definition",
            value=ROR,
            filters=("exposure", "comparator", "side_effect"),
            sort=("ror", "definition_order", "role_scope_order"),
            empty="Single variants are shown against all other cases and SSRIs alone.",
        ),
        Figure(
            name="stratified",
            title="Does it hold within sex, age, period, region and reporter?",
            reading="The odds ratio over strata (Mantel-Haenszel) by what they are made of; the dashed line is the one "
            "without strata. Where the table says that strata differ, one ratio does not describe them.",
            answer="stratified",
            spec=interval(
                "stratified_by_label", "ror", ODDS, "ratio", log=True, reference_field="crude_ror",
                missing="'not defined'",
            ),
            cells=(
                Cell("stratified_by", "Strata of"),
                ROR,
                Cell("crude_ror", "Without strata", "ratio"),
                Cell("stratum_count", "Strata", "count"),
                Cell("heterogeneity_p_value", "P value of heterogeneity", "number", empty="not tested"),
                Cell("is_heterogeneous", "Strata differ", "flag", empty="not tested"),
            ),
            label="stratified_by",
            value=ROR,
            filters=("exposure", "comparator", "side_effect", "definition"),
            sort=("stratified_by_order",),
            fixed="suspect drugs",
        ),
    )  # fmt: skip
    return Page(
        name="robustness",
        menu="Robustness",
        title="Would other choices have given another answer?",
        lead="Every comparison rests on choices that could have been made otherwise. Here all of them are made.",
        figures=figures,
        filters=(EXPOSURE, comparator(warehouse), SIDE_EFFECT, DEFINITION),
        answers=(
            warehouse.answer("robustness"),
            warehouse.answer(
                "variants",
                "exposure",
                "comparator",
                "side_effect",
                *(name for name, _ in _CHOICES),
                *COUNTS,
                "ror",
                "ror_lower_95",
                "ror_upper_95",
                "is_zero_cell_corrected",
                "meets_ror",
            ),
            warehouse.answer("stratified"),
        ),
    )
