"""A clinic batch's certificate: what was checked on which content, and what came out. Counts alone, never a value."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from expectations.certificate import Result, status_of
from expectations.rule import RuleKind, Severity
from vocabulary.errors import CertificateError


@dataclass(frozen=True, slots=True)
class ClinicCertificate:
    """The outcome of validating one batch.

    Attributes:
        clinic_id: the clinic.
        batch_id: the batch.
        revision: revision that was checked.
        staged_fingerprint: hash of the batch's content.
        suite_hash: hash of the rules that were in force.
        is_simulated: the batch is made up.
        row_counts: rows per table, in declared order.
        results: one per rule, table by table.
    """

    clinic_id: str
    batch_id: str
    revision: int
    staged_fingerprint: str
    suite_hash: str
    is_simulated: bool
    row_counts: tuple[tuple[str, int], ...]
    results: tuple[Result, ...]

    @property
    def name(self) -> str:
        """``<clinic_id>~<batch_id>``."""
        return f"{self.clinic_id}~{self.batch_id}"

    @property
    def status(self) -> str:
        """``passed``, ``warned`` or ``failed``."""
        return status_of(self.results)

    @property
    def problems(self) -> tuple[Result, ...]:
        """Broken rules, failures first."""
        broken = [result for result in self.results if not result.is_success]
        return tuple(sorted(broken, key=lambda result: result.severity is not Severity.FAIL))

    def to_json(self) -> str:
        """The certificate as JSON, with its status spelt out."""
        content = asdict(self) | {"status": self.status, "row_counts": dict(self.row_counts)}
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> ClinicCertificate:
        """The certificate that ``to_json`` wrote.

        Raises:
            CertificateError: the text is no certificate.
        """
        try:
            content: dict[str, Any] = json.loads(text)
            content.pop("status")
            results = tuple(
                Result(**entry | {"kind": RuleKind(entry["kind"]), "severity": Severity(entry["severity"])})
                for entry in content["results"]
            )
            return cls(**content | {"row_counts": tuple(content["row_counts"].items()), "results": results})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CertificateError("The clinic certificate cannot be read. Take the batch in again.") from error


def write_clinic_certificate(certificate: ClinicCertificate, path: Path) -> None:
    """Write it as JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text(certificate.to_json(), encoding="utf-8")
    scratch.replace(path)


def read_clinic_certificate(path: Path) -> ClinicCertificate:
    """The certificate at that place.

    Raises:
        CertificateError: there is none, or what is there is no certificate.
    """
    try:
        return ClinicCertificate.from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CertificateError("There is no certificate of the clinic batch. Take it in again.") from error
