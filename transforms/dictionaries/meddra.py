"""MedDRA in its ASCII format: lower terms to preferred terms, the hierarchy, and the standardised queries (SMQs)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from transforms.dictionaries.files import find, need, read_delimited

_LLT = {"llt": 1, "pt_code": 2}
_PT = {"pt_code": 0, "term": 1}
_MDHIER = {"pt_code": 0, "hlt": 5, "hlgt": 6, "soc": 7, "primary": 11}
_SMQ_LIST = {"smq_code": 0, "smq": 1}
_SMQ_CONTENT = {"smq_code": 0, "term_code": 1, "level": 2, "scope": 3, "status": 6}

_CHILD, _PREFERRED = "0", "4"
"""Levels of what an SMQ holds: another SMQ, a preferred term (5, a lower term, is left to its preferred one)."""

_DEEPEST = 5
"""SMQs stand in at most five levels."""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """What is read of MedDRA."""

    lower_terms: pl.DataFrame
    """reported_term, term: the preferred term of each lower term and of itself."""
    levels: pl.DataFrame
    """term, high_level_term, high_level_group_term, system_organ_class, is_primary: one row per path."""
    queries: pl.DataFrame
    """term, smq, scope (narrow or broad); an SMQ holds the terms of those below it."""


def read_meddra(folder: Path) -> Hierarchy:
    """Read llt.asc, pt.asc and mdhier.asc, and smq_list.asc and smq_content.asc where they are there.

    Raises:
        DictionaryError: a file is missing or has another format.
    """
    lower = read_delimited(need(folder, "meddra", "llt.asc"), "$", 10, _LLT)
    preferred = read_delimited(need(folder, "meddra", "pt.asc"), "$", 4, _PT).drop_nulls()
    levels = read_delimited(need(folder, "meddra", "mdhier.asc"), "$", 12, _MDHIER)
    terms = lower.join(preferred, on="pt_code").select("term", reported_term="llt")
    own = preferred.select("term", reported_term="term")
    lower_terms = pl.concat([own, terms.select(own.columns)]).unique("reported_term", keep="first", maintain_order=True)
    paths = levels.join(preferred, on="pt_code").select(
        "term",
        high_level_term="hlt",
        high_level_group_term="hlgt",
        system_organ_class="soc",
        is_primary=pl.col("primary") == "Y",
    )
    return Hierarchy(
        lower_terms.select("reported_term", "term").sort("reported_term"),
        paths.unique().sort("term", "system_organ_class", "high_level_term"),
        _queries(folder, preferred),
    )


def _queries(folder: Path, preferred: pl.DataFrame) -> pl.DataFrame:
    if find(folder, "smq_list.asc") is None:
        return pl.DataFrame(schema={"term": pl.String(), "smq": pl.String(), "scope": pl.String()})
    queries = read_delimited(need(folder, "meddra", "smq_list.asc"), "$", 8, _SMQ_LIST)
    content = read_delimited(need(folder, "meddra", "smq_content.asc"), "$", 8, _SMQ_CONTENT).filter(
        pl.col("status") == "A"
    )
    below = content.filter(level=_CHILD).select(child="term_code", smq_code="smq_code")
    held = content.filter(level=_PREFERRED).select("smq_code", "term_code", "scope")
    every = [held]
    for _ in range(_DEEPEST - 1):
        every.append(
            every[-1]
            .join(below, left_on="smq_code", right_on="child")
            .select("term_code", "scope", smq_code="smq_code_right")
        )
    return (
        pl.concat([frame.select("smq_code", "term_code", "scope") for frame in every])
        .join(queries, on="smq_code")
        .join(preferred, left_on="term_code", right_on="pt_code")
        .select("term", "smq", scope=pl.when(pl.col("scope") == "2").then(pl.lit("narrow")).otherwise(pl.lit("broad")))
        # A term that is narrow in one place and broad in another counts as narrow: the narrow search has it.
        .group_by("term", "smq")
        .agg(pl.col("scope").max())
        .sort("smq", "term")
    )
