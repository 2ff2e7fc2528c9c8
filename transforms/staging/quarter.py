"""Stage a whole quarter: every table, its accounts and a manifest, in one folder that appears at once or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import polars as pl

from transforms.staging.ahead import ReadAhead
from transforms.staging.table import stage_absent, stage_deleted, stage_table
from transforms.staging.tally import TableAccount
from vocabulary.errors import KetavigilError
from vocabulary.quarter import Quarter
from vocabulary.tables.staged import DELETED_CASE, FAERS_TABLES

Opener = tuple[str, Callable[[], Iterable[bytes]]]
"""A member's name and how to read it, in blocks that end at line ends."""

MANIFEST = "manifest.json"
REJECTED = "rejected_line.parquet"


def stage_quarter(
    members: Mapping[str, Opener],
    deleted: Opener | None,
    *,
    quarter: Quarter,
    out_dir: Path,
    rejected_dir: Path,
    source: Mapping[str, Any],
    ignored_members: Sequence[str] = (),
) -> dict[str, Any]:
    """Parse a quarter into ``out_dir``, replacing an older staging of it only when the new one is whole.

    Args:
        members: FAERS table (DEMO, DRUG ...) to its file. A table that is absent is staged empty and listed under
            missing_tables; whether that is acceptable is decided elsewhere.
        deleted: the list of deleted cases, if the quarter has one.
        quarter: which quarter.
        out_dir: becomes ``<table>/part-00000.parquet`` ..., line_account.parquet, repair.parquet, value_issue.parquet
            and manifest.json.
        rejected_dir: gets rejected_line.parquet, without rows where no line was rejected.
        source: kept in the manifest as it is: the zip's name and sha256, and the fingerprint of code and reference
            data that tells a current staging from an outdated one.
        ignored_members: other files of the zip, for the manifest.

    Returns:
        The manifest, as written.

    Raises:
        LayoutError: a file is empty or its columns are not the declared ones; nothing is replaced.
        KetavigilError: the files could not be written; nothing is replaced.
    """
    unknown = sorted(set(members) - set(FAERS_TABLES))
    if unknown:
        raise ValueError(f"not tables of FAERS: {', '.join(unknown)}")
    fresh, old = (out_dir.with_name(f".{out_dir.name}.{state}") for state in ("incoming", "replaced"))
    rejected = rejected_dir / f".{REJECTED}.incoming"
    try:
        _restore(out_dir, fresh, old)
        rejected_dir.mkdir(parents=True, exist_ok=True)
        accounts = _stage_tables(members, deleted, quarter, fresh)
        manifest = _write_accounts(accounts, fresh, rejected)
        manifest = {
            "quarter": str(quarter),
            "source": dict(source),
            "missing_tables": [name for name in FAERS_TABLES if name not in members],
            "has_deleted_list": deleted is not None,
            "ignored_members": sorted(ignored_members),
        } | manifest
        (fresh / MANIFEST).write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
        rejected.replace(rejected_dir / REJECTED)
        _replace(out_dir, fresh, old)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise KetavigilError(
            f"{quarter} could not be staged into {out_dir.parent}: {error}. "
            "Mend what it names (room on the disk, permissions, the zip) and stage the quarter again; "
            "what was staged before is unchanged."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        with suppress(OSError):
            rejected.unlink(missing_ok=True)
    return manifest


def _stage_tables(
    members: Mapping[str, Opener], deleted: Opener | None, quarter: Quarter, out: Path
) -> list[TableAccount]:
    staged: dict[str, TableAccount] = {}
    with ExitStack() as stack:
        for name, blocks in _opened(members, stack):
            staged[name] = stage_table(
                blocks, faers_table=name, quarter=quarter, member=members[name][0], out=out / FAERS_TABLES[name].name
            )
    accounts = [
        staged.get(name) or stage_absent(table, quarter=quarter, out=out / table.name)
        for name, table in FAERS_TABLES.items()
    ]
    where = out / DELETED_CASE.name
    if deleted is None:
        accounts.append(stage_absent(DELETED_CASE, quarter=quarter, out=where))
    else:
        accounts.append(stage_deleted(deleted[1](), quarter=quarter, member=deleted[0], out=where))
    return accounts


def _opened(members: Mapping[str, Opener], stack: ExitStack) -> Iterator[tuple[str, ReadAhead]]:
    """Each table with its blocks; the first block of the next table is fetched while a table is parsed."""
    waiting: list[tuple[str, ReadAhead]] = []
    for name in FAERS_TABLES:
        if name in members:
            waiting.append((name, stack.enter_context(ReadAhead(members[name][1]()))))
        if len(waiting) > 1:
            yield waiting.pop(0)
    yield from waiting


def _write_accounts(accounts: Sequence[TableAccount], out: Path, rejected: Path) -> dict[str, Any]:
    """The small tables, and what the manifest says of all tables."""
    frames = {
        "line_account": pl.concat([account.line_account for account in accounts]),
        "repair": pl.concat([account.repairs for account in accounts]),
        "value_issue": pl.concat([account.value_issues for account in accounts]),
    }
    for name, frame in frames.items():
        frame.write_parquet(out / f"{name}.parquet")
    pl.concat([account.rejected for account in accounts]).write_parquet(rejected)
    tables = {
        account.table.name: {
            "member": account.member,
            "rows": account.rows,
            "parts": [{"name": part.name, "sha256": part.sha256, "rows": part.rows} for part in account.parts],
        }
        for account in accounts
    }
    small = {f"{name}.parquet": _sha256(out / f"{name}.parquet") for name in frames}
    return {"tables": tables, "accounts": small, "rejected_lines": {REJECTED: _sha256(rejected)}}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _restore(out_dir: Path, fresh: Path, old: Path) -> None:
    """Clear what a killed run left, and put back a staging that it had moved aside without replacing it."""
    shutil.rmtree(fresh, ignore_errors=True)
    if old.exists() and not out_dir.exists():
        old.rename(out_dir)
    shutil.rmtree(old, ignore_errors=True)
    fresh.mkdir(parents=True)


def _replace(out_dir: Path, fresh: Path, old: Path) -> None:
    """A folder cannot be renamed onto a full one, so the old staging steps aside for the moment between two renames."""
    if out_dir.exists():
        out_dir.rename(old)
    fresh.rename(out_dir)
    shutil.rmtree(old, ignore_errors=True)
