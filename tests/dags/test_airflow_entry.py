"""What the DAGs call, without Airflow: what is to be taken in, and what is to be announced."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline import airflow_entry as entry
from vocabulary.errors import CertificateError, SettingsError, SourceError
from vocabulary.quarter import Quarter

Q2, Q3, Q4 = Quarter(2022, 2), Quarter(2022, 3), Quarter(2022, 4)


@pytest.fixture
def drop(made_up_quarters: dict[Quarter, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source with 2022q3, and an empty data folder."""
    monkeypatch.setenv("KETAVIGIL_HOME", str(tmp_path / "data"))
    folder = tmp_path / "drop"
    folder.mkdir()
    monkeypatch.setenv("KETAVIGIL_SOURCE", str(folder))
    shutil.copy(made_up_quarters[Q3], folder)
    return folder


def take_in(quarter: str, **params: object) -> None:
    assert entry.land_quarter(quarter, params) == quarter
    assert entry.stage_quarter(quarter, params) == quarter
    assert entry.validate_quarter(quarter, params) == quarter


def without_indications(path: Path, target: Path) -> None:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in source.infolist():
            if "INDI" not in info.filename.upper():
                copy.writestr(info.filename, source.read(info))


def test_only_what_is_new_or_changed_is_found(drop: Path, made_up_quarters: dict[Quarter, Path]) -> None:
    assert entry.find_quarters({}) == ["2022q3"]
    assert entry.certified_anew({}) == {}

    entry.land_quarter("2022q3", {})
    assert entry.find_quarters({}) == ["2022q3"], "landed is not taken in"
    take_in("2022q3")
    assert entry.find_quarters({}) == []

    shutil.copy(made_up_quarters[Q4], drop)
    assert entry.find_quarters({}) == ["2022q4"]
    assert entry.find_quarters({"quarters": "2022q3"}) == []

    published_again = drop / made_up_quarters[Q3].name
    published_again.unlink()
    without_readme(made_up_quarters[Q3], published_again)
    assert entry.find_quarters({"quarters": "2022q3"}) == ["2022q3"]


def without_readme(path: Path, target: Path) -> None:
    """The same tables in another zip, as when the FDA publishes a quarter again."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for info in source.infolist():
            copy.writestr(info.filename, source.read(info))


def test_a_certificate_is_announced_until_the_published_file_holds_it(drop: Path) -> None:
    take_in("2022q3")
    announced = entry.certified_anew({})
    assert list(announced) == ["2022q3"]
    assert announced["2022q3"]["status"] in {"passed", "warned"}
    assert announced["2022q3"]["report_count"] > 500
    # A run killed before its event, or a build that failed: the next run says it again.
    assert entry.certified_anew({}) == announced

    build = entry.build_warehouse({})
    assert Path(build).is_file()
    assert entry.certified_anew({}) == announced
    assert entry.check_and_publish(build, {}) == Path(build).stem
    assert entry.certified_anew({}) == {}
    # Doing it again does nothing and says the same, so that clearing a task is always safe.
    assert entry.build_warehouse({}) == build
    assert entry.check_and_publish(build, {}) == Path(build).stem


def test_an_incomplete_quarter_fails_unless_it_is_allowed(drop: Path, made_up_quarters: dict[Quarter, Path]) -> None:
    (drop / made_up_quarters[Q3].name).unlink()
    without_indications(made_up_quarters[Q3], drop / made_up_quarters[Q3].name)
    with pytest.raises(CertificateError, match=r"2022q3 is incomplete.*allow_incomplete"):
        take_in("2022q3")
    assert entry.find_quarters({}) == ["2022q3"], "it is asked for until somebody decides"
    assert entry.certified_anew({}) == {}
    with pytest.raises(CertificateError):
        entry.build_warehouse({})

    allowed = {"allow_incomplete": True}
    take_in("2022q3", **allowed)
    assert entry.find_quarters(allowed) == []
    assert {name: facts["status"] for name, facts in entry.certified_anew(allowed).items()} == {"2022q3": "incomplete"}
    assert Path(entry.build_warehouse(allowed)).is_file()


def test_a_source_without_the_quarter_is_an_error(drop: Path) -> None:
    with pytest.raises(SourceError, match="2022q1"):
        entry.find_quarters({"quarters": "2022q1"})
    with pytest.raises(SourceError, match="2022q1"):
        entry.land_quarter("2022q1", {})
    with pytest.raises(SourceError, match="2022q3 is not landed"):
        entry.stage_quarter("2022q3", {})


def test_the_data_folder_must_not_depend_on_where_a_worker_was_started(
    drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KETAVIGIL_HOME", "data")
    with pytest.raises(SettingsError, match="absolute"):
        entry.find_quarters({})
