"""A batch as a clinic sends it: manifest and one file per table, as a folder or a zip."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from vocabulary.table import Kind
from vocabulary.tables.clinic import BATCH_TABLES, SCHEMA_VERSION

_ZIP_TIME = (2024, 1, 1, 0, 0, 0)


def manifest(clinic_id: str, batch_id: str, period: str, files: Mapping[str, bytes], rows: Mapping[str, int]) -> bytes:
    """The manifest of these files."""
    listed = [
        {
            "table_name": name.partition(".")[0],
            "file_name": name,
            "row_count": rows[name.partition(".")[0]],
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name, content in files.items()
    ]
    content = {
        "clinic_id": clinic_id,
        "batch_id": batch_id,
        "revision": 1,
        "schema_version": SCHEMA_VERSION,
        "period": period,
        "is_simulated": True,
        "files": listed,
    }
    return (json.dumps(content, indent=1) + "\n").encode()


def table_file(frame: pl.DataFrame, table: str, ending: str) -> bytes:
    """One table's file; columns beside the declared ones stay, as damage may have brought them."""
    out = io.BytesIO()
    if ending == "parquet":
        frame.write_parquet(out, compression="zstd")
        return out.getvalue()
    flags = [
        column.name
        for column in BATCH_TABLES[table].columns
        if column.kind is Kind.BOOLEAN and frame.schema.get(column.name) == pl.Boolean
    ]
    words = [
        pl.when(pl.col(name)).then(pl.lit("yes")).when(~pl.col(name)).then(pl.lit("no")).alias(name) for name in flags
    ]
    frame.with_columns(words).write_csv(out, quote_style="necessary")
    return out.getvalue()


def write_batch(out: Path, name: str, files: Mapping[str, bytes], *, is_zip: bool) -> str:
    """Write the files as a folder or zip of that name, whole or not at all; gives the name with its ending."""
    target = out / (f"{name}.zip" if is_zip else name)
    if is_zip:
        part = out / f".{name}.part"
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for file_name, content in files.items():
                archive.writestr(zipfile.ZipInfo(file_name, _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
        part.replace(target)
        return target.name
    target.mkdir(parents=True, exist_ok=True)
    for stale in target.iterdir():
        stale.unlink()
    for file_name, content in files.items():
        (target / file_name).write_bytes(content)
    return target.name
