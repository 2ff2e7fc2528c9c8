"""Names and terms, by the thousand distinct ones: what a quarter more brings."""

from __future__ import annotations

import polars as pl
import pytest

import reference
from bench.measure import ROOT
from transforms.names import match_names

NAMES = 5_000


@pytest.fixture(scope="module")
def pairs():
    """Reviewed names and ordinary ones, with doses and misspellings as reporters write them."""
    reviewed = reference.read("substance_name")["name"].to_list()
    ordinary = pl.read_csv(ROOT / "simulation" / "ordinary_drug.csv")["ingredient"].to_list()
    endings = ("", " 50 MG", " TABLET", " HYDROCHLORIDE", "E", " (UNKNOWN)", "/00000001/")
    names = [f"{name}{endings[number % len(endings)]}" for number, name in enumerate([*reviewed, *ordinary] * 20)]
    distinct = list(dict.fromkeys(names))[:NAMES]
    return pl.DataFrame({"name_id": range(len(distinct)), "reported_drug_name": distinct}).with_columns(
        active_ingredient=pl.lit(None, pl.String)
    )


def test_match_names(benchmark, pairs):
    benchmark.pedantic(match_names, (pairs,), rounds=3, warmup_rounds=1)
