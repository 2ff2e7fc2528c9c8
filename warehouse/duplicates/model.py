"""The model: how often one patient's cases agree (m), and how often those of different patients do (u).

u is counted: on pairs of cases that share their rarest suspect drug (for the substances on any pairs), because reports
of one drug resemble each other whoever the patient is. m is trained without labels by expectation maximisation, twice:
once among cases with the same drug on the same day, once among cases of the same sex, age, country and rarest term, so
that each comparison is trained where it does not decide who is compared. What cannot be trained is taken from the
reviewed model, and neither rate leaves its reviewed bounds.

Samples are drawn by hashes of case numbers, and rates are rounded: the same cases give the same model, in any order
and with any number of threads.
"""

from __future__ import annotations

import math

import duckdb
import polars as pl

from vocabulary.tables.duplicates import DUPLICATE_LINKAGE, DUPLICATE_MODEL
from warehouse.duplicates import levels
from warehouse.duplicates.clusters import THRESHOLD
from warehouse.duplicates.linker import linker, scratch
from warehouse.plan import query

FEWEST_CASES = 5_000
"""Cases below which nothing is trained."""

FEWEST_MATCHES = 100
"""Expected pairs of one patient below which a training is not believed."""

_NEIGHBOURS, _SAMPLED = 5, 20_000
_WORTH = 20
"""Pairs that the reviewed u is worth beside the sampled ones."""

_MOST_PAIRS = 50_000
_LARGEST_BLOCK = 20

_U_PAIRS = """
CREATE OR REPLACE TABLE linkage_u_pair AS
SELECT 0 AS match_key, case_id AS join_key_l, other AS join_key_r
FROM (
    SELECT case_id, unnest(list(case_id) OVER (
        PARTITION BY {within} ORDER BY hash(case_id), case_id ROWS BETWEEN 1 FOLLOWING AND {neighbours} FOLLOWING
    )) AS other
    FROM linkage_case
    WHERE {condition} AND hash(case_id, 1) % {every} = 0
)
"""

_FREQUENT = "main_substance IN (SELECT main_substance FROM linkage_case GROUP BY 1 HAVING count(*) > 99)"

_TRAINED = """
CREATE OR REPLACE TABLE linkage_training AS
WITH keyed AS (
    SELECT case_id,
        CASE WHEN event_precision = 'day' THEN hash(event_date, main_substance) END AS day_key,
        CASE WHEN sex IS NOT NULL AND age_years IS NOT NULL AND country IS NOT NULL
            THEN hash(sex, age_years, country, main_term) END AS patient_key
    FROM linkage_case
    WHERE main_substance IS NOT NULL AND main_term IS NOT NULL
),

day AS (
    SELECT day_key, count(*) AS cases FROM keyed WHERE day_key IS NOT NULL
    GROUP BY day_key HAVING count(*) BETWEEN 2 AND {largest}
),

patient AS (
    SELECT patient_key, count(*) AS cases FROM keyed WHERE patient_key IS NOT NULL
    GROUP BY patient_key HAVING count(*) BETWEEN 2 AND {largest}
),

every AS (
    SELECT
        greatest(1, ceil((SELECT sum(cases * (cases - 1) / 2) FROM day) / {most}))::UBIGINT AS day_every,
        greatest(1, ceil((SELECT sum(cases * (cases - 1) / 2) FROM patient) / {most}))::UBIGINT AS patient_every
)

SELECT linkage_case.*, day.day_key, patient.patient_key
FROM keyed
INNER JOIN linkage_case USING (case_id)
LEFT JOIN day ON keyed.day_key = day.day_key AND day.day_key % (SELECT day_every FROM every) = 0
LEFT JOIN patient
    ON keyed.patient_key = patient.patient_key AND patient.patient_key % (SELECT patient_every FROM every) = 0
WHERE day.day_key IS NOT NULL OR patient.patient_key IS NOT NULL
"""

_SESSIONS = {
    # Columns beside the key are equal anyway: naming them tells Splink which comparisons not to train here.
    "day": (
        "l.day_key = r.day_key AND l.event_date = r.event_date AND l.main_substance = r.main_substance",
        ("sex", "age", "terms"),
    ),
    "patient": (
        "l.patient_key = r.patient_key AND l.sex = r.sex AND l.age_years = r.age_years AND l.country = r.country "
        "AND l.main_term = r.main_term",
        ("event_date", "substances"),
    ),
}
"""Rule of each training, and the comparisons on which pairs of one patient must mostly agree, or it is not believed."""

_PRIOR = """
SELECT count(*) FILTER (
    one.sex = other.sex AND one.age_years = other.age_years AND one.country = other.country
    AND one.event_date = other.event_date AND one.event_precision = 'day' AND other.event_precision = 'day'
    AND one.main_substance = other.main_substance AND one.main_term = other.main_term
)
FROM work.linkage_pair AS pair
JOIN work.linkage_case AS one ON pair.case_l = one.case_id
JOIN work.linkage_case AS other ON pair.case_r = other.case_id
"""


def model(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Grain of meta.duplicate_model."""
    reviewed = levels.reviewed()
    rates = levels.reviewed_rates()
    pairs, sessions = 0, dict.fromkeys(_SESSIONS, "too few cases to train on")
    trained: dict[tuple[str, int], list[float]] = {}
    (cases,) = connection.execute("SELECT count(*) FROM work.linkage_case").fetchall()[0]
    if cases >= FEWEST_CASES:
        with scratch(connection) as own:
            counted, pairs = _different_patients(own, rates, cases)
            rates = {key: (m, counted.get(key, u)) for key, (m, u) in rates.items()}
            own.execute(_TRAINED.format(largest=_LARGEST_BLOCK, most=_MOST_PAIRS))
            for name in _SESSIONS:
                sessions[name], found = _one_patient(own, name, rates)
                for key, m in found.items():
                    trained.setdefault(key, []).append(m)
            for table in ("linkage_training", "linkage_u_pair"):
                own.execute(f"DROP TABLE IF EXISTS {table}")
    outcome = "; ".join(f"by {name}: {text}" for name, text in sessions.items())
    rows = []
    for row in reviewed.iter_rows(named=True):
        key = (row["comparison"], row["level"])
        m, u = rates[key]
        u = max(u, row["u_lowest"])
        if key in trained:
            m = min(max(sum(trained[key]) / len(trained[key]), row["m_lowest"]), row["m_highest"])
        m, u = round(m, 4), float(f"{u:.4g}")
        rows.append(
            {
                **{name: row[name] for name in ("comparison", "level", "label")},
                "m": m,
                "u": u,
                "weight_bits": round(math.log2(m / u), 6),
                "m_source": "trained" if key in trained else "reviewed",
                "u_pair_count": pairs,
                "outcome": outcome,
            }
        )
    return pl.DataFrame(rows, schema=DUPLICATE_MODEL.polars_schema)


def rates_of(connection: duckdb.DuckDBPyConnection) -> levels.Rates:
    """The rates of a build's model."""
    rows = connection.execute("SELECT comparison, level, m, u FROM meta.duplicate_model").fetchall()
    return {(comparison, level): (m, u) for comparison, level, m, u in rows}


def prior(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Grain of work.linkage_prior, one row: probability that two cases drawn at random are of one patient.

    Twice the pairs that agree in sex, age, day, country, rarest suspect drug and rarest term, for as many again lack
    one of these; at least one pair in five hundred cases, at most one in five.
    """
    (obvious,) = connection.execute(_PRIOR).fetchall()[0]
    (cases,) = connection.execute("SELECT count(*) FROM work.linkage_case").fetchall()[0]
    if cases < 2:
        return pl.DataFrame({"prior": [0.0]})
    expected = min(max(2.0 * obvious, 0.002 * cases), 0.2 * cases)
    return pl.DataFrame({"prior": [float(f"{min(expected / (cases * (cases - 1) / 2), 0.1):.6g}")]})


def account(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Grain of meta.duplicate_linkage."""
    frame = query(
        connection,
        "SELECT (SELECT count(*) FROM work.current_report) AS case_count, scope.is_everyone, "
        "(SELECT count(*) FROM work.linkage_case) AS compared_case_count, "
        "(SELECT count(*) FROM work.linkage_pair) AS pair_count, "
        "(SELECT count(*) FROM core.report_duplicate WHERE reason = 'kept') AS cluster_count, "
        "(SELECT count(*) FROM core.report_duplicate WHERE reason <> 'kept') AS duplicate_count, "
        "(SELECT prior FROM work.linkage_prior) AS prior "
        "FROM work.linkage_scope AS scope",
    )
    return frame.with_columns(
        pairs_per_case=(pl.col("pair_count") / pl.max_horizontal("compared_case_count", 1)).round(4),
        threshold=pl.lit(THRESHOLD),
    ).select(DUPLICATE_LINKAGE.column_names)


def _different_patients(
    own: duckdb.DuckDBPyConnection, rates: levels.Rates, cases: int
) -> tuple[dict[tuple[str, int], float], int]:
    """Share u of every level, from pairs of neighbours in the order of a hash, and how many pairs that were."""
    # Weights of this model are levels: 2 ** (level + 1) to 1, so that what Splink adds up can be counted.
    probe = {(name, level): (0.9, 0.9 / 2 ** (level + 1)) for name, level in rates}
    found: dict[tuple[str, int], float] = {}
    total = 0
    every = -(-cases // _SAMPLED)
    for within, condition, wanted in (
        ("main_substance", _FREQUENT, [name for name in levels.NAMES if name != "substances"]),
        ("1", "main_substance IS NOT NULL", ["substances"]),
    ):  # fmt: skip
        own.execute(_U_PAIRS.format(within=within, condition=condition, every=every, neighbours=_NEIGHBOURS))
        (pairs,) = own.execute("SELECT count(*) FROM linkage_u_pair").fetchall()[0]
        if not pairs:
            continue
        total += pairs
        with linker(own, "linkage_case", probe, 0.5, "linkage_u_pair") as probed:
            scored = probed.inference.predict(warning_mode="never").physical_name
            for name in wanted:
                rows = own.execute(
                    f"SELECT round(mw_{name})::INTEGER - 1 AS level, count(*) FROM {scored} GROUP BY 1"
                ).fetchall()
                found |= _shrunk(name, dict(rows), rates)
    return found, total


def _shrunk(name: str, counts: dict[int, int], rates: levels.Rates) -> dict[tuple[str, int], float]:
    """Shares of the levels, with the reviewed ones worth some pairs, so that none is 0."""
    told = sum(count for level, count in counts.items() if level >= 0)
    own = [level for comparison, level in rates if comparison == name]
    return {
        (name, level): (counts.get(level, 0) + max(_WORTH * rates[name, level][1], 0.5)) / (told + _WORTH)
        for level in own
    }


def _one_patient(
    own: duckdb.DuckDBPyConnection, session: str, rates: levels.Rates
) -> tuple[str, dict[tuple[str, int], float]]:
    """Share m of the levels that a training can tell, or why it is not believed."""
    rule, must_agree = _SESSIONS[session]
    (pairs,) = own.execute(
        f"SELECT coalesce(sum(n * (n - 1) / 2), 0)::BIGINT FROM (SELECT count(*) AS n FROM linkage_training "
        f"WHERE {session}_key IS NOT NULL GROUP BY {session}_key)"
    ).fetchall()[0]
    if pairs < FEWEST_MATCHES:
        return f"{pairs} pairs are too few to train on", {}
    with linker(own, "linkage_training", rates, 0.01) as untrained:
        trained = untrained.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        ).core_model_settings
        matches = trained.probability_two_random_records_match * pairs
        found = {
            (comparison.output_column_name, level.comparison_vector_value): level.m_probability
            for comparison in trained.comparisons
            for level in comparison._comparison_levels_excluding_null
        }
    numbers = {key: float(m) for key, m in found.items() if isinstance(m, int | float)}
    if matches < FEWEST_MATCHES:
        return f"{matches:.0f} pairs of one patient among {pairs:,} are too few", {}
    for name in must_agree:
        if numbers.get((name, 0), 0.0) > 0.3:
            return f"not believed, for pairs taken as one patient differ in {name.replace('_', ' ')}", {}
    return f"{matches:,.0f} pairs of one patient among {pairs:,}", numbers
