"""Step: Great Expectations on what was staged gives a certificate; the build asks for a current one."""

from __future__ import annotations

from pathlib import Path

from expectations import Certificate, is_current, read_certificate, validate_quarter, write_certificate
from pipeline.home import Home
from pipeline.reporter import Reporter, Silent
from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter


def validate(home: Home, quarter: Quarter, reporter: Reporter | None = None) -> tuple[Certificate, bool]:
    """Validate one staged quarter.

    Returns:
        The certificate, and False where it was current already.
    """
    reporter = reporter or Silent()
    found = current_certificate(home, quarter)
    if found is not None:
        return found, False
    with home.only_writer(str(quarter)):
        reporter.step(f"{quarter}: validate")
        certificate = validate_quarter(
            home.staged(quarter), quarter, previous=_previous(home, quarter), docs=home.quality
        )
        write_certificate(certificate, home.certificate(quarter))
    return certificate, True


def current_certificate(home: Home, quarter: Quarter) -> Certificate | None:
    """The quarter's certificate, or None where there is none or what was staged or the rules have changed since."""
    path = home.certificate(quarter)
    if not path.is_file():
        return None
    certificate = read_certificate(path)
    return certificate if is_current(certificate, home.staged(quarter)) else None


def _previous(home: Home, quarter: Quarter) -> Path | None:
    """Staged folder of the last quarter of the same era, for drift; None where there is none."""
    era = quarter >= FIRST_FAERS_QUARTER
    earlier = [q for q in home.staged_quarters() if q < quarter and (q >= FIRST_FAERS_QUARTER) == era]
    return home.staged(earlier[-1]) if earlier else None
