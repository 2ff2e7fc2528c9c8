"""Housekeeping, monitoring, backup, and the disaster that they are for, on a small home with clinics."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from datetime import timedelta

import duckdb
import pytest

from pipeline.backup import backup, restore
from pipeline.clinic import take_in
from pipeline.home import Home
from pipeline.housekeeping import plan, sweep
from pipeline.late_entry import overdue, tell_late
from pipeline.monitoring import Trouble, look_at
from pipeline.run_log import recorded
from pipeline.settings import Settings
from simulation.clinics import simulate_clinics
from vocabulary.errors import BuildError, SettingsError, SourceError
from vocabulary.quarter import Quarter
from warehouse.plan import PRIVATE
from warehouse.publish import CLINIC_NAME

LATER = timedelta(days=30)


@pytest.fixture(scope="module")
def finished(small_source, tmp_path_factory, run_on):
    """Two quarters and a clinic, published."""
    folder = tmp_path_factory.mktemp("operations")
    clinics = simulate_clinics(folder / "clinics", 1, 5, patients=60, batches=2)
    for name in json.loads((clinics / "truth_clinic.json").read_text())["batches"]:
        take_in(Home(folder / "home"), Settings(home=folder / "home"), clinics / name)
    return run_on(small_source, folder / "home", minimum_free_gb=0)


@pytest.fixture
def home(finished, tmp_path):
    """A copy of that home, with the published file as a link of its build, as it is there."""
    shutil.copytree(finished.home.root, tmp_path / "home", symlinks=True)
    copy = Home(tmp_path / "home")
    (build,) = copy.builds.glob("*.duckdb")
    copy.published.unlink()
    os.link(build, copy.published)
    return copy


@pytest.fixture
def settings(home):
    return Settings(home=home.root, minimum_free_gb=0)


@pytest.fixture
def now(home):
    """Just after everything in the home was written."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


def files_of(root):
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and ".locks" not in path.parts}


def add_builds(home, count):
    """Newer builds than the published one, that were never published."""
    for number in range(count):
        (home.builds / f"{number:016x}.duckdb").write_bytes(b"x" * 1000)
        (home.builds / "clinic" / f"{number:016x}.duckdb").write_bytes(b"x" * 100)


def test_housekeeping_shows_and_removes_old_builds_and_never_the_published_one(home, settings, now):
    add_builds(home, 4)
    before = files_of(home.root)
    changed = settings.model_copy(update={"keep_builds": 2})
    shown = plan(home, changed, now)
    assert files_of(home.root) == before, "a plan changed something"
    assert [(item.kind, item.size_bytes) for item in shown] == [("build", 1000), ("build", 100)] * 2
    assert [item.path for item in sweep(home, changed, now)] == [item.path for item in shown]
    assert files_of(home.root) == before - {str(item.path.relative_to(home.root)) for item in shown} | {
        "log/run_step.jsonl"
    }
    assert any(path.samefile(home.published) for path in home.builds.glob("*.duckdb"))
    assert plan(home, changed, now) == []


def test_housekeeping_takes_what_killed_runs_left_once_it_is_old(home, settings, now):
    (home.builds / "ab.duckdb.scratch").mkdir()
    (home.builds / "ab.duckdb.scratch" / "work.duckdb").write_bytes(b"x" * 10)
    (home.builds / "ab.duckdb.partial").write_bytes(b"x")
    (home.builds / "clinic" / "gone.duckdb").write_bytes(b"x")
    assert [(item.kind, item.path.name) for item in plan(home, settings, now)] == [("build", "gone.duckdb")]
    shown = plan(home, settings, now + LATER)
    assert {item.path.name for item in shown} == {"gone.duckdb", "ab.duckdb.scratch", "ab.duckdb.partial"}
    before = files_of(home.root)
    sweep(home, settings, now + LATER)
    assert before - files_of(home.root) == {
        *("warehouse/builds/ab.duckdb.scratch/work.duckdb", "warehouse/builds/ab.duckdb.partial"),
        "warehouse/builds/clinic/gone.duckdb",
    }


def test_housekeeping_drops_replaced_zips_only_where_that_is_wished(home, settings, now):
    path = home.raw / "2022q4" / "receipts.json"
    (receipt,) = json.loads(path.read_text())
    old = {**receipt, "sha256": "0" * 64, "status": "replaced", "path": f"2022q4/{'0' * 16}/{receipt['file_name']}"}
    path.write_text(json.dumps([old, receipt]))
    (home.raw / old["path"]).parent.mkdir()
    (home.raw / old["path"]).write_bytes(b"x" * 7)
    assert plan(home, settings, now) == []
    wished = settings.model_copy(update={"raw_policy": "drop_replaced"})
    (item,) = sweep(home, wished, now)
    assert (item.kind, item.size_bytes) == ("raw", 7)
    assert (home.raw / receipt["path"]).exists()


def test_housekeeping_takes_refused_batches_by_age_and_sites_by_number(home, settings, now):
    (home.clinic_quarantine / "0123").mkdir(parents=True)
    for number in range(3):
        (home.root / "site" / str(number)).mkdir(parents=True)
        os.utime(home.root / "site" / str(number), (number, number))
    (home.root / "site" / "current").symlink_to("0")
    changed = settings.model_copy(update={"keep_sites": 2, "quarantine_days": 10})
    assert [(item.kind, item.path.name) for item in plan(home, changed, now)] == [("site", "1")]
    assert {item.kind for item in plan(home, changed, now + LATER)} == {"site", "quarantine"}
    assert plan(home, settings, now + LATER) == []


def test_all_is_well_after_a_run(home, settings, now):
    health = look_at(home, settings, now)
    assert (health.troubles, health.exit_code) == ((), 0)
    assert health.published is not None
    assert health.published.quarters == ("2022q3", "2022q4")


def test_what_is_stale_failed_or_short_of_room_is_told_and_sums_up(home, settings, now):
    late = look_at(home, settings, now + LATER)
    assert late.exit_code == Trouble.STALE
    assert "last asked" in late.troubles[0][1]

    shutil.rmtree(home.staged(Quarter(2022, 4)))
    with pytest.raises(BuildError), recorded(home, "build", "x"):
        raise BuildError("x")
    failed = look_at(home, settings, now)
    assert failed.exit_code == Trouble.FAILED
    assert {what.split(" at ")[0] for _, what in failed.troubles} == {
        "2022q4 is landed and not staged.",
        "build x failed",
    }
    with recorded(home, "build", "y"):
        pass
    assert len(look_at(home, settings, now).troubles) == 1, "a build since has mended it"

    full = settings.model_copy(update={"minimum_free_gb": 1e9})
    everything = look_at(home, full, now + LATER)
    assert everything.exit_code == Trouble.STALE + Trouble.FAILED + Trouble.DISK == 28
    home.published.unlink()
    assert "Nothing is published." in dict(look_at(home, settings, now).troubles).values()


def test_a_late_run_is_told_until_something_is_published(home, settings, now, monkeypatch):
    monkeypatch.setenv("KETAVIGIL_HOME", str(home.root))
    run = {"dag_id": "faers_quarterly", "dag_run_id": "scheduled__1", "state": "running"}
    tell_late({"dag_run": run}, 12)
    ((kind, what),) = look_at(home, settings, now).troubles
    assert (kind, what) == (Trouble.FAILED, "faers_quarterly scheduled__1 was not through after 12 hours.")
    with recorded(home, "publish", "y"):
        pass
    assert look_at(home, settings, now).troubles == ()


def test_a_quarter_is_late_when_its_days_are_over(now):
    found = [Quarter(2025, 3), Quarter(2025, 4)]
    assert overdue(found, now.date().replace(year=2026, month=6, day=20), 90) is None
    assert overdue(found, now.date().replace(year=2026, month=7, day=1), 90) == Quarter(2026, 1)
    assert overdue([*found, Quarter(2026, 1)], now.date().replace(year=2026, month=7, day=1), 90) is None


@pytest.mark.parametrize(("options", "code"), [(["--check"], 0), (["--check", "--json"], 0), (["--json"], 0)])
def test_the_command_for_monitoring(home, options, code):
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "status", "--home", home.root, *options],
        env={**os.environ, "KETAVIGIL_MINIMUM_FREE_GB": "0"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    if "--json" in options:
        assert json.loads(done.stdout)["is_well"] is True
    else:
        assert done.stdout == "All is well.\n"


def private_hashes(home):
    """Rows and hash of every table of the clinics' file."""
    with duckdb.connect(home.published.with_name(CLINIC_NAME), read_only=True) as connection:
        return {
            name: connection.execute(
                f"SELECT count(*), coalesce(bit_xor(hash(found)), 0) FROM {name.removeprefix('clinic.')} AS found"
            ).fetchall()[0]
            for name in PRIVATE
        }


def test_the_disaster_exercise(home, finished, tmp_path, run_on, table_hashes):
    """docs/maintenance.md: the data folder is lost; from the backup and the source comes the same warehouse."""
    expected, private = table_hashes(home.published), private_hashes(home)
    backup(home, tmp_path / "kept" / "backup.tar")
    shutil.rmtree(home.root)

    back = restore(tmp_path / "kept" / "backup.tar", home)
    assert back.raw_missing == ("2022q3", "2022q4")
    assert (back.clinic_batches, back.is_same_reference) == (2, True)
    again = run_on(finished.source, home.root)
    assert again.result.failed == {}
    assert table_hashes(home.published) == expected
    assert private_hashes(home) == private
    assert home.published.exists()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (home.root / "staged" / "clinic").rglob("*")}
    assert modes == {0o700, 0o600}
    receipts = [one["status"] for one in json.loads((home.raw / "2022q4" / "receipts.json").read_text())]
    assert receipts == ["current"], "the same bytes were landed by the hash that was kept"


def test_a_backup_is_for_its_owner_alone_the_same_each_time_and_whole_with_raw_files(home, tmp_path):
    first, second = tmp_path / "1.tar", tmp_path / "2.tar"
    backup(home, first, with_raw=True)
    backup(home, second, with_raw=True)
    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    with tarfile.open(first) as archive:
        names = archive.getnames()
    assert names[0] == "backup.json"
    assert not [name for name in names if name.startswith(("warehouse", "staged/faers", "quality", "simulated"))]
    other = dataclasses.replace(home, root=tmp_path / "other")
    assert restore(first, other).raw_missing == ()
    with pytest.raises(SettingsError, match="empty folder"):
        restore(first, other)


@pytest.mark.parametrize("how", ["altered", "cut", "strange", "none"])
def test_a_backup_that_is_not_what_it_says_is_refused_and_nothing_is_changed(home, tmp_path, how):
    target = tmp_path / "b.tar"
    backup(home, target)
    content = bytearray(target.read_bytes())
    if how == "altered":
        place = content.index(b"PAR1") + 40
        content[place] ^= 0xFF
    elif how == "cut":
        del content[len(content) // 2 :]
    elif how == "none":
        content[:] = b"nothing"
    target.write_bytes(content)
    if how == "strange":
        with tarfile.open(target, "a") as archive:
            info = tarfile.TarInfo("../outside")
            info.size = 1
            archive.addfile(info, io.BytesIO(b"x"))
    other = dataclasses.replace(home, root=tmp_path / "other")
    with pytest.raises(SourceError):
        restore(target, other)
    assert not list(other.root.iterdir())
    assert not (tmp_path / "outside").exists()


def test_there_must_be_something_to_back_up(tmp_path):
    with pytest.raises(SourceError, match="nothing to back up"):
        backup(Home(tmp_path / "home"), tmp_path / "b.tar")
