"""What optional dictionaries add: empty in a build without them."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table
from vocabulary.tables.groups import SUBSTANCE, TERM


def _text(name: str, description: str, *, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, Kind.TEXT, description, nullable=nullable, allowed=allowed)


EXTERNAL_DICTIONARY = Table(
    "meta",
    "external_dictionary",
    "One row per optional dictionary that the build was given.",
    (
        _text("dictionary", "Which one.", allowed=("rxnorm", "meddra", "whodrug")),
        _text("release", "Release that its files name; not told where they do not."),
        _text("sha256", "SHA-256 over the files that were read."),
        Column("name_count", Kind.BIGINT, "Names or terms read.", unit="names", nullable=False, minimum=0),
        Column("ambiguous_name_count", Kind.BIGINT, "Names left out, for they stand for different ingredients.",
               unit="names", nullable=False, minimum=0),
    ),
    key=("dictionary",),
)  # fmt: skip

TERM_HIERARCHY = Table(
    "core",
    "term_hierarchy",
    "One row per preferred term of the build and path in MedDRA; empty without MedDRA.",
    (
        TERM,
        _text("high_level_term", "High level term (HLT)."),
        _text("high_level_group_term", "High level group term (HLGT)."),
        _text("system_organ_class", "System organ class (SOC)."),
        Column("is_primary", Kind.BOOLEAN, "The path to the term's primary SOC.", nullable=False),
    ),
    key=("term", "high_level_term", "high_level_group_term", "system_organ_class"),
)

TERM_SMQ = Table(
    "core",
    "term_smq",
    "One row per preferred term of the build and standardised MedDRA query that holds it; empty without MedDRA.",
    (
        TERM,
        _text("smq", "Standardised MedDRA query."),
        _text("scope", "narrow, or broad where only the wide search holds it.", allowed=("narrow", "broad")),
    ),
    key=("term", "smq"),
)

SUBSTANCE_ATC = Table(
    "core",
    "substance_atc",
    "One row per substance of the build and ATC code; empty without WHODrug or the ATC index.",
    (
        SUBSTANCE,
        _text("atc_code", "Code in the Anatomical Therapeutic Chemical classification."),
        _text("atc_name", "Name of the code; null where the index does not have it.", nullable=True),
    ),
    key=("substance", "atc_code"),
)

CORE = (TERM_HIERARCHY, TERM_SMQ, SUBSTANCE_ATC)
META = (EXTERNAL_DICTIONARY,)
