"""Step: Great Expectations on what was staged gives a certificate; the build asks for a current one."""

from __future__ import annotations

from pathlib import Path

from expectations import Certificate, is_current, last_of_era, read_certificate, validate_quarter, write_certificate
from pipeline.home import Home
from pipeline.reporter import Reporter, Silent
from pipeline.run_log import recorded
from pipeline.settings import Settings
from pipeline.staging import read_manifest
from vocabulary.errors import CertificateError
from vocabulary.quarter import Quarter


def validate(
    home: Home, settings: Settings, quarter: Quarter, reporter: Reporter | None = None
) -> tuple[Certificate, bool]:
    """Validate one staged quarter.

    Returns:
        The certificate, and False where it was current already: same files, same rules, same predecessor.
    """
    reporter = reporter or Silent()
    previous = predecessor(home, quarter)
    found = _read(home, quarter)
    if found is not None and is_current(found, home.staged(quarter), previous=previous):
        return found, False
    with home.only_writer(str(quarter)), recorded(home, "validate", str(quarter)) as facts:
        reporter.step(f"{quarter}: validate")
        certificate = validate_quarter(
            home.staged(quarter),
            quarter,
            previous=previous,
            docs=home.quality,
            threads=settings.threads,
            memory_limit=settings.memory_limit,
        )
        write_certificate(certificate, home.certificate(quarter))
        facts |= {"status": certificate.status, "row_count": sum(count for _, count in certificate.row_counts)}
        facts["warning_count"] = certificate.warning_count
    return certificate, True


def is_certified(home: Home, quarter: Quarter) -> bool:
    """Whether ``validate`` would find nothing to do."""
    found = _read(home, quarter)
    return found is not None and is_current(found, home.staged(quarter), previous=predecessor(home, quarter))


def current_certificate(home: Home, quarter: Quarter) -> Certificate | None:
    """The quarter's certificate, or None where there is none or what was staged or the rules have changed since.

    A predecessor that came or changed since does not count here: a quarter must not drop out of the published file
    because another one was taken in. ``validate`` looks at the drift against it all the same.
    """
    certificate = _read(home, quarter)
    return certificate if certificate is not None and is_current(certificate, home.staged(quarter)) else None


def _read(home: Home, quarter: Quarter) -> Certificate | None:
    try:
        return read_certificate(home.certificate(quarter))
    except CertificateError:
        return None  # none, or one that an older version wrote: the quarter is validated anew


def predecessor(home: Home, quarter: Quarter) -> Path | None:
    """Staged folder of the last quarter of the same era and kind, for drift; None where there is none."""
    made_up = is_simulated(home, quarter)
    alike = [other for other in home.staged_quarters() if is_simulated(home, other) == made_up]
    before = last_of_era(quarter, alike)
    return home.staged(before) if before else None


def is_simulated(home: Home, quarter: Quarter) -> bool:
    """Whether a staged quarter is made up."""
    return bool(read_manifest(home.staged(quarter)).get("source", {}).get("is_simulated"))
