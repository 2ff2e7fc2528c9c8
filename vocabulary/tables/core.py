"""Case-level tables of the warehouse: current cases and what hangs on them, and every sighting that does not count."""

from __future__ import annotations

from dataclasses import replace

from vocabulary.table import Column, Kind, Table
from vocabulary.tables import duplicates, external, groups, staged, strata
from vocabulary.tables.groups import SUBSTANCE, TERM

CASE_ID = Column("case_id", Kind.BIGINT, "Case: one patient's report with all its versions.", nullable=False)
SOURCE_LINE = Column("source_line", Kind.INTEGER, "Line in the FDA file of the case's quarter.", nullable=False)
SOURCE_PART = staged.REPORT.column("source_part")
QUARTER = Column("quarter", Kind.TEXT, "Quarter whose files hold the row, such as 2022q4.", nullable=False)

EXCLUSION_REASONS = (
    "no_case_id",
    "duplicate_row",
    "conflicting_row",
    "conflicting_case",
    "superseded",
    "deleted",
    "dropped_by_correction",
)
"""Why a sighting does not count, in the order in which the reasons are tested."""


def _of(table: Table, *names: str) -> tuple[Column, ...]:
    """Columns that pass through unchanged from staging: their words are not written twice."""
    return tuple(table.column(name) for name in names)


def _flag(name: str, description: str) -> Column:
    return Column(name, Kind.BOOLEAN, description, nullable=False)


_AGE_GROUP_REPORTED = replace(
    staged.REPORT.column("age_group"),
    name="age_group_reported",
    description="FDA's own age group: N neonate, I infant, C child, T adolescent, A adult, E elderly; from 2014q3.",
)

_REPORT_COLUMNS = tuple(
    _AGE_GROUP_REPORTED if column.name == "age_group" else column
    for column in staged.REPORT.columns
    if column.name not in {"source_line", "source_part", "report_id", "case_id"}
)

REPORT = Table(
    "core",
    "report",
    "One row per case that counts: its current version, not deleted.",
    (
        CASE_ID,
        staged.REPORT.column("report_id"),
        QUARTER,
        SOURCE_LINE,
        SOURCE_PART,
        *_REPORT_COLUMNS,
        _flag("is_in_universe", "Has an eligible drug and a reaction term: counted in every measure."),
        _flag("is_serious", "Any outcome is reported (DE, LT, HO, DS, CA, RI or OT)."),
        _flag("is_death", "Outcome DE is reported."),
        _flag("is_hospitalisation", "Outcome HO is reported."),
        _flag("is_literature", "Source LIT is reported, or a literature reference is given."),
        _flag("is_professional", "The reporter is a health professional (MD, PH, OT, HP, RN)."),
        _flag(
            "is_exact_duplicate",
            "Another case with a lower number has the same sex, age, day of the event and country, all of them given, "
            "and the same substances and terms. Counted all the same, but for the variants that say otherwise.",
        ),
        _flag(
            "is_probable_duplicate",
            "Another case is kept in its place (core.report_duplicate): probably the same patient's. Counted all the "
            "same, but for the variants that say otherwise.",
        ),
        *strata.COLUMNS,
    ),
    key=("case_id",),
)

REPORT_DRUG = Table(
    "core",
    "report_drug",
    "One row per drug row of a case that counts.",
    (
        CASE_ID,
        SOURCE_LINE,
        SOURCE_PART,
        staged.REPORT_DRUG.column("drug_sequence"),
        replace(
            staged.REPORT_DRUG.column("role"),
            description="Role after the rule of FDA's FAQ 30: PS, SS, C, I or DN.",
        ),
        _flag("is_role_imputed", "The report had no PS, so its first drug took that role."),
        Column("drug_name_id", Kind.INTEGER, "Names of the drug; null where both are blank."),
        *_of(
            staged.REPORT_DRUG,
            "route",
            "dose_text",
            "cumulative_dose",
            "cumulative_dose_unit",
            "dechallenge",
            "rechallenge",
            "lot_number",
            "expiry_date",
            "application_number",
            "dose_amount",
            "dose_unit",
            "dose_form",
            "dose_frequency",
        ),
    ),
    key=("case_id", "source_line", "source_part"),
)

DRUG_NAME = Table(
    "core",
    "drug_name",
    "One row per distinct pair of reported name and active ingredient.",
    (
        Column("drug_name_id", Kind.INTEGER, "Number of the pair within this build.", nullable=False, minimum=1),
        *_of(staged.REPORT_DRUG, "reported_drug_name", "active_ingredient"),
    ),
    key=("drug_name_id",),
)

DRUG_NAME_SUBSTANCE = Table(
    "core",
    "drug_name_substance",
    "One row per reported name and substance that it was found to hold.",
    (
        Column("drug_name_id", Kind.INTEGER, "Number of the name within this build.", nullable=False),
        SUBSTANCE,
        _flag("is_reviewed", "The substance stands in the reviewed tables; else it is the cleaned ingredient name."),
        Column("matched_field", Kind.TEXT, "active_ingredient or reported_drug_name.", nullable=False),
        Column("match_rule", Kind.TEXT, "Rule by which the name was read.", nullable=False),
    ),
    key=("drug_name_id", "substance"),
)

SUBSTANCE_TABLE = Table(
    "core",
    "substance",
    "One row per substance of the warehouse.",
    (
        SUBSTANCE,
        Column("substance_name", Kind.TEXT, "Name for people.", nullable=False),
        Column("substance_role", Kind.TEXT, "studied, comparator or background.", nullable=False),
        _flag("is_reviewed", "Its names were reviewed."),
    ),
    key=("substance",),
)

TERM_TABLE = Table(
    "core",
    "term",
    "One row per preferred term that some report gives, or that a side-effect group holds.",
    (
        TERM,
        Column("case_count", Kind.BIGINT, "Cases of the universe with it.", unit="cases", nullable=False, minimum=0),
        _flag("is_reviewed", "It belongs to a side-effect group."),
    ),
    key=("term",),
)

REPORT_SUBSTANCE = Table(
    "core",
    "report_substance",
    "One row per case and substance given: what every measure counts. Rows of role DN are left out.",
    (
        SUBSTANCE,
        CASE_ID,
        _flag("is_primary_suspect", "Some row of the substance is PS."),
        _flag("is_suspect", "Some row of the substance is PS or SS."),
    ),
    key=("case_id", "substance"),
)

REPORT_REACTION = Table(
    "core",
    "report_reaction",
    "One row per reaction row of a case that counts.",
    (
        CASE_ID,
        SOURCE_LINE,
        SOURCE_PART,
        Column("term", Kind.TEXT, "MedDRA preferred term after the alias table; null where blank."),
        *_of(staged.REPORT_REACTION, "reported_term", "recurrence_term"),
    ),
    key=("case_id", "source_line", "source_part"),
)

REPORT_TERM = Table(
    "core",
    "report_term",
    "One row per case and preferred term: what every measure counts.",
    (TERM, CASE_ID),
    key=("case_id", "term"),
)

REPORT_OUTCOME = Table(
    "core",
    "report_outcome",
    "One row per outcome row of a case that counts.",
    (CASE_ID, SOURCE_LINE, SOURCE_PART, staged.REPORT_OUTCOME.column("outcome")),
    key=("case_id", "source_line", "source_part"),
)

REPORT_SOURCE = Table(
    "core",
    "report_source",
    "One row per source row of a case that counts.",
    (CASE_ID, SOURCE_LINE, SOURCE_PART, staged.REPORT_SOURCE.column("source_type")),
    key=("case_id", "source_line", "source_part"),
)

REPORT_INDICATION = Table(
    "core",
    "report_indication",
    "One row per indication row of a case that counts.",
    (CASE_ID, SOURCE_LINE, SOURCE_PART, *_of(staged.REPORT_INDICATION, "drug_sequence", "reported_indication")),
    key=("case_id", "source_line", "source_part"),
)

INDICATION_CONTEXT = Table(
    "core",
    "indication_context",
    "One row per distinct reported indication: how it was read.",
    (
        replace(staged.REPORT_INDICATION.column("reported_indication"), nullable=False),
        Column("term", Kind.TEXT, "Reviewed term after spelling and aliases; null where none matched."),
        replace(strata.CONTEXT, description="Context of the term; of a term that is not reviewed, other."),
        Column("match_rule", Kind.TEXT, "Rule by which the text was read.", nullable=False),
    ),
    key=("reported_indication",),
)

ROUTE_GROUP = Table(
    "core",
    "route_group",
    "One row per distinct reported route: how it was read.",
    (
        replace(staged.REPORT_DRUG.column("route"), nullable=False),
        replace(strata.ROUTE_GROUP, description="Group of the route; of a text that is not reviewed, unknown."),
        Column("match_rule", Kind.TEXT, "Rule by which the text was read.", nullable=False),
    ),
    key=("route",),
)

REPORT_THERAPY = Table(
    "core",
    "report_therapy",
    "One row per course of a drug of a case that counts.",
    (
        CASE_ID,
        SOURCE_LINE,
        SOURCE_PART,
        *_of(
            staged.REPORT_THERAPY,
            "drug_sequence",
            "start_date",
            "start_date_precision",
            "end_date",
            "end_date_precision",
            "duration_days",
        ),
    ),
    key=("case_id", "source_line", "source_part"),
)

REPORT_EXCLUSION = Table(
    "core",
    "report_exclusion",
    "One row per sighting that does not count, with its one reason.",
    (
        QUARTER,
        SOURCE_LINE,
        SOURCE_PART,
        *_of(staged.REPORT, "report_id", "case_id", "case_version", "fda_received_date"),
        Column("reason", Kind.TEXT, "Why it does not count.", nullable=False, allowed=EXCLUSION_REASONS),
    ),
    key=("quarter", "source_line", "source_part"),
)

TABLES = (
    REPORT,
    REPORT_DRUG,
    DRUG_NAME,
    DRUG_NAME_SUBSTANCE,
    SUBSTANCE_TABLE,
    TERM_TABLE,
    REPORT_SUBSTANCE,
    REPORT_REACTION,
    REPORT_TERM,
    REPORT_OUTCOME,
    REPORT_SOURCE,
    REPORT_INDICATION,
    INDICATION_CONTEXT,
    ROUTE_GROUP,
    REPORT_THERAPY,
    REPORT_EXCLUSION,
    *duplicates.CORE_TABLES,
    *groups.TABLES,
    *external.CORE,
)
