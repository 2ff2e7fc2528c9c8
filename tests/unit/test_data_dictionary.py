"""The data dictionary is made from the declarations, whole, and the page is the one that they make."""

from __future__ import annotations

import polars as pl

from vocabulary.tables.meta import DICTIONARY
from warehouse.dictionary import PAGE, dictionary, page
from warehouse.plan import DECLARED, VIEW_FOLDER
from warehouse.views import DECLARED_VIEWS


def test_the_page_is_the_one_that_the_declarations_make():
    """To mend it: python -m warehouse.dictionary, read the diff."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_column_of_every_table_and_view_is_in_it():
    frame = dictionary()
    found = set(frame.select("schema_name", "table_name", "column_name").rows())
    tables = [*DECLARED.values(), *DECLARED_VIEWS.values()]
    assert found == {(table.schema, table.name, column.name) for table in tables for column in table.columns}
    assert frame.height == len(found)
    assert frame.columns == list(DICTIONARY.column_names)


def test_units_and_allowed_values_are_told():
    columns = dictionary().filter(pl.col("table_name") == "side_effect_comparison")
    by_name = {row["column_name"]: row for row in columns.iter_rows(named=True)}
    assert by_name["a"]["unit"] == "cases"
    assert by_name["role_scope"]["allowed_values"] == "primary_suspect, suspect, any"
    assert by_name["exposure"]["is_key"]
    assert not by_name["ror"]["is_key"]


def test_every_view_has_its_file():
    assert {f"main.{path.stem}" for path in VIEW_FOLDER.glob("*.sql")} == set(DECLARED_VIEWS)
