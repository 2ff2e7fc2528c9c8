"""A quarter is staged whole or not at all, and what was there before survives every failure."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from transforms.staging import Opener, quarter, stage_quarter
from transforms.staging.ahead import ReadAhead
from transforms.staging.layout import declared_fields
from vocabulary.errors import KetavigilError, LayoutError
from vocabulary.quarter import Quarter
from vocabulary.tables.staged import DELETED_CASE, FAERS_TABLES

Q = Quarter(2022, 4)


def member(table: str, *rows: str) -> Opener:
    header = "$".join(field.source_column for field in declared_fields(table, Q))
    content = ("\n".join([header, *rows]) + "\n").encode()
    return f"ASCII/{table}22Q4.txt", lambda: [content]


def members(reactions: int = 3) -> dict[str, Opener]:
    rows = {
        "REAC": [f"{1000 + i}1${1000 + i}$Nausea$" for i in range(reactions)],
        "OUTC": ["10001$1000$DE", "broken", "10011$1001$XX"],
    }
    return {table: member(table, *rows.get(table, [])) for table in FAERS_TABLES}


def stage(home: Path, parts: dict[str, Opener] | None = None, deleted: Opener | None = None, **source: str):
    return stage_quarter(
        members() if parts is None else parts,
        deleted,
        quarter=Q,
        out_dir=home / "staged" / "faers" / "2022q4",
        rejected_dir=home / "rejected" / "faers" / "2022q4",
        source=source,
        ignored_members=["ASCII/STAT22Q4.TXT", "ASC_NTS.pdf"],
    )


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_folder_holds_every_table_the_accounts_and_the_manifest(tmp_path: Path) -> None:
    deleted = ("Deleted/DELETE22Q4.txt", lambda: [b" \n1001\n"])
    manifest = stage(tmp_path, deleted=deleted, sha256="abc", fingerprint="f00")
    out = tmp_path / "staged/faers/2022q4"
    assert json.loads((out / "manifest.json").read_text()) == manifest
    assert manifest["quarter"] == "2022q4"
    assert manifest["source"] == {"sha256": "abc", "fingerprint": "f00"}
    assert manifest["missing_tables"] == []
    assert manifest["has_deleted_list"] is True
    assert manifest["ignored_members"] == ["ASCII/STAT22Q4.TXT", "ASC_NTS.pdf"]
    for table in (*FAERS_TABLES.values(), DELETED_CASE):
        entry = manifest["tables"][table.name]
        frame = pl.read_parquet(out / table.name / "*.parquet")
        assert dict(frame.schema) == table.polars_schema
        assert entry["rows"] == len(frame) == sum(part["rows"] for part in entry["parts"])
        for part in entry["parts"]:
            content = (out / table.name / part["name"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == part["sha256"]
    account = pl.read_parquet(out / "line_account.parquet")
    assert account["table_name"].to_list() == [*(table.name for table in FAERS_TABLES.values()), "deleted_case"]
    assert (account["lines_read"] == account["rows_loaded"] + account["lines_rejected"] + account["lines_blank"]).all()
    assert pl.read_parquet(out / "value_issue.parquet")["value"].to_list() == ["XX"]
    rejected = pl.read_parquet(tmp_path / "rejected/faers/2022q4/rejected_line.parquet")
    assert rejected.select("table_name", "source_line", "reason", "raw_text").rows() == [
        ("report_outcome", 3, "wrong_field_count", "broken")
    ]
    assert [path.name for path in (tmp_path / "staged/faers").iterdir()] == ["2022q4"]


def test_a_missing_table_is_empty_and_named(tmp_path: Path) -> None:
    parts = members()
    del parts["INDI"]
    manifest = stage(tmp_path, parts)
    assert manifest["missing_tables"] == ["INDI"]
    assert manifest["has_deleted_list"] is False
    assert manifest["tables"]["report_indication"]["member"] is None
    out = tmp_path / "staged/faers/2022q4"
    assert pl.read_parquet(out / "report_indication/part-00000.parquet").is_empty()
    account = pl.read_parquet(out / "line_account.parquet").filter(pl.col("source_member").is_null())
    assert account["table_name"].to_list() == ["report_indication", "deleted_case"]


def test_the_same_bytes_make_the_same_files(tmp_path: Path) -> None:
    for home in ("one", "two"):
        stage(tmp_path / home)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_a_new_staging_replaces_the_old_one(tmp_path: Path) -> None:
    stage(tmp_path, members(3))
    stage(tmp_path, members(5))
    out = tmp_path / "staged/faers/2022q4"
    assert len(pl.read_parquet(out / "report_reaction/*.parquet")) == 5
    assert [path.name for path in out.parent.iterdir()] == ["2022q4"]


def failing(error: Exception) -> Iterator[bytes]:
    yield b"primaryid$caseid$indi_drug_seq$indi_pt\n10001$1000$1$Pain\n"
    raise error


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (("INDI.txt", lambda: [b"primaryid$caseid\n"]), LayoutError),
        (("INDI.txt", lambda: []), LayoutError),
        (("INDI.txt", lambda: failing(OSError(28, "No space left on device"))), KetavigilError),
        (("INDI.txt", lambda: failing(RuntimeError("cut"))), RuntimeError),
    ],
)
def test_a_failure_leaves_the_old_staging_as_it_was(tmp_path: Path, broken: Opener, error: type[Exception]) -> None:
    stage(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(error):
        stage(tmp_path, members(9) | {"INDI": broken})
    assert tree(tmp_path) == before
    assert [path.name for path in (tmp_path / "staged/faers").iterdir()] == ["2022q4"]


def test_a_folder_that_cannot_be_written_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "rejected").write_text("a file in the way")
    with pytest.raises(KetavigilError, match="2022q4 could not be staged"):
        stage(tmp_path)


def test_a_quarter_moved_aside_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    stage(tmp_path)
    before = tree(tmp_path / "staged/faers/2022q4")
    out = tmp_path / "staged/faers/2022q4"
    out.rename(out.with_name(".2022q4.replaced"))
    (out.with_name(".2022q4.incoming")).mkdir()
    with pytest.raises(LayoutError):
        stage(tmp_path, members() | {"DEMO": ("DEMO.txt", lambda: [])})
    assert tree(out) == before


def in_another_process(home: Path, script: str) -> subprocess.Popen[bytes]:
    """Run a script that finds this module as ``fixtures`` and the data home as ``home``."""
    root = Path(quarter.__file__).resolve().parents[2]
    lines = [
        "import sys",
        "from pathlib import Path",
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})",
        "import test_staging_quarter as fixtures",
        f"home = Path({str(home)!r})",
        textwrap.dedent(script),
    ]
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.Popen([sys.executable, "-c", "\n".join(lines)], stdout=subprocess.PIPE, cwd=root, env=environment)


def test_a_killed_run_leaves_the_old_staging_and_the_next_completes(tmp_path: Path) -> None:
    stage(tmp_path)
    before = tree(tmp_path)
    script = """
        import time
        def slow():
            yield b"primaryid$caseid$indi_drug_seq$indi_pt\\n10001$1000$1$Pain\\n"
            print("half way", flush=True)
            time.sleep(60)
        fixtures.stage(home, fixtures.members(9) | {"INDI": ("INDI.txt", slow)})
    """
    with in_another_process(tmp_path, script) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half way\n"
        process.send_signal(signal.SIGKILL)
    whole = {name: digest for name, digest in tree(tmp_path).items() if "incoming" not in name}
    assert whole == before
    stage(tmp_path, members(9))
    assert len(pl.read_parquet(tmp_path / "staged/faers/2022q4/report_reaction/*.parquet")) == 9
    assert [path.name for path in (tmp_path / "staged/faers").iterdir()] == ["2022q4"]


def test_files_that_cannot_grow_leave_the_old_staging(tmp_path: Path) -> None:
    stage(tmp_path)
    before = tree(tmp_path)
    script = """
        import resource
        from vocabulary.errors import KetavigilError
        parts = fixtures.members(20_000)
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))
        try:
            fixtures.stage(home, parts)
        except KetavigilError as error:
            print(error)
    """
    with in_another_process(tmp_path, script) as process:
        said, _ = process.communicate(timeout=60)
    assert b"2022q4 could not be staged" in said
    assert b"File too large" in said
    assert tree(tmp_path) == before


def test_an_unknown_table_is_a_defect_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="STAT"):
        stage(tmp_path, {"STAT": ("STAT.txt", lambda: [])})


class TestReadAhead:
    def test_gives_the_same_blocks(self) -> None:
        with ReadAhead(iter([b"a", b"b", b"c"])) as blocks:
            assert list(blocks) == [b"a", b"b", b"c"]

    def test_an_error_comes_where_its_block_would_have(self) -> None:
        with ReadAhead(failing(OSError("cut"))) as ahead:
            blocks = iter(ahead)
            assert next(blocks).startswith(b"primaryid")
            with pytest.raises(OSError, match="cut"):
                next(blocks)

    def test_holds_one_block_and_no_more(self) -> None:
        taken = []

        def source() -> Iterator[bytes]:
            for number in range(5):
                taken.append(number)
                yield b"x"

        with ReadAhead(source()) as ahead:
            blocks = iter(ahead)
            next(blocks)
            time.sleep(0.05)
            assert taken == [0, 1]

    def test_leaving_early_ends_the_thread(self) -> None:
        with ReadAhead(b"x" for _ in iter(int, 1)) as ahead:
            next(iter(ahead))
        assert not ahead._thread.is_alive()
