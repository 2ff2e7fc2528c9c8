"""What a data folder holds of clinics: ids of clinics and batches, revisions and numbers of rows, no value of a row."""

from __future__ import annotations

import json
from typing import Any

import duckdb
from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipeline.clinic import current_clinic_certificate
from pipeline.clinic_drop import drop_folder, waiting, waiting_in_drop
from pipeline.clinic_refusals import RETURN, refusals
from pipeline.home import Home
from pipeline.settings import Settings
from vocabulary.errors import SettingsError
from warehouse.publish import CLINIC_NAME

Published = set[tuple[str, str, int, str]]


def published_batches(home: Home) -> Published:
    """Clinic, batch, revision and content of each batch that the published file rests on."""
    beside = home.published.with_name(CLINIC_NAME)
    try:
        with duckdb.connect(beside, read_only=True) as connection:
            rows = connection.execute("SELECT clinic_id, batch_id, revision, sha256 FROM core.clinic_batch").fetchall()
    except duckdb.Error:
        return set()
    return set(rows)


def clinic_status(home: Home, settings: Settings) -> Group | None:
    """One row per batch, then what waits and what was refused; None where no clinic ever sent anything."""
    folders = home.clinic_batches()
    counts = _counts(home, settings)
    if not folders and not counts:
        return None
    table = Table(title="Clinic batches taken in", title_justify="left", header_style="bold")
    for name in (
        "Clinic",
        "Batch",
        "Revision",
        "Period",
        "Patients",
        "Sessions",
        "Certificate",
        "In the published file",
    ):
        table.add_column(name, justify="right" if name in {"Revision", "Patients", "Sessions"} else "left")
    published = published_batches(home)
    for folder in folders:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        table.add_row(*_row(home, manifest, published))
    return Group(*([table] if folders else []), Text(counts or "No clinic batch waits, and none was refused."))


def _row(home: Home, manifest: dict[str, Any], published: Published) -> list[str]:
    clinic_id, batch_id, revision = manifest["clinic_id"], manifest["batch_id"], manifest["revision"]
    certificate = current_clinic_certificate(home, clinic_id, batch_id)
    is_current = certificate is not None and certificate.staged_fingerprint == manifest["sha256"]
    mark = (clinic_id, batch_id, revision, manifest["sha256"])
    older = any(row[:2] == mark[:2] for row in published)
    replaced = f" (replaced {len(manifest['replaced'])})" if manifest["replaced"] else ""
    return [
        f"{clinic_id}{' (simulated)' if manifest['is_simulated'] else ''}",
        batch_id,
        f"{revision}{replaced}",
        manifest["period"],
        *(f"{manifest['tables'][name]['rows']:,}" for name in ("patient", "session")),
        certificate.status if certificate is not None and is_current else "none",
        "yes" if mark in published else "another revision" if older else "no",
    ]


def _counts(home: Home, settings: Settings) -> str:
    """Numbers of what is not taken in; blank where there is none."""
    told = refusals(home)
    try:
        dropped = len(waiting_in_drop(drop_folder(home, settings)))
    except SettingsError:
        dropped = 0
    numbers = {
        "waiting in the drop folder": dropped,
        "taken out of it and not done with": len(waiting(home)),
        "refused, in quarantine": sum(refusal.answer is None for refusal in told),
        "refused, put out to be returned": sum(refusal.answer == RETURN for refusal in told),
        "refused and deleted": sum(refusal.answer not in (None, RETURN) for refusal in told),
    }
    return ", ".join(f"{count:,} {what}" for what, count in numbers.items() if count)
