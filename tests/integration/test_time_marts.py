"""The time marts of real runs: against a recount from the published tables, and from one build to the next."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from scipy.stats import CensoredData, weibull_min

from pipeline.building import build_warehouse
from pipeline.settings import Settings
from vocabulary.quarter import Quarter
from vocabulary.tables.mart.time import ALL_CRITERIA
from warehouse.marts.time_change import COMPARED, NOTHING_PUBLISHED
from warehouse.query import open_published

SERIES = ["exposure", "side_effect", "definition", "role_scope"]
# First sightings from the published tables alone: what counts and what was excluded.
ENTRY = (
    "SELECT case_id, min(quarter) AS quarter FROM (SELECT case_id, quarter FROM core.report UNION ALL "
    "SELECT case_id, quarter FROM core.report_exclusion) GROUP BY case_id"
)


def test_the_trend_is_a_recount_of_the_cases_seen_by_then(four_quarters):
    with four_quarters.open() as connection:
        quarters = [quarter for (quarter,) in connection.execute("SELECT quarter FROM meta.certificate").fetchall()]
        found = connection.sql("SELECT quarter, exposure, side_effect, a, b, c, d FROM mart.signal_trend "
                               "WHERE definition = 'label_style' AND role_scope = 'suspect'").pl()  # fmt: skip
        expected = []
        for quarter in quarters:
            cells = connection.execute(
                f"WITH entry AS ({ENTRY}), "
                "seen AS (SELECT case_id FROM core.report JOIN entry USING (case_id) "
                "WHERE is_in_universe AND entry.quarter <= $quarter), "
                "marked AS (SELECT exposure, side_effect, seen.case_id, "
                "seen.case_id IN (SELECT case_id FROM core.report_substance WHERE substance = exposure AND is_suspect) "
                "AS is_exposed, seen.case_id IN (SELECT case_id FROM core.report_term JOIN core.side_effect_term AS m "
                "USING (term) WHERE m.definition = 'label_style' AND m.side_effect = effect.side_effect) AS is_event "
                "FROM (SELECT exposure FROM core.exposure WHERE is_studied) "
                "CROSS JOIN (SELECT side_effect FROM core.side_effect WHERE side_effect IN ('dissociation', 'anxiety'))"
                " AS effect CROSS JOIN seen) "
                "SELECT $quarter, exposure, side_effect, count(*) FILTER (is_exposed AND is_event), "
                "count(*) FILTER (is_exposed AND NOT is_event), count(*) FILTER (NOT is_exposed AND is_event), "
                "count(*) FILTER (NOT is_exposed AND NOT is_event) FROM marked GROUP BY ALL",
                {"quarter": quarter},
            ).fetchall()
            expected += cells
    keys = ["quarter", "exposure", "side_effect"]
    planted = pl.DataFrame(expected, schema=[*keys, *"abcd"], orient="row").sort(keys)
    assert found.filter(pl.col("side_effect").is_in(["dissociation", "anxiety"])).sort(keys).equals(planted)
    assert found["quarter"].n_unique() == len(quarters) == 4
    # and it grows from one quarter to the next
    ketamine = planted.filter(exposure="ketamine", side_effect="dissociation")["a"].to_list()
    assert ketamine == sorted(ketamine)
    assert ketamine[0] < ketamine[-1]


def test_first_met_is_what_the_trend_says(four_quarters):
    with four_quarters.open() as connection:
        trend = connection.sql("SELECT * FROM mart.signal_trend WHERE exposure = 'ketamine' ORDER BY quarter").pl()
        first = connection.sql("SELECT * FROM mart.signal_first_met WHERE exposure = 'ketamine'").pl()
    by_series = dict(trend.group_by(*SERIES, maintain_order=True))
    assert first.height == 4 * len(by_series)
    for row in first.iter_rows(named=True):
        rows = by_series[tuple(row[name] for name in SERIES)]
        states = rows[f"meets_{row['criterion']}"].to_list()
        found = (row["first_met_quarter"], row["is_met_now"], row["unmet_quarter_count"])
        if True in states:
            place = states.index(True)
            assert found == (rows["quarter"][place], states[-1], states[place:].count(False))
        else:
            assert found == (None, False, None)
    assert first["first_met_quarter"].n_unique() > 2


@pytest.mark.parametrize(("exposure", "least"), [("esketamine", 5), ("ssri", 30)])
def test_onset_is_a_recount_and_its_shape_is_scipys(four_quarters, exposure, least):
    with four_quarters.open() as connection:
        case = connection.sql(
            "SELECT case_id, event_date, event_date_precision FROM core.report WHERE is_in_universe AND case_id IN "
            "(SELECT case_id FROM core.report_term JOIN core.side_effect_term USING (term) "
            "WHERE side_effect = 'nausea_vomiting' AND definition = 'broad')"
        ).pl()
        drug = connection.sql(
            "SELECT DISTINCT case_id, drug_sequence FROM core.report_drug JOIN core.drug_name_substance "
            f"USING (drug_name_id) JOIN core.exposure_substance USING (substance) WHERE exposure = '{exposure}' "
            "AND role IN ('PS', 'SS')"
        ).pl()
        course = connection.sql("SELECT case_id, drug_sequence, start_date, start_date_precision "
                                "FROM core.report_therapy WHERE start_date IS NOT NULL").pl()  # fmt: skip
        found = connection.sql(
            f"SELECT * FROM mart.time_to_onset WHERE exposure = '{exposure}' AND side_effect = 'nausea_vomiting' "
            "AND definition = 'broad' AND role_scope = 'suspect'"
        ).pl().to_dicts()[0]  # fmt: skip
    starts = drug.join(course, on=["case_id", "drug_sequence"]).group_by("case_id").agg(
        start=pl.col("start_date").filter(pl.col("start_date_precision") == "day").min(), courses=pl.len()
    )  # fmt: skip
    dated = case.join(drug.select("case_id").unique(), on="case_id").join(starts, on="case_id", how="left")
    is_missing = pl.col("event_date").is_null() | pl.col("courses").is_null()
    is_partial = (pl.col("event_date_precision") != "day") | pl.col("start").is_null()
    days = (
        dated.filter(~is_missing).filter(~is_partial)
        .select(days=(pl.col("event_date") - pl.col("start")).dt.total_days())["days"]
    )  # fmt: skip
    used = days.filter(days >= 0)
    assert {name: found[name] for name in found if name.endswith("_count")} == {
        "case_count": dated.height,
        "with_dates_count": used.len(),
        "partial_count": dated.filter(~is_missing).filter(is_partial).height,
        "negative_count": (days < 0).sum(),
        "missing_count": dated.filter(is_missing).height,
        "day_0_count": (used == 0).sum(),
    }
    assert used.len() >= least
    assert found["onset_median_days"] == used.median()
    if used.len() >= 30:
        days = used.to_numpy().astype(float)
        shape, _, scale = weibull_min.fit(CensoredData(interval=np.column_stack([days, days + 1])), floc=0)
        assert found["weibull_shape"] == pytest.approx(shape, rel=1e-3)
        assert found["weibull_scale_days"] == pytest.approx(scale, rel=1e-3)


@pytest.fixture(scope="module")
def two_builds(small_source, tmp_path_factory, run_on):
    """A run on 2022q3, a copy of what it published, and a run that adds 2022q4 in the same home."""
    folder = tmp_path_factory.mktemp("change")
    first = run_on(small_source, folder / "home", [Quarter(2022, 3)])
    before = shutil.copy(first.home.published, folder / "before.duckdb")
    return before, run_on(small_source, folder / "home", [Quarter(2022, 4)])


def _met(path):
    """Criteria met, as (exposure, comparator, side effect, definition, role scope, criterion)."""
    columns = ", ".join(f"meets_{name}" for name in ALL_CRITERIA)
    with open_published(path) as connection:
        rows = connection.execute(
            f"SELECT exposure, comparator, side_effect, definition, role_scope, {columns} "
            "FROM mart.side_effect_comparison WHERE context = 'all' AND route_group = 'all'"
        ).fetchall()
        (build_id,) = connection.execute("SELECT build_id FROM meta.build").fetchall()[0]
    return build_id, {(*row[:5], name) for row in rows for name, met in zip(ALL_CRITERIA, row[5:], strict=True) if met}


def _changes(path):
    with open_published(path) as connection:
        compared = connection.execute("SELECT previous_build_id, comparison_outcome FROM meta.build").fetchall()[0]
        return compared, connection.sql("SELECT * FROM mart.signal_change").pl()


def test_a_new_quarter_makes_signals_and_ends_others(two_builds):
    before, finished = two_builds
    (old_id, old), (new_id, new) = _met(before), _met(finished.home.published)
    compared, changes = _changes(finished.home.published)
    assert compared == (old_id, COMPARED)
    assert new_id != old_id
    told = {row[:-1]: row[-1] for row in changes.filter(subject="criterion").select(
        "exposure", "comparator", "side_effect", "definition", "role_scope", "criterion", "change").rows()}  # fmt: skip
    assert told == dict.fromkeys(new - old, "new") | dict.fromkeys(old - new, "gone")
    assert {"new", "gone"} == set(told.values())
    assert any(row[0] == "ketamine" and row[1] == "rest" and change == "new" for row, change in told.items())
    assert (changes.filter(criterion="ror", change="new")["ror_lower_95"] > 1).all()
    assert (changes.filter(criterion="ic", change="new")["previous_ic_lower_95"] <= 0).all()
    assert (changes.filter(criterion="ic", change="gone")["ic_lower_95"] <= 0).all()
    assert changes.filter(pl.col("subject") != "criterion").is_empty()


def test_a_rebuild_keeps_what_it_was_compared_with(two_builds):
    _, finished = two_builds
    compared, changes = _changes(finished.home.published)
    rebuilt = _rebuild(finished.home)
    again, kept = _changes(rebuilt.path)
    assert rebuilt.build_id == finished.result.build.build_id
    assert again == compared
    assert kept.equals(changes)
    assert not kept.is_empty()


def test_what_was_published_is_no_part_of_the_build_id(two_builds):
    _, finished = two_builds
    finished.home.published.unlink()
    rebuilt = _rebuild(finished.home)
    compared, changes = _changes(rebuilt.path)
    assert rebuilt.build_id == finished.result.build.build_id
    assert compared == (None, NOTHING_PUBLISHED)
    assert changes.is_empty()


def _rebuild(home):
    return build_warehouse(home, Settings(home=home.root), datetime(2026, 1, 3, tzinfo=UTC), rebuild=True)
