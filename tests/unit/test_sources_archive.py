"""What a quarter's zip may hold, and what is refused by name."""

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from sources.archive import Archive, ArchiveLimits, inspect_archive
from vocabulary.errors import HostileArchiveError, SourceError
from vocabulary.quarter import Quarter, parse_quarters

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
TABLES = ("DEMO", "DRUG", "REAC", "OUTC", "RPSR", "THER", "INDI")
Q4_2022 = Quarter(2022, 4)
WHOLE = [f"ASCII/{table}22Q4.txt" for table in TABLES]


def make_zip(folder: Path, names: list[str | zipfile.ZipInfo], text: bytes = b"primaryid$caseid\r\n1$1\r\n") -> Path:
    path = folder / "faers_ascii_2022q4.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"" if str(getattr(name, "filename", name)).endswith("/") else text)
    return path


def patch_directory(path: Path, offset: int, form: str, value: int, local_offset: int | None = None) -> Path:
    """Overwrite one field of the first member's entry in the directory, and in its local header where one is given."""
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, content.index(b"PK\x01\x02") + offset, value)
    if local_offset is not None:
        struct.pack_into(form, content, local_offset, value)
    path.write_bytes(content)
    return path


def inspect(path: Path, limits: ArchiveLimits | None = None) -> Archive:
    return inspect_archive(path, Q4_2022, limits or ArchiveLimits())


def test_a_whole_quarter_with_everything_the_fda_has_ever_added(tmp_path: Path) -> None:
    documents = ["ASCII/", "ASCII/STAT22Q4.TXT", "ascii/SIZE22Q4.txt", "ASC_NTS.pdf", "Readme.doc", "FAQs.PDF"]
    documents += ["ASCII/Thumbs.db", "README.TXT", "__MACOSX/ASCII/._DEMO22Q4.txt", "FAQ.txt"]
    archive = inspect(make_zip(tmp_path, [*documents, *reversed(WHOLE), "Deleted/DELETE22Q4.txt"]))
    assert list(archive.tables.items()) == list(zip(TABLES, WHOLE, strict=True))
    assert archive.deleted_list == "Deleted/DELETE22Q4.txt"
    assert archive.ignored == tuple(documents[1:])
    assert archive.missing_tables == ()
    assert not archive.is_simulated


@pytest.mark.parametrize(
    "member", ["demo22q4.txt", "ascii2/DEMO22Q4.TXT", "ASCII/DEMO22Q4_new.txt", "a/b/Demo22q4.Txt"]
)
def test_tables_are_known_in_any_folder_and_case(tmp_path: Path, member: str) -> None:
    archive = inspect(make_zip(tmp_path, [member]))
    assert archive.tables == {"DEMO": member}
    assert archive.missing_tables == TABLES[1:]


@pytest.mark.parametrize(
    "member",
    [
        "deleted/ADR22Q4DeletedCases.txt",
        "DELETED/ADR22Q4DeletedCases.txt",
        "Deleted/22Q4DeletedCases.txt",
        "Deleted/DELETE22Q4.txt",
        "DELETED/cases.TXT",
    ],
)
def test_the_deleted_list_has_had_many_names(tmp_path: Path, member: str) -> None:
    assert inspect(make_zip(tmp_path, [*WHOLE, member])).deleted_list == member


def test_made_up_data_say_so(tmp_path: Path) -> None:
    assert inspect(make_zip(tmp_path, [*WHOLE, "SIMULATED.txt"])).is_simulated


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("../DEMO22Q4.txt", "leads outside"),
        ("ASCII/../../DEMO22Q4.txt", "leads outside"),
        ("/etc/DEMO22Q4.txt", "absolute path"),
        ("ASCII\\DEMO22Q4.txt", "backslash"),
        ("..\\..\\DEMO22Q4.txt", "backslash"),
        ("C:/DEMO22Q4.txt", "drive letter"),
        ("ASCII/DEMO22Q4.txt:stream", "colon"),
        ("ASCII/DEMO22Q4\x1b[31m.txt", "unprintable"),
        ("ASCII/DEMO22Q3.txt", "belongs to 22Q3, not to 2022q4"),
        ("Deleted/DELETE22Q3.txt", "belongs to 22Q3"),
        ("ascii2/DRUG22Q4.txt", "second file for DRUG"),
        ("ASCII/DRUG22Q4_new.txt", "second file for DRUG"),
        ("ASCII/drug22q4.TXT", "stands twice"),
        ("ASCII/NEWT22Q4.txt", "neither a FAERS table"),
        ("setup.exe", "neither a FAERS table"),
        ("ASCII/DEMO22Q4.txt.zip", "neither a FAERS table"),
    ],
)
def test_members_that_do_not_belong_are_refused_by_name(tmp_path: Path, member: str, reason: str) -> None:
    path = make_zip(tmp_path, [*WHOLE[1:], member])
    with pytest.raises(HostileArchiveError, match=reason) as refusal:
        inspect(path)
    assert repr(member) in str(refusal.value)
    assert path.name in str(refusal.value)


def test_two_deleted_lists_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HostileArchiveError, match="second deleted list"):
        inspect(make_zip(tmp_path, [*WHOLE, "Deleted/DELETE22Q4.txt", "Deleted/22Q4DeletedCases.txt"]))


def test_the_very_same_name_twice_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = make_zip(tmp_path, [*WHOLE, WHOLE[0]])
    with pytest.raises(HostileArchiveError, match="stands twice"):
        inspect(path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    link = zipfile.ZipInfo("ASCII/DEMO22Q4.txt")
    link.create_system = 3
    link.external_attr = (kind | 0o777) << 16
    with pytest.raises(HostileArchiveError, match="link or a device"):
        inspect(make_zip(tmp_path, [link, *WHOLE[1:]]))


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = patch_directory(make_zip(tmp_path, [*WHOLE]), offset=8, form="<H", value=1, local_offset=6)
    with pytest.raises(HostileArchiveError, match="is encrypted"):
        inspect(path)


@pytest.mark.parametrize(("method", "words"), [(9, "Deflate64.*take the ASCII zip"), (12, "bzip2"), (77, "method 77")])
def test_unreadable_packing_is_named(tmp_path: Path, method: int, words: str) -> None:
    path = patch_directory(make_zip(tmp_path, [*WHOLE]), offset=10, form="<H", value=method, local_offset=8)
    with pytest.raises(HostileArchiveError, match=words):
        inspect(path)


def test_an_absurd_ratio_is_refused_and_a_small_repetitive_table_is_not(tmp_path: Path) -> None:
    inspect(make_zip(tmp_path, [*WHOLE], text=b"\0" * 1_000_000))
    bomb = make_zip(tmp_path, [*WHOLE], text=b"\0" * 3_000_000)
    with pytest.raises(HostileArchiveError, match="declares 3,000,000 bytes from"):
        inspect(bomb)
    assert inspect(bomb, ArchiveLimits(ratio=2000)).missing_tables == ()


def test_limits_on_text_members_and_directory(tmp_path: Path) -> None:
    path = make_zip(tmp_path, [*WHOLE], text=b"x" * 100)
    assert inspect(path, ArchiveLimits(text_bytes=700, members=7)).missing_tables == ()
    with pytest.raises(HostileArchiveError, match="700 bytes; 699 are allowed"):
        inspect(path, ArchiveLimits(text_bytes=699))
    with pytest.raises(HostileArchiveError, match="7 members"):
        inspect(path, ArchiveLimits(members=6))
    with pytest.raises(HostileArchiveError, match="its directory claims"):
        inspect(path, ArchiveLimits(directory_bytes=300))


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """A zip of a few kilobytes can declare petabytes when all its members are the same bytes."""
    path = make_zip(tmp_path, [*WHOLE])
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    struct.pack_into("<L", content, second + 42, 0)  # the second member's data begin where the first's do
    path.write_bytes(content)
    with pytest.raises(HostileArchiveError, match="overlaps"):
        inspect(path)


def test_a_zip_without_any_table_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(HostileArchiveError, match="Take the quarter's ASCII zip, not the XML one"):
        inspect(make_zip(tmp_path, ["Readme.pdf"]))


@pytest.mark.parametrize("content", [b"", b"PK", b"<html>not found</html>", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_a_plain_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "faers_ascii_2022q4.zip"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"faers_ascii_2022q4\.zip"):
        inspect(path)


def test_a_zip_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = make_zip(tmp_path, [*WHOLE]).read_bytes()
    cut = tmp_path / "cut.zip"
    for length in range(0, len(whole), 7):
        cut.write_bytes(whole[:length])
        with pytest.raises(SourceError):
            inspect(cut)


@pytest.mark.parametrize("quarter", parse_quarters("2004q1,2012q4,2020q3,2022q3,2022q4"), ids=str)
def test_real_quarters(quarter: Quarter) -> None:
    folder = SHARED / "real" / "faers"
    if not folder.is_dir():
        pytest.skip("real rows (../shared/real/faers) are not here")
    path = next(folder.glob(f"*_{quarter}.zip"))
    archive = inspect_archive(path, quarter)
    assert archive.missing_tables == (("INDI",) if quarter == Quarter(2020, 3) else ())
    assert archive.deleted_list == ("Deleted/DELETE22Q4.txt" if quarter == Q4_2022 else None)
    assert not archive.is_simulated
