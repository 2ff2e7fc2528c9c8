"""Two drugs together: more reports of a side effect than the two apart would lead one to expect?"""

from __future__ import annotations

from dataclasses import replace

from vocabulary.table import Column, Kind, Table
from vocabulary.tables.groups import INTERACTION_GROUP
from vocabulary.tables.mart.columns import DEFINITION, EXPOSURE, ROLE_SCOPE, SIDE_EFFECT, count, flag, interval, number

INTERACTION_SCOPES = ("suspect", "any")
"""The second drug is mostly concomitant, so `any` is the scope to read first; `suspect` asks who was blamed."""

INTERACTION = Table(
    "mart",
    "interaction",
    "One row per exposure, group of further drugs, side effect, definition and role scope: cases by both exposures and "
    "the side effect, and Omega. More reports than expected, never proof of an interaction.",
    (
        EXPOSURE,
        INTERACTION_GROUP,
        SIDE_EFFECT,
        DEFINITION,
        replace(
            ROLE_SCOPE,
            description="Roles that make an exposure, of both drugs alike: suspect (PS or SS) or any (all but DN).",
            allowed=INTERACTION_SCOPES,
        ),
        count("n111", "Exposure, group and side effect."),
        count("n110", "Exposure and group without the side effect."),
        count("n101", "Exposure alone with the side effect."),
        count("n100", "Exposure alone without it."),
        count("n011", "Group alone with the side effect."),
        count("n010", "Group alone without it."),
        count("n001", "Neither, with the side effect."),
        count("n000", "Neither, without it."),
        number("expected", "n111 expected if the excess odds of the two add, none below zero.", 0),
        replace(number("omega", "log2((n111+.5)/(expected+.5))."), unit="bits"),
        *interval("omega", "Omega, exact"),
        flag("is_signal", "Lower bound of Omega > 0; false where Omega is undefined."),
        Column("undefined_reason", Kind.TEXT, "Why Omega is null: which of the four exposure strata has no case."),
    ),
    key=("exposure", "interaction_group", "side_effect", "definition", "role_scope"),
)

TABLES = (INTERACTION,)
