"""The macro two_by_two against transforms.statistics: one formula in two languages must give one number."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
import pytest

from transforms.statistics import measures
from vocabulary.errors import BuildError
from vocabulary.tables.strata import CONTEXTS
from warehouse.macros import EXACT_BELOW, Macro, ic_bounds, macros
from warehouse.plan import MACRO_FOLDER

NUMBERS = ("expected", "ror", "ror_lower_95", "ror_upper_95", "prr", "prr_lower_95", "prr_upper_95", "chi_squared",
           "chi_squared_yates", "ic", "ic_lower_95", "ic_upper_95")  # fmt: skip


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA meta")
        bounds = ic_bounds()
        connection.register("bounds", bounds)
        connection.execute("CREATE TABLE meta.ic_bound AS SELECT * FROM bounds")
        for macro in macros():
            if macro.name in {"two_by_two", "known_choice"}:
                for statement in macro.create_sql:
                    connection.execute(statement)
        yield connection


def _cells() -> pl.DataFrame:
    random = np.random.default_rng(5)
    drawn = [random.integers(0, high, (200, 4)) for high in (2, 5, 60)]
    drawn.append(np.exp(random.uniform(0, 16, (300, 4))).astype(np.int64))
    golden = [[122, 1320, 381, 31341], [64, 229, 58, 215516], [0, 0, 0, 0], [5, 0, 0, 9]]
    return pl.DataFrame(np.concatenate([*drawn, golden]), schema=["a", "b", "c", "d"], orient="row").unique(
        maintain_order=True
    )


def test_every_measure_of_every_table(connection):
    cells = _cells()
    connection.register("cells", cells)
    found = connection.sql(
        "SELECT measure.* FROM cells, two_by_two(cells.a, cells.b, cells.c, cells.d) AS measure "
        "ORDER BY cells.a, cells.b, cells.c, cells.d"
    ).pl()
    cells = cells.sort("a", "b", "c", "d")
    truth = measures(*(cells[name].to_numpy() for name in "abcd"))
    for name in NUMBERS:
        got = found[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        exact = (cells["a"] < EXACT_BELOW).to_numpy() | ("ic_" not in name)
        np.testing.assert_allclose(got[exact], truth[name][exact], rtol=1e-9, atol=1e-10, err_msg=name)
        np.testing.assert_allclose(got[~exact], truth[name][~exact], atol=1e-7, err_msg=name)
    assert found["undefined_reason"].to_list() == truth["undefined_reason"].tolist()
    assert found["is_zero_cell_corrected"].to_list() == truth["is_zero_cell_corrected"].tolist()
    assert found["ic_interval_method"].to_list() == [
        "exact" if a < EXACT_BELOW else "wilson_hilferty" for a in cells["a"]
    ]
    assert set(found["ic_interval_method"]) == {"exact", "wilson_hilferty"}
    assert found["undefined_reason"].n_unique() == 5


def test_golden_value(connection):
    found = connection.execute(
        "SELECT round(ror, 6), round(prr, 6), round(chi_squared_yates, 6), round(ic_lower_95, 6) "
        "FROM two_by_two(122, 1320, 381, 31341)"
    ).fetchall()
    assert found == [(7.602804, 7.044175, 481.781355, 2.185608)]


@pytest.mark.parametrize("call", ["two_by_two(-1, 2, 3, 4)", "two_by_two(1, 2, NULL, 4)"])
def test_what_is_no_count_is_refused(connection, call):
    with pytest.raises(duckdb.Error, match="four counts of cases"):
        connection.execute(f"SELECT ror FROM {call}").fetchall()


def test_choices_are_those_that_are_declared(connection):
    for context in ("all", *CONTEXTS):
        connection.execute(f"FROM known_choice('ANY', 'Broad', '{context.upper()}', 'Kept')").fetchall()
    with pytest.raises(duckdb.Error, match="There are: all, " + ", ".join(CONTEXTS)):
        connection.execute("FROM known_choice('any', 'broad', 'anxiety', 'kept')").fetchall()


def test_a_file_is_named_as_its_macro_and_says_what_it_does():
    assert {macro.name for macro in macros()} == {path.stem for path in MACRO_FOLDER.glob("*.sql")}
    assert all(len(macro.comment) > 40 for macro in macros())
    with pytest.raises(BuildError, match="must begin with a comment"):
        Macro.read("SELECT 1\n")
