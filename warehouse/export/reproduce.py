"""Whether an export can be made again: what its manifest says against what is made now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vocabulary.errors import QueryError
from warehouse.export.facts import sha256, software


@dataclass(frozen=True, slots=True)
class Comparison:
    """File by file."""

    same: tuple[str, ...]
    differing: tuple[str, ...]
    """Made now with other bytes, or in one of the two alone."""
    changed_since: tuple[str, ...]
    """Files beside the manifest that are not what it says any more."""
    other_software: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every file is the same."""
        return not self.differing


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an export, from its file or its folder.

    Raises:
        QueryError: it is none.
    """
    file = path / "manifest.json" if path.is_dir() else path
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QueryError(f"{file} is no manifest of an export. Name the manifest.json in its folder.") from error
    parts = ("name", "request", "build", "outputs", "software")
    if not isinstance(manifest, dict) or manifest.get("kind") != "ketavigil export" or set(parts) - set(manifest):
        raise QueryError(f"{file} is no manifest of an export. Name the manifest.json in its folder.")
    return manifest


def compare_files(told: Mapping[str, Any], made: Mapping[str, Any], beside: Path | None) -> Comparison:
    """Compare the outputs of two manifests, and the files that still lie beside the first one."""
    before = {one["path"]: one["sha256"] for one in told["outputs"]}
    now = {one["path"]: one["sha256"] for one in made["outputs"]}
    same = tuple(path for path in sorted(before) if now.get(path) == before[path])
    differing = tuple(path for path in sorted({*before, *now}) if path not in same)
    changed = ()
    if beside is not None:
        changed = tuple(
            path
            for path, digest in sorted(before.items())
            if not (beside / path).is_file() or sha256(beside / path) != digest
        )
    mine = software()
    other = tuple(
        f"{name} {number} (now {mine.get(name, 'none')})"
        for name, number in sorted(told["software"].items())
        if mine.get(name) != number
    )
    return Comparison(same, differing, changed, other)
