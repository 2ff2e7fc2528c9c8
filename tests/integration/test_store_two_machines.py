"""Two machines and one store: quarters worked on by either become what one machine alone makes of them."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import httpx
import polars as pl
import pytest
from moto.server import ThreadedMotoServer

from pipeline import airflow_entry as entry
from pipeline import parts
from pipeline.building import admit
from pipeline.clinic import take_in
from pipeline.home import Home
from pipeline.housekeeping import sweep_store
from pipeline.settings import Settings
from pipeline.sharing import WorkingCopy, shared, working_copy
from pipeline.store import Store, StoreConflictError, object_name
from simulation.clinics import simulate_clinics
from simulation.faers import simulate
from sources import receipts
from vocabulary.errors import SettingsError, StoreError
from vocabulary.quarter import parse_quarters

QUARTERS = ["2022q3", "2022q4"]
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    threaded = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    threaded.start()
    host, port = threaded.get_host_and_port()
    yield f"http://{host}:{port}"
    threaded.stop()


@pytest.fixture
def address(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    bucket = request.node.name.replace("_", "-")[:60].strip("-")
    httpx.put(f"{server}/{bucket}").raise_for_status()
    return f"s3://{bucket}/team/data"


@pytest.fixture
def on(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Home]:
    """``on("one")`` makes what follows happen on that machine; gives its data folder."""

    def switch(name: str) -> Home:
        monkeypatch.setenv("KETAVIGIL_HOME", str(tmp_path / name))
        monkeypatch.setenv("KETAVIGIL_STORE", address)
        return Home(tmp_path / name)

    return switch


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made_up")
    simulate(folder, parse_quarters("2022q3..2022q4"), 1000, seed=3)
    simulate_clinics(folder / "clinics", 1, 3, patients=20)
    return folder


def copy_of(home: Home, address: str) -> WorkingCopy:
    return WorkingCopy(home, Store(address))


def counted(published: Path) -> list[str]:
    """Quarters that the published file counts cases of."""
    with duckdb.connect(published, read_only=True) as connection:
        rows = connection.execute("SELECT DISTINCT quarter FROM core.report ORDER BY 1").fetchall()
    return [quarter for (quarter,) in rows]


def test_two_machines_make_what_one_makes(
    on: Callable[[str], Home], made_up: Path, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = {"source": str(made_up)}
    batches = [path for path in sorted((made_up / "clinics").iterdir()) if path.is_dir()]
    assert batches

    def whole_way(land: str, stage: str, validate: str, build: str) -> Home:
        on(land)
        assert entry.find_quarters(params) == QUARTERS
        entry.land_quarter("2022q3", params)
        on(stage)
        entry.land_quarter("2022q4", params)
        entry.stage_quarter("2022q3", params)
        on(validate)
        entry.stage_quarter("2022q4", params)
        for quarter in QUARTERS:
            entry.validate_quarter(quarter, params)
        for batch in batches:
            _take_in(batch)
        home = on(build)
        assert list(entry.certified_anew(params)) == QUARTERS
        entry.check_and_publish(entry.build_warehouse(params), params)
        return home

    built = whole_way("one", "two", "one", "two")
    on("one")
    assert entry.find_quarters(params) == []  # all is done, and machine one knows it of the store
    assert entry.certified_anew(params) == {}
    on("three")
    assert entry.find_quarters(params) == []  # so does one that has never seen a quarter
    assert not list(Home(tmp_path / "three").raw.rglob("*.zip"))  # without fetching a zip

    monkeypatch.setenv("KETAVIGIL_HOME", str(tmp_path / "alone"))
    monkeypatch.delenv("KETAVIGIL_STORE")
    for quarter in QUARTERS:
        entry.stage_quarter(entry.land_quarter(quarter, params), params)
    for quarter in QUARTERS:
        entry.validate_quarter(quarter, params)
    for batch in batches:
        take_in(Home(tmp_path / "alone"), Settings(), batch)
    alone = Home(tmp_path / "alone")
    ours, theirs = (admit(home, allow_incomplete=False) for home in (built, alone))
    assert ours.certificates == theirs.certificates  # of the same staged content, so that the build is the same
    assert [batch.identity for batch in ours.clinics] == [batch.identity for batch in theirs.clinics]
    assert len(ours.clinics) == len(batches)

    store = Store(address)
    (name,) = store.index("published").files
    copy_of(Home(tmp_path / "reader"), address).pull(parts.published(with_clinic_rows=False))
    assert (tmp_path / "reader" / name).read_bytes() == built.published.read_bytes()
    assert counted(tmp_path / "reader" / name) == QUARTERS
    assert any(path.endswith("warehouse.html") for path in store.index("quality").files)
    _polars_reads_it(store, address)
    _rows_of_patients_are_apart(store, Home(tmp_path / "two"), built)


def _take_in(batch: Path) -> None:
    settings = Settings()
    home, copy = Home(settings.home), working_copy(settings)
    name = "~".join(json.loads((batch / "manifest.json").read_text())[key] for key in ("clinic_id", "batch_id"))
    shared(copy, lambda it: it.pull_kinds("clinic"), lambda: take_in(home, settings, batch), [parts.clinic(name)])


def _polars_reads_it(store: Store, address: str) -> None:
    files = store.index("staged/2022q4").files
    urls = [
        f"{address}/{object_name(path, file, is_private=False)}" for path, file in files.items() if "/report/" in path
    ]
    assert pl.scan_parquet(urls).select(pl.len()).collect().item() > 0


def _rows_of_patients_are_apart(store: Store, pulled: Home, built: Home) -> None:
    assert (built.published.parent / "clinic.duckdb").exists()
    names = {entry["path"] for chunk in store._objects.list() for entry in chunk}
    assert not [name for name in names if "clinic.duckdb" in name]
    assert all(name.startswith(("private/", "index/clinic/")) for name in names if "clinic/" in name)
    folders = pulled.clinic_batches()
    assert folders
    for place in [folders[0].parent, *folders, *(path for folder in folders for path in folder.rglob("*"))]:
        assert stat.S_IMODE(place.stat().st_mode) == (0o700 if place.is_dir() else 0o600), place


def test_both_land_the_same_quarter_at_once(on: Callable[[str], Home], made_up: Path, address: str) -> None:
    one, two = on("one"), on("two")
    part = parts.raw("2022q3")
    from pipeline.landing import land_quarter

    zip_file = next(made_up.glob("*2022q3*.zip"))
    quarter = parse_quarters("2022q3")[0]
    worked = []

    def land(home: Home, minute: int) -> None:
        land_quarter(home, zip_file, quarter, datetime(2026, 1, 1, 0, minute, tzinfo=UTC))

    def land_second() -> None:
        if not worked:  # the other machine is through between this one's look and its push
            shared(copy_of(one, address), lambda it: it.pull(part), lambda: land(one, 1), [part])
        worked.append(len(receipts(two.raw)))
        land(two, 2)

    shared(copy_of(two, address), lambda it: it.pull(part), land_second, [part])
    assert worked == [0, 1]  # it looked again, and found what the other had landed
    assert receipts(two.raw) == receipts(one.raw)
    assert [receipt.landed_at.minute for receipt in receipts(two.raw)] == [1]


def test_work_that_was_not_pushed_is_pushed_later_or_gives_way(
    on: Callable[[str], Home], made_up: Path, address: str
) -> None:
    params = {"source": str(made_up)}
    one = on("one")
    entry.land_quarter("2022q3", params)
    part = parts.staged("2022q3")
    entry.stage_quarter("2022q3", params)
    shutil.rmtree(one.root / ".store")  # as if it had been killed before it noted anything
    assert not copy_of(one, address).push(part)  # the store has the same
    manifest = one.staged(parse_quarters("2022q3")[0]) / "manifest.json"
    before = manifest.read_text()
    manifest.chmod(0o644)
    manifest.write_text("{}")
    shutil.rmtree(one.root / ".store")
    with pytest.raises(StoreConflictError, match="another machine"):
        copy_of(one, address).push(part)
    copy_of(one, address).pull(part)
    assert manifest.read_text() == before


def test_what_was_damaged_in_the_store_is_not_taken(on: Callable[[str], Home], made_up: Path, address: str) -> None:
    on("one")
    entry.land_quarter("2022q3", {"source": str(made_up)})
    store = Store(address)
    (path, file) = next((path, file) for path, file in store.index("raw/2022q3").files.items() if path.endswith("zip"))
    store._objects.put(object_name(path, file, is_private=False), b"other")
    two = on("two")
    with pytest.raises(StoreError, match="damaged"):
        entry.stage_quarter("2022q3", {"source": str(made_up)})
    assert not list(two.raw.rglob("*.zip"))


def test_objects_without_an_index_go_when_they_are_old(on: Callable[[str], Home], made_up: Path, address: str) -> None:
    home, store = on("one"), Store(address)
    part, now = parts.SITE, datetime.now(UTC)
    (home.root / "site").mkdir(parents=True)
    for text in ("first", "second"):
        (home.root / "site" / "index.html").write_text(text)
        copy_of(home, address).push(part)
    settings, later = Settings(), now + timedelta(days=8)
    assert sweep_store(settings, now, apply=True) == (0, 0)
    assert sweep_store(settings, later, apply=False) == (1, len("first"))
    (unused,) = store.unused(later, older_than_days=7)
    assert unused.startswith("site/")
    assert sweep_store(settings, later, apply=True) == (1, len("first"))
    assert sweep_store(settings, later, apply=True) == (0, 0)
    reader = on("two")
    copy_of(reader, address).pull(part)
    assert (reader.root / "site" / "index.html").read_text() == "second"


def test_a_home_may_be_an_address(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("KETAVIGIL_HOME", address)
    for settings in (Settings(), Settings(home=Path(address))):
        assert settings.store == address
        assert settings.home == tmp_path / "ketavigil" / address.removeprefix("s3://")
    with pytest.raises(SettingsError, match="bucket"):
        Store("s3://")


def test_no_answer_is_told_with_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreError, match="s3://nowhere/x did not"):
        Store("s3://nowhere/x", patience_seconds=1).indexes()


def test_the_command_shares_what_it_makes(address: str, made_up: Path, tmp_path: Path) -> None:
    def command(machine: str, *arguments: str) -> str:
        environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / machine)}
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *arguments, "--home", address],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    command("one", "land", "--source", str(made_up), "--quarters", "2022q3")
    assert "2022q3: staged" in command("two", "stage")
    assert "2022q3: was staged already" in command("one", "stage")
    assert [path for path in Store(address).index("staged/2022q3").files if path.endswith("manifest.json")]
    assert "2022q3" in command("three", "status")
    assert "Nothing may go" in command("three", "housekeeping", "--apply")
