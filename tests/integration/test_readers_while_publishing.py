"""Ten readers, each a process of its own, ask while builds are published under them: no error, no stale half."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from warehouse.publish import publish

READERS = 10
SWAPS = 30

READ = """
import sys, time
from pathlib import Path
from warehouse.asking import ask, open_alone

published, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen, opened = set(), 0
Path(sys.argv[3]).touch()
while True:
    is_last = stop.exists()
    with open_alone(published, threads=1) as connection:
        # Three questions of one open file: whatever is published between them, they are of one build.
        (build,) = (row[0] for row in ask(connection, "SELECT build_id FROM meta.build").rows())
        time.sleep(0.005)
        (rows,) = (row[0] for row in ask(connection, "SELECT count(*) FROM mart.side_effect_reporting").rows())
        (marks,) = (row for row in ask(connection, "SELECT min(mark), max(mark) FROM mart.mark").rows())
        seen.add((build, rows, *marks))
    opened += 1
    if is_last:
        break
print(opened)
for row in sorted(seen):
    print(*row)
"""


def _marked(published: Path, folder: Path, name: str) -> Path:
    """A copy of the published file that says in several tables which build it is."""
    path = folder / f"{name}.duckdb"
    shutil.copy2(published, path)
    path.chmod(0o644)
    with duckdb.connect(path) as connection:
        connection.execute(f"UPDATE meta.build SET build_id = '{name}'")
        connection.execute(f"CREATE TABLE mart.mark AS SELECT '{name}' AS mark FROM range(200000)")
        if name == "second":
            connection.execute("DELETE FROM mart.side_effect_reporting WHERE exposure = 'esketamine'")
    return path


def test_ten_processes_read_while_builds_are_published(four_quarters, tmp_path):
    builds = [_marked(four_quarters.home.published, tmp_path, name) for name in ("first", "second")]
    rows = {}
    for build in builds:
        with duckdb.connect(build, read_only=True) as connection:
            rows[build.stem] = connection.execute("SELECT count(*) FROM mart.side_effect_reporting").fetchall()[0][0]
    assert rows["first"] > rows["second"]
    published, stop = tmp_path / "ketavigil.duckdb", tmp_path / "stop"
    publish(builds[0], published)
    ready = [tmp_path / f"ready{number}" for number in range(READERS)]
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, str(published), str(stop), str(mark)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        )
        for mark in ready
    ]
    try:
        while not all(mark.exists() for mark in ready):
            assert all(reader.poll() is None for reader in readers), [reader.stderr.read() for reader in readers]
        for turn in range(1, SWAPS + 1):
            publish(builds[turn % 2], published)
            subprocess.run([sys.executable, "-c", "import time; time.sleep(0.05)"], check=True)
        stop.touch()
        answers = [reader.communicate(timeout=120) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
    assert [errors for _, errors in answers] == [""] * READERS
    whole = {f"{name} {count} {name} {name}" for name, count in rows.items()}
    both = set()
    for out, _ in answers:
        opened, *seen = out.splitlines()
        assert int(opened) >= 2
        assert set(seen) <= whole
        both |= set(seen)
        # The last look was after the last swap: nobody goes on with an older file.
        assert f"first {rows['first']} first first" in seen
    assert both == whole
