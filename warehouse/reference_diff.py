"""Which counts a change of reference tables moves, told from a published file without building.

Names and terms are matched once per state, on distinct values; cases are looked at for what changed alone.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

import reference
from transforms.names import match_names
from transforms.terms import match_terms, side_effect_members
from warehouse.frames import exposure_substances
from warehouse.plan import query

SCHEMA: dict[str, pl.DataType] = {
    "what": pl.String(),
    "which": pl.String(),
    "definition": pl.String(),
    "cases_before": pl.Int64(),
    "cases_after": pl.Int64(),
    "cases_gained": pl.Int64(),
    "cases_lost": pl.Int64(),
}
"""Columns of moved_counts."""

_ROWS = {
    "drug_name_id": "SELECT case_id, drug_name_id AS key FROM core.report_drug WHERE role IN ({roles})",
    "reported_term": "SELECT case_id, reported_term AS key FROM core.report_reaction",
}
_SUSPECT = "'PS', 'SS'"
_ANY = "'PS', 'SS', 'C', 'I'"


def moved_counts(connection: duckdb.DuckDBPyConnection, old: Path, new: Path) -> pl.DataFrame:
    """Cases gained and lost, per substance and class (as a suspect), side effect and group of further drugs (any role).

    Counted in the universe of the published file. Contexts, routes and regions are not looked at.

    Args:
        connection: the published file.
        old: folder of reference tables before.
        new: folder after.

    Returns:
        One row per exposure, side effect and definition, or group whose cases differ; columns SCHEMA, ordered.

    Raises:
        ReferenceDataError: a folder has no reference tables, or they break their own rules.
    """
    names = query(
        connection, "SELECT drug_name_id::BIGINT AS name_id, reported_drug_name, active_ingredient FROM core.drug_name"
    )
    terms = query(
        connection,
        "SELECT row_number() OVER (ORDER BY reported_term) AS term_id, reported_term FROM "
        "(SELECT DISTINCT reported_term FROM core.report_reaction WHERE reported_term IS NOT NULL) AS given",
    )
    before, after = _state(old, names, terms), _state(new, names, terms)
    parts = [
        _moved(connection, "exposure", "drug_name_id", _SUSPECT, before["exposure"], after["exposure"]),
        _moved(connection, "side_effect", "reported_term", _ANY, before["side_effect"], after["side_effect"]),
        _moved(connection, "interaction_group", "drug_name_id", _ANY, before["group"], after["group"]),
    ]
    return pl.concat(parts)


def table_changes(old: Path, new: Path) -> dict[str, tuple[int, int]]:
    """Rows added and removed per table that differs, by name; a changed row counts as both."""
    changes = {}
    for name in sorted({path.stem for folder in (old, new) for path in folder.glob("*.csv")}):
        before, after = (_lines(folder / f"{name}.csv") for folder in (old, new))
        if before != after:
            changes[name] = (len(after - before), len(before - after))
    return changes


def _lines(path: Path) -> set[str]:
    return set(path.read_text(encoding="utf-8").splitlines()[1:]) if path.is_file() else set()


def _state(folder: Path, names: pl.DataFrame, terms: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """What each distinct name and term counts for under the tables of a folder: key, which, definition."""
    nothing = pl.lit(None, pl.String)
    with reference.using(folder):
        named = match_names(names).select("substance", key="name_id")
        exposure = named.join(exposure_substances(), on="substance").select("key", which="exposure", definition=nothing)
        groups = reference.read("interaction_group").select("substance", which="group")
        group = named.join(groups, on="substance").select("key", "which", definition=nothing)
        members = side_effect_members().select("term", "definition", which="side_effect")
        matched = match_terms(terms).join(terms.with_columns(pl.col("term_id").cast(pl.Int64)), on="term_id")
        side_effect = matched.join(members, on="term").select("which", "definition", key="reported_term")
    return {
        "exposure": exposure.unique(),
        "group": group.unique(),
        "side_effect": side_effect.select("key", "which", "definition").unique(),
    }


def _moved(
    connection: duckdb.DuckDBPyConnection, what: str, key: str, roles: str, before: pl.DataFrame, after: pl.DataFrame
) -> pl.DataFrame:
    on = ["key", "which", "definition"]

    def without(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
        return left.join(right, on=on, how="anti", nulls_equal=True)

    touched = pl.concat([without(before, after), without(after, before)]).select("which", "definition").unique()
    if touched.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    for state, frame in (("means_before", before), ("means_after", after)):
        connection.register(state, frame.join(touched, on=["which", "definition"], how="semi", nulls_equal=True))
    moved = query(
        connection,
        f"""
        WITH given AS MATERIALIZED (
            SELECT DISTINCT row.case_id, row.key
            FROM ({_ROWS[key].format(roles=roles)}) AS row
            SEMI JOIN (SELECT key FROM means_before UNION SELECT key FROM means_after) AS wanted USING (key)
            SEMI JOIN (SELECT case_id FROM core.report WHERE is_in_universe) AS universe USING (case_id)
        ),
        both_states AS (
            SELECT which, definition, case_id, true AS was, false AS is_now
            FROM given INNER JOIN means_before USING (key)
            UNION ALL
            SELECT which, definition, case_id, false, true FROM given INNER JOIN means_after USING (key)
        ),
        by_case AS (
            SELECT which, definition, case_id, bool_or(was) AS was, bool_or(is_now) AS is_now
            FROM both_states GROUP BY ALL
        )
        SELECT '{what}' AS what, which, definition,
            count(*) FILTER (WHERE was) AS cases_before, count(*) FILTER (WHERE is_now) AS cases_after,
            count(*) FILTER (WHERE is_now AND NOT was) AS cases_gained,
            count(*) FILTER (WHERE was AND NOT is_now) AS cases_lost
        FROM by_case
        GROUP BY which, definition
        HAVING cases_gained > 0 OR cases_lost > 0
        ORDER BY which, definition
        """,
    )
    connection.unregister("means_before")
    connection.unregister("means_after")
    return moved.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
