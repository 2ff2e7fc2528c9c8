"""Reads a clinic batch whole: names, manifest, files, cells; tells all that is wrong with its form at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

import polars as pl

from transforms.clinic.forms import typed_table
from transforms.clinic.manifest import Manifest, read_manifest
from transforms.clinic.reading import read_table
from transforms.privacy import Finding, FindingKind, drop_name_finding, is_drop_name, undeclared_name
from vocabulary.tables.clinic import BATCH_TABLES, MANIFEST_FILE, STAGED_TABLES

MANIFEST_NAME = "manifest.json"
_TABLE_FILES = MANIFEST_FILE.column("file_name").allowed


class BatchFile(Protocol):
    """A file of a batch, wherever it lies."""

    @property
    def position(self) -> int:
        """1 for the first."""

    @property
    def name(self) -> str:
        """Path inside the batch; of a folder it ends in a slash."""

    @property
    def read(self) -> Callable[[], bytes]:
        """Gives its bytes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch holds as far as it could be read.

    Attributes:
        manifest: None where it is not in form.
        tables: table to its typed rows in the order of the file; only columns that are there, and null where a cell
            is not in form. The batch is fit for use only where ``findings`` is empty.
        findings: all that is wrong with its form.
    """

    manifest: Manifest | None
    tables: dict[str, pl.DataFrame]
    findings: tuple[Finding, ...]


def read_batch(name: str, files: Sequence[BatchFile], *, has_comment: bool = False) -> Batch:
    """Read a batch through the privacy gate.

    Args:
        name: name of its folder or zip, without ending.
        files: its files.
        has_comment: the zip carries a comment or other data beside its files.
    """
    findings: list[Finding] = []
    if (wrong_name := drop_name_finding(name)) is not None:
        findings.append(wrong_name)
    if has_comment:
        words = "The zip carries a comment or data beside its files, which could hold anything. Pack it plainly."
        findings.append(Finding(FindingKind.PRIVACY, "batch", "comment", "free_text", 1, words))
    found = _by_name(files, findings)
    manifest = None
    if MANIFEST_NAME in found:
        manifest, wrong = read_manifest(found[MANIFEST_NAME].read())
        findings += wrong
    else:
        findings.append(_contract("manifest", None, "missing", "There is no manifest.json. Take that of the template."))
    tables: dict[str, pl.DataFrame] = {}
    for table in BATCH_TABLES:
        endings = [ending for ending in ("csv", "parquet") if f"{table}.{ending}" in found]
        if len(endings) != 1:
            words = "There are two files for it. Keep one." if endings else "There is no file for it, CSV or Parquet."
            findings.append(_contract(table, None, "missing" if not endings else "repeated", words))
        else:
            tables[table] = _read_table(table, endings[0], found, manifest, findings)
    return Batch(manifest, tables, tuple(findings))


def _by_name(files: Sequence[BatchFile], findings: list[Finding]) -> dict[str, BatchFile]:
    """Files of the contract by name; they lie flat, or in one folder that is named as a batch may be."""
    found: dict[str, BatchFile] = {}
    tops = {PurePosixPath(file.name).parts[0] for file in files if "/" in file.name}
    allowed = [name for name in sorted(tops) if is_drop_name(name)]
    top = allowed[0] if len(allowed) == 1 else None
    for file in files:
        name = file.name.removeprefix(f"{top}/") if top else file.name
        if not name:
            continue
        if name in (MANIFEST_NAME, *_TABLE_FILES) and name not in found:
            found[name] = file
        else:
            findings.append(undeclared_name("batch", f"file {file.position}", PurePosixPath(name).stem))
    return found


def _read_table(
    table: str, ending: str, found: dict[str, BatchFile], manifest: Manifest | None, findings: list[Finding]
) -> pl.DataFrame:
    content = found[f"{table}.{ending}"].read()
    listed = None if manifest is None else next(file for file in manifest.files if file.table_name == table)
    if listed is not None and listed.file_name != f"{table}.{ending}":
        findings.append(_contract(table, None, "file_name", "The manifest names another file. Seal the batch again."))
    elif listed is not None and listed.sha256 != hashlib.sha256(content).hexdigest():
        words = "The file is not the one that the manifest's sha256 was made of. Seal the batch again if it is right."
        findings.append(_contract(table, None, "sha256", words))
    declared = BATCH_TABLES[table]
    raw = read_table(declared, content, is_parquet=ending == "parquet")
    del content
    findings += raw.findings
    rows = raw.rows + sum(finding.rows for finding in raw.findings if finding.rule == "wrong_field_count")
    if listed is not None and listed.row_count != rows and (raw.columns or not raw.findings):
        words = f"The file has {rows:,}, the manifest says otherwise. Seal the batch again if the file is whole."
        findings.append(Finding(FindingKind.CONTRACT, table, None, "row_count", rows, words))
    frame, wrong = typed_table(declared, raw)
    findings += wrong
    return frame


def staged_frame(table: str, frame: pl.DataFrame, manifest: Manifest) -> pl.DataFrame:
    """Rows as they are staged: the batch's columns before the table's own, in declared order and types."""
    declared = STAGED_TABLES[table]
    lines = pl.int_range(2, pl.len() + 2, dtype=pl.Int32).alias("source_line")
    marks = [pl.lit(getattr(manifest, name)).alias(name) for name in ("clinic_id", "batch_id", "revision")]
    return (
        frame.with_columns(*marks, lines).select(declared.column_names).cast(dict(declared.polars_schema))  # type: ignore[arg-type]
    )


def _contract(table: str, column: str | None, rule: str, words: str) -> Finding:
    return Finding(FindingKind.CONTRACT, table, column, rule, 1, words)
