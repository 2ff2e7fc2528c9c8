"""Clusters: each probable duplicate is tied to the case that is kept, and to that case directly.

Chains are where linkage goes wrong: A resembles B and B resembles C, but A and C are two people. So cases are taken in
the order in which they would be kept; each that is not taken yet is kept and takes what is linked with it. Every case
that is not kept has a pair of its own with the kept one, which can be looked at. Whatever else they share, cases of
another sex and another age are two people.
"""

from __future__ import annotations

import duckdb
import polars as pl

from vocabulary.tables.duplicates import REPORT_DUPLICATE
from warehouse.plan import query

THRESHOLD = 0.95
"""Probability from which two cases are linked; docs/methods.md has the curve from which it was chosen."""

_EDGES = f"""
WITH edge AS (
    SELECT case_l AS case_id, case_r AS other_case_id, 1.0 AS probability, reason FROM work.linkage_same
    UNION ALL
    SELECT case_id, other_case_id, probability, 'linked' FROM core.report_duplicate_pair
    WHERE probability >= {THRESHOLD} AND NOT (sex_bits < 0 AND age_bits < 0)
)

SELECT case_id, other_case_id, max(probability) AS probability,
    coalesce(min(reason) FILTER (WHERE reason <> 'linked'), 'linked') AS reason
FROM edge
GROUP BY case_id, other_case_id
"""

_ORDER = """
SELECT case_id
FROM work.linkage_case
WHERE case_id IN (SELECT case_id FROM edges UNION SELECT other_case_id FROM edges)
ORDER BY is_in_universe DESC, given_fields DESC, given_rows DESC, first_received_date NULLS LAST, case_id
"""


def clusters(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Grain of core.report_duplicate, by cluster, the kept case first."""
    edges = query(connection, _EDGES)
    if edges.is_empty():
        return pl.DataFrame(schema=REPORT_DUPLICATE.polars_schema)
    connection.register("edges", edges)
    ordered = query(connection, _ORDER)["case_id"].to_list()
    connection.unregister("edges")
    linked: dict[int, list[tuple[int, float, str]]] = {}
    for case, other, probability, reason in edges.iter_rows():
        linked.setdefault(case, []).append((other, probability, reason))
        linked.setdefault(other, []).append((case, probability, reason))
    rows: dict[int, tuple[int, int, float, str]] = {}
    for kept in ordered:
        if kept in rows:
            continue
        taken = [one for one in linked[kept] if one[0] not in rows]
        if taken:
            rows[kept] = (kept, kept, 1.0, "kept")
            rows |= {case: (case, kept, probability, reason) for case, probability, reason in taken}
    frame = pl.DataFrame(list(rows.values()), schema=REPORT_DUPLICATE.polars_schema, orient="row")
    return frame.sort("cluster_id", pl.col("reason") != "kept", "case_id")
