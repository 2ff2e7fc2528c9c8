"""Where every number comes from: files, line accounts, certificates, and the build itself."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table
from vocabulary.tables import corrections, duplicates, external, names
from vocabulary.tables.core import EXCLUSION_REASONS, QUARTER
from vocabulary.tables.staged import LINE_ACCOUNT, REJECTED_LINE, REPAIR, VALUE_ISSUE


def _text(name: str, description: str, *, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, Kind.TEXT, description, nullable=nullable, allowed=allowed)


def _count(name: str, description: str, unit: str) -> Column:
    return Column(name, Kind.BIGINT, description, unit=unit, nullable=False, minimum=0)


BUILD = Table(
    "meta",
    "build",
    "One row: the build that this file holds.",
    (
        _text("build_id", "First 16 hexadecimal digits of the hash of all that went in: same inputs, same id."),
        Column("built_at", Kind.TIMESTAMP, "When the build was started, UTC.", nullable=False),
        _text("code_version", "Hash of the code that made it."),
        _text("reference_version", "Hash of the reviewed reference tables."),
        _text("schema_version", "Hash of the declarations of all tables: a file with another one is not read."),
        _text("first_quarter", "First quarter held."),
        _text("last_quarter", "Last quarter held."),
        Column("quarter_count", Kind.INTEGER, "Quarters held.", nullable=False, minimum=1),
        Column("is_simulated", Kind.BOOLEAN, "Some quarter is made-up data.", nullable=False),
        Column("has_incomplete_quarter", Kind.BOOLEAN, "Some quarter was let in incomplete.", nullable=False),
        Column("clinic_batch_count", Kind.INTEGER, "Clinic batches held; made up where the quarters are.",
               nullable=False, minimum=0),
        Column("clinic_minimum_cell", Kind.INTEGER, "Smallest count of sessions or patients that clinic marts show.",
               nullable=False, minimum=1),
        _text("previous_build_id", "Published build that mart.signal_change compares with.", nullable=True),
        _text("comparison_outcome", "compared, or why mart.signal_change was not made."),
    ),
    key=("build_id",),
)  # fmt: skip

SOURCE_FILE = Table(
    "meta",
    "source_file",
    "One row per zip ever landed; replaced where the FDA published the quarter again.",
    (
        QUARTER,
        _text("file_name", "Name of the zip."),
        _text("source", "Address or folder it came from."),
        _text("sha256", "SHA-256 of the zip."),
        _count("size_bytes", "Size of the zip.", "bytes"),
        Column("landed_at", Kind.TIMESTAMP, "When it was landed, UTC.", nullable=False),
        Column("is_simulated", Kind.BOOLEAN, "The zip is marked as made-up data.", nullable=False),
        _text("status", "current or replaced.", allowed=("current", "replaced")),
        Column("is_in_build", Kind.BOOLEAN, "This build holds it.", nullable=False),
    ),
    key=("quarter", "sha256"),
)

CERTIFICATE = Table(
    "meta",
    "certificate",
    "One row per quarter of the build: the result of its validation.",
    (
        QUARTER,
        _text("status", "passed, warned or incomplete.", allowed=("passed", "warned", "incomplete")),
        _text("staged_fingerprint", "Hash of what was validated."),
        _text("suite_hash", "Hash of the rules."),
        _count("warning_count", "Rules that warned.", "rules"),
    ),
    key=("quarter",),
)

EXPECTATION_RESULT = Table(
    "meta",
    "expectation_result",
    "One row per quarter and rule that was checked.",
    (
        QUARTER,
        _text("table_name", "Table that the rule is about."),
        _text("rule", "Name of the rule."),
        _text("kind", "schema, integrity, completeness or drift."),
        _text("severity", "warn or fail."),
        Column("is_success", Kind.BOOLEAN, "The rule held.", nullable=False),
        _text("observed_value", "What was found.", nullable=True),
        _text("limit_text", "What was allowed.", nullable=True),
        _text("sentence", "The rule in words."),
    ),
)

EXCLUSION_COUNT = Table(
    "meta",
    "exclusion_count",
    "One row per quarter and reason: sightings that do not count.",
    (
        QUARTER,
        _text("reason", "Why they do not count.", allowed=EXCLUSION_REASONS),
        _count("sighting_count", "Sightings.", "sightings"),
    ),
    key=("quarter", "reason"),
)

ROW_ACCOUNT = Table(
    "meta",
    "row_account",
    "One row per quarter and table: loaded = counted + of excluded reports + without a report.",
    (
        QUARTER,
        _text("table_name", "Staged table."),
        _count("rows_loaded", "Rows in the staged table.", "rows"),
        _count("rows_counted", "Rows of cases that count.", "rows"),
        _count("rows_excluded", "Rows of sightings that do not count, and rows that a correction drops.", "rows"),
        _count("rows_without_report", "Rows whose report is not in the quarter's DEMO: kept in staging alone.", "rows"),
    ),
    key=("quarter", "table_name"),
)

GPS_PRIOR = Table(
    "meta",
    "gps_prior",
    "One row per role scope: the prior behind every EBGM of this build, fitted on all pairs of that scope.",
    (
        _text("role_scope", "Role scope of the pairs."),
        Column("shape_1", Kind.DOUBLE, "Shape of the gamma with the higher mean; null where no prior was fitted."),
        Column("rate_1", Kind.DOUBLE, "Its rate."),
        Column("shape_2", Kind.DOUBLE, "Shape of the other gamma."),
        Column("rate_2", Kind.DOUBLE, "Its rate."),
        Column("mixing_share", Kind.DOUBLE, "Weight of the first gamma.", minimum=0, maximum=1),
        Column("log_likelihood", Kind.DOUBLE, "Log-likelihood at the optimum.", unit="nats"),
        Column("is_converged", Kind.BOOLEAN, "A further step would gain nothing.", nullable=False),
        Column("start_count", Kind.INTEGER, "Starting points tried.", nullable=False),
        Column(
            "agreeing_start_count", Kind.INTEGER, "Of those, how many ended at the same likelihood.", nullable=False
        ),
        _count("pair_count", "Pairs reported at least once.", "pairs"),
        _count(
            "calibration_pair_count",
            "Pairs drawn from the prior at expected counts of this build, reported at least once, to check the scores.",
            "pairs",
        ),
        Column(
            "calibration_share_above_eb05",
            Kind.DOUBLE,
            "Share of their true rate ratios at or above the EB05 scored: near 0.95 where prior and scores agree.",
            minimum=0,
            maximum=1,
        ),
        _text(
            "outcome",
            "The form of the likelihood that was fitted, with a warning where the check failed, or why none was.",
        ),
    ),
    key=("role_scope",),
)

IC_BOUND = Table(
    "meta",
    "ic_bound",
    "One row per number of reports: exact bounds of the IC where half a report is expected; for another expected "
    "count E subtract log2(E + 0.5). The macros read it, for SQL has no gamma quantiles.",
    (
        _count("report_count", "Reports observed.", "cases"),
        Column("lower_95", Kind.DOUBLE, "Lower bound of the 95 % interval.", unit="bits", nullable=False),
        Column("upper_95", Kind.DOUBLE, "Upper bound of the 95 % interval.", unit="bits", nullable=False),
    ),
    key=("report_count",),
)

DICTIONARY = Table(
    "meta",
    "dictionary",
    "One row per column of this file: of every table and of every view, in words.",
    (
        _text("schema_name", "Schema; views are in main."),
        _text("table_name", "Table or view."),
        _text("object_kind", "Table or view.", allowed=("table", "view")),
        _text("table_meaning", "What one row of it is."),
        Column("position", Kind.INTEGER, "Place of the column, from 1.", nullable=False, minimum=1),
        _text("column_name", "Column."),
        _text("type", "Type, as DuckDB spells it."),
        _text("unit", "Unit; null where it has none.", nullable=True),
        _text("meaning", "What stands in it."),
        _text("allowed_values", "Values that it may hold, separated by commas; null where any.", nullable=True),
        Column("minimum", Kind.DOUBLE, "Smallest value that it may hold; null where any."),
        Column("maximum", Kind.DOUBLE, "Largest value that it may hold; null where any."),
        Column("is_key", Kind.BOOLEAN, "It is part of the key: no two rows have the same one.", nullable=False),
        Column("is_nullable", Kind.BOOLEAN, "It may be null.", nullable=False),
    ),
    key=("schema_name", "table_name", "column_name"),
)

RUN_STEP = Table(
    "meta",
    "run_step",
    "One row per quarter of the build and step before it: how long it took when it was last done. It says how a build "
    "came to be, not what it holds, and is left out where builds are compared.",
    (
        QUARTER,
        _text("step", "land, stage or validate.", allowed=("land", "stage", "validate")),
        Column("started_at", Kind.TIMESTAMP, "When it was started, UTC.", nullable=False),
        Column("seconds", Kind.DOUBLE, "How long it took.", unit="s", nullable=False, minimum=0),
        Column("row_count", Kind.BIGINT, "Rows that it wrote or checked; null for landing.", unit="rows", minimum=0),
    ),
    key=("quarter", "step"),
)

TABLES = (
    DICTIONARY,
    BUILD,
    RUN_STEP,
    SOURCE_FILE,
    CERTIFICATE,
    EXPECTATION_RESULT,
    EXCLUSION_COUNT,
    ROW_ACCOUNT,
    GPS_PRIOR,
    IC_BOUND,
    LINE_ACCOUNT,
    REPAIR,
    VALUE_ISSUE,
    REJECTED_LINE,
    *names.TABLES,
    *corrections.TABLES,
    *external.META,
    *duplicates.META_TABLES,
)
