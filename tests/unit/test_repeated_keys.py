"""Keys that repeat are counted exactly, whatever part of the hashes they fall into."""

from __future__ import annotations

import duckdb
import pytest

from expectations import counting


@pytest.mark.parametrize("at_once", [1_000_000, 3_000, 700])
@pytest.mark.parametrize(("repeats", "found"), [("0", 0), ("3", 3)])
def test_repeats_are_found_in_every_part(monkeypatch, at_once, repeats, found):
    monkeypatch.setattr(counting, "_SORTED_AT_ONCE", at_once)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE held AS SELECT range AS key, range % 7 AS other FROM range(10000) "
            f"UNION ALL SELECT range, range % 7 FROM range({repeats})"
        )
        assert counting.repeated_keys(connection, "held", ("key", "other")) == found
        assert counting.repeated_keys(connection, "held WHERE false", ("key",)) == 0
