"""Step: a clinic batch goes through the privacy gate and validation, and is staged whole or refused whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from expectations import (
    ClinicBatchLabel,
    ClinicCertificate,
    certify_batch,
    clinic_suite_hash,
    judge_batch,
    load_in_background,
    read_clinic_certificate,
    write_clinic_certificate,
)
from expectations.certificate import Result
from expectations.rule import Severity
from pipeline import fingerprint
from pipeline.clinic_guard import guarded
from pipeline.clinic_quarantine import quarantine
from pipeline.clinic_staging import STAGED_SCHEMA, read_staged_manifest, write_staged
from pipeline.home import Home
from pipeline.reporter import Reporter, Silent
from pipeline.run_log import recorded
from pipeline.settings import Settings
from sources.clinic_batch import open_drop
from transforms.clinic import Batch, Manifest, read_batch
from transforms.privacy import Finding, FindingKind
from vocabulary.errors import CertificateError, ClinicBatchError, HostileArchiveError
from vocabulary.tables.clinic import BATCH_TABLES, TABLE_ORDER

_LARGE_BYTES = 50 << 20
"""A batch of this size takes longer to read than Great Expectations to import, so the one hides the other."""

_NO_ROW_RULES = {"sha256", "file_name", "row_count"}
"""Findings on a whole file that leave its cells sound."""


class RefusedBatchError(ClinicBatchError):
    """A batch is refused, and nothing of it is staged.

    Attributes:
        findings: all that is wrong with it.
        clinic_id: whose it is, where its manifest is in form.
    """

    def __init__(self, message: str, findings: tuple[Finding, ...] = (), clinic_id: str | None = None) -> None:
        super().__init__(message)
        self.findings = findings
        self.clinic_id = clinic_id


@dataclass(frozen=True, slots=True)
class Examination:
    """What a look at a batch gave.

    Attributes:
        batch: what it holds.
        findings: what refuses it: form, privacy and validation.
        results: of the rules that could be applied; empty where validation was not asked for.
    """

    batch: Batch
    findings: tuple[Finding, ...]
    results: tuple[Result, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Broken rules that do not refuse it, in words."""
        return tuple(
            f"{result.table_name}: {result.sentence}"
            for result in self.results
            if not result.is_success and result.severity is Severity.WARN
        )


@dataclass(frozen=True, slots=True)
class TakeIn:
    """What became of a batch.

    Attributes:
        name: ``<clinic_id>~<batch_id>``.
        revision: the revision that is staged.
        is_new: False where this content was staged already by the same code under the same rules.
        replaced_revision: the revision whose place it took; None where there was none.
        row_counts: rows per table.
        warnings: broken rules that do not refuse it, in words.
    """

    name: str
    revision: int
    is_new: bool
    replaced_revision: int | None
    row_counts: dict[str, int]
    warnings: tuple[str, ...]


@guarded
def check_batch(path: Path, settings: Settings) -> Examination:
    """Tell all that is wrong with a batch at once. Nothing is written anywhere, nothing is asked of a network.

    Raises:
        ClinicBatchError: there is no batch at that place that could be opened.
        HostileArchiveError: the zip holds what no plain zip has.
    """
    batch = _read(path)
    return _examine(batch, settings)


@guarded
def take_in(
    home: Home,
    settings: Settings,
    path: Path,
    reporter: Reporter | None = None,
    *,
    move_refused: bool = False,
    waits: bool = False,
) -> TakeIn:
    """Take a batch in, whole or not at all.

    Args:
        home: data folder.
        settings: settings.
        path: folder or zip.
        reporter: told what is done.
        move_refused: a refused batch is moved to quarantine, not copied: for drop folders.
        waits: until another batch of the clinic is taken in, where one is.

    Raises:
        BusyError: another batch of the clinic is being taken in.
        RefusedBatchError: it is refused; a copy for the owner's eyes is in quarantine.
    """
    reporter = reporter or Silent()
    reporter.step("clinic batch: privacy gate")
    try:
        batch = _read(path)
    except (ClinicBatchError, HostileArchiveError) as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        kept = quarantine(home, path, [], refused, move=move_refused)
        raise RefusedBatchError(f"{refused} {kept}")
    manifest = batch.manifest
    if batch.findings or manifest is None:
        raise _refusal(home, path, batch.findings, manifest, move=move_refused)
    with (
        home.only_writer(f"clinic-{manifest.clinic_id}", waits=waits),
        recorded(home, "take_in", manifest.name) as facts,
    ):
        staged = read_staged_manifest(home, manifest)
        if (found := _finding_on_revision(staged, manifest)) is not None:
            raise _refusal(home, path, (found,), manifest, move=move_refused)
        if _is_current(home, staged, manifest):
            facts["is_nothing_new"] = True
            return TakeIn(manifest.name, manifest.revision, False, None, _rows(batch), ())
        reporter.step(f"{manifest.name}: validate")
        examination = _examine(batch, settings, home)
        if examination.findings:
            raise _refusal(home, path, examination.findings, manifest, move=move_refused)
        reporter.step(f"{manifest.name}: stage")
        write_staged(home, manifest, batch.tables, mark(manifest), staged)
        certificate = _certificate(manifest, batch, examination.results)
        write_clinic_certificate(certificate, home.clinic_certificate(manifest.clinic_id, manifest.batch_id))
        facts |= {"revision": manifest.revision, "row_count": sum(_rows(batch).values())}
    before = staged.get("revision")
    return TakeIn(
        manifest.name,
        manifest.revision,
        True,
        before if before != manifest.revision else None,
        _rows(batch),
        examination.warnings,
    )


def mark(manifest: Manifest) -> str:
    """What a staged batch depends on: its content and the code that read it."""
    return fingerprint.of_parts(manifest.sha256, fingerprint.of_code(fingerprint.CLINIC_CODE))


def current_clinic_certificate(home: Home, clinic_id: str, batch_id: str) -> ClinicCertificate | None:
    """The certificate of a batch; None where there is none or the rules have changed since."""
    try:
        certificate = read_clinic_certificate(home.clinic_certificate(clinic_id, batch_id))
    except CertificateError:
        return None
    return certificate if certificate.suite_hash == clinic_suite_hash() else None


def _read(path: Path) -> Batch:
    drop = open_drop(path)
    if sum(file.size_bytes for file in drop.files) > _LARGE_BYTES:
        load_in_background()
    return read_batch(drop.name, drop.files, has_comment=drop.has_comment)


def _rows(batch: Batch) -> dict[str, int]:
    return {table: len(batch.tables[table]) for table in TABLE_ORDER}


def _examine(batch: Batch, settings: Settings, home: Home | None = None) -> Examination:
    manifest = batch.manifest
    results = judge_batch(
        batch.tables,
        {} if manifest is None else {file.table_name: file.row_count for file in manifest.files},
        unsound=_unsound(batch),
        elsewhere=None if home is None or manifest is None else _sessions_elsewhere(home, manifest),
        docs=None if home is None else home.quality,
        name="" if manifest is None else f"{manifest.name}-r{manifest.revision}",
        threads=settings.threads,
        memory_limit=settings.memory_limit,
    )
    told = {(finding.table, finding.rule) for finding in batch.findings}
    validation = tuple(
        Finding(
            FindingKind.VALIDATION,
            result.table_name,
            None,
            result.rule,
            int(result.observed or 0),
            f"Expected: {result.sentence.removeprefix('Expected: ').partition(' Found: ')[0]}",
        )
        for result in results
        if not result.is_success
        and result.severity is Severity.FAIL
        and not (result.rule == "row_count_difference" and (result.table_name, "row_count") in told)
    )
    return Examination(batch, (*batch.findings, *validation), results)


def _unsound(batch: Batch) -> frozenset[str]:
    """Columns that rules must not look at, because the gate has already told what is wrong with them."""
    columns: set[str] = set()
    for finding in batch.findings:
        if finding.table in BATCH_TABLES and finding.column in BATCH_TABLES[finding.table].column_names:
            columns.add(f"{finding.table}.{finding.column}")
        elif finding.table in BATCH_TABLES and finding.column is None and finding.rule not in _NO_ROW_RULES:
            columns.update(f"{finding.table}.{name}" for name in BATCH_TABLES[finding.table].column_names)
    return frozenset(columns)


def _sessions_elsewhere(home: Home, manifest: Manifest) -> pl.Series | None:
    """Ids of sessions in the clinic's other batches: a session must not be counted twice."""
    own = home.clinic_staged(manifest.clinic_id, manifest.batch_id)
    others = [
        folder / "session" / "part-00000.parquet"
        for folder in home.clinic_batches()
        if folder != own and folder.name.startswith(f"batch={manifest.clinic_id}~")
    ]
    if not others:
        return None
    return pl.scan_parquet(others).select(pl.col("session_id").unique()).collect().to_series()


def _finding_on_revision(staged: dict[str, object], manifest: Manifest) -> Finding | None:
    before = staged.get("revision")
    if not isinstance(before, int) or staged.get("sha256") == manifest.sha256 or manifest.revision > before:
        return None
    words = (
        f"Revision {before} of this batch is staged with other content. "
        f"Give a corrected batch a revision above {before}, and another batch a batch_id of its own."
    )
    return Finding(FindingKind.CONTRACT, "manifest", "revision", "not_above_staged", 1, words)


def _is_current(home: Home, staged: dict[str, object], manifest: Manifest) -> bool:
    certificate = current_clinic_certificate(home, manifest.clinic_id, manifest.batch_id)
    return (
        staged.get("fingerprint") == mark(manifest)
        and staged.get("staged_schema") == STAGED_SCHEMA
        and certificate is not None
        and certificate.staged_fingerprint == manifest.sha256
    )


def _certificate(manifest: Manifest, batch: Batch, results: tuple[Result, ...]) -> ClinicCertificate:
    label = ClinicBatchLabel(
        manifest.clinic_id, manifest.batch_id, manifest.revision, manifest.sha256, manifest.is_simulated
    )
    return certify_batch(label, batch.tables, results)


def _refusal(
    home: Home, path: Path, findings: tuple[Finding, ...], manifest: Manifest | None, *, move: bool
) -> RefusedBatchError:
    kept = quarantine(home, path, findings, "", move=move)
    lines = "\n".join(f"  {finding.text}" for finding in findings)
    clinic_id = None if manifest is None else manifest.clinic_id
    return RefusedBatchError(f"The batch is refused, and nothing of it is staged. {kept}\n{lines}", findings, clinic_id)
