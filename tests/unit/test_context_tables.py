"""The reviewed tables of contexts, routes and regions keep their own rules."""

from __future__ import annotations

import polars as pl
import pytest

import reference
from simulation.terms import indication_book
from transforms.contexts import match_indications, match_routes
from transforms.contexts.fold import folded, without_nos
from vocabulary.tables.strata import CONTEXTS, REGIONS, ROUTE_GROUPS


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("context", "context"),
        ("context", "rank"),
        ("indication_context", "term"),
        ("indication_alias", "alias"),
        ("route_group", "route"),
        ("region", "country_code"),
    ],
)
def test_keys_are_unique_whatever_their_spelling(table: str, key: str) -> None:
    keys = reference.read(table).select(key=without_nos(folded(pl.col(key))))
    assert keys.null_count().item() == 0
    assert keys.filter(keys.is_duplicated()).rows() == []


@pytest.mark.parametrize("table", ["indication_context", "indication_alias", "route_group", "region"])
def test_every_row_says_why_and_from_where(table: str) -> None:
    assert reference.read(table).select("rationale", "source").null_count().sum_horizontal().item() == 0


def test_contexts_stand_in_the_order_of_their_ranks() -> None:
    contexts = reference.read("context")
    assert contexts["context"].to_list() == list(CONTEXTS)
    assert contexts["rank"].to_list() == [str(rank) for rank in range(1, 9)]
    assert contexts.null_count().sum_horizontal().item() == 0


def test_groups_are_known_and_all_used() -> None:
    assert set(reference.read("indication_context")["context"]) == set(CONTEXTS)
    assert set(reference.read("route_group")["route_group"]) == set(ROUTE_GROUPS)
    assert set(reference.read("region")["region"]) == set(REGIONS) - {"unknown"}


def test_every_reviewed_term_and_route_is_read_as_it_says() -> None:
    terms = reference.read("indication_context")
    read = match_indications(terms.select(reported_indication="term"))
    assert read.select("reported_indication", "context").sort("reported_indication").rows() == (
        terms.select("term", "context").sort("term").rows()
    )
    assert set(read["match_rule"]) == {"exact"}
    routes = reference.read("route_group")
    assert match_routes(routes.select("route")).select("route", "route_group").rows() == (
        routes.select("route", "route_group").sort("route").rows()
    )


def test_every_alias_leads_to_its_term() -> None:
    aliases = reference.read("indication_alias")
    assert set(aliases["kind"]) <= {"older_name", "everyday", "misspelling"}
    assert set(aliases["term"]) <= set(reference.read("indication_context")["term"])
    read = match_indications(aliases.select(reported_indication="alias"))
    assert read.select("reported_indication", "term").rows() == aliases.select("alias", "term").sort("alias").rows()


def test_no_alias_of_a_reaction_says_otherwise() -> None:
    both = reference.read("indication_alias").join(
        reference.read("term_alias"), left_on=pl.col("alias").str.to_lowercase(),
        right_on=pl.col("alias").str.to_lowercase(), suffix="_of_reaction",
    )  # fmt: skip
    assert both.filter(pl.col("term") != pl.col("term_of_reaction")).rows() == []


def test_every_country_has_one_region() -> None:
    countries = reference.read("country")["country_code"].drop_nulls().unique()
    assert set(reference.read("region")["country_code"]) == set(countries)


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("US", "north_america"),
        ("CA", "north_america"),
        ("GU", "north_america"),
        ("MX", "other"),
        ("GB", "europe"),
        ("CY", "europe"),
        ("RU", "europe"),
        ("TR", "asia"),
        ("IL", "asia"),
        ("TW", "asia"),
        ("AU", "other"),
        ("NA", "other"),
    ],
)
def test_region(country: str, region: str) -> None:
    assert reference.read("region").filter(country_code=country)["region"].item() == region


def test_the_simulator_means_by_its_terms_what_the_tables_say() -> None:
    """The simulator has a list of its own: two people wrote the same thing down."""
    book = indication_book()
    read = match_indications(pl.DataFrame({"reported_indication": book.terms}))
    planted = {term: CONTEXTS[number] for term, number in zip(book.terms, book.context.tolist(), strict=True)}
    assert dict(read.select("reported_indication", "context").iter_rows()) == planted
