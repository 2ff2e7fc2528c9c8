"""The drop folder: what is whole is taken out once, under a random name, and done with whatever happens."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import clinic_entry as entry
from pipeline.cli import app
from pipeline.clinic import RefusedBatchError
from pipeline.clinic_drop import claim, claimed, incoming, settled, waiting
from pipeline.clinic_refusals import decide, refusals, undecided
from pipeline.home import Home
from tests.privacy.clinic_batches import make
from vocabulary.errors import BusyError, ClinicBatchError, SettingsError

NAME = "Quinquilla Zqandoe 1957"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("KETAVIGIL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KETAVIGIL_CLINIC_SETTLE_SECONDS", "0")
    (tmp_path / "home" / "drop" / "clinic").mkdir(parents=True)
    return Home(tmp_path / "home")


def drop(home: Home) -> Path:
    return home.root / "drop" / "clinic"


def test_a_batch_that_changes_is_left_until_it_rests(home: Home) -> None:
    path = make(1).write(drop(home))
    now = time.time()
    assert settled(drop(home), 60, now) == []
    assert settled(drop(home), 60, now + 61) == [path]
    (path / "vital.csv").touch()
    assert settled(drop(home), 60, now + 30) == []
    for name in (".hidden", "a.zip.part", "b.tmp"):
        (drop(home) / name).write_text("x")
    assert settled(drop(home), 0, now + 120) == [path]
    assert settled(home.root / "nowhere", 0, now) == []


def test_what_is_claimed_is_the_owners_alone_and_claimed_once(home: Home) -> None:
    make(1).write_zip(drop(home), name=NAME)
    assert entry.look_at_drop()[0] == 1
    (token,) = entry.find_batches()
    assert NAME not in token
    assert entry.look_at_drop()[0] == 0
    assert entry.find_batches() == [token], "a run that was killed leaves it to the next one"
    assert claimed(home, token).name == f"{NAME}.zip"
    for place in (incoming(home), incoming(home) / token):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    with home.only_writer("clinic-drop"), pytest.raises(BusyError):
        entry.find_batches()


def test_taken_in_or_refused_it_is_done_with(home: Home) -> None:
    good, bad = make(1), make(2)
    bad.tables["patient"][0]["age_years"] = "Zqanaryword"
    good.write(drop(home))
    bad.write_zip(drop(home), name=NAME)
    (drop(home) / "link").symlink_to("/etc/passwd")
    (drop(home) / "empty").mkdir()
    refused: list[str] = []
    for token in entry.find_batches():
        try:
            entry.take_in_batch(token)
        except RefusedBatchError as error:
            refused.append(str(error))
        entry.take_in_batch(token)  # cleared by hand: it is done with
    assert len(refused) == 3
    assert NAME not in " ".join(refused)
    assert waiting(home) == list(drop(home).iterdir()) == []
    assert len(home.clinic_batches()) == 1
    assert Path("/etc/passwd").exists()
    with pytest.raises(ClinicBatchError, match="on this machine"):
        entry.take_in_batch("batch-0123456789")
    with pytest.raises(ClinicBatchError):
        claimed(home, "../../staged")


def test_another_batch_of_the_clinic_is_waited_for(home: Home) -> None:
    batch = make(1)
    batch.write(drop(home))
    (token,) = entry.find_batches()
    with home.only_writer(f"clinic-{batch.manifest['clinic_id']}"), pytest.raises(BusyError):
        entry.take_in_batch(token)
    entry.take_in_batch(token)
    assert len(home.clinic_batches()) == 1


def test_another_file_system_gets_it_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == home.root.stat().st_dev:
        pytest.skip("There is no other file system to move from.")
    folder = shared / f"ketavigil-{home.root.parent.name}"
    folder.mkdir()
    try:
        make(1).write(folder)
        make(2).write_zip(folder)
        tokens = claim(home, folder, 0, time.time())
        assert len(tokens) == 2
        assert list(folder.iterdir()) == []
        for token in tokens:
            entry.take_in_batch(token)
    finally:
        for left in folder.rglob("*"):
            left.unlink()
        folder.rmdir()
    assert len(home.clinic_batches()) == 2


def test_a_person_can_have_a_refused_batch_deleted_or_returned(home: Home) -> None:
    for seed in (2, 3):
        bad = make(seed)
        bad.tables["patient"][0]["age_years"] = "Zqanaryword"
        bad.write_zip(drop(home), name=f"batch-{seed}")
    for token in entry.find_batches():
        with pytest.raises(RefusedBatchError):
            entry.take_in_batch(token)
    first, second = undecided(home)
    with pytest.raises(SettingsError, match="stays out"):
        decide(home, first.name, "approve")
    with pytest.raises(ClinicBatchError):
        decide(home, "..", "reject")
    assert decide(home, first.name, "reject") is None
    place = decide(home, second.name, "return")
    assert place is not None
    assert list((place / "batch").glob("*.zip"))
    kept = [path for path in home.clinic_quarantine.rglob("*") if path.is_file()]
    assert {path.name for path in kept} == {"refusal.json"}
    assert {refusal.answer for refusal in refusals(home)} == {"reject", "return"}
    assert undecided(home) == []
    assert home.clinic_batches() == []
    for path in [place, *place.rglob("*"), *home.clinic_quarantine.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert "privacy: patient.age_years" in json.dumps([refusal.sentences for refusal in refusals(home)])


def test_status_shows_clinics_without_a_value(home: Home) -> None:
    batch = make(1)
    batch.write(drop(home))
    bad = make(2)
    bad.tables["patient"][0]["age_years"] = "Zqanaryword"
    bad.write_zip(drop(home), name=NAME)
    for token in entry.find_batches():
        try:
            entry.take_in_batch(token)
        except RefusedBatchError:
            continue
    batch.manifest["revision"] = 2
    batch.tables["patient"][0]["age_years"] = "41"
    batch.write(drop(home))
    (token,) = entry.find_batches()
    entry.take_in_batch(token)
    make(3).write(drop(home), name="batch-3")
    shown = CliRunner().invoke(app, ["status", "--home", str(home.root)], env={"COLUMNS": "250"})
    assert shown.exit_code == 0, shown.output
    assert str(batch.manifest["batch_id"]) in shown.output
    assert "2 (replaced 1)" in shown.output
    assert "1 waiting in the drop folder, 1 refused, in quarantine" in " ".join(shown.output.split())
    assert NAME not in shown.output
    for rows in batch.tables.values():
        assert not [row["session_id"] for row in rows if row.get("session_id", "?") in shown.output]
