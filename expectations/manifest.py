"""What staging says about a quarter's folder: its manifest, read and never written here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.rules import STAGED_TABLES
from vocabulary.errors import CertificateError
from vocabulary.quarter import Quarter


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a table.

    Attributes:
        path: Where it lies.
        sha256: Hash of its bytes when it was written.
        rows: Rows that were written to it.
    """

    path: Path
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A staged quarter's own account of itself.

    Attributes:
        folder: The staged quarter.
        quarter: Quarter that was staged.
        fingerprint: Sixty-four hexadecimal digits that change with anything in the manifest.
        is_simulated: Made up by the simulation, so that FDA's counts do not apply.
        file_name: Name of the zip.
        tables: Parts of every table that the zip held, by our names.
    """

    folder: Path
    quarter: Quarter
    fingerprint: str
    is_simulated: bool
    file_name: str
    tables: dict[str, tuple[Part, ...]]

    @property
    def name(self) -> str:
        """The quarter for messages."""
        return str(self.quarter)


def read_manifest(staged: Path) -> Manifest:
    """Read ``manifest.json`` of a staged quarter.

    Raises:
        CertificateError: there is none, or it is not one.
    """
    path = staged / "manifest.json"
    remedy = f"Stage the quarter again; if that does not help, remove {staged.name}/ from the staged folder first."
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CertificateError(f"{staged.name}: the staged folder has no manifest.json. {remedy}") from None
    except (OSError, ValueError) as error:
        raise CertificateError(f"{staged.name}: manifest.json cannot be read ({error}). {remedy}") from error
    try:
        source = content["source"]
        return Manifest(
            folder=staged,
            quarter=Quarter.parse(content["quarter"]),
            fingerprint=fingerprint_of(content),
            is_simulated=bool(source.get("is_simulated", False)),
            file_name=str(source.get("file_name", "")),
            # A table whose file the zip did not have is staged empty and names no member.
            tables={
                name: tuple(Part(staged / name / part["name"], part["sha256"], int(part["rows"])) for part in parts)
                for name in STAGED_TABLES
                if content["tables"][name]["member"] is not None
                for parts in [content["tables"][name]["parts"]]
            },
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CertificateError(f"{staged.name}: manifest.json lacks or garbles {error}. {remedy}") from error


def fingerprint_of(content: dict[str, Any]) -> str:
    """Sixty-four hexadecimal digits of a manifest's content, whatever its spacing and order of keys."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def differing_parts(parts: tuple[Part, ...]) -> list[str]:
    """Names of parts that are gone or whose bytes are not those that staging wrote."""
    return [part.path.name for part in parts if not _is_as_written(part)]


def _is_as_written(part: Part) -> bool:
    if not part.path.is_file():
        return False
    with part.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == part.sha256
