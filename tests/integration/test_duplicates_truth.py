"""Planted duplicates are found, planted near misses are left alone, and the marts without them count what is left."""

from __future__ import annotations

import shutil

import polars as pl
import pytest

from vocabulary.tables.duplicates import COMPARISONS
from vocabulary.tables.mart.deduplicated import COUNTED_AGAIN

PRECISION, RECALL, PURITY = 0.95, 0.80, 0.98
"""Floors at the operating point (meta.duplicate_linkage.threshold). docs/methods.md has the figures."""


@pytest.fixture(scope="module")
def planted(four_quarters):
    """Planted cases that count, and every case's cluster, as tables of one connection."""
    with four_quarters.open() as connection:
        connection.execute(
            "CREATE TEMP TABLE truth AS SELECT truth.* FROM read_parquet($path) AS truth "
            "JOIN core.report USING (case_id)",
            {"path": str(four_quarters.source / "truth_duplicate.parquet")},
        )
        yield connection


PAIRS = """
WITH truth_pair AS (
    SELECT one.case_id AS one, other.case_id AS other
    FROM truth AS one JOIN truth AS other ON one.patient = other.patient AND one.case_id < other.case_id
),
found_pair AS (
    SELECT one.case_id AS one, other.case_id AS other
    FROM core.report_duplicate AS one
    JOIN core.report_duplicate AS other ON one.cluster_id = other.cluster_id AND one.case_id < other.case_id
)
"""


def test_precision_and_recall(planted):
    true, found, both = planted.execute(
        f"{PAIRS} SELECT (SELECT count(*) FROM truth_pair), (SELECT count(*) FROM found_pair), "
        "(SELECT count(*) FROM found_pair SEMI JOIN truth_pair USING (one, other))"
    ).fetchall()[0]
    assert true > 4_000
    assert both / found >= PRECISION, (true, found, both)
    assert both / true >= RECALL, (true, found, both)


@pytest.mark.parametrize(
    "kind", ["several_manufacturers", "literature", "consumer_professional", "authority", "resent"]
)
def test_every_kind_is_found(planted, kind):
    found, all_of_them = planted.execute(
        f"{PAIRS} SELECT count(*) FILTER ((one, other) IN (SELECT (one, other) FROM found_pair)), count(*) "
        f"FROM truth_pair JOIN truth ON truth_pair.one = truth.case_id WHERE kind = '{kind}'"
    ).fetchall()[0]
    assert all_of_them >= 100
    assert found / all_of_them >= 0.7, (found, all_of_them)


def test_clusters_are_pure(planted):
    """The share of clustered cases that are of the patient that most of their cluster is of."""
    (purity,) = planted.execute(
        "WITH member AS (SELECT cluster_id, coalesce(patient, -case_id) AS patient, count(*) AS cases "
        "FROM core.report_duplicate LEFT JOIN truth USING (case_id) GROUP BY ALL) "
        "SELECT sum(most) / sum(cases) FROM (SELECT max(cases) AS most, sum(cases) AS cases FROM member "
        "GROUP BY cluster_id)"
    ).fetchall()[0]
    assert purity >= PURITY


def test_near_misses_keep_their_people(planted):
    people, removed = planted.execute(
        "SELECT count(*), count(*) FILTER (is_probable_duplicate) FROM truth JOIN core.report USING (case_id) "
        "WHERE kind IN ('clinic_batch', 'article_series')"
    ).fetchall()[0]
    assert people > 300
    assert removed / people <= 0.12


def test_hardly_anybody_else_is_removed(planted):
    others, removed = planted.execute(
        "SELECT count(*), count(*) FILTER (is_probable_duplicate) FROM core.report ANTI JOIN truth USING (case_id)"
    ).fetchall()[0]
    assert others > 100_000
    assert removed / others < 0.0002


def test_the_model_is_trained_here_and_pairs_are_few(planted):
    sources = dict(
        planted.execute("SELECT comparison, any_value(m_source) FROM meta.duplicate_model GROUP BY ALL").fetchall()
    )
    assert sources == dict.fromkeys(COMPARISONS, "trained")
    ((pairs, threshold),) = planted.execute("SELECT pairs_per_case, threshold FROM meta.duplicate_linkage").fetchall()
    assert 0 < pairs < 10
    assert threshold == 0.95


def test_every_removed_case_is_tied_to_the_kept_one(planted):
    untied = planted.execute(
        "SELECT count(*) FROM core.report_duplicate AS duplicate LEFT JOIN core.report_duplicate_pair AS pair "
        "ON pair.case_id = least(duplicate.case_id, cluster_id) "
        "AND other_case_id = greatest(duplicate.case_id, cluster_id) "
        "WHERE reason = 'linked' AND (pair.probability IS NULL OR pair.probability < 0.95)"
    ).fetchall()
    assert untied == [(0,)]


def test_every_mart_is_there_without_duplicates(planted):
    for table in COUNTED_AGAIN:
        columns = ", ".join(table.column_names)
        with_them, without = (
            planted.sql(f"SELECT {columns} FROM {schema}.{table.name} LIMIT 0").pl().schema
            for schema in ("mart", "deduplicated")
        )
        assert with_them == without
        if table.name == "signal_change":  # nothing was published before
            continue
        assert planted.execute(f"SELECT count(*) > 0 FROM deduplicated.{table.name}").fetchall() == [(True,)]


def test_counts_without_duplicates_equal_the_grid_and_a_plain_count(planted):
    grid, schema = (
        planted.sql(
            f"SELECT exposure, comparator, side_effect, definition, role_scope, a, b, c, d FROM {table} ORDER BY ALL"
        ).pl()
        for table in (
            "mart.side_effect_sensitivity WHERE duplicates = 'removed' AND literature = 'kept' AND reporters = 'all' "
            "AND seriousness = 'all' AND esketamine_cases = 'kept' AND comparator = 'rest'",
            "deduplicated.side_effect_comparison WHERE context = 'all' AND route_group = 'all' AND comparator = 'rest' "
            "AND a + b > 0",
        )
    )
    assert schema.join(grid, on=schema.columns, how="anti").is_empty()
    cells = planted.execute(
        "SELECT count(*) FILTER (exposed AND event), count(*) FILTER (exposed) FROM (SELECT "
        "case_id IN (SELECT case_id FROM core.report_substance WHERE substance = 'ketamine' AND is_suspect) AS exposed,"
        " "
        "case_id IN (SELECT case_id FROM core.report_term WHERE term = 'Dissociation') AS event "
        "FROM core.report WHERE is_in_universe AND NOT is_probable_duplicate)"
    ).fetchall()
    assert (
        cells
        == planted.execute(
            "SELECT a, a + b FROM deduplicated.drug_event_signal WHERE substance = 'ketamine' AND term = 'Dissociation'"
        ).fetchall()
    )


def test_evidence_takes_the_counts_without_them_and_the_same_clinics(planted):
    fewer, more = (
        planted.sql(f"SELECT * FROM {schema}.evidence WHERE drug = 'ketamine' ORDER BY side_effect").pl()
        for schema in ("deduplicated", "mart")
    )
    kept = [name for name in more.columns if not name.startswith("faers_")]
    assert fewer.select(kept).equals(more.select(kept))
    assert fewer["faers_exposed_report_count"].max() < more["faers_exposed_report_count"].max()
    shares = planted.sql(
        "SELECT side_effect, report_count FROM deduplicated.side_effect_reporting WHERE exposure = 'ketamine' "
        "AND definition = 'label_style' AND role_scope = 'suspect' AND context = 'all' AND route_group = 'all' "
        "ORDER BY side_effect"
    ).pl()
    assert fewer["faers_report_count"].to_list() == shares["report_count"].to_list()


def test_macros_can_leave_them_out(planted):
    pairs = planted.sql(
        "SELECT found.* EXCLUDE (duplicates, role_scope, context), truth.* "
        "FROM deduplicated.drug_event_signal AS truth, "
        "disproportionality('ketamine', 'Dissociation', duplicates := 'Removed') AS found "
        "WHERE truth.substance = 'ketamine' AND truth.term = 'Dissociation'"
    ).pl()
    assert pairs.height == 1
    for name in ("a", "b", "c", "d", "ebgm"):
        assert pairs[name].to_list() == pairs[f"{name}_1"].to_list()
    kept, removed = (
        planted.execute(
            f"SELECT a, b, c, d FROM compare('ketamine', 'ssri', 'dissociation', duplicates := '{choice}')"
        ).fetchall()
        for choice in ("kept", "removed")
    )
    assert sum(removed[0]) < sum(kept[0])
    for schema, cells in (("mart", kept), ("deduplicated", removed)):
        counted = planted.execute(
            f"SELECT a, b, c, d FROM {schema}.side_effect_comparison WHERE exposure = 'ketamine' "
            "AND comparator = 'ssri' AND side_effect = 'dissociation' AND definition = 'label_style' "
            "AND role_scope = 'suspect' AND context = 'all' AND route_group = 'all'"
        ).fetchall()
        assert cells == counted


def test_trend_interaction_and_onset_leave_them_out_too(planted):
    for table, total, keys in (
        ("signal_trend", "a + b + c + d", "quarter = (SELECT max(quarter) FROM mart.signal_trend)"),
        ("interaction", "n111 + n110 + n101 + n100 + n011 + n010 + n001 + n000", "true"),
    ):
        (found,) = planted.execute(f"SELECT DISTINCT {total} FROM deduplicated.{table} WHERE {keys}").fetchall()
        assert (
            found
            == planted.execute(
                "SELECT count(*) FROM core.report WHERE is_in_universe AND NOT is_probable_duplicate"
            ).fetchall()[0]
        )
    fewer, more = planted.execute(
        "SELECT sum(less.case_count), sum(mart.case_count) FROM deduplicated.time_to_onset AS less "
        "JOIN mart.time_to_onset AS mart USING (exposure, side_effect, definition, role_scope)"
    ).fetchall()[0]
    assert 0 < fewer < more


def test_any_order_and_number_of_threads_gives_the_same(small_source, run_on, tmp_path):
    """Quarters staged once, built by one thread and by three."""
    first = run_on(small_source, tmp_path / "one", threads=1)
    tables = [
        "core.report_duplicate", "core.report_duplicate_pair", "meta.duplicate_model", "meta.duplicate_linkage",
        "deduplicated.side_effect_comparison",
    ]  # fmt: skip

    def content(finished):
        with finished.open() as connection:
            return [connection.sql(f"SELECT * FROM {table} ORDER BY ALL").pl() for table in tables]

    one = content(first)
    shutil.rmtree(tmp_path / "one" / "warehouse")
    three = content(run_on(small_source, tmp_path / "one", threads=3))
    assert all(isinstance(frame, pl.DataFrame) and frame.equals(other) for frame, other in zip(one, three, strict=True))
    assert one[0].height > 0
