"""Step: all quarters with a current certificate become one new DuckDB file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

import reference
from expectations import Certificate, quality_rows
from pipeline import fingerprint
from pipeline.clinic_admission import AdmittedBatch, admit_clinics
from pipeline.home import Home
from pipeline.reporter import Reporter, Silent
from pipeline.run_log import recorded
from pipeline.run_steps import run_step_rows, seconds_of
from pipeline.settings import Settings
from pipeline.staging import STAGED_SCHEMA, read_manifest
from pipeline.validating import current_certificate, is_simulated
from sources import receipts
from transforms.dictionaries import fingerprint as dictionary_hash
from vocabulary.errors import BuildError, CertificateError
from vocabulary.quarter import Quarter
from vocabulary.tables import meta
from vocabulary.tables.clinic_core import CLINIC_BATCH
from warehouse.query import warehouse_schema

ACCEPTED = ("passed", "warned")


@dataclass(frozen=True, slots=True)
class Admission:
    """Which staged quarters a build takes, and why it leaves the others out."""

    certificates: dict[Quarter, Certificate]
    refused: dict[Quarter, str] = field(default_factory=dict)
    is_simulated: bool = False
    clinics: tuple[AdmittedBatch, ...] = ()
    refused_clinics: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A finished file, new or found as it was."""

    path: Path
    build_id: str
    is_new: bool
    admission: Admission


def admit(home: Home, *, allow_incomplete: bool) -> Admission:
    """Decide over every staged quarter and clinic batch.

    Made-up quarters never share a build with real ones: the real ones stay. Clinic batches must be of the same kind.

    Raises:
        CertificateError: no quarter is left to build from.
    """
    staged = home.staged_quarters()
    simulated = {quarter: is_simulated(home, quarter) for quarter in staged}
    only_simulated = all(simulated.values())
    certificates: dict[Quarter, Certificate] = {}
    refused: dict[Quarter, str] = {}
    for quarter in staged:
        if simulated[quarter] and not only_simulated:
            refused[quarter] = "simulated; a build never mixes made-up with real reports"
            continue
        if read_manifest(home.staged(quarter)).get("source", {}).get("schema") != STAGED_SCHEMA:
            refused[quarter] = "staged by a version with other tables; run `ketavigil stage`, or all of `ketavigil run`"
            continue
        certificate = current_certificate(home, quarter)
        if certificate is None:
            refused[quarter] = "no current certificate; run `ketavigil validate`"
        elif certificate.status in ACCEPTED or (certificate.status == "incomplete" and allow_incomplete):
            certificates[quarter] = certificate
        elif certificate.status == "incomplete":
            refused[quarter] = f"incomplete ({certificate.reasons()}); --allow-incomplete takes it in"
        else:
            refused[quarter] = f"failed its validation ({certificate.reasons()})"
    if not certificates:
        why = "; ".join(f"{quarter}: {reason}" for quarter, reason in refused.items())
        raise CertificateError(f"No quarter can be built from. {why or 'None is staged: run `ketavigil stage`.'}")
    clinics, refused_clinics = admit_clinics(home, is_simulated=only_simulated)
    return Admission(certificates, refused, only_simulated, clinics, refused_clinics)


def build_warehouse(
    home: Home,
    settings: Settings,
    built_at: datetime,
    reporter: Reporter | None = None,
    *,
    rebuild: bool = False,
) -> BuildResult:
    """Build unless the same file is there already.

    Raises:
        CertificateError: no quarter can be built from.
        BuildError: the build failed; what is published stays.
    """
    reporter = reporter or Silent()
    admission = admit(home, allow_incomplete=settings.allow_incomplete)
    build_id = _build_id(admission, settings)
    target = home.builds / f"{build_id}.duckdb"
    if target.exists() and not rebuild:
        return BuildResult(target, build_id, is_new=False, admission=admission)
    from warehouse.build import BuildInputs, build  # half a second of import that a run with nothing new spares
    from warehouse.parts.base import find_base

    with home.only_writer("build"), recorded(home, "build", build_id) as facts:
        reporter.step("build")
        home.builds.mkdir(parents=True, exist_ok=True)
        code = _code(settings)
        target.unlink(missing_ok=True)
        inputs = BuildInputs(
            quarters={quarter: home.staged(quarter) for quarter in admission.certificates},
            rejected={quarter: home.rejected(quarter) for quarter in admission.certificates},
            meta=_meta(home, settings, admission, build_id, built_at),
            clinics=[batch.folder for batch in admission.clinics],
            clinic_minimum_cell=settings.clinic_minimum_cell,
            dictionaries=settings.dictionaries,
            duplicate_most_cases=settings.duplicate_most_cases,
            previous=home.published,
            memory_limit=settings.memory_limit,
            threads=settings.threads,
            code=code,
            fingerprints={quarter: one.staged_fingerprint for quarter, one in admission.certificates.items()},
            base=None if rebuild or not settings.incremental else find_base(home.builds, code),
            progress=lambda table, number, count: reporter.advance(number, count, table),
        )
        plan = build(inputs, target)
        _note_plan(home, reporter, build_id, plan)
        facts["tables"] = seconds_of(plan)
        facts |= {"quarter_count": len(inputs.quarters), "clinic_batch_count": len(inputs.clinics)}
    return BuildResult(target, build_id, is_new=True, admission=admission)


def _code(settings: Settings) -> str:
    """What decides how tables are made, but for the reviewed data, which tell table by table what they change."""
    return fingerprint.of_parts(
        fingerprint.of_code(fingerprint.BUILD_CODE),
        f"minimum cell {settings.clinic_minimum_cell}",
        f"duplicates up to {settings.duplicate_most_cases}",
        *(f"{kind} {dictionary_hash(kind, folder)}" for kind, folder in sorted(settings.dictionaries.items())),
    )


def _note_plan(home: Home, reporter: Reporter, build_id: str, plan: Sequence[tuple[str, str, str, float]]) -> None:
    """Tell how the build was made, and keep the reason for every table beside it."""
    columns = {"table": pl.String, "what": pl.String, "why": pl.String, "seconds": pl.Float64}
    frame = pl.DataFrame(plan, schema=columns, orient="row")
    frame.with_columns(pl.col("seconds").round(3)).write_csv(home.builds / f"{build_id}.plan.csv")
    counted = Counter(frame["what"])
    if set(counted) != {"made anew"}:
        reporter.note("Tables: " + ", ".join(f"{number} {what}" for what, number in sorted(counted.items())) + ".")


def _build_id(admission: Admission, settings: Settings) -> str:
    return fingerprint.of_parts(
        _code(settings),
        reference.version(),
        *(
            f"{quarter} {certificate.staged_fingerprint} {certificate.suite_hash} {certificate.status}"
            for quarter, certificate in sorted(admission.certificates.items())
        ),
        *(batch.identity for batch in admission.clinics),
    )


def _meta(
    home: Home, settings: Settings, admission: Admission, build_id: str, built_at: datetime
) -> dict[str, pl.DataFrame]:
    quarters = sorted(admission.certificates)
    in_build = {read_manifest(home.staged(quarter))["source"]["sha256"] for quarter in quarters}
    stamp = built_at.replace(tzinfo=None)
    statuses = [certificate.status for certificate in admission.certificates.values()]
    rows: dict[str, list[dict[str, object]]] = {
        "build": [
            {
                "build_id": build_id,
                "built_at": stamp,
                "code_version": fingerprint.of_code(fingerprint.BUILD_CODE),
                "reference_version": reference.version(),
                "schema_version": warehouse_schema(),
                "first_quarter": str(quarters[0]),
                "last_quarter": str(quarters[-1]),
                "quarter_count": len(quarters),
                "is_simulated": admission.is_simulated,
                "has_incomplete_quarter": "incomplete" in statuses,
                "clinic_batch_count": len(admission.clinics),
                "clinic_minimum_cell": settings.clinic_minimum_cell,
            }
        ],
        "source_file": [
            {
                "quarter": str(receipt.quarter),
                "file_name": receipt.file_name,
                "source": receipt.source,
                "sha256": receipt.sha256,
                "size_bytes": receipt.size_bytes,
                "landed_at": receipt.landed_at.replace(tzinfo=None),
                "is_simulated": receipt.is_simulated,
                "status": receipt.status,
                "is_in_build": receipt.sha256 in in_build,
            }
            for receipt in receipts(home.raw)
        ],
        "certificate": [
            {
                "quarter": str(quarter),
                "status": certificate.status,
                "staged_fingerprint": certificate.staged_fingerprint,
                "suite_hash": certificate.suite_hash,
                "warning_count": certificate.warning_count,
            }
            for quarter, certificate in sorted(admission.certificates.items())
        ],
    }
    declared = {table.name: table for table in meta.TABLES}
    frames = {name: pl.DataFrame(values, schema=declared[name].polars_schema) for name, values in rows.items()}
    results = [quality_rows(certificate) for _, certificate in sorted(admission.certificates.items())]
    frames["run_step"] = run_step_rows(home, quarters)
    frames["expectation_result"] = pl.concat(results)
    rows_of_batches = [batch.row for batch in admission.clinics]
    frames["clinic_batch"] = pl.DataFrame(rows_of_batches, schema=CLINIC_BATCH.polars_schema)
    if in_build - set(frames["source_file"]["sha256"]):
        raise BuildError("A staged quarter has no landing receipt. Land it again with `ketavigil land`.")
    return frames
