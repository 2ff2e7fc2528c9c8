"""How fragile a number is: every comparison under every choice, and what the choices do to it."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table
from vocabulary.tables.mart.columns import (
    COMPARATOR,
    DEFINITION,
    EXPOSURE,
    ROLE_SCOPE,
    SIDE_EFFECT,
    TWO_BY_TWO,
    count,
    flag,
    interval,
    number,
)


def _choice(name: str, description: str, allowed: tuple[str, str]) -> Column:
    return Column(name, Kind.TEXT, description, nullable=False, allowed=allowed)


CHOICES = (
    DEFINITION,
    ROLE_SCOPE,
    _choice(
        "duplicates", "Probable duplicates (core.report.is_probable_duplicate) kept or removed.", ("kept", "removed")
    ),
    _choice("literature", "Cases from the literature kept or removed.", ("kept", "removed")),
    _choice("reporters", "Reports by all, or by health professionals alone.", ("all", "professional")),
    _choice("seriousness", "All cases, or serious ones alone.", ("all", "serious")),
    _choice(
        "esketamine_cases",
        "Cases that name esketamine in any role kept or removed, from both arms: they dominate Dissociation in the "
        "background. Removed does not exist where esketamine is compared.",
        ("kept", "removed"),
    ),
)
"""The choices of the grid; a variant is one value of each."""

SIDE_EFFECT_SENSITIVITY = Table(
    "mart",
    "side_effect_sensitivity",
    "One row per exposure, comparator, side effect and variant (one value of every choice) in which both arms have "
    "cases: 2x2 counts, ROR, PRR, IC and the criteria that need no prior.",
    (
        EXPOSURE,
        COMPARATOR,
        SIDE_EFFECT,
        *CHOICES,
        *TWO_BY_TWO,
        number("expected", "(a+b)(a+c)/(a+b+c+d).", 0),
        number("ror", "Reporting odds ratio ad/(bc).", 0),
        *interval("ror", "the ROR"),
        number("prr", "Proportional reporting ratio.", 0),
        *interval("prr", "the PRR"),
        number("ic", "Information component log2((a+.5)/(E+.5))."),
        *interval("ic", "the IC, exact"),
        flag("is_zero_cell_corrected", "A cell was zero, so 0.5 was added to all four for ROR and PRR; no signal."),
        flag("meets_evans", "PRR >= 2, chi-squared >= 4 and a >= 3."),
        flag("meets_ror", "Lower bound of the ROR > 1 and a >= 3."),
        flag("meets_ic", "Lower bound of the IC > 0."),
        flag("meets_ema", "Lower bound of the PRR >= 1 and a >= 5."),
    ),
    key=("exposure", "comparator", "side_effect", *(choice.name for choice in CHOICES)),
)

SIDE_EFFECT_ROBUSTNESS = Table(
    "mart",
    "side_effect_robustness",
    "One row per exposure, comparator and side effect: what its variants in mart.side_effect_sensitivity have in "
    "common.",
    (
        EXPOSURE,
        COMPARATOR,
        SIDE_EFFECT,
        Column("variant_count", Kind.BIGINT, "Variants in which both arms have cases.", unit="variants", minimum=1),
        *(
            Column(
                f"{criterion}_variant_count",
                Kind.BIGINT,
                f"Of these, how many meet_{criterion}.",
                unit="variants",
                minimum=0,
            )
            for criterion in ("evans", "ror", "ic", "ema")
        ),
        count("least_a", "Smallest a of any variant."),
        count("most_a", "Largest a of any variant."),
        number("least_ror", "Smallest ROR of any variant; null where none is defined.", 0),
        number("median_ror", "Median ROR over the variants.", 0),
        number("most_ror", "Largest ROR of any variant.", 0),
        number("least_ic", "Smallest IC of any variant."),
        number("median_ic", "Median IC over the variants."),
        number("most_ic", "Largest IC of any variant."),
        Column(
            "most_moving_choice",
            Kind.TEXT,
            "The choice that moves the IC most: largest spread of the mean IC over its values; ties by name.",
        ),
        number("most_moving_choice_ic_range", "That spread, in units of IC (1 is a doubling).", 0),
    ),
    key=("exposure", "comparator", "side_effect"),
)

TABLES = (SIDE_EFFECT_SENSITIVITY, SIDE_EFFECT_ROBUSTNESS)
