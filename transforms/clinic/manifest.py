"""Reads ``manifest.json`` of a clinic batch: exact keys, exact forms, and nothing beside them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from transforms.privacy import Finding, FindingKind, class_of_value, undeclared_name
from vocabulary.table import Kind, Table
from vocabulary.tables.clinic import (
    ID_COLUMNS,
    ID_PATTERN,
    MANIFEST,
    MANIFEST_FILE,
    PERIOD_PATTERN,
    TABLE_ORDER,
)

_TABLE = "manifest"
_PATTERNS = {name: re.compile(ID_PATTERN) for name in ID_COLUMNS} | {
    "period": re.compile(PERIOD_PATTERN),
    "sha256": re.compile("^[0-9a-f]{64}$"),
}
_LARGEST_BYTES = 1 << 16
_MOST_ROWS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """What the manifest says of one table's file."""

    table_name: str
    file_name: str
    row_count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A batch's manifest, in form; ``files`` in the order of the contract's tables."""

    clinic_id: str
    batch_id: str
    revision: int
    schema_version: str
    period: str
    is_simulated: bool
    files: tuple[ManifestFile, ...]

    @property
    def name(self) -> str:
        """``<clinic_id>~<batch_id>``."""
        return f"{self.clinic_id}~{self.batch_id}"

    @property
    def sha256(self) -> str:
        """Hash of the batch's content: the manifest holds the hashes of all its files."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def to_json(self) -> str:
        """As a batch carries it."""
        return json.dumps(asdict(self), indent=1) + "\n"


class _RepeatedKeyError(ValueError):
    """A key stands twice in one object, and one of its values would never be looked at."""


def read_manifest(content: bytes) -> tuple[Manifest | None, list[Finding]]:
    """Parse a manifest.

    Returns:
        The manifest, or None where it is not in form, and what is wrong with it.
    """
    parsed = _parsed(content)
    if not isinstance(parsed, dict):
        words = "It is no JSON object of the contract's form, or a key stands twice. Take the one of the template."
        return None, [Finding(FindingKind.CONTRACT, _TABLE, None, "not_json", 1, words)]
    parsed.setdefault("is_simulated", False)
    entries = parsed.get("files")
    findings = _object_findings(MANIFEST, parsed, beside=("files",))
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        words = "It must be a list of one object per table. `ketavigil clinic seal` writes it."
        findings.append(Finding(FindingKind.CONTRACT, _TABLE, "files", "not_a_list", 1, words))
        return None, findings
    for entry in entries:
        findings += _object_findings(MANIFEST_FILE, entry)
    if findings:
        return None, findings
    listed = [entry["table_name"] for entry in entries]
    if sorted(listed) != sorted(TABLE_ORDER):
        words = f"Each of {', '.join(TABLE_ORDER)} must stand in it once. `ketavigil clinic seal` writes it."
        return None, [Finding(FindingKind.CONTRACT, _TABLE, "files", "tables", 1, words)]
    files = sorted((ManifestFile(**entry) for entry in entries), key=lambda file: TABLE_ORDER.index(file.table_name))
    return Manifest(**{**parsed, "files": tuple(files)}), []


def _parsed(content: bytes) -> Any:
    if len(content) > _LARGEST_BYTES:
        return None
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_distinct)
    except (ValueError, RecursionError):
        return None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKeyError
    return found


def _object_findings(table: Table, found: dict[str, Any], beside: tuple[str, ...] = ()) -> list[Finding]:
    findings = [
        undeclared_name(_TABLE, f"key {position}", key)
        for position, key in enumerate(found, start=1)
        if key not in table.column_names and key not in beside
    ]
    for column in table.columns:
        if column.name not in found:
            words = "It is missing. Take the manifest of the template."
            findings.append(Finding(FindingKind.CONTRACT, _TABLE, column.name, "missing", 1, words))
        elif not _is_in_form(column.name, column.kind, column.allowed, found[column.name]):
            rule, words = _misfit(found[column.name])
            findings.append(
                Finding(
                    FindingKind.PRIVACY if rule else FindingKind.CONTRACT,
                    _TABLE,
                    column.name,
                    rule or "not_in_form",
                    1,
                    f"{words}{column.description}",
                )
            )
    return findings


def _is_in_form(name: str, kind: Kind, allowed: tuple[str, ...], value: Any) -> bool:
    if kind is Kind.BOOLEAN:
        return isinstance(value, bool)
    if kind is not Kind.TEXT:
        most = MANIFEST.column(name).maximum if name == "revision" else _MOST_ROWS
        least = MANIFEST.column(name).minimum if name == "revision" else 0
        return isinstance(value, int) and not isinstance(value, bool) and (least or 0) <= value <= (most or 0)
    if not isinstance(value, str):
        return False
    return value in allowed if allowed else _PATTERNS[name].fullmatch(value) is not None


def _misfit(value: Any) -> tuple[str | None, str]:
    if value in ("", None):
        return None, "It is blank. "
    found = class_of_value(json.dumps(value) if isinstance(value, dict | list) else str(value))
    return found.rule, f"Looks like {found.words.partition(';')[0]}. "
