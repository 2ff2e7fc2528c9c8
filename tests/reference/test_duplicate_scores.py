"""The SELECT that weighs pairs, held against Splink's own prediction for the same pairs and the same model."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
import pytest

from warehouse.duplicates.levels import NAMES, reviewed_rates
from warehouse.duplicates.linker import linker, scratch
from warehouse.duplicates.score import LEAST_SHOWN, scoring

CASES = 250
PRIOR = 0.003  # so that many pairs are probable
DATES = ["2022-03-01", "2022-03-02", "2022-03-20", "2022-05-01", "2021-01-01", None]
PRECISIONS = ["day", "day", "month", "year", "day_or_year"]


@pytest.fixture(scope="module")
def connection():
    random = np.random.default_rng(8)

    def some(values, missing=0.2):
        return [None if random.random() < missing else values[random.integers(len(values))] for _ in range(CASES)]

    def lists(most, weights=True):
        codes = [int(random.integers(16, 300)) * 2**40 + int(code) if weights else int(code) for code in range(1, 9)]
        return [
            sorted(random.choice(codes, random.integers(1, most + 1), replace=False).tolist()) for _ in range(CASES)
        ]

    substances, terms = lists(4), lists(5)
    cases = pl.DataFrame(
        {
            "case_id": range(1, CASES + 1),
            "sex": some(["F", "M"]),
            "age_years": some([34.0, 34.4, 37.0, 60.0]),
            "weight_kg": some([70.0, 70.4, 72.0, 95.0]),
            "event_date": pl.Series(some(DATES, 0)).str.to_date(),
            "event_precision": some(PRECISIONS, 0),
            "country": some(["US", "DE", "JP"]),
            "is_common_country": [False] * CASES,
            "manufacturer_number": some(["A1234", "B1234"]),
            "sender": some(["JANSSEN", "PFIZER"]),
            "literature": [words if len(words) > 3 else None for words in lists(8, weights=False)],
            "substances": substances,
            "substance_sixteenths": [sum(code >> 40 for code in one) for one in substances],
            "main_substance": some([1, 2]),
            "terms": terms,
            "term_sixteenths": [sum(code >> 40 for code in one) for one in terms],
            "main_term": some([1, 2]),
        }
    ).with_columns(is_common_country=pl.col("country") == "US")
    with duckdb.connect() as made:
        made.execute("ATTACH ':memory:' AS work")
        made.register("cases", cases)
        made.execute("CREATE TABLE work.linkage_case AS SELECT * FROM cases")
        made.execute(
            "CREATE TABLE work.linkage_pair AS SELECT one.case_id AS case_l, other.case_id AS case_r "
            "FROM cases AS one JOIN cases AS other ON one.case_id < other.case_id"
        )
        yield made


def test_every_weight_and_probability_is_splink_s(connection):
    rates = reviewed_rates()
    with scratch(connection) as own:
        ours = own.sql(scoring(rates, PRIOR)).pl().sort("case_id", "other_case_id")
        own.execute("CREATE TABLE pairs AS SELECT 0 AS match_key, case_l AS join_key_l, case_r AS join_key_r "
                    "FROM linkage_pair")  # fmt: skip
        with linker(own, "linkage_case", rates, PRIOR, "pairs") as made:
            found = made.inference.predict(warning_mode="never").physical_name
            bits = ", ".join(f"mw_{name} AS {name}_bits" for name in NAMES)
            theirs = own.sql(
                "SELECT least(case_id_l, case_id_r) AS case_id, greatest(case_id_l, case_id_r) AS other_case_id, "
                f"1 / (1 + pow(2, -match_weight)) AS probability, match_weight, {bits} FROM {found} "
                f"WHERE 1 / (1 + pow(2, -round(match_weight, 4))) >= {LEAST_SHOWN}"
            ).pl().sort("case_id", "other_case_id")  # fmt: skip
    assert ours.height > 1_000
    assert ours.select("case_id", "other_case_id").equals(theirs.select("case_id", "other_case_id"))
    for name in ours.columns[2:]:
        np.testing.assert_allclose(ours[name].to_numpy(), theirs[name].to_numpy(), atol=6e-5, err_msg=name)


def test_every_level_is_met_by_a_pair(connection):
    """Or the comparison above would say nothing of it."""
    rates = {key: (0.9, 0.9 / 2.0 ** (key[1] + 1)) for key in reviewed_rates()}
    with scratch(connection) as own:
        met = own.sql(scoring(rates, 0.5)).pl()
    levels = {name: set(met[f"{name}_bits"].round(0).cast(pl.Int64)) for name in NAMES}
    for name, level in reviewed_rates():
        assert level + 1 in levels[name], (name, level)
