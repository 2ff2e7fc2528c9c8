"""The same inputs give the same tables: again, in another order, and a quarter at a time."""

from __future__ import annotations

import shutil

import pytest

from simulation.faers import simulate
from vocabulary.quarter import Quarter, parse_quarters


def test_a_second_run_changes_nothing(small_source, tmp_path, run_on):
    first = run_on(small_source, tmp_path)
    before = first.home.published.stat()
    second = run_on(small_source, tmp_path)
    assert first.result.changed
    assert second.result.changed == []
    after = second.home.published.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_quarters_one_by_one_in_any_order_equal_all_at_once(small_source, tmp_path, run_on, table_hashes):
    at_once = run_on(small_source, tmp_path / "at-once")
    run_on(small_source, tmp_path / "one-by-one", [Quarter(2022, 4)])
    one_by_one = run_on(small_source, tmp_path / "one-by-one", [Quarter(2022, 3)])
    expected, found = table_hashes(at_once.home.published), table_hashes(one_by_one.home.published)
    # Drift is judged against the quarters known at the time, so results of rules may differ; nothing else may.
    for name in ("meta.expectation_result", "meta.certificate", "meta.build"):
        expected.pop(name)
        found.pop(name)
    assert found == expected


def test_a_republished_quarter_replaces_the_old_one(small_source, tmp_path, run_on, table_hashes):
    source = tmp_path / "source"
    simulate(source, parse_quarters("2022q3..2022q4"), 1_000, seed=12)
    run_on(source, tmp_path / "home")
    for path in small_source.glob("*.zip"):
        shutil.copy(path, source / path.name)
    replaced = run_on(source, tmp_path / "home")
    fresh = run_on(small_source, tmp_path / "fresh")
    expected, found = table_hashes(fresh.home.published), table_hashes(replaced.home.published)
    assert expected.pop("meta.source_file") != found.pop("meta.source_file")
    for hashes in (expected, found):
        del hashes["meta.certificate"], hashes["meta.expectation_result"], hashes["meta.build"]
    assert found == expected
    with replaced.open() as connection:
        assert connection.execute(
            "SELECT status, is_in_build, count(*) FROM meta.source_file GROUP BY ALL ORDER BY ALL"
        ).fetchall() == [("current", True, 2), ("replaced", False, 2)]


@pytest.mark.parametrize("keep", [1, 2])
def test_the_last_builds_are_kept(small_source, tmp_path, run_on, keep):
    for quarters in ([Quarter(2022, 3)], [Quarter(2022, 4)]):
        finished = run_on(small_source, tmp_path, quarters, keep_builds=keep)
    builds = sorted(finished.home.builds.glob("*.duckdb"))
    assert len(builds) == keep
    assert any(path.samefile(finished.home.published) for path in builds)
