"""The GPS prior on one real FAERS quarter: which form of the likelihood has an answer there."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from transforms.statistics import DegeneratePriorError, fit_prior, score, whole_table

QUARTER = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "faers" / "faers_ascii_2022q3.zip"
pytestmark = pytest.mark.skipif(not QUARTER.is_file(), reason="shared/real/faers is not beside the checkout")


def members(table: str, *columns: str) -> pl.DataFrame:
    """Distinct rows of some columns of a member, upper case: enough for counting, not the pipeline's parser."""
    with zipfile.ZipFile(QUARTER) as archive:
        name = next(name for name in archive.namelist() if Path(name).name.upper() == f"{table}22Q3.TXT")
        text = io.BytesIO(archive.read(name))
    frame = pl.read_csv(text, separator="$", infer_schema=False, quote_char=None, truncate_ragged_lines=True)
    return frame.select(pl.col(column).str.to_uppercase() for column in columns).unique()


def counted(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.group_by(name).len(f"{name}_cases").sort(name).with_row_index(f"{name}_place")


@pytest.fixture(scope="module")
def quarter() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, int]:
    drugs, terms = members("DRUG", "caseid", "drugname"), members("REAC", "caseid", "pt")
    by_drug, by_term = counted(drugs, "drugname"), counted(terms, "pt")
    pairs = drugs.join(terms, on="caseid").group_by("drugname", "pt").len("n")
    pairs = pairs.join(by_drug, on="drugname").join(by_term, on="pt").sort("drugname", "pt")
    total = drugs["caseid"].n_unique()
    return pairs.with_columns(expected=pl.col("drugname_cases") * pl.col("pt_cases") / total), by_drug, by_term, total


def test_the_whole_table_has_one_clear_maximum(quarter: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, int]) -> None:
    pairs, by_drug, by_term, total = quarter
    assert (total, pairs.height) == (107_729, 73_260)
    table = whole_table(
        pairs["n"], pairs["drugname_place"], pairs["pt_place"], by_drug["drugname_cases"], by_term["pt_cases"], total
    )
    assert table.weights.sum() == by_drug.height * by_term.height
    prior = fit_prior(table.n, table.expected, weights=table.weights, form="whole_table")
    assert prior.converged
    assert prior.n_starts_agreeing == prior.n_starts
    assert all(0.01 < number < 10 for number in prior.theta)
    scored = pairs.with_columns(eb05=score(pairs["n"], pairs["expected"], prior).eb05)
    spravato = scored.filter(pl.col("drugname") == "SPRAVATO").sort("eb05", descending=True)
    assert spravato["pt"][0] == "DISSOCIATION"
    assert spravato["eb05"][0] > 50


def test_the_truncated_form_runs_to_shape_zero_and_is_refused(
    quarter: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, int],
) -> None:
    pairs, *_ = quarter
    with pytest.raises(DegeneratePriorError, match="whole_table"):
        fit_prior(pairs["n"], pairs["expected"])
