"""Values planted everywhere in a batch, taken in and refused: none of them is in any byte that is written or said."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import stat
import subprocess
import sys
import traceback
import zipfile
from pathlib import Path

import polars as pl
import pytest

from pipeline.cli import main
from pipeline.clinic import RefusedBatchError, check_batch, take_in
from pipeline.home import Home
from pipeline.settings import Settings
from tests.privacy.clinic_batches import MadeUp, make, read_path
from vocabulary.errors import ClinicBatchError
from vocabulary.tables.clinic import BATCH_TABLES

ROOT = Path(__file__).resolve().parents[2]
TEXT = "Zqanaryword"
NUMBERS = ("148.37", "1187", "173")
"""A dose, a day and a blood pressure, so odd that they stand nowhere else."""


class Loud:
    """A reporter that keeps all it is told, as a log would."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def step(self, what: str) -> None:
        self.said.append(what)

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        self.said.append(f"{done} {total} {what}")

    note = warn = step


def sound() -> MadeUp:
    """A fit batch whose every cell is a canary, as far as a fit batch can have such: ids, and odd numbers."""
    batch = make(11, patients=2, sessions=2)
    session = batch.tables["session"][0]
    session |= {"route": "intravenous", "dose_mg": NUMBERS[0], "dose_mg_per_kg": "", "infusion_minutes": "40"}
    session |= {"session_number": "7", "day_offset": NUMBERS[1], "discharge_minutes": ""}
    batch.tables["session"][1] |= {"session_number": "8", "day_offset": "1190"}
    batch.tables["vital"][0] |= {"systolic_mmhg": "291", "diastolic_mmhg": NUMBERS[2]}
    return batch


def canaries(batch: MadeUp) -> list[bytes]:
    ids = {
        row[key] for rows in batch.tables.values() for row in rows for key in ("patient_id", "session_id") if key in row
    }
    return [text.encode() for text in sorted(ids)]


def broken(batch: MadeUp) -> dict[str, MadeUp]:
    """Batches that are refused, each for another reason, with the canary where the reason is."""
    made = {name: sound() for name in ("text", "column", "range", "reference", "repeated", "ragged", "key")}
    for table, declared in BATCH_TABLES.items():
        for column in declared.columns:
            made["text"].tables[table][0][column.name] = f"{TEXT} {column.name}"
    made["column"].headers["patient"] = [*BATCH_TABLES["patient"].column_names, TEXT]
    made["range"].tables["vital"][0] |= {"systolic_mmhg": "49", "diastolic_mmhg": NUMBERS[2], "heart_rate_bpm": "19"}
    made["reference"].tables["vital"][0]["session_id"] = "zzqxwvtsrpnm"
    made["repeated"].tables["patient"].append(made["repeated"].tables["patient"][0])
    made["key"].manifest[TEXT] = TEXT
    return made


def written_below(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def assert_silent(what: str, content: bytes, secret: list[bytes]) -> None:
    for canary in secret:
        assert canary not in content, (what, canary)


@pytest.fixture
def captured(caplog, capfd):
    caplog.set_level(logging.DEBUG)

    def everything() -> bytes:
        out, err = capfd.readouterr()
        return (out + err + caplog.text).encode()

    return everything


def test_an_accepted_batch_leaves_its_values_in_the_staged_parquet_alone(tmp_path, captured):
    batch = sound()
    home, loud = Home(tmp_path / "home"), Loud()
    path = batch.write(tmp_path / "drop")
    check_batch(path, Settings())
    take_in(home, Settings(), path, loud)
    take_in(home, Settings(), path, loud)
    secret = canaries(batch)
    assert_silent("reporter", " ".join(loud.said).encode(), secret)
    assert_silent("streams and logs", captured(), secret)
    files = written_below(home.root)
    staged = {path for path in files if path.suffix == ".parquet"}
    assert len(staged) == 5
    assert all(path.is_relative_to(home.root / "staged" / "clinic") for path in staged)
    for path, content in files.items():
        assert_silent(str(path), str(path).encode(), secret)
        if path not in staged:
            assert_silent(str(path), content, [*secret, NUMBERS[0].encode()])
    # The test can fail: the canaries are what is staged.
    found = pl.concat(
        [pl.read_parquet(path).select("session_id") for path in sorted(staged) if "patient" not in str(path)]
    )
    assert {value.encode() for value in found["session_id"]} <= set(secret)


def test_staged_clinic_files_are_the_owners_alone(tmp_path):
    home = Home(tmp_path / "home")
    take_in(home, Settings(), sound().write(tmp_path / "drop"))
    for path in [home.root / "staged" / "clinic", *(home.root / "staged" / "clinic").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize("reason", ["text", "column", "range", "reference", "repeated", "ragged", "key"])
def test_a_refused_batch_leaves_its_values_in_quarantine_alone(tmp_path, captured, reason):
    batch = broken(sound())[reason]
    home, loud = Home(tmp_path / "home"), Loud()
    path = batch.write(tmp_path / "drop")
    if reason == "ragged":
        with (path / "vital.csv").open("a") as file:
            file.write(f"{TEXT},1,2,3,4,5,6,7\n")
    examination = check_batch(path, Settings())
    assert examination.findings
    with pytest.raises(RefusedBatchError) as refusal:
        take_in(home, Settings(), path, loud, move_refused=True)
    assert not path.exists()
    secret = [*canaries(batch), TEXT.encode(), NUMBERS[0].encode(), b"zzqxwvtsrpnm"]
    error = refusal.value
    assert error.__cause__ is None
    assert error.__context__ is None
    spoken = "".join(traceback.format_exception(error)) + repr(error) + " ".join(loud.said)
    spoken += " ".join(finding.text for finding in examination.findings) + " ".join(examination.warnings)
    assert_silent("errors and reports", spoken.encode(), secret)
    assert_silent("streams and logs", captured(), secret)
    kept = home.clinic_quarantine
    quarantined = False
    for file, content in written_below(home.root).items():
        assert_silent(str(file), str(file).encode(), secret)
        if file.is_relative_to(kept) and file.name != "refusal.json":
            quarantined = quarantined or any(canary in content for canary in secret)
        else:
            assert_silent(str(file), content, secret)
    assert quarantined
    assert not (home.root / "staged").exists() or not home.clinic_batches()
    for place in [kept.parent, kept, *kept.rglob("*")]:
        assert stat.S_IMODE(place.stat().st_mode) == (0o700 if place.is_dir() else 0o600), place


def test_the_command_says_nothing_either(tmp_path, capfd, monkeypatch):
    text = broken(sound())["text"]
    path = text.write_zip(tmp_path / TEXT, name="batch")
    secret = [*canaries(text), TEXT.encode()]
    command = [sys.executable, "-m", "pipeline.cli", "clinic", "take-in", str(path)]
    environment = {**os.environ, "KETAVIGIL_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path, check=False)
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"privacy: patient.sex, rule" in done.stderr
    assert_silent("take-in", done.stdout + done.stderr, secret)
    monkeypatch.setattr(sys, "argv", ["ketavigil", "clinic", "check", str(path)])
    with pytest.raises(SystemExit, match="1"):
        main()
    said = "".join(capfd.readouterr())
    assert "privacy: patient.sex, rule" in said
    assert_silent("check", said.encode(), secret)


def test_what_a_library_says_of_a_cell_is_kept_back(tmp_path, monkeypatch):
    path = sound().write(tmp_path / "drop")

    def breaks(*_: object, **__: object) -> None:
        raise ValueError(TEXT)

    for module, name in [("pipeline.clinic", "read_batch"), ("pipeline.clinic", "write_staged")]:
        with monkeypatch.context() as patch:
            patch.setattr(f"{module}.{name}", breaks)
            with pytest.raises(ClinicBatchError) as defect:
                take_in(Home(tmp_path / "home"), Settings(), path)
        assert TEXT not in "".join(traceback.format_exception(defect.value))
        assert defect.value.__context__ is None
        assert re.search(r"ValueError at tests/privacy/test_canaries\.py:\d+", str(defect.value))


def test_a_hostile_or_broken_drop_is_told_by_position(tmp_path):
    home = Home(tmp_path / "home")
    (tmp_path / TEXT).mkdir()
    drops = {
        "not a zip": b"PK\x03\x04" + TEXT.encode(),
        "text": TEXT.encode(),
        "outside": zipped({f"../{TEXT}.csv": b"a\n"}),
        "absolute": zipped({f"/{TEXT}.csv": b"a\n"}),
        "drive": zipped({f"C:{TEXT}.csv": b"a\n"}),
        "bomb": zipped({f"{TEXT}.csv": b"0" * (64 << 20)}),
        "damaged": zipped({"patient.csv": TEXT.encode() * 50}).replace(TEXT.encode()[:3], b"xxx"),
        "many": zipped({f"{TEXT}{number}.csv": b"" for number in range(60)}),
    }
    for name, content in drops.items():
        path = tmp_path / TEXT / "batch.zip"
        path.write_bytes(content)
        with pytest.raises(RefusedBatchError) as refusal:
            take_in(home, Settings(), path)
        assert TEXT not in "".join(traceback.format_exception(refusal.value)), name
        assert not home.clinic_batches()
    folder = tmp_path / TEXT / "batch"
    sound().write(tmp_path / TEXT)
    (folder / "vital.csv").unlink()
    (folder / "vital.csv").symlink_to("/etc/passwd")
    with pytest.raises(RefusedBatchError, match=r"file \d is a link"):
        take_in(home, Settings(), folder)
    assert b"root:" not in b"".join(written_below(home.clinic_quarantine).values())


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def test_a_manifest_that_is_no_manifest_is_told_without_its_text(tmp_path):
    for text in (
        TEXT,
        f'{{"clinic_id": "{TEXT}"',
        json.dumps([TEXT]),
        '{"a": 1, "a": 2}',
        "[" * 100_000,
        "\xff" + TEXT,
    ):
        path = sound().write(tmp_path / "drop")
        (path / "manifest.json").write_text(text, encoding="latin-1")
        findings = read_path(path).findings
        assert findings
        assert not any(TEXT in finding.text for finding in findings)
