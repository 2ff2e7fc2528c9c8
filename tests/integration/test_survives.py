"""A killed build, a full disk, a corrupt zip: the last published file stays readable and the next run completes."""

from __future__ import annotations

import hashlib
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest

KETAVIGIL = [sys.executable, "-m", "pipeline.cli"]


def _sha(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def published(small_source, tmp_path, run_on):
    """A home whose first quarter is published."""
    source = tmp_path / "source"
    source.mkdir()
    shutil.copy(small_source / "faers_ascii_2022q3.zip", source)
    finished = run_on(source, tmp_path / "home")
    shutil.copy(small_source / "faers_ascii_2022q4.zip", source)
    return finished


def _complete(finished):
    done = subprocess.run(
        [*KETAVIGIL, "run", "--source", finished.source, "--home", finished.home.root],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with finished.open() as connection:
        assert connection.execute("SELECT quarter_count FROM meta.build").fetchall() == [(2,)]
    kept = ("*.duckdb", "*.plan.csv", "work")  # builds, why their tables were made, what the next goes on from
    leftovers = [path.name for path in finished.home.builds.iterdir() if not any(path.match(name) for name in kept)]
    assert leftovers == []


def test_a_killed_build(published):
    before = _sha(published.home.published)
    process = subprocess.Popen(
        [*KETAVIGIL, "run", "--source", published.source, "--home", published.home.root],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not list(published.home.builds.glob("*.scratch/work.duckdb")):
        assert process.poll() is None, "the build ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert list(published.home.builds.glob("*.partial")), "it was not killed in the middle"
    assert _sha(published.home.published) == before
    with published.open() as connection:
        assert connection.execute("SELECT quarter_count FROM meta.build").fetchall() == [(1,)]
    _complete(published)


def test_a_full_disk(published):
    """No file may grow past 2 MB: a build that needs more fails with one line, not with half a warehouse."""
    before = _sha(published.home.published)
    limit = 2_000_000
    done = subprocess.run(
        [*KETAVIGIL, "run", "--source", published.source, "--home", published.home.root],
        capture_output=True, text=True, timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert done.returncode == 1
    assert "error" in done.stderr
    assert "Traceback" not in done.stderr
    assert _sha(published.home.published) == before
    _complete(published)


def test_a_corrupt_zip(published, small_source):
    """The damaged quarter is named and left out; what was published before is still there; the next run completes."""
    path = published.source / "faers_ascii_2022q4.zip"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    before = _sha(published.home.published)
    done = subprocess.run(
        [*KETAVIGIL, "run", "--source", published.source, "--home", published.home.root],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 1
    assert "2022q4" in done.stderr
    assert "Traceback" not in done.stderr
    assert _sha(published.home.published) == before
    shutil.copy(small_source / path.name, path)
    _complete(published)
