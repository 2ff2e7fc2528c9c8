"""What cases are counted by: exposures, side effects and their terms, and groups of drugs that may interact."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table

SUBSTANCE = Column("substance", Kind.TEXT, "Substance id; ketamine and esketamine are two.", nullable=False)
TERM = Column("term", Kind.TEXT, "MedDRA preferred term after the alias table.", nullable=False)

EXPOSURE = Table(
    "core",
    "exposure",
    "One row per exposure that measures are made for: a reviewed substance or a class of them.",
    (
        Column("exposure", Kind.TEXT, "Substance id or class id.", nullable=False),
        Column("exposure_name", Kind.TEXT, "Name for people.", nullable=False),
        Column("exposure_kind", Kind.TEXT, "substance or class.", nullable=False, allowed=("substance", "class")),
        Column("is_studied", Kind.BOOLEAN, "Ketamine, esketamine or arketamine.", nullable=False),
    ),
    key=("exposure",),
)

EXPOSURE_SUBSTANCE = Table(
    "core",
    "exposure_substance",
    "One row per exposure and substance that belongs to it.",
    (Column("exposure", Kind.TEXT, "Substance id or class id.", nullable=False), SUBSTANCE),
    key=("exposure", "substance"),
)

SIDE_EFFECT = Table(
    "core",
    "side_effect",
    "One row per side-effect group.",
    (
        Column("side_effect", Kind.TEXT, "Group id.", nullable=False),
        Column("side_effect_name", Kind.TEXT, "Name for people.", nullable=False),
        Column("question", Kind.TEXT, "The question that the group answers."),
    ),
    key=("side_effect",),
)

DEFINITIONS = ("single_term", "label_style", "broad")

SIDE_EFFECT_TERM = Table(
    "core",
    "side_effect_term",
    "One row per group, definition and preferred term; wider definitions hold the narrower ones.",
    (
        Column("side_effect", Kind.TEXT, "Group id.", nullable=False),
        Column("definition", Kind.TEXT, "single_term, label_style or broad.", nullable=False, allowed=DEFINITIONS),
        TERM,
    ),
    key=("side_effect", "definition", "term"),
)

INTERACTION_GROUP = Column(
    "interaction_group", Kind.TEXT, "Group of drugs that are given beside ketamine or esketamine.", nullable=False
)

INTERACTION_GROUP_TABLE = Table(
    "core",
    "interaction_group",
    "One row per group of further drugs and substance that belongs to it; brands stand beside their substance, because "
    "reports before 2014q3 give no active ingredient.",
    (
        INTERACTION_GROUP,
        Column("interaction_group_name", Kind.TEXT, "Name for people.", nullable=False),
        SUBSTANCE,
    ),
    key=("interaction_group", "substance"),
)

TABLES = (EXPOSURE, EXPOSURE_SUBSTANCE, SIDE_EFFECT, SIDE_EFFECT_TERM, INTERACTION_GROUP_TABLE)
