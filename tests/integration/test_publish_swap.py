"""Publishing is one swap: readers keep what they opened, newcomers get the new file, nothing half is ever seen."""

from __future__ import annotations

import os
import threading

import duckdb
import pytest

from vocabulary.errors import BuildError
from warehouse.publish import keep_last, publish
from warehouse.query import open_published, warehouse_schema


def _build(folder, name, value, rows=1000):
    path = folder / f"{name}.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(f"CREATE TABLE answer AS SELECT {value} AS value FROM range({rows})")
        connection.execute("CREATE SCHEMA meta")
        connection.execute("CREATE TABLE meta.build AS SELECT ? AS schema_version", [warehouse_schema()])
    return path


def test_a_reader_keeps_the_file_that_it_opened(tmp_path):
    published = tmp_path / "ketavigil.duckdb"
    publish(_build(tmp_path, "one", 1), published)
    reader = open_published(published)
    publish(_build(tmp_path, "two", 2), published)
    assert reader.execute("SELECT sum(value) FROM answer").fetchall() == [(1000,)]
    reader.close()
    with open_published(published) as newcomer:
        assert newcomer.execute("SELECT sum(value) FROM answer").fetchall() == [(2000,)]


def test_readers_never_meet_a_half_file(tmp_path):
    """Ten readers open again and again in processes of their own while builds are swapped under them."""
    published = tmp_path / "ketavigil.duckdb"
    builds = [_build(tmp_path, f"build{value}", value) for value in (1, 2)]
    publish(builds[0], published)
    stop, seen, errors = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                # The swap changes the inode under one path, and DuckDB shares instances by path within a process.
                copy = tmp_path / f"reader-{threading.get_ident()}.duckdb"
                copy.unlink(missing_ok=True)
                os.link(published, copy)
                with duckdb.connect(copy, read_only=True) as connection:
                    seen.add(connection.execute("SELECT min(value), max(value), count(*) FROM answer").fetchall()[0])
            except Exception as error:
                errors.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(10)]
    for reader in readers:
        reader.start()
    for turn in range(40):
        publish(builds[turn % 2], published)
    stop.set()
    for reader in readers:
        reader.join()
    assert not errors
    assert seen <= {(1, 1, 1000), (2, 2, 1000)}
    assert seen


def test_the_published_file_cannot_be_written_by_opening_it(tmp_path):
    published = tmp_path / "ketavigil.duckdb"
    publish(_build(tmp_path, "one", 1), published)
    assert published.stat().st_mode & 0o222 == 0


def test_a_publish_that_fails_leaves_the_last_file(tmp_path):
    published = tmp_path / "ketavigil.duckdb"
    publish(_build(tmp_path, "one", 1), published)
    with pytest.raises(BuildError, match="The last one stays"):
        publish(tmp_path / "absent.duckdb", published)
    with open_published(published) as connection:
        assert connection.execute("SELECT count(*) FROM answer").fetchall() == [(1000,)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ketavigil.duckdb", "one.duckdb"]


def test_old_builds_go_but_never_the_published_one(tmp_path):
    builds = tmp_path / "builds"
    builds.mkdir()
    published = tmp_path / "ketavigil.duckdb"
    for age, name in enumerate(["d", "c", "b", "a"]):
        path = _build(builds, name, 1)
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    publish(builds / "a.duckdb", published)
    assert keep_last(builds, published, keep=2) == ["b.duckdb"]
    assert sorted(path.stem for path in builds.iterdir()) == ["a", "c", "d"]
