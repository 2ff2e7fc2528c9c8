"""signal_change, with and without duplicates: what this build says that the published one does not, and the reverse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from vocabulary.errors import BuildError
from vocabulary.tables.mart import deduplicated
from vocabulary.tables.mart.columns import ALL, EXPOSURE, SIDE_EFFECT
from vocabulary.tables.mart.time import ALL_CRITERIA, SIGNAL_CHANGE
from warehouse.plan import Step, frame_step, query
from warehouse.query import open_published

SCHEMAS = ("mart", deduplicated.SCHEMA)
_SERIES = ["exposure", "comparator", "side_effect", "definition", "role_scope"]
_SHOWN = ["a", "ror_lower_95", "ic_lower_95"]

COMPARED = "compared"
NOTHING_PUBLISHED = "not compared: nothing was published"
UNREADABLE = "not compared: the published file cannot be read, or has other columns"
OTHER_KIND = "not compared: one of the two builds is of simulated reports"


@dataclass(frozen=True, slots=True)
class Previous:
    """The build that was published when this one is made, as far as it can be compared with."""

    outcome: str
    build_id: str | None = None
    comparison: Mapping[str, pl.DataFrame] | None = None
    """Its comparisons by schema; None where there is nothing to compare with."""
    carried_over: Mapping[str, pl.DataFrame] | None = None
    """Its own tables of changes, where it is the same build: a build is not compared with itself."""


def read_previous(published: Path | None, build: pl.DataFrame) -> Previous:
    """What is published before ``build``, the row of meta.build, is made.

    Never an error: a table of changes is no reason to refuse a build.
    """
    if published is None or not published.exists():
        return Previous(NOTHING_PUBLISHED)
    try:
        with open_published(published, any_version=True) as connection:
            return _read(connection, build)
    except (BuildError, duckdb.Error, pl.exceptions.PolarsError):
        return Previous(UNREADABLE)


def noted(build: pl.DataFrame, previous: Previous) -> pl.DataFrame:
    """The row of meta.build with what it was compared with."""
    return build.with_columns(
        previous_build_id=pl.lit(previous.build_id, pl.String), comparison_outcome=pl.lit(previous.outcome)
    )


def change_steps(previous: Previous) -> list[Step]:
    """The two steps of this file."""
    return [
        frame_step(
            f"{schema}.signal_change",
            lambda connection, schema=schema: _changes(connection, schema, previous),  # type: ignore[misc]
            f"{schema}.side_effect_comparison",
            is_always_made=True,
        )
        for schema in SCHEMAS
    ]


def _read(connection: duckdb.DuckDBPyConnection, build: pl.DataFrame) -> Previous:
    known = query(connection, "SELECT build_id, is_simulated, previous_build_id, comparison_outcome FROM meta.build")
    build_id, is_simulated, before, outcome = known.row(0)
    if build_id == build["build_id"][0]:
        known_changes = {schema: query(connection, f"SELECT * FROM {schema}.signal_change") for schema in SCHEMAS}
        return Previous(outcome, before, carried_over=known_changes)
    if is_simulated != build["is_simulated"][0]:
        return Previous(OTHER_KIND)
    return Previous(COMPARED, build_id, {schema: _comparison(connection, schema) for schema in SCHEMAS})


def _comparison(connection: duckdb.DuckDBPyConnection, schema: str) -> pl.DataFrame:
    criteria = ", ".join(f"coalesce(meets_{name}, false) AS {name}" for name in ALL_CRITERIA)
    return query(
        connection,
        f"SELECT {', '.join(_SERIES + _SHOWN)}, {criteria} FROM {schema}.side_effect_comparison "
        f"WHERE context = '{ALL}' AND route_group = '{ALL}'",
    )


def _changes(connection: duckdb.DuckDBPyConnection, schema: str, previous: Previous) -> pl.DataFrame:
    if previous.carried_over is not None:
        return previous.carried_over[schema]
    if previous.comparison is None:
        return pl.DataFrame(schema=SIGNAL_CHANGE.polars_schema)
    before, now = previous.comparison[schema], _comparison(connection, schema)
    parts = [
        _criteria(before, now),
        *(_whole(name, before, now) for name in (EXPOSURE.name, SIDE_EFFECT.name)),
    ]
    return (
        pl.concat(parts, how="diagonal")
        .with_columns(previous_build_id=pl.lit(previous.build_id))
        .sort("subject", *_SERIES, "criterion")
        .select(SIGNAL_CHANGE.column_names)
    )


def _criteria(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Criteria that are met in one of the two builds alone; one that is not there, or not judged, is not met."""
    old = before.rename({name: f"previous_{name}" for name in [*_SHOWN, *ALL_CRITERIA]})
    both = old.join(now, on=_SERIES, how="full", coalesce=True)
    changed = []
    for name in ALL_CRITERIA:
        is_met = pl.col(name).fill_null(value=False)
        was_met = pl.col(f"previous_{name}").fill_null(value=False)
        changed.append(
            both.filter(is_met != was_met).select(
                *_SERIES,
                *(f"previous_{shown}" for shown in _SHOWN),
                *_SHOWN,
                subject=pl.lit("criterion"),
                change=pl.when(is_met).then(pl.lit("new")).otherwise(pl.lit("gone")),
                criterion=pl.lit(name),
            )
        )
    return pl.concat(changed)


def _whole(name: str, before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Exposures or side effects of one build alone; what others are compared with is an exposure too."""
    old, new = (
        set(frame[name]) | (set(frame["comparator"]) - {"rest"} if name == EXPOSURE.name else set())
        for frame in (before, now)
    )
    rows = [(value, "new") for value in sorted(new - old)] + [(value, "gone") for value in sorted(old - new)]
    return pl.DataFrame(rows, schema={name: pl.String, "change": pl.String}, orient="row").with_columns(
        subject=pl.lit(name)
    )
