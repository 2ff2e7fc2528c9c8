"""Clinic batches read into typed tables through the privacy gate: pure, bytes in, frames and findings out."""

from transforms.clinic.batch import MANIFEST_NAME, Batch, BatchFile, read_batch, staged_frame
from transforms.clinic.dictionary import dictionary_csv, dictionary_markdown
from transforms.clinic.fhir import Converted, KeyBook, convert_bundle
from transforms.clinic.manifest import Manifest, ManifestFile, read_manifest
from transforms.clinic.reading import count_rows

__all__ = [
    "MANIFEST_NAME",
    "Batch",
    "BatchFile",
    "Converted",
    "KeyBook",
    "Manifest",
    "ManifestFile",
    "convert_bundle",
    "count_rows",
    "dictionary_csv",
    "dictionary_markdown",
    "read_batch",
    "read_manifest",
    "staged_frame",
]
