"""What helps a clinic to fill in a batch: an empty one with its dictionary, random ids, the seal of the manifest."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from pipeline.clinic_guard import guarded
from transforms.clinic import MANIFEST_NAME, count_rows, dictionary_csv, dictionary_markdown
from vocabulary.errors import ClinicBatchError
from vocabulary.tables.clinic import BATCH_TABLES, ID_LENGTH, ID_LETTERS, SCHEMA_VERSION


def new_id() -> str:
    """A random id, of the system's own randomness: made from nothing, and so nobody's."""
    return "".join(secrets.choice(ID_LETTERS) for _ in range(ID_LENGTH))


def write_template(out: Path, *, clinic_id: str | None = None, period: str | None = None) -> Path:
    """Write an empty batch and the data dictionary beside it.

    Args:
        out: folder, new or empty.
        clinic_id: the clinic's id of an earlier batch; None draws one.
        period: period of the sessions; None leaves it blank.

    Returns:
        The folder of the batch.

    Raises:
        ClinicBatchError: there is something in the folder already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ClinicBatchError("The folder for the template is not empty. Name a new one.")
    batch = out / "batch"
    batch.mkdir(parents=True)
    for name, table in BATCH_TABLES.items():
        (batch / f"{name}.csv").write_text(",".join(table.column_names) + "\n", encoding="utf-8")
    manifest: dict[str, Any] = {
        "clinic_id": clinic_id or new_id(),
        "batch_id": new_id(),
        "revision": 1,
        "schema_version": SCHEMA_VERSION,
        "period": period or "",
        "is_simulated": False,
        "files": [],
    }
    (batch / MANIFEST_NAME).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    seal(batch)
    (out / "data_dictionary.md").write_text(dictionary_markdown(), encoding="utf-8")
    (out / "data_dictionary.csv").write_text(dictionary_csv(), encoding="utf-8")
    return batch


@guarded
def seal(batch: Path) -> dict[str, int]:
    """Write rows and SHA-256 of each table's file into the manifest of a batch folder.

    Returns:
        Rows per table.

    Raises:
        ClinicBatchError: the folder has no manifest of the template's form.
    """
    manifest = _manifest(batch / MANIFEST_NAME)
    files: list[dict[str, Any]] = []
    for name, table in BATCH_TABLES.items():
        for ending in ("csv", "parquet"):
            path = batch / f"{name}.{ending}"
            if path.is_file():
                content = path.read_bytes()
                rows = count_rows(table, content, is_parquet=ending == "parquet")
                digest = hashlib.sha256(content).hexdigest()
                files.append({"table_name": name, "file_name": path.name, "row_count": rows, "sha256": digest})
    manifest["files"] = files
    (batch / MANIFEST_NAME).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return {str(file["table_name"]): int(file["row_count"]) for file in files}


def _manifest(path: Path) -> dict[str, Any]:
    found: Any = None
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise ClinicBatchError("There is no manifest.json of the template's form in that folder. Take the template's.")
    return found
