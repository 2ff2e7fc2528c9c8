"""The parts of the data folder that machines share: which files belong together and are replaced together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vocabulary.quarter import Quarter

_SKIPPED = ("partial",)


@dataclass(frozen=True, slots=True)
class Part:
    """Files and folders of the data folder that are one thing.

    Attributes:
        name: in the store, such as ``staged/2022q4``.
        paths: files and folders, relative to the data folder.
        is_growing: what is there stays: a file that this machine has not got is not gone.
        is_private: for its owner alone, here and in the store.
        is_derived: made from what is published, so that the last one to push it is right.
    """

    name: str
    paths: tuple[str, ...]
    is_growing: bool = False
    is_private: bool = False
    is_derived: bool = False

    def local_files(self, root: Path) -> dict[str, Path]:
        """Path in the data folder to file, of all that is whole; what is being written is left out."""
        return dict(sorted((path.relative_to(root).as_posix(), path) for path in self._walk(root)))

    def _walk(self, root: Path) -> Iterator[Path]:
        for name in self.paths:
            place = root / name
            for path in [place] if place.is_file() else place.rglob("*"):
                inside = path.relative_to(place).parts
                if path.is_file() and not any(one in _SKIPPED or one.startswith(".") for one in inside):
                    yield path


def is_light(path: str) -> bool:
    """Whether a file is small and says what a part is; enough to decide what is left to do."""
    return path.endswith((".json", "/line_account.parquet")) or path.startswith("certificates/")


def raw(quarter: Quarter | str) -> Part:
    """Landed zips of a quarter and their receipts."""
    return Part(f"raw/{quarter}", (f"raw/faers/{quarter}",), is_growing=True)


def staged(quarter: Quarter | str) -> Part:
    """A staged quarter and its rejected lines."""
    return Part(f"staged/{quarter}", (f"staged/faers/quarter={quarter}", f"rejected/faers/{quarter}"))


def certificate(quarter: Quarter | str) -> Part:
    """A quarter's certificate and its pages of Data Docs."""
    pages = (f"quality/validations/{quarter}.json", f"quality/validations/{quarter}.html")
    profile = f"quality/profiles/{quarter}.json"
    return Part(f"certificate/{quarter}", (f"certificates/faers/{quarter}.json", *pages, profile))


def clinic(name: str) -> Part:
    """A staged clinic batch, ``<clinic_id>~<batch_id>``, and its certificate."""
    return Part(f"clinic/{name}", (f"staged/clinic/batch={name}", f"certificates/clinic/{name}.json"), is_private=True)


def published(*, with_clinic_rows: bool) -> Part:
    """The published file; with rows of patients beside it only where a setting says so."""
    files = ("warehouse/ketavigil.duckdb", "warehouse/clinic.duckdb")
    return Part("published", files if with_clinic_rows else files[:1], is_private=with_clinic_rows)


QUALITY = Part("quality", ("quality",), is_derived=True)
SITE = Part("site", ("site",), is_derived=True)
EXPORTS = Part("exports", ("exports",), is_derived=True)

_MADE = {"raw": raw, "staged": staged, "certificate": certificate, "clinic": clinic}


def named(name: str) -> Part | None:
    """The part that the store calls so; None where it is none that a step asks for by its kind."""
    kind, _, which = name.partition("/")
    return _MADE[kind](which) if kind in _MADE and which else None
