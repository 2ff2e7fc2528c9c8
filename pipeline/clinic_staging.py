"""Writes a clinic batch that passed as typed Parquet, whole or not at all; a higher revision takes its place."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.home import Home
from transforms.clinic import MANIFEST_NAME, Manifest, staged_frame
from vocabulary.schema import schema_version
from vocabulary.tables.clinic import STAGED_TABLES, TABLE_ORDER

PART = "part-00000.parquet"
STAGED_SCHEMA = schema_version(STAGED_TABLES.values())
"""Version of the tables that are staged; a build refuses a batch that was staged under another one."""


def read_staged_manifest(home: Home, manifest: Manifest) -> dict[str, Any]:
    """The manifest of what is staged of the same batch; empty where nothing is."""
    place = home.clinic_staged(manifest.clinic_id, manifest.batch_id)
    aside = _aside(place)
    if aside.is_dir() and not place.exists():
        aside.rename(place)  # a run was killed between two renames: what stood there before stands again
    try:
        staged: dict[str, Any] = json.loads((place / MANIFEST_NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return staged


def write_staged(
    home: Home, manifest: Manifest, tables: Mapping[str, pl.DataFrame], fingerprint: str, before: dict[str, Any]
) -> Path:
    """Write all tables and the staged manifest to a folder beside, then let it take the place.

    Args:
        home: data folder.
        manifest: the batch's manifest.
        tables: its typed tables, all of them.
        fingerprint: what the staged batch depends on.
        before: staged manifest of what it replaces, empty where nothing is.
    """
    place = home.clinic_staged(manifest.clinic_id, manifest.batch_id)
    owner_only(place.parent)
    scratch = place.with_name(f".{place.name}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    written: dict[str, dict[str, int | str]] = {}
    for table in TABLE_ORDER:
        (scratch / table).mkdir(mode=0o700)
        part = scratch / table / PART
        frame = staged_frame(table, tables[table], manifest)
        frame.write_parquet(part, compression="zstd", statistics=True)
        part.chmod(0o600)
        written[table] = {"rows": len(frame), "sha256": _sha256(part)}
        del frame
    replaced = list(before.get("replaced", []))
    if before and before["sha256"] != manifest.sha256:
        replaced.append({"revision": before["revision"], "sha256": before["sha256"]})
    content = {
        "clinic_id": manifest.clinic_id,
        "batch_id": manifest.batch_id,
        "revision": manifest.revision,
        "schema_version": manifest.schema_version,
        "period": manifest.period,
        "is_simulated": manifest.is_simulated,
        "sha256": manifest.sha256,
        "fingerprint": fingerprint,
        "staged_schema": STAGED_SCHEMA,
        "tables": written,
        "replaced": replaced,
    }
    target = scratch / MANIFEST_NAME
    target.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    target.chmod(0o600)
    aside = _aside(place)
    shutil.rmtree(aside, ignore_errors=True)
    if place.exists():
        place.rename(aside)
    scratch.rename(place)
    shutil.rmtree(aside, ignore_errors=True)
    return place


def owner_only(folder: Path) -> None:
    """Make a folder that its owner alone can open; its parents are made as usual."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chmod(folder, 0o700)  # noqa: PTH101


def _aside(place: Path) -> Path:
    return place.with_name(f".{place.name}.old")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
