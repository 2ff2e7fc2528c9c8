"""Validates one staged quarter: measures, Great Expectations' verdicts, Data Docs, certificate."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import EllipsisType

from expectations.certificate import Certificate
from expectations.counting import FOLDER as COUNTS
from expectations.drift import is_same_era
from expectations.judging import judge
from expectations.known_counts import known_counts
from expectations.manifest import Manifest, read_manifest
from expectations.measures import quarter_measures
from expectations.rules import STAGED_TABLES, quarter_rules
from expectations.staged_views import open_quarter
from vocabulary.errors import CertificateError
from vocabulary.quarter import Quarter

SUITE = "faers_quarter"
"""Name of the suite in Data Docs."""

_MEASURING = ("counting", "drift", "known_counts", "manifest", "measure", "measures", "profile", "staged_views")
"""Modules whose code decides what a measure is."""


def validate_quarter(
    staged: Path,
    quarter: Quarter,
    *,
    previous: Path | None,
    docs: Path,
    threads: int | None = None,
    memory_limit: str | None = None,
) -> Certificate:
    """Check a staged quarter against every rule, write its page of Data Docs and renew their first page.

    Args:
        staged: Folder of the staged quarter.
        quarter: The quarter.
        previous: Folder of the last staged quarter of the same era (``drift.last_of_era``); None where there is none.
        docs: Folder of Data Docs; nothing is written elsewhere.
        threads: Threads of DuckDB; None leaves it to DuckDB.
        memory_limit: DuckDB's budget, such as ``1GB``; None leaves it to DuckDB.

    Returns:
        The certificate; ``write_certificate`` keeps it.

    Raises:
        CertificateError: the folder is not a staged quarter, is another one's, or could not be judged.
    """
    manifest = _manifest_of(staged, quarter)
    before = None if previous is None else read_manifest(previous)
    if before is not None and not (before.quarter < quarter and is_same_era(before.quarter, quarter)):
        raise CertificateError(
            f"{quarter} cannot be compared with {before.quarter}: name the last quarter before it of its own era."
        )
    rules = quarter_rules()
    with open_quarter(manifest, scratch=docs, threads=threads, memory_limit=memory_limit) as views:
        judged = judge(
            views.connection,
            rules,
            {name: name for name in STAGED_TABLES},
            lambda beside: quarter_measures(beside, views.differences, manifest, before, docs / "profiles"),
        )
    certificate = Certificate(
        quarter=quarter,
        staged_fingerprint=manifest.fingerprint,
        suite_hash=suite_hash(quarter),
        previous_quarter=None if before is None else before.quarter,
        previous_fingerprint=None if before is None else before.fingerprint,
        is_simulated=manifest.is_simulated,
        row_counts=tuple(
            (name, sum(part.rows for part in manifest.tables[name]))
            for name in STAGED_TABLES
            if name in manifest.tables
        ),
        results=tuple(result for _, result in judged),
    )
    from expectations.gx.pages import write_index, write_results, write_suite

    write_suite(docs, SUITE, rules)
    write_results(docs, SUITE, str(quarter), manifest.file_name, judged)
    write_index(docs)
    return certificate


def is_current(certificate: Certificate, staged: Path, *, previous: Path | EllipsisType | None = ...) -> bool:
    """Does the certificate hold for these staged files, this predecessor and the rules in force?

    Args:
        certificate: The quarter's certificate.
        staged: Folder of the staged quarter.
        previous: Folder of the last staged quarter of the same era; None where there is none. Left out, a predecessor
            that was staged or staged anew since does not count, and drift against it goes unseen.
    """
    manifest = read_manifest(staged)
    if not isinstance(previous, EllipsisType):
        before = None if previous is None else read_manifest(previous).fingerprint
        if certificate.previous_fingerprint != before:
            return False
    return (
        certificate.quarter == manifest.quarter
        and certificate.staged_fingerprint == manifest.fingerprint
        and certificate.suite_hash == suite_hash(manifest.quarter)
    )


def suite_hash(quarter: Quarter) -> str:
    """Sixteen hexadecimal digits that change with any rule, any way of measuring, and the quarter's known counts."""
    digest = hashlib.sha256()
    for rule in quarter_rules():
        digest.update(repr(rule).encode())
    digest.update(repr(sorted(known_counts(quarter).items())).encode())
    here = Path(__file__).parent
    for path in [*sorted(COUNTS.glob("*.sql")), *(here / f"{name}.py" for name in _MEASURING), here / "rules/drift.py"]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _manifest_of(staged: Path, quarter: Quarter) -> Manifest:
    manifest = read_manifest(staged)
    if manifest.quarter != quarter:
        raise CertificateError(
            f"{staged.name}: the staged folder holds {manifest.quarter}, not {quarter}. Stage {quarter} again."
        )
    return manifest
