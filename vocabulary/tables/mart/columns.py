"""Columns that several tables of answers share."""

from __future__ import annotations

from vocabulary.table import Column, Kind
from vocabulary.tables import strata
from vocabulary.tables.groups import DEFINITIONS

ROLE_SCOPES = ("primary_suspect", "suspect", "any")

EXPOSURE = Column("exposure", Kind.TEXT, "Substance or class whose reports are counted.", nullable=False)
COMPARATOR = Column(
    "comparator", Kind.TEXT, "What it is compared with: rest (all other cases), a substance or a class.", nullable=False
)
SIDE_EFFECT = Column("side_effect", Kind.TEXT, "Side-effect group.", nullable=False)
DEFINITION = Column("definition", Kind.TEXT, "single_term, label_style or broad.", nullable=False, allowed=DEFINITIONS)
ROLE_SCOPE = Column(
    "role_scope",
    Kind.TEXT,
    "Which roles make an exposure: primary_suspect (PS), suspect (PS or SS), any (all but DN).",
    nullable=False,
    allowed=ROLE_SCOPES,
)

ALL = "all"
"""A dimension that is not restricted."""

CONTEXT = Column(
    "context",
    Kind.TEXT,
    "Cases of this context alone (see core.report.context), in both arms; all for no restriction.",
    nullable=False,
    allowed=(ALL, *strata.CONTEXTS),
)
ROUTE_GROUP = Column(
    "route_group",
    Kind.TEXT,
    "Cases of this route group alone (see core.report.route_group), in both arms; all for no restriction.",
    nullable=False,
    allowed=(ALL, *strata.ROUTE_GROUPS),
)


def count(name: str, description: str, *, nullable: bool = False) -> Column:
    """A number of cases."""
    return Column(name, Kind.BIGINT, description, unit="cases", nullable=nullable, minimum=0)


def number(name: str, description: str, minimum: float | None = None, maximum: float | None = None) -> Column:
    """A measure."""
    return Column(name, Kind.DOUBLE, description, minimum=minimum, maximum=maximum)


def flag(name: str, description: str, *, nullable: bool = False) -> Column:
    """Yes or no."""
    return Column(name, Kind.BOOLEAN, description, nullable=nullable)


def interval(name: str, words: str, percent: int = 95) -> tuple[Column, Column]:
    """The two bounds of an interval."""
    return (
        number(f"{name}_lower_{percent}", f"Lower bound of the {percent} % interval of {words}."),
        number(f"{name}_upper_{percent}", f"Upper bound of the {percent} % interval of {words}."),
    )


TWO_BY_TWO = (
    count("a", "Exposure and event."),
    count("b", "Exposure without event."),
    count("c", "Event in the comparator."),
    count("d", "Comparator without event."),
)

MEASURES = (
    number("expected", "(a+b)(a+c)/(a+b+c+d).", 0),
    number("ror", "Reporting odds ratio ad/(bc).", 0),
    *interval("ror", "the ROR"),
    number("prr", "Proportional reporting ratio.", 0),
    *interval("prr", "the PRR"),
    number("chi_squared", "Chi-squared without correction.", 0),
    number("chi_squared_yates", "Chi-squared with Yates' correction.", 0),
    number("ic", "Information component log2((a+.5)/(E+.5))."),
    *interval("ic", "the IC, exact"),
    flag("is_zero_cell_corrected", "A cell was zero, so 0.5 was added to all four for ROR and PRR; never a signal."),
    Column("undefined_reason", Kind.TEXT, "Why ROR and PRR are null."),
)

CRITERIA = (
    flag("meets_evans", "PRR >= 2, chi-squared >= 4 and a >= 3."),
    flag("meets_ror", "Lower bound of the ROR > 1 and a >= 3."),
    flag("meets_ic", "Lower bound of the IC > 0."),
    flag("meets_ema", "Lower bound of the PRR >= 1 and a >= 5."),
)

EMPIRICAL_BAYES = (
    number("ebgm", "Empirical Bayes geometric mean under the build's GPS prior (meta.gps_prior).", 0),
    number("eb05", "5 % posterior quantile.", 0),
    number("eb95", "95 % posterior quantile.", 0),
    flag("meets_eb05", "EB05 >= 2.", nullable=True),
    flag("meets_mhra", "EBGM >= 2.5, EB05 >= 1.8 and a >= 3.", nullable=True),
)
