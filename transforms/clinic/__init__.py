"""Clinic batches read into typed tables through the privacy gate: pure, bytes in, frames and findings out."""

from transforms.clinic.batch import MANIFEST_NAME, Batch, BatchFile, read_batch, staged_frame
from transforms.clinic.manifest import Manifest, ManifestFile, read_manifest

__all__ = [
    "MANIFEST_NAME",
    "Batch",
    "BatchFile",
    "Manifest",
    "ManifestFile",
    "read_batch",
    "read_manifest",
    "staged_frame",
]
