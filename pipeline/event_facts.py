"""What the events of the DAGs say beside their names: counts, certificates, the build. Names and numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from expectations import Certificate

QuarterFacts = dict[str, str | int]


def quarter_facts(certificate: Certificate) -> QuarterFacts:
    """Status, counts and the certificate of one quarter."""
    return {
        "status": certificate.status,
        "report_count": dict(certificate.row_counts).get("report", 0),
        "row_count": sum(count for _, count in certificate.row_counts),
        "warning_count": certificate.warning_count,
        "staged_fingerprint": certificate.staged_fingerprint,
        "suite_hash": certificate.suite_hash,
        "is_simulated": certificate.is_simulated,
    }


def published_facts(params: Mapping[str, Any]) -> dict[str, str | int | bool]:
    """Id, quarters and counts of what is published.

    Args:
        params: options of the run.
    """
    from pipeline.airflow_entry import place
    from warehouse.query import open_published

    _, home, _ = place(params)
    names = ("build_id", "first_quarter", "last_quarter", "quarter_count", "clinic_batch_count", "is_simulated")
    with open_published(home.published) as connection:
        row = connection.execute(f"SELECT {', '.join(names)} FROM meta.build").fetchall()[0]
        ((cases,),) = connection.execute("SELECT count(*) FROM core.report").fetchall()
    return {**dict(zip(names, row, strict=True)), "case_count": cases}
