"""At the clinic: a FHIR Bundle becomes a batch, and the key file that names the ids stays with the clinic."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import asdict
from pathlib import Path

from pipeline.clinic_guard import guarded
from pipeline.clinic_template import new_id, seal, write_template
from transforms.clinic import Converted, KeyBook, convert_bundle
from vocabulary.errors import ClinicBatchError
from vocabulary.tables.clinic import BATCH_TABLES

_LARGEST_BYTES = 1 << 30


@guarded
def batch_from_fhir(bundle: Path, out: Path, ids: Path, *, period: str, clinic_id: str | None = None) -> Converted:
    """Write a sealed batch; nothing is written where a resource could not be placed.

    Args:
        bundle: FHIR R4 Bundle, JSON.
        out: folder of the template, new or empty.
        ids: key file, made where it is not there; readable by its owner alone.
        period: period of the sessions.
        clinic_id: the clinic's id of an earlier batch; None draws one.

    Raises:
        ClinicBatchError: the bundle or the key file cannot be read, or the folder is not empty.
    """
    if not bundle.is_file() or bundle.stat().st_size > _LARGEST_BYTES:
        raise ClinicBatchError("There is no such bundle, or it is larger than 1 GB. Export it in parts.")
    book = _read_book(ids)
    converted = convert_bundle(bundle.read_bytes(), book, new_id)
    if converted.findings:
        return converted
    batch = write_template(out, clinic_id=clinic_id, period=period)
    for name, table in BATCH_TABLES.items():
        with (batch / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.column_names, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(converted.tables[name])
    seal(batch)
    _write_book(book, ids)
    return converted


def _read_book(path: Path) -> KeyBook:
    if not path.exists():
        return KeyBook()
    book: KeyBook | None = None
    try:
        book = KeyBook(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        book = None
    if book is None:
        raise ClinicBatchError("The key file cannot be read. Name the one of earlier bundles, or a new one.")
    return book


def _write_book(book: KeyBook, path: Path) -> None:
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(book), file, indent=1)
    scratch.replace(path)
