"""De-identified clinic reports: the batch that a clinic sends, and the staged tables that become of it.

A batch is ``manifest.json`` and one CSV or Parquet file per table. Every column is a number with bounds, a code of a
closed list, yes or no, or a random id, so that no cell can hold a word or a date. The staged tables have the same
columns behind ``clinic_id``, ``batch_id``, ``revision`` and ``source_line``.
"""

from __future__ import annotations

from dataclasses import replace

from vocabulary.table import Column, Kind, Table
from vocabulary.tables import strata

SCHEMA_VERSION = "1"
"""Version of this contract; a batch of another version is refused."""

ID_LETTERS = "bcdfghjklmnpqrstvwxz"
"""Letters of an id: no vowel and no digit, so that no name, word, date or number can be spelt with them."""

ID_LENGTH = 12
"""Letters in an id: 20 to the power of 12 ids, so random ones do not meet by chance."""

ID_PATTERN = f"^[{ID_LETTERS}]{{{ID_LENGTH}}}$"
"""Form of every id: clinic, batch, patient, session."""

ID_COLUMNS = ("clinic_id", "batch_id", "patient_id", "session_id")

PERIOD_PATTERN = "^20[0-9]{2}(q[1-4])?$"
"""Form of the manifest's period: a year, or a year and a quarter."""

TABLE_ORDER = ("patient", "session", "vital", "scale", "event")
"""Parents before children."""

INDICATIONS = tuple(code for code in strata.CONTEXTS if code not in {"anaesthesia_procedure", "misuse_or_overdose"})
"""What a clinic treats: the contexts of the FAERS side, so that the two can be read side by side."""

ROUTES = tuple(code for code in strata.ROUTE_GROUPS if code not in {"topical", "unknown"})
"""How a clinic gives the drug: the route groups of the FAERS side; subcutaneous is other."""

DRUGS = ("ketamine", "esketamine", "arketamine")
"""Substance ids of what a session may give."""

SCALE_MAXIMUM: dict[str, int] = {"CADSS": 92, "CADSS-6": 24, "MOAA/S": 5, "BPRS+": 24}
"""Scale to its highest score; the lowest is 0 for all."""

DOSE_MG_BY_ROUTE: dict[str, tuple[float, float]] = {
    "intravenous": (1, 500),
    "intramuscular": (1, 1000),
    "intranasal": (1, 300),
    "oral_sublingual": (1, 1500),
    "other": (1, 1500),
}
"""Route to the lowest and highest dose of one session that is believed: wide enough for any practice, narrow enough
for grams or micrograms in place of milligrams to be seen."""

ACTIONS = (
    "none",
    "observed",
    "medication_given",
    "dosing_paused",
    "dose_reduced",
    "session_stopped",
    "treatment_stopped",
    "transferred_to_hospital",
)
"""What was done about an event; of several the one furthest down. session_stopped: dosing ended early because of it;
treatment_stopped: no further session was given because of it."""

OUTCOMES = ("recovered", "recovering", "not_recovered", "recovered_with_sequelae", "fatal", "unknown")
"""Outcome of an event, as ICH E2B(R3) has them."""

CONCOMITANTS = (
    "concomitant_benzodiazepine",
    "concomitant_stimulant",
    "concomitant_maoi",
    "concomitant_opioid",
)


def _id(name: str, description: str) -> Column:
    words = f"{description} {ID_LENGTH} random letters of {ID_LETTERS}; `ketavigil clinic ids` makes them."
    return Column(name, Kind.TEXT, words, nullable=False)


def _code(name: str, description: str, allowed: tuple[str, ...], *, nullable: bool = False) -> Column:
    return Column(name, Kind.TEXT, description, nullable=nullable, allowed=allowed)


def _minutes(name: str, description: str, minimum: int = 0, *, nullable: bool = True) -> Column:
    return Column(name, Kind.SHORT, description, "minutes", nullable, minimum=minimum, maximum=1440)


def _yes_no(name: str, description: str, *, nullable: bool = True) -> Column:
    return Column(name, Kind.BOOLEAN, description, nullable=nullable)


CLINIC_ID = _id("clinic_id", "The clinic: random, drawn once and kept for all its batches.")
BATCH_ID = _id("batch_id", "The batch: random, kept when the batch is corrected.")
REVISION = Column(
    "revision", Kind.SHORT, "1 at first; a corrected batch has a higher one.", nullable=False, minimum=1, maximum=999
)
PATIENT_ID = _id("patient_id", "The patient: random, kept for all batches of the clinic, made from nothing.")
SESSION_ID = _id("session_id", "The session: random, made from nothing; in one batch of the clinic alone.")

MANIFEST = Table(
    "clinic",
    "manifest",
    "One per batch: manifest.json without its list of files.",
    (
        CLINIC_ID,
        BATCH_ID,
        REVISION,
        _code("schema_version", "Version of this contract.", (SCHEMA_VERSION,)),
        Column(
            "period",
            Kind.TEXT,
            "Period of the sessions: a year and quarter such as 2024q3, or the year alone, such as 2024.",
            nullable=False,
        ),
        Column("is_simulated", Kind.BOOLEAN, "The batch is made up; left out, it is real.", nullable=False),
    ),
    key=("clinic_id", "batch_id", "revision"),
)

MANIFEST_FILE = Table(
    "clinic",
    "manifest_file",
    "One per table of a batch: the entries of `files` in manifest.json. `ketavigil clinic seal` fills them in.",
    (
        _code("table_name", "Table; each stands once.", TABLE_ORDER),
        _code(
            "file_name",
            "The table's name with .csv or .parquet.",
            tuple(f"{table}.{ending}" for table in TABLE_ORDER for ending in ("csv", "parquet")),
        ),
        Column("row_count", Kind.INTEGER, "Rows of the file without its header.", "rows", nullable=False, minimum=0),
        Column("sha256", Kind.TEXT, "SHA-256 of the file, 64 hexadecimal digits.", nullable=False),
    ),
    key=("table_name",),
)

PATIENT = Table(
    "clinic",
    "patient",
    "One row per patient who has a session in the batch.",
    (
        PATIENT_ID,
        Column(
            "age_years",
            Kind.SHORT,
            "Age at the first session of the batch; 90 is 90 and over. Blank where unknown.",
            "years",
            minimum=0,
            maximum=90,
        ),
        _code("sex", "F, M or UNK.", ("F", "M", "UNK")),
        _code("indication", "What the treatment is for; of several the first in this list.", INDICATIONS),
        Column(
            "prior_treatment_failures",
            Kind.SHORT,
            "Treatments of the condition that failed before; 20 is 20 and over. Blank where unknown.",
            "treatments",
            minimum=0,
            maximum=20,
        ),
    ),
    key=("patient_id",),
)

SESSION = Table(
    "clinic",
    "session",
    "One row per treatment session.",
    (
        SESSION_ID,
        PATIENT_ID,
        Column(
            "session_number",
            Kind.SHORT,
            "1 for the patient's first session at the clinic, and so on; a later batch counts on.",
            nullable=False,
            minimum=1,
            maximum=999,
        ),
        Column(
            "day_offset",
            Kind.SHORT,
            "Days since the patient's session 1, which is on day 0.",
            "days",
            nullable=False,
            minimum=0,
            maximum=9999,
        ),
        _code("drug", "What was given.", DRUGS),
        _code("route", "How it was given; of several the first in this list; subcutaneous is other.", ROUTES),
        Column(
            "dose_mg",
            Kind.DOUBLE,
            "Dose of the whole session, at most 2 decimals; plausible per route.",
            "mg",
            nullable=False,
            minimum=1,
            maximum=1500,
        ),
        Column(
            "dose_mg_per_kg",
            Kind.DOUBLE,
            "The same per body weight, at most 3 decimals. Blank where the weight is unknown.",
            "mg/kg",
            minimum=0.005,
            maximum=30,
        ),
        _minutes("infusion_minutes", "Length of the infusion; blank for other routes.", 1),
        _yes_no("concomitant_benzodiazepine", "A benzodiazepine on the day of the session. Blank where unknown."),
        _yes_no("concomitant_stimulant", "A stimulant on the day of the session. Blank where unknown."),
        _yes_no("concomitant_maoi", "A MAO inhibitor within 14 days. Blank where unknown."),
        _yes_no("concomitant_opioid", "An opioid on the day of the session. Blank where unknown."),
        _minutes("monitored_minutes", "Minutes from the start of dosing to the end of monitoring."),
        _minutes("discharge_minutes", "Minutes from the start of dosing to leaving the clinic."),
        _yes_no("completed", "The whole dose was given as planned.", nullable=False),
    ),
    key=("session_id",),
)

VITAL = Table(
    "clinic",
    "vital",
    "One row per reading; at least one of its values is given.",
    (
        SESSION_ID,
        _minutes("minute_offset", "Minutes from the start of dosing; negative before it.", -240, nullable=False),
        Column("systolic_mmhg", Kind.SHORT, "Systolic blood pressure.", "mmHg", minimum=50, maximum=300),
        Column(
            "diastolic_mmhg",
            Kind.SHORT,
            "Diastolic blood pressure, below the systolic; both or neither are given.",
            "mmHg",
            minimum=20,
            maximum=250,
        ),
        Column("heart_rate_bpm", Kind.SHORT, "Heart rate.", "beats per minute", minimum=20, maximum=250),
        Column("spo2_percent", Kind.SHORT, "Oxygen saturation by pulse oximeter.", "%", minimum=50, maximum=100),
    ),
    key=("session_id", "minute_offset"),
)

SCALE = Table(
    "clinic",
    "scale",
    "One row per score.",
    (
        SESSION_ID,
        _code("scale", "CADSS 0-92, CADSS-6 0-24, MOAA/S 0-5, BPRS+ 0-24.", tuple(SCALE_MAXIMUM)),
        _minutes("minute_offset", "Minutes from the start of dosing; negative before it.", -240, nullable=False),
        Column("score", Kind.SHORT, "Total score.", "points", nullable=False, minimum=0, maximum=92),
    ),
    key=("session_id", "scale", "minute_offset"),
)

EVENT = Table(
    "clinic",
    "event",
    "One row per adverse event; a side effect, a term or both are given.",
    (
        SESSION_ID,
        Column("side_effect", Kind.TEXT, "Side-effect group, an id of the reviewed list."),
        Column("term", Kind.TEXT, "MedDRA preferred term, one of the reviewed terms of the side effects."),
        Column("severity", Kind.SHORT, "1 mild, 2 moderate, 3 severe.", nullable=False, minimum=1, maximum=3),
        _minutes("onset_minute", "Minutes from the start of dosing to its onset. Blank where unknown."),
        _minutes(
            "resolved_minute",
            "Minutes from the start of dosing to its end. Blank where unknown, unresolved or after 24 hours.",
        ),
        _yes_no("serious", "Serious as ICH E2A defines it.", nullable=False),
        _code(
            "action",
            "What was done about it; of several the last in this list. Blank where unknown.",
            ACTIONS,
            nullable=True,
        ),
        _code("outcome", "Outcome.", OUTCOMES),
    ),
    key=("session_id", "side_effect", "term", "onset_minute"),
)

BATCH_TABLES: dict[str, Table] = {table.name: table for table in (PATIENT, SESSION, VITAL, SCALE, EVENT)}
"""Table name to declaration, as a clinic fills them in, parents before children."""

REVIEWED_CODES: dict[tuple[str, str], tuple[str, str]] = {
    ("event", "side_effect"): ("side_effect", "side_effect"),
    ("event", "term"): ("side_effect_term", "term"),
}
"""Table and column to the reference table and column that lists what may stand there; case counts."""

DECIMALS: dict[tuple[str, str], int] = {("session", "dose_mg"): 2, ("session", "dose_mg_per_kg"): 3}
"""Table and column to the decimals that a number may have; all other numbers are whole."""

SOURCE_LINE = Column(
    "source_line",
    Kind.INTEGER,
    "Line in the batch's file; the header is line 1, and so the first row of a Parquet file is line 2.",
    nullable=False,
    minimum=2,
)


def _staged(table: Table) -> Table:
    return replace(
        table,
        schema="staged",
        name=f"clinic_{table.name}",
        columns=(CLINIC_ID, BATCH_ID, REVISION, SOURCE_LINE, *table.columns),
        key=("clinic_id", "batch_id", *table.key),
    )


STAGED_TABLES: dict[str, Table] = {name: _staged(table) for name, table in BATCH_TABLES.items()}
"""Folder name below a staged batch to the declaration of what lies there."""
