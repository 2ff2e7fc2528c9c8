"""Lookups behind the context, route group and region of a case: reviewed tables, and distinct texts read by them."""

from __future__ import annotations

import duckdb
import polars as pl

import reference
from transforms.contexts import match_indications, match_routes
from vocabulary.tables.strata import ROUTE_GROUPS
from warehouse.plan import Step, frame_step, query


def context_steps() -> list[Step]:
    """Matching on distinct indications and routes; the ranks by which one speaks for a case; regions."""
    return [
        frame_step(
            "core.indication_context",
            _indications,
            "core.report_indication",
            reference=("indication_context", "indication_alias", "term_alias"),
        ),
        frame_step("core.route_group", _routes, "core.report_drug", reference=("route_group",)),
        frame_step("work.context_rank", lambda _: _context_ranks(), reference=("context",)),
        frame_step("work.route_rank", lambda _: _route_ranks(), reference=()),
        frame_step(
            "work.region", lambda _: reference.read("region").select("country_code", "region"), reference=("region",)
        ),
    ]


def _indications(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return match_indications(
        query(
            connection,
            "SELECT DISTINCT reported_indication FROM core.report_indication WHERE reported_indication IS NOT NULL",
        )
    )


def _routes(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return match_routes(query(connection, "SELECT DISTINCT route FROM core.report_drug WHERE route IS NOT NULL"))


def _context_ranks() -> pl.DataFrame:
    return reference.read("context").select("context", context_rank=pl.col("rank").cast(pl.Int8))


def _route_ranks() -> pl.DataFrame:
    return pl.DataFrame(
        {"route_group": ROUTE_GROUPS, "route_rank": range(1, len(ROUTE_GROUPS) + 1)},
        schema={"route_group": pl.String(), "route_rank": pl.Int8()},
    )
