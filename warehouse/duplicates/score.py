"""Every candidate pair weighed by Splink under the build's model."""

from __future__ import annotations

import duckdb

from vocabulary.tables.duplicates import REPORT_DUPLICATE_PAIR
from warehouse.duplicates.levels import NAMES
from warehouse.duplicates.linker import linker, scratch
from warehouse.duplicates.model import rates_of
from warehouse.plan import fill

LEAST_SHOWN = 0.1
"""Probability from which a pair is kept, so that another threshold can be tried."""

_AT_ONCE = 4_000_000
"""Pairs weighed in one go: memory is bounded by this, not by the history."""


def score(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill core.report_duplicate_pair."""
    columns = ", ".join(f"round(mw_{name}, 4) AS {name}_bits" for name in NAMES)
    types = ", ".join(f"{column.name} {column.kind.value}" for column in REPORT_DUPLICATE_PAIR.columns)
    (pairs,) = connection.execute("SELECT count(*) FROM work.linkage_pair").fetchall()[0]
    with scratch(connection) as own:
        own.execute(f"CREATE OR REPLACE TABLE linkage_scored ({types})")
        parts = -(-pairs // _AT_ONCE)
        ((before,),) = connection.execute("SELECT prior FROM work.linkage_prior").fetchall()
        rates = rates_of(connection)
        for part in range(parts):
            own.execute(
                "CREATE OR REPLACE TABLE linkage_part AS SELECT 0 AS match_key, case_l AS join_key_l, "
                f"case_r AS join_key_r FROM linkage_pair WHERE hash(case_l) % {parts} = {part}"
            )
            with linker(own, "linkage_case", rates, before, "linkage_part") as made:
                scored = made.inference.predict(warning_mode="never").physical_name
                own.execute(
                    "INSERT INTO linkage_scored SELECT least(case_id_l, case_id_r), greatest(case_id_l, case_id_r), "
                    "round(1 / (1 + pow(2, -round(match_weight, 4))), 6) AS probability, round(match_weight, 4), "
                    f"{columns} FROM {scored} WHERE probability >= {LEAST_SHOWN}"
                )
        own.execute("DROP TABLE IF EXISTS linkage_part")
    fill(connection, REPORT_DUPLICATE_PAIR.full_name, "SELECT * FROM work.linkage_scored ORDER BY ALL")
    connection.execute("DROP TABLE work.linkage_scored")
