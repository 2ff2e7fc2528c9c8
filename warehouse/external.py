"""Optional dictionaries in a build: their names and terms as steps, empty ones where none is given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

from transforms.dictionaries import Hierarchy, fingerprint, read_meddra, read_rxnorm, read_whodrug, version
from transforms.names import match_names
from vocabulary.tables import external
from warehouse.plan import Step, frame_step, query

_NAMES = {"name": pl.String(), "ingredient": pl.String()}


def external_steps(folders: Mapping[str, Path]) -> list[Step]:
    """The steps of this file.

    Args:
        folders: of rxnorm, meddra and whodrug; those that are given.

    Raises:
        DictionaryError: a folder is missing or its files have another format.
    """
    names, ambiguous = read_rxnorm(folders["rxnorm"]) if "rxnorm" in folders else (pl.DataFrame(schema=_NAMES), 0)
    drugs = read_whodrug(folders["whodrug"]) if "whodrug" in folders else None
    terms = read_meddra(folders["meddra"]) if "meddra" in folders else None
    counts = {"rxnorm": (names["name"].n_unique(), ambiguous)}
    atc = pl.DataFrame(schema={"ingredient": pl.String(), "atc_code": pl.String(), "atc_name": pl.String()})
    if drugs is not None:
        counts["whodrug"] = (max(drugs.names["name"].n_unique(), drugs.atc.height), drugs.ambiguous)
        names = pl.concat([names, drugs.names.join(names, on="name", how="anti")])
        atc = drugs.atc
    if terms is not None:
        counts["meddra"] = (terms.lower_terms.height, 0)
    rows = [
        {
            "dictionary": kind,
            "release": version(kind, folders[kind]),
            "sha256": fingerprint(kind, folders[kind]),
            "name_count": counts[kind][0],
            "ambiguous_name_count": counts[kind][1],
        }
        for kind in sorted(folders)
    ]
    listed = pl.DataFrame(rows, schema=external.EXTERNAL_DICTIONARY.polars_schema)
    lower = _empty("reported_term", "term") if terms is None else terms.lower_terms
    # A build that goes on from the last one knows by the hashes in this table whether another dictionary was given.
    given = "meta.external_dictionary"
    return [
        frame_step(given, lambda _: listed, is_always_made=True),
        frame_step("work.dictionary_name", lambda _: _as_substances(names), given),
        frame_step("work.dictionary_term", lambda _: lower, given),
        frame_step("core.term_hierarchy", lambda connection: _levels(connection, terms), "core.term", given),
        frame_step("core.term_smq", lambda connection: _queries(connection, terms), "core.term", given),
        frame_step("core.substance_atc", lambda connection: _atc(connection, atc), "core.substance", given),
    ]


def _empty(*columns: str) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))


def _as_substances(names: pl.DataFrame) -> pl.DataFrame:
    """Name (capitals, single blanks) and substance: an ingredient of a dictionary as this build calls it."""
    if names.is_empty():
        return _empty("name", "substance")
    written = pl.col("name").str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_uppercase()
    words = written.str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars()
    called = _called(names["ingredient"])
    made = names.join(called, on="ingredient").select("substance", name=words)
    return made.filter(pl.col("name") != "").unique().sort("name", "substance")


def _called(ingredients: pl.Series) -> pl.DataFrame:
    """ingredient, substance: read as a reported name is, so that PARACETAMOL and acetaminophen are one."""
    distinct = ingredients.unique().sort()
    pairs = pl.DataFrame(
        {"name_id": range(distinct.len()), "reported_drug_name": distinct, "active_ingredient": None},
        schema={"name_id": pl.Int64, "reported_drug_name": pl.String, "active_ingredient": pl.String},
    )
    found = match_names(pairs).join(pairs, on="name_id")
    return found.select("substance", ingredient="reported_drug_name").unique()


def _levels(connection: duckdb.DuckDBPyConnection, terms: Hierarchy | None) -> pl.DataFrame:
    if terms is None:
        return pl.DataFrame(schema=external.TERM_HIERARCHY.polars_schema)
    return _of_the_build(connection, terms.levels).select(external.TERM_HIERARCHY.column_names)


def _queries(connection: duckdb.DuckDBPyConnection, terms: Hierarchy | None) -> pl.DataFrame:
    if terms is None:
        return pl.DataFrame(schema=external.TERM_SMQ.polars_schema)
    return _of_the_build(connection, terms.queries).select(external.TERM_SMQ.column_names)


def _of_the_build(connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of terms that the build has, as it spells them: nothing else of MedDRA goes into the file."""
    key = pl.col("term").str.to_lowercase()
    there = query(connection, "SELECT term FROM core.term").select("term", key=key)
    return rows.with_columns(key=key).drop("term").join(there, on="key").sort("term", maintain_order=True)


def _atc(connection: duckdb.DuckDBPyConnection, atc: pl.DataFrame) -> pl.DataFrame:
    if atc.is_empty():
        return pl.DataFrame(schema=external.SUBSTANCE_ATC.polars_schema)
    there = query(connection, "SELECT substance FROM core.substance")
    called = _called(atc["ingredient"])
    # An ATC name of several ingredients says nothing of each.
    single = called.filter(pl.len().over("ingredient") == 1).join(there, on="substance", how="semi")
    rows = atc.join(single, on="ingredient").select(external.SUBSTANCE_ATC.column_names)
    return rows.unique(["substance", "atc_code"], keep="first", maintain_order=True).sort("substance", "atc_code")
