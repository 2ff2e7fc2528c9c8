"""Contexts and routes of the published file are those of the simulator, which follows the same rule by other means."""

from __future__ import annotations

import polars as pl
import pytest

from simulation.faers import simulate
from vocabulary.quarter import parse_quarters
from vocabulary.tables.strata import CONTEXTS

CELLS = ["a", "b", "c", "d"]
KEYS = ["context", "exposure", "comparator", "side_effect", "definition", "role_scope"]


@pytest.fixture(scope="module")
def undamaged(tmp_path_factory, run_on):
    """Two eras, no damage."""
    folder = tmp_path_factory.mktemp("contexts")
    simulate(folder / "source", parse_quarters("2012q2..2012q4,2022q4"), 8_000, seed=3)
    return run_on(folder / "source", folder / "home")


@pytest.fixture(params=["undamaged", "four_quarters"])
def finished(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("column", ["context", "route_group"])
def test_cases_by_group(finished, column):
    truth = finished.truth[f"cases_by_{column}"]
    with finished.open() as connection:
        found = dict(connection.execute(f"SELECT {column}, count(*) FROM core.report GROUP BY 1").fetchall())
    assert found == truth
    assert min(truth.values()) > 0, "a group without a case proves nothing"


def test_every_cell_within_every_context(undamaged):
    """The a, b, c, d of truth_context.parquet from core tables alone, counted case by case in plain SQL."""
    truth = pl.read_parquet(undamaged.source / "truth_context.parquet").select(*KEYS, *CELLS)
    with undamaged.open() as connection:
        found = connection.sql(RECOUNT).pl()
    joined = truth.join(found, on=KEYS, how="left", suffix="_found").fill_null(0)
    assert found.height == found.join(truth, on=KEYS, how="semi").height, "cells that the truth does not know"
    for cell in CELLS:
        assert joined.filter(pl.col(cell) != pl.col(f"{cell}_found")).select(*KEYS, cell, f"{cell}_found").rows() == []
    for context, most in joined.group_by("context").agg(pl.col("a").max()).iter_rows():
        assert most > 0, f"no exposed case has a side effect in {context}"


def test_the_mart_has_the_same_cells(undamaged):
    """A row where both arms have cases, and for the rest where the exposure has some; no other."""
    truth = pl.read_parquet(undamaged.source / "truth_context.parquet").select(*KEYS, *CELLS)
    has_arms = (pl.col("a") + pl.col("b") > 0) & ((pl.col("c") + pl.col("d") > 0) | (pl.col("comparator") == "rest"))
    with undamaged.open() as connection:
        found = connection.sql(
            f"SELECT {', '.join(KEYS + CELLS)} FROM mart.side_effect_comparison "
            "WHERE context <> 'all' AND route_group = 'all'"
        ).pl()
    assert found.sort(KEYS).equals(truth.filter(has_arms).sort(KEYS).cast(found.schema))
    assert found.height > 10_000


def test_some_contexts_are_decided_by_the_suspects(undamaged):
    """Were the first context of all indications right everywhere, the rule would not have been tried."""
    with undamaged.open() as connection:
        (decided,) = connection.execute(
            """
            SELECT count(*)
            FROM core.report
            JOIN (
                SELECT case_id, min(list_position($contexts, context)) AS first
                FROM core.report_indication JOIN core.indication_context USING (reported_indication)
                GROUP BY case_id
            ) USING (case_id)
            WHERE context <> $contexts[first]
            """,
            {"contexts": list(CONTEXTS)},
        ).fetchall()[0]
    assert decided > 10


# One row per case, exposure and scope; per case, side effect and definition; then every pair of arms.
RECOUNT = """
WITH cases AS (SELECT case_id, context FROM core.report WHERE is_in_universe),
given AS (
    SELECT DISTINCT member.exposure, case_id, role_scope
    FROM core.report_substance
    JOIN core.exposure_substance AS member USING (substance)
    CROSS JOIN unnest(['primary_suspect', 'suspect', 'any']) AS scope (role_scope)
    WHERE role_scope = 'any' OR is_primary_suspect OR (role_scope = 'suspect' AND is_suspect)
),
exposed AS (SELECT * FROM given JOIN cases USING (case_id)),
compared AS (
    SELECT exposure, 'rest' AS comparator FROM core.exposure
    UNION ALL
    SELECT studied.exposure, other.exposure
    FROM core.exposure AS studied, core.exposure AS other
    WHERE studied.is_studied AND NOT EXISTS (
        FROM core.exposure_substance AS member
        WHERE member.exposure = other.exposure AND member.substance = studied.exposure
    )
),
arms AS (
    SELECT exposure, comparator, role_scope, context, case_id, TRUE AS is_exposed
    FROM compared JOIN exposed USING (exposure)
    UNION ALL
    SELECT compared.exposure, comparator, exposed.role_scope, exposed.context, exposed.case_id, FALSE
    FROM compared JOIN exposed ON exposed.exposure = comparator
    UNION ALL
    SELECT exposure, 'rest', role_scope, context, case_id, FALSE
    FROM core.exposure
    CROSS JOIN cases
    CROSS JOIN unnest(['primary_suspect', 'suspect', 'any']) AS scope (role_scope)
),
alone AS (
    SELECT exposure, comparator, role_scope, context, case_id, bool_or(is_exposed) AS is_exposed
    FROM arms
    GROUP BY ALL
    HAVING comparator = 'rest' OR count(*) = 1
),
event AS (
    SELECT DISTINCT case_id, side_effect, definition FROM core.report_term JOIN core.side_effect_term USING (term)
),
size AS (
    SELECT
        exposure, comparator, role_scope, context,
        count(*) FILTER (is_exposed) AS mine, count(*) FILTER (NOT is_exposed) AS theirs
    FROM alone
    GROUP BY ALL
),
hit AS (
    SELECT
        exposure, comparator, role_scope, context, side_effect, definition,
        count(*) FILTER (is_exposed) AS a, count(*) FILTER (NOT is_exposed) AS c
    FROM alone JOIN event USING (case_id)
    GROUP BY ALL
)
SELECT
    context, exposure, comparator, effect.side_effect, level.definition, role_scope,
    coalesce(a, 0) AS a, mine - coalesce(a, 0) AS b, coalesce(c, 0) AS c, theirs - coalesce(c, 0) AS d
FROM size
CROSS JOIN core.side_effect AS effect
CROSS JOIN unnest(['single_term', 'label_style', 'broad']) AS level (definition)
LEFT JOIN hit USING (context, exposure, comparator, side_effect, definition, role_scope)
"""
