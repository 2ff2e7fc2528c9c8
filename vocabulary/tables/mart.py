"""Tables of answers. FAERS has no denominator: a share here is a share of reports, never an incidence."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table
from vocabulary.tables.core import DEFINITIONS

ROLE_SCOPES = ("primary_suspect", "suspect", "any")

_EXPOSURE = Column("exposure", Kind.TEXT, "Substance or class whose reports are counted.", nullable=False)
_COMPARATOR = Column(
    "comparator", Kind.TEXT, "What it is compared with: rest (all other cases), a substance or a class.", nullable=False
)
_SIDE_EFFECT = Column("side_effect", Kind.TEXT, "Side-effect group.", nullable=False)
_DEFINITION = Column("definition", Kind.TEXT, "single_term, label_style or broad.", nullable=False, allowed=DEFINITIONS)
_ROLE_SCOPE = Column(
    "role_scope",
    Kind.TEXT,
    "Which roles make an exposure: primary_suspect (PS), suspect (PS or SS), any (all but DN).",
    nullable=False,
    allowed=ROLE_SCOPES,
)


def _count(name: str, description: str, *, nullable: bool = False) -> Column:
    return Column(name, Kind.BIGINT, description, unit="cases", nullable=nullable, minimum=0)


def _number(name: str, description: str, minimum: float | None = None, maximum: float | None = None) -> Column:
    return Column(name, Kind.DOUBLE, description, minimum=minimum, maximum=maximum)


def _flag(name: str, description: str, *, nullable: bool = False) -> Column:
    return Column(name, Kind.BOOLEAN, description, nullable=nullable)


def _interval(name: str, words: str, percent: int = 95) -> tuple[Column, Column]:
    return (
        _number(f"{name}_lower_{percent}", f"Lower bound of the {percent} % interval of {words}."),
        _number(f"{name}_upper_{percent}", f"Upper bound of the {percent} % interval of {words}."),
    )


SIDE_EFFECT_REPORTING = Table(
    "mart",
    "side_effect_reporting",
    "One row per exposure, side effect, definition and role scope: share of the exposure's reports. Not an incidence.",
    (
        _EXPOSURE,
        _SIDE_EFFECT,
        _DEFINITION,
        _ROLE_SCOPE,
        _count("report_count", "Cases with the exposure and the side effect."),
        _count("exposed_report_count", "Cases with the exposure."),
        _number("reporting_share", "report_count / exposed_report_count; null without exposed cases.", 0, 1),
        _number("reporting_share_lower_95", "Lower bound of the Wilson 95 % interval of the share.", 0, 1),
        _number("reporting_share_upper_95", "Upper bound of the Wilson 95 % interval of the share.", 0, 1),
        _count("serious_count", "Of report_count, cases with any outcome reported."),
        _count("death_count", "Of report_count, cases with outcome DE (of the case, not caused by the side effect)."),
        _count("hospitalisation_count", "Of report_count, cases with outcome HO."),
    ),
    key=("exposure", "side_effect", "definition", "role_scope"),
)

_TWO_BY_TWO = (
    _count("a", "Exposure and event."),
    _count("b", "Exposure without event."),
    _count("c", "Event in the comparator."),
    _count("d", "Comparator without event."),
)

_MEASURES = (
    _number("expected", "(a+b)(a+c)/(a+b+c+d).", 0),
    _number("ror", "Reporting odds ratio ad/(bc).", 0),
    *_interval("ror", "the ROR"),
    _number("prr", "Proportional reporting ratio.", 0),
    *_interval("prr", "the PRR"),
    _number("chi_squared", "Chi-squared without correction.", 0),
    _number("chi_squared_yates", "Chi-squared with Yates' correction.", 0),
    _number("ic", "Information component log2((a+.5)/(E+.5))."),
    *_interval("ic", "the IC, exact"),
    _flag("is_zero_cell_corrected", "A cell was zero, so 0.5 was added to all four for ROR and PRR; never a signal."),
    Column("undefined_reason", Kind.TEXT, "Why ROR and PRR are null."),
)

_CRITERIA = (
    _flag("meets_evans", "PRR >= 2, chi-squared >= 4 and a >= 3."),
    _flag("meets_ror", "Lower bound of the ROR > 1 and a >= 3."),
    _flag("meets_ic", "Lower bound of the IC > 0."),
    _flag("meets_ema", "Lower bound of the PRR >= 1 and a >= 5."),
)

_EMPIRICAL_BAYES = (
    _number("ebgm", "Empirical Bayes geometric mean under the build's GPS prior (meta.gps_prior).", 0),
    _number("eb05", "5 % posterior quantile.", 0),
    _number("eb95", "95 % posterior quantile.", 0),
    _flag("meets_eb05", "EB05 >= 2.", nullable=True),
    _flag("meets_mhra", "EBGM >= 2.5, EB05 >= 1.8 and a >= 3.", nullable=True),
)

SIDE_EFFECT_COMPARISON = Table(
    "mart",
    "side_effect_comparison",
    "One row per exposure, comparator, side effect, definition and role scope: 2x2 counts and disproportionality. "
    "A case with both exposures is in neither arm. EBGM is null where the prior does not apply (see docs/methods.md).",
    (
        _EXPOSURE,
        _COMPARATOR,
        _SIDE_EFFECT,
        _DEFINITION,
        _ROLE_SCOPE,
        *_TWO_BY_TWO,
        _count("both_exposed_count", "Cases with exposure and comparator, left out of both arms."),
        *_MEASURES,
        *_CRITERIA,
        *_EMPIRICAL_BAYES,
    ),
    key=("exposure", "comparator", "side_effect", "definition", "role_scope"),
)

DRUG_EVENT_SIGNAL = Table(
    "mart",
    "drug_event_signal",
    "One row per substance and preferred term reported together at least once, role scope suspect, against the rest.",
    (
        Column("substance", Kind.TEXT, "Substance id.", nullable=False),
        Column("term", Kind.TEXT, "MedDRA preferred term.", nullable=False),
        *_TWO_BY_TWO,
        *_MEASURES,
        *_CRITERIA,
        *_EMPIRICAL_BAYES,
        _number("q_value", "Benjamini-Hochberg q of the chi-squared test over all pairs of this table.", 0, 1),
    ),
    key=("substance", "term"),
)

TABLES = (SIDE_EFFECT_REPORTING, SIDE_EFFECT_COMPARISON, DRUG_EVENT_SIGNAL)
