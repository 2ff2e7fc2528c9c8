"""Real FAERS rows: the reported name alone agrees with the active ingredient that FDA published beside it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest

from transforms.names import match_names

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
FAERS = SHARED / "real" / "faers"

pytestmark = pytest.mark.skipif(not FAERS.is_dir(), reason="../shared/real/faers is not beside this checkout")


def drug_rows(quarter: str) -> pl.DataFrame:
    with zipfile.ZipFile(FAERS / f"faers_ascii_{quarter}.zip") as archive:
        member = next(name for name in archive.namelist() if "DRUG" in name.upper())
        return pl.read_csv(
            archive.read(member), separator="$", quote_char=None, infer_schema=False, truncate_ragged_lines=True
        )


def pairs_of(rows: pl.DataFrame) -> pl.DataFrame:
    # One carrier wrote NA for an empty field.
    ingredient = pl.col("prod_ai").replace("NA", None)
    return (
        rows.select(reported_drug_name="drugname", active_ingredient=ingredient)
        .drop_nulls()
        .unique(maintain_order=True)
        .with_row_index("name_id")
    )


@pytest.mark.parametrize("quarter", ["2020q3", "2022q4"])
def test_reported_name_and_active_ingredient_agree(quarter: str) -> None:
    pairs = pairs_of(drug_rows(quarter))
    with_ingredient = match_names(pairs).filter("is_reviewed").select("name_id", "substance")
    name_alone = (
        match_names(pairs.with_columns(active_ingredient=pl.lit(None, pl.String)))
        .filter("is_reviewed")
        .select("name_id", "substance")
    )
    both = with_ingredient.join(name_alone, on=["name_id", "substance"]).height
    assert with_ingredient.height > 50
    assert both / with_ingredient.height >= 0.98
    assert both / name_alone.height >= 0.98


def test_published_case_counts_of_2022q3() -> None:
    rows = drug_rows("2022q3").select("caseid", reported_drug_name="drugname")
    names = rows.select("reported_drug_name").unique(maintain_order=True).with_row_index("name_id")
    matched = match_names(names.with_columns(active_ingredient=pl.lit(None, pl.String)))
    cases = rows.join(names, on="reported_drug_name").join(matched, on=pl.col("name_id").cast(pl.Int64))
    counts = dict(cases.group_by("substance").agg(pl.col("caseid").n_unique()).iter_rows())
    assert counts["esketamine"] == 143
    assert counts["ketamine"] == 6
