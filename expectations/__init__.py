"""Validation of staged quarters and of the finished warehouse: declared rules, judged by Great Expectations in DuckDB.

``rules/`` and the tables' declarations say what must hold; ``counts/`` and ``measures`` count what no column form can
say; ``gx/`` is all that knows Great Expectations, and is imported when the first rule is judged.
"""

from expectations.certificate import (
    QUALITY_SCHEMA,
    Certificate,
    Result,
    quality_rows,
    read_certificate,
    result_rows,
    status_of,
    write_certificate,
)
from expectations.clinic_certificate import ClinicCertificate, read_clinic_certificate, write_clinic_certificate
from expectations.clinic_validation import ClinicBatchLabel, certify_batch, clinic_suite_hash, judge_batch
from expectations.data_docs import write_index
from expectations.drift import last_of_era
from expectations.loading import load_in_background
from expectations.quarter_validation import is_current, suite_hash, validate_quarter
from expectations.warehouse_validation import IdentityCheck, validate_warehouse

__all__ = [
    "QUALITY_SCHEMA",
    "Certificate",
    "ClinicBatchLabel",
    "ClinicCertificate",
    "IdentityCheck",
    "Result",
    "certify_batch",
    "clinic_suite_hash",
    "is_current",
    "judge_batch",
    "last_of_era",
    "load_in_background",
    "quality_rows",
    "read_certificate",
    "read_clinic_certificate",
    "result_rows",
    "status_of",
    "suite_hash",
    "validate_quarter",
    "validate_warehouse",
    "write_certificate",
    "write_clinic_certificate",
    "write_index",
]
