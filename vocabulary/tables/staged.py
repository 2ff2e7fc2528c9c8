"""Typed FAERS tables of one quarter, as staging writes them and the build reads them."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table

PRECISIONS = ("day", "day_or_year", "month", "year")
"""What a date is known to; ``day_or_year`` is an eight-digit date ending in 0101, often a zero-filled year."""


def _line() -> tuple[Column, Column]:
    return (
        Column("source_line", Kind.INTEGER, "Line in the FDA file; the header is line 1.", nullable=False, minimum=2),
        Column(
            "source_part",
            Kind.SHORT,
            "Which record of the line: 1, or 2 where two records were glued on one line.",
            nullable=False,
            minimum=1,
        ),
    )


def _report_id() -> Column:
    return Column(
        "report_id", Kind.BIGINT, "FDA's number of this report: ISR to 2012q3, primaryid after.", nullable=False
    )


def _child_case_id() -> Column:
    return Column("case_id", Kind.BIGINT, "Case number printed on the row; absent to 2012q3.")


def _drug_sequence() -> Column:
    return Column("drug_sequence", Kind.BIGINT, "Number that links a report's drug, therapy and indication rows.")


def _date(name: str, description: str) -> tuple[Column, Column]:
    return (
        Column(name, Kind.DATE, f"{description} A partial date is its first day; see {name}_precision."),
        Column(f"{name}_precision", Kind.TEXT, f"What {name} is known to.", allowed=PRECISIONS),
    )


REPORT = Table(
    "staged",
    "report",
    "One row per line of DEMO: one sighting of a report.",
    (
        *_line(),
        _report_id(),
        Column("case_id", Kind.BIGINT, "Case that the report belongs to; blank in a few legacy rows."),
        Column("case_version", Kind.INTEGER, "Version of the case; legacy blank is 0, legacy junk is null.", minimum=0),
        Column("initial_or_followup", Kind.TEXT, "I initial, F follow-up."),
        *_date("event_date", "Date on which the adverse event began."),
        *_date("manufacturer_received_date", "Date on which the manufacturer received the information."),
        *_date("first_fda_received_date", "Date on which FDA received the first version; absent to 2012q3."),
        *_date("fda_received_date", "Date on which FDA received this version."),
        Column("report_type", Kind.TEXT, "EXP expedited, PER periodic, DIR direct, 5DAY or 30DAY combination product."),
        Column("authority_number", Kind.TEXT, "Case number at another regulatory authority; from 2014q3."),
        Column("manufacturer_number", Kind.TEXT, "The manufacturer's own report number."),
        Column("manufacturer_sender", Kind.TEXT, "Organisation that sent the report."),
        Column("literature_reference", Kind.TEXT, "Literature reference, last 500 characters; from 2014q3."),
        Column("age_reported", Kind.DOUBLE, "Age as a number in age_unit."),
        Column("age_unit", Kind.TEXT, "DEC decade, YR, MON, WK, DY, HR."),
        Column("age_years", Kind.DOUBLE, "Age at the event.", unit="years", minimum=0, maximum=130),
        Column("age_group", Kind.TEXT, "N neonate, I infant, C child, T adolescent, A adult, E elderly; from 2014q3."),
        Column("sex", Kind.TEXT, "F, M or UNK."),
        Column("is_electronic", Kind.TEXT, "Y where the manufacturer submitted electronically."),
        Column("weight_reported", Kind.DOUBLE, "Weight as a number in weight_unit."),
        Column("weight_unit", Kind.TEXT, "KG, LBS or GMS."),
        Column("weight_kg", Kind.DOUBLE, "Body weight.", unit="kg", minimum=0, maximum=700),
        *_date("report_date", "Date on which the report was sent."),
        Column("sent_to_manufacturer", Kind.TEXT, "Y where a voluntary reporter also told the manufacturer."),
        Column("reporter_occupation", Kind.TEXT, "MD, PH, OT, HP, RN professional; LW lawyer; CN consumer."),
        Column("reporter_country", Kind.TEXT, "Country of the reporter, ISO 3166 alpha-2 where known."),
        Column("occurrence_country", Kind.TEXT, "Country of the event, ISO 3166 alpha-2 where known; from 2012q4."),
        *_date("death_date", "Date of death; to 2012q3."),
        Column("image_number", Kind.TEXT, "Image number of the paper report; to 2012q3."),
        Column("is_confidential", Kind.TEXT, "Confidentiality flag; to 2012q3."),
    ),
    key=("source_line", "source_part"),
)

REPORT_DRUG = Table(
    "staged",
    "report_drug",
    "One row per line of DRUG: one drug of one report.",
    (
        *_line(),
        _report_id(),
        _child_case_id(),
        _drug_sequence(),
        Column(
            "role", Kind.TEXT, "PS primary suspect, SS secondary suspect, C concomitant, I interacting, DN not given."
        ),
        Column("reported_drug_name", Kind.TEXT, "Trade name or verbatim name, as published."),
        Column("active_ingredient", Kind.TEXT, "FDA's prod_ai, as published; from 2014q3."),
        Column("name_source", Kind.TEXT, "1 validated trade name, 2 verbatim."),
        Column("route", Kind.TEXT, "Route of administration, as published."),
        Column("dose_text", Kind.TEXT, "Dose, frequency and route as reported."),
        Column("cumulative_dose", Kind.TEXT, "Cumulative dose to the first reaction."),
        Column("cumulative_dose_unit", Kind.TEXT, "Unit of the cumulative dose."),
        Column("dechallenge", Kind.TEXT, "Y abated on stopping, N not, U unknown, D does not apply."),
        Column("rechallenge", Kind.TEXT, "Y recurred on restarting, N not, U unknown, D does not apply."),
        Column("lot_number", Kind.TEXT, "Lot number, as reported."),
        *_date("expiry_date", "Expiry date of the drug."),
        Column("application_number", Kind.TEXT, "NDA number; 999999 is over the counter."),
        Column("dose_amount", Kind.TEXT, "Amount of drug reported; from 2012q4."),
        Column("dose_unit", Kind.TEXT, "Unit of dose_amount."),
        Column("dose_form", Kind.TEXT, "Form of the dose."),
        Column("dose_frequency", Kind.TEXT, "Frequency of the dose."),
    ),
    key=("source_line", "source_part"),
)

REPORT_REACTION = Table(
    "staged",
    "report_reaction",
    "One row per line of REAC: one MedDRA preferred term of one report.",
    (
        *_line(),
        _report_id(),
        _child_case_id(),
        Column("reported_term", Kind.TEXT, "MedDRA preferred term, as published."),
        Column("recurrence_term", Kind.TEXT, "Term that recurred on readministration; from 2014q3."),
    ),
    key=("source_line", "source_part"),
)

REPORT_OUTCOME = Table(
    "staged",
    "report_outcome",
    "One row per line of OUTC: one outcome of one report.",
    (
        *_line(),
        _report_id(),
        _child_case_id(),
        Column("outcome", Kind.TEXT, "DE death, LT life-threatening, HO hospitalisation, DS, CA, RI, OT."),
    ),
    key=("source_line", "source_part"),
)

REPORT_SOURCE = Table(
    "staged",
    "report_source",
    "One row per line of RPSR: one source of one report.",
    (
        *_line(),
        _report_id(),
        _child_case_id(),
        Column("source_type", Kind.TEXT, "FGN, SDY, LIT, CSM, HP, UF, CR, DT or OTH."),
    ),
    key=("source_line", "source_part"),
)

REPORT_THERAPY = Table(
    "staged",
    "report_therapy",
    "One row per line of THER: one course of one drug of one report.",
    (
        *_line(),
        _report_id(),
        _child_case_id(),
        _drug_sequence(),
        *_date("start_date", "Start of the course."),
        *_date("end_date", "End of the course."),
        Column("duration_reported", Kind.DOUBLE, "Length of the course in duration_unit."),
        Column("duration_unit", Kind.TEXT, "YR, MON, WK, DAY, HR, MIN or SEC."),
        Column("duration_days", Kind.DOUBLE, "Length of the course.", unit="days", minimum=0),
    ),
    key=("source_line", "source_part"),
)

REPORT_INDICATION = Table(
    "staged",
    "report_indication",
    "One row per line of INDI: one indication of one drug of one report.",
    (
        *_line(),
        _report_id(),
        _child_case_id(),
        _drug_sequence(),
        Column("reported_indication", Kind.TEXT, "MedDRA preferred term of the indication, as published."),
    ),
    key=("source_line", "source_part"),
)

DELETED_CASE = Table(
    "staged",
    "deleted_case",
    "One row per line of a quarter's deleted list; from 2019q1.",
    (
        Column("source_line", Kind.INTEGER, "Line in the FDA list; it has no header.", nullable=False, minimum=1),
        Column("case_id", Kind.BIGINT, "Case that FDA deleted.", nullable=False),
    ),
    key=("source_line",),
)

FAERS_TABLES: dict[str, Table] = {
    "DEMO": REPORT,
    "DRUG": REPORT_DRUG,
    "REAC": REPORT_REACTION,
    "OUTC": REPORT_OUTCOME,
    "RPSR": REPORT_SOURCE,
    "THER": REPORT_THERAPY,
    "INDI": REPORT_INDICATION,
}
"""FDA's file name to our table: the seven that a whole quarter has."""

LINE_ACCOUNT = Table(
    "meta",
    "line_account",
    "One row per quarter and table: read = loaded + rejected + blank.",
    (
        Column("quarter", Kind.TEXT, "Quarter of the file.", nullable=False),
        Column("table_name", Kind.TEXT, "Staged table.", nullable=False),
        Column("source_member", Kind.TEXT, "File inside the zip."),
        Column("lines_in_file", Kind.BIGINT, "Lines in the file without its header.", nullable=False, minimum=0),
        Column("lines_from_splits", Kind.BIGINT, "Records won by splitting glued lines.", nullable=False, minimum=0),
        Column("lines_read", Kind.BIGINT, "lines_in_file + lines_from_splits.", nullable=False, minimum=0),
        Column("rows_loaded", Kind.BIGINT, "Rows in the staged table.", nullable=False, minimum=0),
        Column(
            "lines_rejected", Kind.BIGINT, "Lines kept in the rejected file with a reason.", nullable=False, minimum=0
        ),
        Column("lines_blank", Kind.BIGINT, "Lines with no text.", nullable=False, minimum=0),
    ),
    key=("quarter", "table_name"),
)

REPAIR = Table(
    "meta",
    "repair",
    "One row per quarter, table and kind of repair.",
    (
        Column("quarter", Kind.TEXT, "Quarter of the file.", nullable=False),
        Column("table_name", Kind.TEXT, "Staged table.", nullable=False),
        Column("repair", Kind.TEXT, "What was done.", nullable=False),
        Column("line_count", Kind.BIGINT, "Lines so repaired.", nullable=False, minimum=1),
        Column("first_source_line", Kind.INTEGER, "First such line.", nullable=False),
    ),
    key=("quarter", "table_name", "repair"),
)

VALUE_ISSUE = Table(
    "meta",
    "value_issue",
    "One row per quarter, table, column, issue and value: values that no code table knows or no type can hold.",
    (
        Column("quarter", Kind.TEXT, "Quarter of the file.", nullable=False),
        Column("table_name", Kind.TEXT, "Staged table.", nullable=False),
        Column("column_name", Kind.TEXT, "Staged column.", nullable=False),
        Column("issue", Kind.TEXT, "unknown_code, unreadable, implausible or no_unit.", nullable=False),
        Column("value", Kind.TEXT, "The value as published; (others) gathers those past the first hundred."),
        Column("row_count", Kind.BIGINT, "Rows that hold it.", nullable=False, minimum=1),
    ),
)

REJECTED_LINE = Table(
    "meta",
    "rejected_line",
    "One row per line that was not loaded.",
    (
        Column("quarter", Kind.TEXT, "Quarter of the file.", nullable=False),
        Column("table_name", Kind.TEXT, "Staged table.", nullable=False),
        Column("source_member", Kind.TEXT, "File inside the zip.", nullable=False),
        Column("source_line", Kind.INTEGER, "Line in that file.", nullable=False),
        Column("reason", Kind.TEXT, "Why it was not loaded.", nullable=False),
        Column("raw_text", Kind.TEXT, "The line as it stands, undecodable bytes escaped.", nullable=False),
    ),
    key=("quarter", "table_name", "source_line"),
)
