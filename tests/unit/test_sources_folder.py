"""Names of the FDA's zips, and what a hand-filled folder may hold."""

from pathlib import Path

import pytest

from pipeline.landing import Offer, require_quarters
from sources.faers_files import file_name, spellings
from sources.folder import find_in_folder
from vocabulary.errors import SourceError
from vocabulary.quarter import Quarter

Q4_2022 = Quarter(2022, 4)


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"")
    return folder


@pytest.mark.parametrize(
    ("quarter", "name"),
    [
        (Quarter(2004, 1), "aers_ascii_2004q1.zip"),
        (Quarter(2012, 3), "aers_ascii_2012q3.zip"),
        (Quarter(2012, 4), "faers_ascii_2012q4.zip"),
        (Quarter(2026, 2), "faers_ascii_2026q2.zip"),
    ],
)
def test_the_system_was_renamed_in_2012q4(quarter: Quarter, name: str) -> None:
    assert file_name(quarter) == name
    assert spellings(quarter) == (name, name.replace("q", "Q"))


def test_finds_quarters_in_any_case_and_in_time_order(tmp_path: Path) -> None:
    fill(tmp_path, "FAERS_ASCII_2022Q4.ZIP", "aers_ascii_2004q1.zip", "faers_xml_2022q3.zip", "notes.txt")
    (tmp_path / "faers_ascii_2020q1.zip").mkdir()
    found, absent = find_in_folder(tmp_path)
    assert list(found) == [Quarter(2004, 1), Q4_2022]
    assert found[Q4_2022] == tmp_path / "FAERS_ASCII_2022Q4.ZIP"
    assert absent == []


def test_lists_the_absent_quarters_of_those_asked_for(tmp_path: Path) -> None:
    fill(tmp_path, "faers_ascii_2022q3.zip", "faers_ascii_2022q4.zip")
    found, absent = find_in_folder(tmp_path, [Quarter(2023, 1), Q4_2022, Quarter(2022, 2)])
    assert list(found) == [Q4_2022]
    assert absent == [Quarter(2022, 2), Quarter(2023, 1)]


@pytest.mark.parametrize(
    "second", ["faers_ascii_2022q4 (1).zip", "faers_ascii_2022q4(1).zip", "FAERS_ascii_2022Q4.zip"]
)
def test_two_files_for_one_quarter_are_named_and_refused(tmp_path: Path, second: str) -> None:
    fill(tmp_path, "faers_ascii_2022q4.zip", second)
    with pytest.raises(SourceError) as refusal:
        find_in_folder(tmp_path)
    assert "faers_ascii_2022q4.zip" in str(refusal.value)
    assert second in str(refusal.value)


@pytest.mark.parametrize("name", ["faers_ascii_2022q4(1).zip", "aers_ascii_2022q4.zip", "faers_ascii_2012q3.zip"])
def test_a_lone_file_of_a_doubtful_name_is_not_taken_silently(tmp_path: Path, name: str) -> None:
    fill(tmp_path, name)
    with pytest.raises(SourceError, match="It should be "):
        find_in_folder(tmp_path)


def test_a_doubtful_file_of_another_quarter_is_no_concern(tmp_path: Path) -> None:
    fill(tmp_path, "faers_ascii_2022q3 (1).zip", "faers_ascii_2022q4.zip")
    assert list(find_in_folder(tmp_path, [Q4_2022]).found) == [Q4_2022]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        find_in_folder(tmp_path / "nowhere")


def test_who_names_the_folder_above_is_told_the_right_one(tmp_path):
    (tmp_path / "faers").mkdir()
    (tmp_path / "faers" / "faers_ascii_2022q4.zip").touch()
    (tmp_path / "other").mkdir()
    with pytest.raises(SourceError, match=r"has no quarterly zip.*Some lie in .*faers: name that folder"):
        require_quarters(Offer({}, []), str(tmp_path))
    with pytest.raises(SourceError, match=r"2012q3\)\.$"):
        require_quarters(Offer({}, []), str(tmp_path / "other"))
