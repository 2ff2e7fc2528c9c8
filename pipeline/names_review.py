"""Names that came to no ingredient: proposals out as a CSV, decisions of a person back into the reference tables."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import reference
from transforms.names.propose import known_names, propose
from warehouse.plan import query
from warehouse.query import open_published

COLUMNS = (
    "decision",
    "name",
    "ingredient",
    "kind",
    "reason",
    "resembles",
    "score",
    "drug_row_count",
    "reported_name_count",
    "example_reported_name",
    "example_quarter",
    "co_reported_ingredient",
    "co_reported_rows",
    "indication",
    "rationale",
    "source",
)
"""Columns of the review file; a person fills in decision (accept, refuse or blank) and may change the others."""

_CO_REPORTED = """
WITH reported AS (
    SELECT named.substance AS cleaned_name, upper(trim(name.reported_drug_name)) AS text
    FROM core.drug_name_substance AS named
    INNER JOIN core.drug_name AS name USING (drug_name_id)
    WHERE named.matched_field = 'reported_drug_name' AND named.substance IN (SELECT cleaned_name FROM wanted)
    GROUP BY ALL
),

coded AS (
    SELECT
        reported.cleaned_name,
        name.drug_name_id,
        string_agg(named.substance, ' + ' ORDER BY named.substance) AS ingredient
    FROM reported
    INNER JOIN core.drug_name AS name ON reported.text = upper(trim(name.reported_drug_name))
    INNER JOIN core.drug_name_substance AS named
        ON name.drug_name_id = named.drug_name_id AND named.matched_field = 'active_ingredient'
    GROUP BY ALL
),

counted AS (
    SELECT coded.cleaned_name, coded.ingredient, count(*) AS row_count
    FROM coded
    INNER JOIN core.report_drug AS drug USING (drug_name_id)
    GROUP BY ALL
)

SELECT cleaned_name, ingredient AS co_reported_ingredient,
    row_count || ' of ' || sum(row_count) OVER (PARTITION BY cleaned_name) AS co_reported_rows
FROM counted
QUALIFY row_number() OVER (PARTITION BY cleaned_name ORDER BY row_count DESC, ingredient ASC) = 1
"""
"""The ingredient that FDA codes most often for the same reported name, in other rows."""

_INDICATION = """
WITH given AS (
    SELECT named.substance AS cleaned_name, indication.reported_indication AS indication, count(*) AS row_count
    FROM core.drug_name_substance AS named
    INNER JOIN core.report_drug AS drug USING (drug_name_id)
    INNER JOIN core.report_indication AS indication
        ON drug.case_id = indication.case_id AND drug.drug_sequence = indication.drug_sequence
    WHERE named.substance IN (SELECT cleaned_name FROM wanted) AND indication.reported_indication IS NOT NULL
    GROUP BY ALL
)

SELECT cleaned_name, indication FROM given
QUALIFY row_number() OVER (PARTITION BY cleaned_name ORDER BY row_count DESC, indication ASC) = 1
"""


def review(published: Path, top: int, minimum_score: float) -> pl.DataFrame:
    """Proposals for the most frequent unmapped names of a published file.

    What FDA codes for the same name in other rows comes first, then what the name contains or how it is spelt. A pair
    that a person refused is not proposed again. The same file and tables give the same proposals.

    Args:
        published: the published file.
        top: most names.
        minimum_score: least likeness of spellings, in percent.

    Returns:
        One row per name, columns COLUMNS, most frequent first.

    Raises:
        BuildError: there is no published file.
    """
    with open_published(published) as connection:
        names = query(connection, f"SELECT * FROM meta.unmapped_name WHERE place <= {top:d} ORDER BY place")
        connection.register("wanted", names.select("cleaned_name"))
        co_reported = query(connection, _CO_REPORTED)
        indications = query(connection, _INDICATION)
        ingredients = query(
            connection,
            "SELECT DISTINCT substance FROM core.drug_name_substance WHERE matched_field = 'active_ingredient'",
        )
        ((build_id,),) = connection.execute("SELECT build_id FROM meta.build").fetchall()
    upper = pl.col("cleaned_name").str.to_uppercase()
    alike = propose(names.select(upper)["cleaned_name"].to_list(), known_names(ingredients["substance"]), minimum_score)
    refused = reference.read("refused_name").select("name", "ingredient")
    co_rows = (
        names.select("cleaned_name")
        .join(co_reported, on="cleaned_name")
        .select(
            name=upper,
            ingredient="co_reported_ingredient",
            reason=pl.lit("co_reported"),
            resembles=pl.lit(None, pl.String),
            score=pl.lit(None, pl.Float64),
        )
    )
    proposals = (
        pl.concat([co_rows, alike])
        .join(refused, on=["name", "ingredient"], how="anti", nulls_equal=True)
        .unique("name", keep="first", maintain_order=True)
    )
    return (
        names.with_columns(name=upper)
        .join(proposals, on="name", how="left")
        .join(co_reported, on="cleaned_name", how="left")
        .join(indications, on="cleaned_name", how="left")
        .sort("place")
        .with_columns(
            decision=pl.lit(None, pl.String),
            example_quarter="first_quarter",
            kind=pl.when(reason="spelling")
            .then(pl.lit("misspelling"))
            .when(pl.col("reason").is_not_null())
            .then(pl.lit("brand")),
            rationale=pl.when(reason="co_reported")
            .then(pl.format("FDA codes the same name so in {} rows", "co_reported_rows"))
            .when(reason="contains")
            .then(pl.format("Holds the name {}", "resembles"))
            .when(reason="spelling")
            .then(pl.format("Spelt like {}", "resembles")),
            source=pl.lit(f"review of build {build_id}"),
        )
        .select(COLUMNS)
    )
