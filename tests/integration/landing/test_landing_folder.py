"""Landing from a folder: once, read-only, with a receipt; other content replaces on purpose."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from sources.folder import find_in_folder
from sources.landing import land
from sources.receipt import current_receipts, receipts
from vocabulary.errors import HostileArchiveError, SourceError
from vocabulary.quarter import Quarter

Q4 = Quarter(2022, 4)
NAME = "faers_ascii_2022q4.zip"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared" / "real" / "faers"
Maker = Callable[..., bytes]
Tree = Callable[[Path], dict[str, tuple[int, int]]]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "home" / "raw" / "faers"


@pytest.fixture
def drop(tmp_path: Path, quarter_zip: Maker) -> Path:
    """A folder with one quarter in it."""
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / NAME).write_bytes(quarter_zip())
    return folder / NAME


def test_a_landed_zip_stands_at_its_hash_and_is_read_only(drop: Path, raw: Path) -> None:
    progress: list[tuple[int, int | None]] = []
    receipt = land(drop, Q4, raw, NOON, on_progress=lambda done, total: progress.append((done, total)))
    content = drop.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    landed = raw / "2022q4" / sha256[:16] / NAME
    assert landed.read_bytes() == content
    assert landed.stat().st_mode & 0o777 == 0o444
    assert receipt.path == f"2022q4/{sha256[:16]}/{NAME}"
    assert (receipt.source, receipt.sha256, receipt.size_bytes) == (NAME, sha256, len(content))
    assert (receipt.landed_at, receipt.status, receipt.is_simulated) == (NOON, "current", False)
    assert progress[-1] == (len(content), len(content))
    assert receipts(raw) == [receipt]
    assert sorted(path.name for path in (raw / "2022q4").iterdir()) == [sha256[:16], "receipts.json"]


def test_no_path_of_the_machine_is_recorded(drop: Path, raw: Path, tmp_path: Path) -> None:
    land(drop, Q4, raw, NOON)
    text = (raw / "2022q4" / "receipts.json").read_text()
    assert str(tmp_path) not in text
    assert json.loads(text)[0]["source"] == NAME


def test_landing_again_writes_nothing(drop: Path, raw: Path, tree: Tree) -> None:
    first = land(drop, Q4, raw, NOON)
    before = tree(raw)
    assert land(drop, Q4, raw, LATER) == first
    os.utime(drop, ns=(0, 0))  # touched, so that only the content can tell
    assert land(drop, Q4, raw, LATER) == first
    assert tree(raw) == before


def test_a_file_of_the_same_name_size_and_time_is_not_read_again(drop: Path, raw: Path, quarter_zip: Maker) -> None:
    """The price of being quick: a whole history is looked through in a moment. Any change of a file sets its time."""
    first = land(drop, Q4, raw, NOON)
    modified = drop.stat().st_mtime_ns
    drop.write_bytes(quarter_zip(seed=2))
    os.utime(drop, ns=(modified, modified))
    assert land(drop, Q4, raw, LATER) == first
    os.utime(drop, ns=(modified, modified + 1))
    assert land(drop, Q4, raw, LATER).sha256 != first.sha256


def test_other_content_replaces_on_purpose_and_can_come_back(drop: Path, raw: Path, quarter_zip: Maker) -> None:
    original = drop.read_bytes()
    first = land(drop, Q4, raw, NOON)
    drop.write_bytes(quarter_zip(seed=2))
    second = land(drop, Q4, raw, LATER)
    assert receipts(raw) == [replace(first, status="replaced"), second]
    assert current_receipts(raw) == {Q4: second}
    assert (raw / first.path).read_bytes() == original
    drop.write_bytes(original)
    assert land(drop, Q4, raw, LATER + timedelta(days=1)) == first
    assert receipts(raw) == [first, replace(second, status="replaced")]


def test_a_landed_zip_that_was_removed_is_landed_anew(drop: Path, raw: Path) -> None:
    first = land(drop, Q4, raw, NOON)
    (raw / first.path).unlink()
    assert land(drop, Q4, raw, LATER) == replace(first, landed_at=LATER)
    assert (raw / first.path).is_file()
    assert len(receipts(raw)) == 1


def test_times_are_recorded_in_utc_and_need_a_zone(drop: Path, raw: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        land(drop, Q4, raw, datetime(2026, 11, 23))
    land(drop, Q4, raw, NOON.astimezone(timezone(timedelta(hours=5))))
    assert '"landed_at": "2026-11-23T12:00:00+00:00"' in (raw / "2022q4" / "receipts.json").read_text()


def test_real_quarters_land(raw: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("real rows (../shared/real/faers) are not here")
    found, _ = find_in_folder(SHARED)
    landed = [land(path, quarter, raw, NOON) for quarter, path in found.items()]
    assert [str(receipt.quarter) for receipt in landed] == ["2004q1", "2012q4", "2020q3", "2022q3", "2022q4"]
    assert receipts(raw) == landed
    assert not any(receipt.is_simulated for receipt in landed)


def test_several_quarters_are_listed_in_time_order(drop: Path, raw: Path, quarter_zip: Maker) -> None:
    late = drop.with_name("faers_ascii_2023q1.zip")
    late.write_bytes(quarter_zip("23Q1"))
    early = drop.with_name("AERS_ASCII_2004Q1.ZIP")
    early.write_bytes(quarter_zip("04Q1"))
    for path, quarter in ((late, Quarter(2023, 1)), (early, Quarter(2004, 1)), (drop, Q4)):
        land(path, quarter, raw, NOON)
    assert [str(receipt.quarter) for receipt in receipts(raw)] == ["2004q1", "2022q4", "2023q1"]
    assert receipts(raw)[0].file_name == "AERS_ASCII_2004Q1.ZIP"


def test_made_up_quarters_do_not_join_real_ones(drop: Path, raw: Path, quarter_zip: Maker) -> None:
    land(drop, Q4, raw, NOON)
    for name, short, quarter in (("faers_ascii_2022q3.zip", "22Q3", Quarter(2022, 3)), (NAME, "22Q4", Q4)):
        made_up = drop.with_name(name)
        made_up.write_bytes(quarter_zip(short, is_simulated=True))
        with pytest.raises(SourceError, match=r"is simulated.*\(2022q4 among them\)\. Use another data home"):
            land(made_up, quarter, raw, LATER)
    assert [(receipt.quarter, receipt.is_simulated) for receipt in receipts(raw)] == [(Q4, False)]


def test_real_quarters_replace_made_up_ones(drop: Path, raw: Path, quarter_zip: Maker) -> None:
    real = drop.read_bytes()
    drop.write_bytes(quarter_zip(is_simulated=True))
    assert land(drop, Q4, raw, NOON).is_simulated
    drop.write_bytes(real)
    assert not land(drop, Q4, raw, LATER).is_simulated
    assert [(receipt.is_simulated, receipt.status) for receipt in receipts(raw)] == [
        (True, "replaced"),
        (False, "current"),
    ]


def test_a_refused_zip_leaves_nothing_behind(drop: Path, raw: Path, quarter_zip: Maker, tree: Tree) -> None:
    first = land(drop, Q4, raw, NOON)
    before = tree(raw)
    sound = quarter_zip(seed=2)
    damaged = bytearray(sound)
    damaged[len(sound) // 2] ^= 1
    refused = {SourceError: [sound[:-1000], bytes(damaged), b""], HostileArchiveError: [quarter_zip("22Q3")]}
    for error, contents in refused.items():
        for content in contents:
            drop.write_bytes(content)
            with pytest.raises(error, match="faers_ascii_2022q4"):
                land(drop, Q4, raw, LATER)
    assert tree(raw) == before
    assert receipts(raw) == [first]
    assert not (raw / "2022q4" / "partial").exists()


def test_names_and_absent_files_are_checked_first(drop: Path, raw: Path) -> None:
    with pytest.raises(SourceError, match=r"It should be faers_ascii_2022q3\.zip"):
        land(drop, Quarter(2022, 3), raw, NOON)
    drop.unlink()
    with pytest.raises(SourceError, match="there is no file"):
        land(drop, Q4, raw, NOON)


def test_unreadable_receipts_are_named(drop: Path, raw: Path) -> None:
    land(drop, Q4, raw, NOON)
    (raw / "2022q4" / "receipts.json").write_text("[{")
    with pytest.raises(SourceError, match=r"2022q4: receipts\.json cannot be read"):
        receipts(raw)


def test_two_at_once_do_not_write_into_each_other(drop: Path, raw: Path) -> None:
    refusals: list[str] = []

    def meanwhile(done: int, total: int | None) -> None:
        with pytest.raises(SourceError) as refusal:
            land(drop, Q4, raw, NOON)
        refusals.append(str(refusal.value))

    land(drop, Q4, raw, NOON, on_progress=meanwhile)
    assert refusals
    assert all("being landed by another process" in text for text in refusals)
    assert len(receipts(raw)) == 1


LAND = """
import os, resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from sources.folder import find_in_folder
from sources.landing import land
from vocabulary.errors import SourceError
from vocabulary.quarter import Quarter
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
limit, kills = int(sys.argv[3]), sys.argv[4] == "kills"
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
def progress(done, total):
    if kills:
        os.kill(os.getpid(), signal.SIGKILL)
try:
    land(Path(sys.argv[1]), Quarter(2022, 4), Path(sys.argv[2]), NOON, on_progress=progress)
except SourceError as error:
    print(error)
    sys.exit(3)
"""


def land_elsewhere(drop: Path, raw: Path, limit: int = 0, kills: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LAND, str(drop), str(raw), str(limit), "kills" if kills else "lives"]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)


def test_a_write_that_fails_leaves_no_half_file(drop: Path, raw: Path, tree: Tree) -> None:
    """RLIMIT_FSIZE makes write() fail in the middle, as a full disk does."""
    ended = land_elsewhere(drop, raw, limit=100_000)
    assert ended.returncode == 3, ended.stderr
    assert "2022q4: faers_ascii_2022q4.zip could not be landed: File too large" in ended.stdout
    assert tree(raw) == {}
    assert land(drop, Q4, raw, NOON).status == "current"


def test_a_killed_copy_is_done_by_the_next_call(drop: Path, raw: Path, tree: Tree) -> None:
    assert land_elsewhere(drop, raw, kills=True).returncode == -signal.SIGKILL
    assert receipts(raw) == []
    assert list(tree(raw)) == [f"2022q4/partial/{NAME}", f"2022q4/partial/{NAME}.json"]
    receipt = land(drop, Q4, raw, NOON)
    assert sorted(tree(raw)) == sorted([receipt.path, "2022q4/receipts.json"])
