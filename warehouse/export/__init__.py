"""Exports for researchers: marts or a query as files, with their words, their origin and their limits beside them."""

from warehouse.export.folder import Export, write_export
from warehouse.export.reproduce import Comparison, compare_files, read_manifest
from warehouse.export.request import FORMATS, Request, Resource, mart_resources, query_resource

__all__ = [
    "FORMATS",
    "Comparison",
    "Export",
    "Request",
    "Resource",
    "compare_files",
    "mart_resources",
    "query_resource",
    "read_manifest",
    "write_export",
]
