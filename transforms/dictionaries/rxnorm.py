"""RxNorm in its release format: names of ingredients and brands, and which ingredients a brand has."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from transforms.dictionaries.files import need, read_delimited, unambiguous

_NAMED = ("IN", "PIN", "MIN", "BN")
"""Ingredient, precise ingredient (a salt), several ingredients, brand name."""

_LEADS_TO = ("tradename_of", "form_of", "has_part")
"""A row says what RXCUI2 is to RXCUI1: brand of, form of, made of."""

_CONSO = {"rxcui": 0, "lat": 1, "sab": 11, "tty": 12, "str": 14, "suppress": 16}
_REL = {"to": 0, "from": 4, "rela": 7, "sab": 10}


def read_rxnorm(folder: Path) -> tuple[pl.DataFrame, int]:
    """Names that lead to ingredients.

    All English names of a concept count, of whatever source; obsolete ones too, for old reports use them.

    Args:
        folder: has RXNCONSO.RRF and RXNREL.RRF, itself or in rrf/.

    Returns:
        name and ingredient as RxNorm writes them, and how many names stand for several different things.

    Raises:
        DictionaryError: a file is missing or has another format.
    """
    names = read_delimited(need(folder, "rxnorm", "rxnconso.rrf"), "|", 18, _CONSO)
    links = read_delimited(need(folder, "rxnorm", "rxnrel.rrf"), "|", 16, _REL)
    told = names.filter(pl.col("lat") == "ENG", pl.col("suppress").is_in(["N", "O"]), pl.col("str").is_not_null())
    concepts = told.filter(pl.col("sab") == "RXNORM", pl.col("tty").is_in(_NAMED))
    kinds = concepts.group_by("rxcui").agg(tty=pl.col("tty").min())
    ingredients = concepts.filter(pl.col("tty") == "IN").select("rxcui", ingredient="str").unique("rxcui", keep="first")
    edges = (
        links.filter(pl.col("sab") == "RXNORM", pl.col("rela").is_in(_LEADS_TO))
        .select("from", "to")
        .unique()
        .join(kinds.select(to="rxcui"), on="to", how="semi")
    )
    # A brand of several ingredients may lead to them through the concept that holds them all.
    further = edges.join(edges.rename({"from": "to", "to": "end"}), on="to").select("from", to="end")
    reached = pl.concat([edges, further, ingredients.select(pl.col("rxcui").alias("from"), to="rxcui")]).unique()
    contents = reached.join(ingredients, left_on="to", right_on="rxcui").select(rxcui="from", ingredient="ingredient")
    named = told.join(kinds, on="rxcui", how="semi").select("rxcui", name="str").unique()
    return unambiguous(named.join(contents, on="rxcui").select("name", "ingredient", entry="rxcui"))
