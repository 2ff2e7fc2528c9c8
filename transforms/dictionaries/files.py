"""Files of a dictionary: found whatever their case, checked for their width, read as text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from vocabulary.errors import DictionaryError

FILES = {
    "rxnorm": ("rxnconso.rrf", "rxnrel.rrf", "rxnsab.rrf"),
    "meddra": ("llt.asc", "pt.asc", "mdhier.asc", "smq_list.asc", "smq_content.asc", "meddra_release.asc"),
    "whodrug": ("dd.txt", "dd.csv", "dda.txt", "dda.csv", "ina.txt", "ina.csv", "version.txt", "atc.csv"),
}
"""Files that are read, in lower case, by kind of dictionary."""

_SUBFOLDERS = ("rrf", "medascii")
_CHUNK = 1 << 20


def find(folder: Path, name: str) -> Path | None:
    """The file of that name, whatever its case, in the folder or the one that its publisher puts it into."""
    if not folder.is_dir():
        raise DictionaryError(f"{folder} is no folder. Mend the setting, or leave it empty to build without it.")
    places = [folder, *(place for place in sorted(folder.iterdir()) if place.name.lower() in _SUBFOLDERS)]
    for place in places:
        for path in sorted(place.iterdir()):
            if path.name.lower() == name and path.is_file():
                return path
    return None


def need(folder: Path, kind: str, *names: str) -> Path:
    """The first of the files that is there.

    Raises:
        DictionaryError: none is.
    """
    for name in names:
        path = find(folder, name)
        if path is not None:
            return path
    raise DictionaryError(
        f"{folder} holds no {' or '.join(names)}, so it is no folder of {kind}. Mend the setting "
        f"KETAVIGIL_{kind.upper()}, or leave it empty to build without it."
    )


def fingerprint(kind: str, folder: Path) -> str:
    """SHA-256 over the files that are read, names included.

    Raises:
        DictionaryError: there is no such folder, or no such file in it.
    """
    digest = hashlib.sha256()
    there = [path for name in FILES[kind] if (path := find(folder, name)) is not None]
    if not there:
        need(folder, kind, *FILES[kind])
    for path in there:
        digest.update(path.name.lower().encode() + b"\0")
        with path.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def version(kind: str, folder: Path) -> str:
    """Release that the files name; ``not told`` where they do not."""
    told: str | None = None
    if kind == "rxnorm" and (path := find(folder, "rxnsab.rrf")) is not None:
        sources = read_delimited(path, "|", 0, {"vsab": 2, "rsab": 3})
        told = next(iter(sources.filter(rsab="RXNORM")["vsab"]), None)
    elif kind == "meddra" and (path := find(folder, "meddra_release.asc")) is not None:
        release = read_delimited(path, "$", 0, {"version": 0, "language": 1})
        told = " ".join(part for part in release.row(0) if part) if release.height else None
    elif kind == "whodrug" and (path := find(folder, "version.txt")) is not None:
        told = next((line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()), None)
    return told or "not told"


def read_delimited(
    path: Path, separator: str, width: int, columns: Mapping[str, int], *, quote: str | None = None
) -> pl.DataFrame:
    """Some columns of a file without a header, by their place, as text; blank is null.

    Args:
        path: the file, UTF-8.
        separator: one character.
        width: fields that a line must have at least; 0 where it does not matter.
        columns: name and place, from 0.
        quote: character around fields that hold the separator.

    Raises:
        DictionaryError: the file cannot be read so, or has too few fields.
    """
    try:
        frame = pl.read_csv(
            path,
            separator=separator,
            has_header=False,
            infer_schema=False,
            quote_char=quote,
            truncate_ragged_lines=True,
            encoding="utf8-lossy",
        )
    except pl.exceptions.PolarsError as error:
        raise DictionaryError(f"{path.name} cannot be read: it is empty or no text parted by {separator}.") from error
    least = max(width, max(columns.values()) + 1)
    if frame.width < least:
        raise DictionaryError(
            f"{path.name} has {frame.width} fields parted by {separator}, where {least} or more are "
            "needed: another format or release. See docs/names.md."
        )
    return frame.select(
        pl.col(frame.columns[place]).str.strip_chars().replace("", None).alias(name) for name, place in columns.items()
    )


def unambiguous(names: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Names that stand for one set of ingredients alone.

    Args:
        names: name, entry (what the dictionary counts as one product), ingredient; several rows for several
            ingredients.

    Returns:
        Distinct rows of name and ingredient, ordered, and how many names were left out for standing for different sets.
    """
    sets = (
        names.unique()
        .sort("name", "entry", "ingredient")
        .group_by("name", "entry", maintain_order=True)
        .agg(contents=pl.col("ingredient").str.join("\t"))
    )
    judged = sets.group_by("name", maintain_order=True).agg(kinds=pl.col("contents").n_unique())
    one = judged.filter(kinds=1).select("name")
    kept = names.join(one, on="name", how="semi").select("name", "ingredient").unique().sort("name", "ingredient")
    return kept, judged.height - one.height
