"""Queries of the kind that an analyst makes, on a published file: seeded, each with other values, none twice warm."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse.query import open_published

SEED = 20_190_305

MART_QUERIES = (
    "SELECT side_effect, report_count, reporting_share, reporting_share_lower_95, reporting_share_upper_95 "
    "FROM mart.side_effect_reporting WHERE exposure = $exposure AND definition = $definition "
    "AND role_scope = $role_scope AND context = 'all' AND route_group = 'all' ORDER BY reporting_share DESC",
    "SELECT side_effect, a, b, c, d, ror, ror_lower_95, ror_upper_95, meets_ror FROM mart.side_effect_comparison "
    "WHERE exposure = $exposure AND comparator = $comparator AND definition = $definition "
    "AND role_scope = $role_scope AND context = 'all' AND route_group = 'all' ORDER BY ror DESC NULLS LAST",
    "SELECT context, comparator, a, ror, ror_lower_95, ror_upper_95 FROM mart.side_effect_comparison "
    "WHERE exposure = $exposure AND side_effect = $side_effect AND definition = $definition "
    "AND role_scope = 'suspect' AND route_group = 'all' ORDER BY context, comparator",
    "SELECT term, a, ror, ic_lower_95, ebgm, eb05, q_value FROM mart.drug_event_signal "
    "WHERE substance = $substance ORDER BY eb05 DESC NULLS LAST LIMIT 50",
    "SELECT substance, a, ror, eb05 FROM mart.drug_event_signal WHERE term = $term AND a >= 3 "
    "ORDER BY eb05 DESC NULLS LAST LIMIT 50",
    "SELECT count(*), count(*) FILTER (WHERE meets_eb05), median(ic) FROM mart.drug_event_signal "
    "WHERE substance = $substance",
    "SELECT * FROM mart.side_effect_robustness WHERE exposure = $exposure AND side_effect = $side_effect "
    "ORDER BY comparator",
    "SELECT duplicates, literature, reporters, seriousness, a, ror, ic_lower_95 FROM mart.side_effect_sensitivity "
    "WHERE exposure = $exposure AND comparator = $comparator AND side_effect = $side_effect ORDER BY ic DESC",
    "SELECT dimension, stratum, a, ror, ror_lower_95, ror_upper_95 FROM mart.side_effect_stratum "
    "WHERE exposure = $exposure AND comparator = $comparator AND side_effect = $side_effect "
    "AND definition = $definition ORDER BY dimension, stratum",
    "SELECT quarter, a, ror, ic_lower_95 FROM mart.signal_trend WHERE exposure = $exposure "
    "AND side_effect = $side_effect AND definition = $definition AND role_scope = $role_scope ORDER BY quarter",
    "SELECT side_effect, criterion, first_met_quarter FROM mart.signal_first_met WHERE exposure = $exposure "
    "AND definition = $definition AND role_scope = $role_scope ORDER BY first_met_quarter, side_effect",
    "SELECT interaction_group, n111, expected, omega, omega_lower_95 FROM mart.interaction "
    "WHERE side_effect = $side_effect AND definition = $definition ORDER BY omega DESC NULLS LAST",
    "SELECT side_effect, with_dates_count, onset_median_days, weibull_shape FROM mart.time_to_onset "
    "WHERE exposure = $exposure AND definition = $definition AND role_scope = $role_scope ORDER BY side_effect",
)

VALUES = {
    "exposure": "SELECT DISTINCT exposure FROM mart.side_effect_reporting ORDER BY ALL",
    "comparator": "SELECT DISTINCT comparator FROM mart.side_effect_comparison ORDER BY ALL",
    "side_effect": "SELECT DISTINCT side_effect FROM mart.side_effect_reporting ORDER BY ALL",
    "definition": "SELECT DISTINCT definition FROM mart.side_effect_reporting ORDER BY ALL",
    "role_scope": "SELECT DISTINCT role_scope FROM mart.side_effect_reporting ORDER BY ALL",
    "substance": "SELECT substance FROM mart.drug_event_signal GROUP BY ALL HAVING sum(a) >= 20 ORDER BY ALL",
    "term": "SELECT term FROM mart.drug_event_signal GROUP BY ALL HAVING sum(a) >= 20 ORDER BY ALL",
}

_ANY_PAIR = (
    f"SELECT substance, term FROM ({VALUES['substance']}), ({VALUES['term']}) ORDER BY hash(substance, term) LIMIT 1000"
)
MACROS = {
    "disproportionality": _ANY_PAIR,
    "compare": "SELECT DISTINCT exposure, comparator, side_effect FROM mart.side_effect_comparison ORDER BY ALL",
    "reports": _ANY_PAIR,
}
"""The ad hoc macros and what they can be asked; those that a file does not have are left out."""

_MACRO_CALLS = 20


def time_queries(published: Path, queries: int) -> dict[str, float]:
    """Milliseconds: median, 95th percentile and longest, of the marts and of each macro."""
    chosen = random.Random(SEED)
    with open_published(published) as connection:
        values = {name: [row[0] for row in connection.execute(sql).fetchall()] for name, sql in VALUES.items()}
        there = _macros(connection)
        asked = {name: connection.execute(MACROS[name]).fetchall() for name in there}
    with open_published(published) as connection:  # opened anew: what looked up the values warmed the last one
        marts = []
        for number in range(queries):
            sql = MART_QUERIES[number % len(MART_QUERIES)]
            given = {name: chosen.choice(values[name]) for name in values if f"${name}" in sql}
            marts.append(_milliseconds(connection, sql, given))
        figures = _summary("mart", marts)
        for name, schema in there.items():
            sql = f"SELECT * FROM {schema}.{name}({', '.join('?' for _ in asked[name][0])})"
            calls = [_milliseconds(connection, sql, chosen.choice(asked[name])) for _ in range(_MACRO_CALLS)]
            figures |= _summary(name, calls)
    return figures


def _macros(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Schema of each ad hoc macro that the file has."""
    found = connection.execute(
        "SELECT DISTINCT function_name, schema_name FROM duckdb_functions() "
        "WHERE NOT internal AND function_type = 'table_macro' ORDER BY ALL"
    ).fetchall()
    return {name: schema for name, schema in found if name in MACROS}


def _milliseconds(connection: duckdb.DuckDBPyConnection, sql: str, given: dict[str, str] | Sequence[str]) -> float:
    begin = time.perf_counter()
    connection.execute(sql, given).fetchall()
    return (time.perf_counter() - begin) * 1000


def _summary(name: str, took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    at_95 = ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)]
    return {
        f"{name} queries": float(len(ordered)),
        f"{name} median_ms": round(ordered[len(ordered) // 2], 3),
        f"{name} p95_ms": round(at_95, 3),
        f"{name} longest_ms": round(ordered[-1], 3),
    }
