"""Which staged clinic batches a build takes, and why it leaves the others out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.home import Home


@dataclass(frozen=True, slots=True)
class AdmittedBatch:
    """A staged batch with a current certificate.

    Attributes:
        folder: where it lies.
        row: its row of core.clinic_batch.
        identity: what of it decides the build: content, code, rules.
    """

    folder: Path
    row: dict[str, object]
    identity: str


def admit_clinics(home: Home, *, is_simulated: bool) -> tuple[tuple[AdmittedBatch, ...], dict[str, str]]:
    """Decide over every staged batch.

    Args:
        home: data folder.
        is_simulated: the build's quarters are made up; clinics of the other kind are left out, so that no made-up
            session stands beside real reports, nor a real one beside made-up reports.

    Returns:
        The batches that are taken, in the order of their names, and name to reason of the others.
    """
    folders = home.clinic_batches()
    if not folders:
        return (), {}
    from pipeline.clinic import current_clinic_certificate  # what they import is not needed without clinics
    from pipeline.clinic_staging import STAGED_SCHEMA

    admitted, refused = [], {}
    for folder in folders:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        name = f"{manifest['clinic_id']}~{manifest['batch_id']}"
        certificate = current_clinic_certificate(home, manifest["clinic_id"], manifest["batch_id"])
        if manifest["is_simulated"] != is_simulated:
            kind, other = ("simulated", "real") if manifest["is_simulated"] else ("real", "simulated")
            refused[name] = f"{kind}, and the reports are {other}; a build never mixes made-up with real"
        elif manifest.get("staged_schema") != STAGED_SCHEMA:
            refused[name] = "staged by a version with other tables; take it in again with `ketavigil clinic take-in`"
        elif certificate is None or certificate.staged_fingerprint != manifest["sha256"]:
            refused[name] = "no current certificate; take it in again with `ketavigil clinic take-in`"
        elif certificate.status == "failed":
            refused[name] = "failed its validation"
        else:
            row = {key: manifest[key] for key in ("clinic_id", "batch_id", "revision", "period", "is_simulated")}
            row |= {"sha256": manifest["sha256"], "certificate_status": certificate.status}
            identity = f"clinic {name} {manifest['fingerprint']} {certificate.suite_hash} {certificate.status}"
            admitted.append(AdmittedBatch(folder, row, identity))
    return tuple(admitted), refused
