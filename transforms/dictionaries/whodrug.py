"""WHODrug Global in format B3 (text or CSV), or the ATC index alone as a table of codes and names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from transforms.dictionaries.files import find, need, read_delimited, unambiguous
from vocabulary.errors import DictionaryError

# Fixed places of the text files: first column and one past the last (none: to the end of the line).
_Places = dict[str, tuple[int, int | None]]
_CODE: _Places = {"record": (0, 6), "sequence_1": (6, 8), "sequence_2": (8, 11)}
_DD: _Places = {**_CODE, "name": (30, None)}
_DDA: _Places = {**_CODE, "atc_code": (12, 19)}
_INA: _Places = {"atc_code": (0, 7), "atc_name": (8, None)}
_DD_CSV = {"record": 0, "sequence_1": 1, "sequence_2": 2, "name": 11}
_DDA_CSV = {"record": 0, "sequence_1": 1, "sequence_2": 2, "atc_code": 4}
_INA_CSV = {"atc_code": 0, "atc_name": 2}


@dataclass(frozen=True, slots=True)
class WhoDrug:
    """What is read of WHODrug."""

    names: pl.DataFrame
    """name, ingredient; the six digits of a drug record number are a name too."""
    ambiguous: int
    """Names left out for standing for several different things."""
    atc: pl.DataFrame
    """ingredient, atc_code, atc_name (null where no index is there)."""


def read_whodrug(folder: Path) -> WhoDrug:
    """Names, drug record numbers and ATC codes.

    The preferred name of a drug record (sequences 01 and 001) is its ingredient; several are parted by semicolons.

    Args:
        folder: has DD, DDA and INA (``.txt`` with fixed places, or ``.csv``), or ``atc.csv`` with a header
            ``atc_code,atc_name``.

    Raises:
        DictionaryError: a file is missing or has another format.
    """
    index = find(folder, "atc.csv")
    if index is not None and find(folder, "dd.txt") is None and find(folder, "dd.csv") is None:
        return _atc_alone(index)
    products = _read(need(folder, "whodrug", "dd.txt", "dd.csv"), _DD, _DD_CSV)
    if not products.get_column("record").str.contains(r"^\d{6}$").all():
        raise DictionaryError("DD holds drug records that are not six digits: format B3 is needed, not C3.")
    is_preferred = (pl.col("sequence_1") == "01") & (pl.col("sequence_2") == "001")
    contents = (
        products.filter(is_preferred)
        .select("record", ingredient=pl.col("name").str.split(";"))
        .explode("ingredient")
        .with_columns(pl.col("ingredient").str.strip_chars())
        .filter(pl.col("ingredient") != "")
    )
    named = products.join(contents, on="record").select("name", "ingredient", entry="record")
    names, ambiguous = unambiguous(named.drop_nulls())
    numbers = contents.select(name="record", ingredient="ingredient").unique()
    atc = pl.DataFrame(schema=_ATC_SCHEMA)
    if find(folder, "dda.txt") is not None or find(folder, "dda.csv") is not None:
        codes = _read(need(folder, "whodrug", "dda.txt", "dda.csv"), _DDA, _DDA_CSV).filter(is_preferred)
        texts = _read(need(folder, "whodrug", "ina.txt", "ina.csv"), _INA, _INA_CSV)
        single = contents.filter(pl.len().over("record") == 1)
        atc = single.join(codes, on="record").join(texts, on="atc_code", how="left").select(list(_ATC_SCHEMA)).unique()
    return WhoDrug(
        pl.concat([names, numbers]).sort("name", "ingredient"), ambiguous, atc.sort("ingredient", "atc_code")
    )


_ATC_SCHEMA: dict[str, pl.DataType] = {"ingredient": pl.String(), "atc_code": pl.String(), "atc_name": pl.String()}


def _atc_alone(path: Path) -> WhoDrug:
    table = pl.read_csv(path, infer_schema=False)
    if not {"atc_code", "atc_name"} <= set(table.columns):
        raise DictionaryError("atc.csv needs the columns atc_code and atc_name.")
    substances = table.filter(pl.col("atc_code").str.len_chars() == 7).drop_nulls(["atc_code", "atc_name"])
    atc = substances.select("atc_code", "atc_name", ingredient="atc_name").select(list(_ATC_SCHEMA)).unique()
    names = pl.DataFrame(schema={"name": pl.String(), "ingredient": pl.String()})
    return WhoDrug(names, 0, atc.sort("ingredient", "atc_code"))


def _read(path: Path, places: _Places, columns: dict[str, int]) -> pl.DataFrame:
    if path.suffix.lower() == ".csv":
        return read_delimited(path, ",", 0, columns, quote='"')
    lines = pl.Series("line", path.read_text(encoding="utf-8", errors="replace").splitlines(), dtype=pl.String)
    shortest = max(first for first, _ in places.values())
    frame = lines.to_frame().filter(pl.col("line").str.strip_chars() != "")
    if frame.is_empty() or (frame["line"].str.len_chars() <= shortest).any():
        raise DictionaryError(f"{path.name} has lines shorter than {shortest + 1} characters: it is not of format B3.")
    return frame.select(
        pl.col("line")
        .str.slice(first, None if last is None else last - first)
        .str.strip_chars()
        .replace("", None)
        .alias(name)
        for name, (first, last) in places.items()
    )
