"""Step: a landed zip becomes typed Parquet, once per content, code and code tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline import fingerprint
from pipeline.home import Home
from pipeline.reporter import Reporter, Silent
from pipeline.run_log import recorded
from sources import Receipt, inspect_archive, read_blocks
from transforms.staging import Opener, stage_quarter
from vocabulary.schema import schema_version
from vocabulary.tables import staged

STAGED_SCHEMA = schema_version(
    (
        *staged.FAERS_TABLES.values(),
        staged.DELETED_CASE,
        staged.LINE_ACCOUNT,
        staged.REPAIR,
        staged.VALUE_ISSUE,
        staged.REJECTED_LINE,
    )
)
"""Version of the tables that staging writes; a build refuses a quarter that was staged under another one."""


def stage(home: Home, receipt: Receipt, reporter: Reporter | None = None) -> bool:
    """Stage one landed quarter.

    Returns:
        False where it was staged already by the same code from the same zip.

    Raises:
        SourceError: the zip is damaged or holds what it should not.
        LayoutError: its columns are not the declared ones.
    """
    reporter = reporter or Silent()
    quarter = receipt.quarter
    if is_staged(home, receipt):
        return False
    with home.only_writer(str(quarter)), recorded(home, "stage", str(quarter)) as facts:
        reporter.step(f"{quarter}: stage")
        path = home.raw / receipt.path
        archive = inspect_archive(path, quarter)
        progress = _Progress(reporter, archive.text_bytes)
        stage_quarter(
            {table: _opener(path, member, progress) for table, member in archive.tables.items()},
            _opener(path, archive.deleted_list, progress) if archive.deleted_list else None,
            quarter=quarter,
            out_dir=home.staged(quarter),
            rejected_dir=home.rejected(quarter),
            source={
                "file_name": receipt.file_name,
                "sha256": receipt.sha256,
                "is_simulated": receipt.is_simulated,
                "fingerprint": _mark(receipt),
                "schema": STAGED_SCHEMA,
            },
            ignored_members=archive.ignored,
        )
        facts["row_count"] = staged_rows(home.staged(quarter))
    return True


def staged_rows(folder: Path) -> int:
    """Rows of all tables of a staged quarter, by its manifest."""
    tables = read_manifest(folder).get("tables", {})
    return sum(int(part["rows"]) for table in tables.values() for part in table["parts"])


def is_staged(home: Home, receipt: Receipt) -> bool:
    """Whether what stands staged was made by this code and these code tables from this zip."""
    source = read_manifest(home.staged(receipt.quarter)).get("source", {})
    return bool(source.get("fingerprint") == _mark(receipt) and source.get("schema") == STAGED_SCHEMA)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a staged quarter; empty where there is none."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return manifest


def _mark(receipt: Receipt) -> str:
    return fingerprint.of_parts(receipt.sha256, fingerprint.of_code(fingerprint.STAGING_CODE))


class _Progress:
    """Counts the text that was read, over all members of a zip."""

    def __init__(self, reporter: Reporter, total: int) -> None:
        self._reporter, self._total, self._done = reporter, total, 0

    def over(self, blocks: Iterator[bytes], member: str) -> Iterator[bytes]:
        """The same blocks."""
        name = PurePosixPath(member).name
        for block in blocks:
            yield block
            self._done += len(block)
            self._reporter.advance(self._done, self._total, name)


def _opener(path: Path, member: str, progress: _Progress) -> Opener:
    return member, lambda: progress.over(read_blocks(path, member), member)
