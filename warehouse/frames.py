"""Small tables that Python makes: from reviewed reference data, and from the distinct names and terms of the build."""

from __future__ import annotations

import duckdb
import polars as pl

import reference
from transforms.names import match_names
from transforms.terms import match_terms, side_effect_members
from warehouse.plan import Step, frame_step, query

NAME_TABLES = (
    "substance",
    "substance_name",
    "combination",
    "not_substance",
    "fixed_combination",
    "salt",
    "name_noise",
    "inn_stem",
    "narrower_substance",
    "ingredient_name",
)
"""Reviewed tables that decide what substance a name is read as."""


def reference_steps() -> list[Step]:
    """Reviewed tables as the warehouse shows them."""
    return [
        frame_step(
            "work.reviewed_substance",
            lambda _: reference.read("substance").select("substance", "name", "role"),
            reference=("substance",),
        ),
        frame_step("core.exposure", lambda _: exposures(), reference=("substance", "substance_class")),
        frame_step(
            "core.exposure_substance", lambda _: exposure_substances(), reference=("substance", "substance_class")
        ),
        frame_step("core.side_effect", lambda _: _side_effects(), reference=("side_effect",)),
        frame_step(
            "core.side_effect_term", lambda _: side_effect_members(), reference=("side_effect", "side_effect_term")
        ),
        frame_step("work.listed_ingredient", lambda _: _listed_ingredients(), reference=("ingredient_name",)),
    ]


def matching_steps() -> list[Step]:
    """Names to substances and published terms to preferred terms, on distinct values."""
    return [
        frame_step(
            "core.drug_name_substance",
            _drug_name_substances,
            "core.drug_name",
            "work.dictionary_name",
            reference=NAME_TABLES,
        ),
        frame_step(
            "work.matched_term",
            _matched_terms,
            "work.reported_term",
            "work.dictionary_term",
            reference=("side_effect_term", "term_alias"),
        ),
    ]


def exposures() -> pl.DataFrame:
    """Grain of core.exposure: every reviewed substance and every class."""
    substance = reference.read("substance").select(
        exposure="substance",
        exposure_name="name",
        exposure_kind=pl.lit("substance"),
        is_studied=pl.col("role") == "studied",
    )
    classes = (
        reference.read("substance_class")
        .unique("class", keep="first", maintain_order=True)
        .select(
            exposure="class",
            exposure_name="class_name",
            exposure_kind=pl.lit("class"),
            is_studied=pl.lit(value=False),
        )
    )
    return pl.concat([substance, classes])


def exposure_substances() -> pl.DataFrame:
    """Grain of core.exposure_substance: a substance is its own exposure, and one of each class it is in."""
    own = reference.read("substance").select(exposure="substance", substance="substance")
    member = reference.read("substance_class").select(exposure="class", substance="substance")
    return pl.concat([own, member])


def _side_effects() -> pl.DataFrame:
    return reference.read("side_effect").select("side_effect", side_effect_name="name", question="question")


def _listed_ingredients() -> pl.DataFrame:
    """Grain: an ingredient that a reviewed table knows by name."""
    return reference.read("ingredient_name").select(substance="ingredient").unique().sort("substance")


def _drug_name_substances(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    names = query(
        connection, "SELECT drug_name_id::BIGINT AS name_id, reported_drug_name, active_ingredient FROM core.drug_name"
    )
    dictionary = query(connection, "SELECT name, substance FROM work.dictionary_name")
    return match_names(names, dictionary).rename({"name_id": "drug_name_id"})


def _matched_terms(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    terms = query(connection, "SELECT term_id, reported_term FROM work.reported_term")
    dictionary = query(connection, "SELECT reported_term, term FROM work.dictionary_term")
    return terms.join(match_terms(terms, dictionary).select("term_id", "term"), on="term_id").select(
        "reported_term", "term"
    )
