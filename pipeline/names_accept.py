"""Decisions on proposed names go into the reference tables: all of a file or nothing."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

import reference
from transforms.names import match_names
from vocabulary.errors import ReferenceDataError

KINDS = ("ingredient", "salt", "brand", "foreign", "misspelling", "abbreviation", "synonym")
_NAME_TABLES = ("substance_name", "combination", "not_substance", "ingredient_name")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a review file changed: rows added to each table."""

    rows: dict[str, int]
    undecided: int


def accept(file: Path, folder: Path) -> Accepted:
    """Write accepted names to substance_name.csv or ingredient_name.csv and refused ones to refused_name.csv.

    Args:
        file: a review file with decisions.
        folder: the reference folder that is changed; read its diff before it is committed.

    Raises:
        ReferenceDataError: the file cannot be used as it is; nothing was written.
    """
    try:
        decided = pl.read_csv(file, infer_schema=False).with_columns(pl.all().str.strip_chars().replace("", None))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ReferenceDataError(f"{file.name} cannot be read as a review file (CSV).") from error
    missing = {"decision", "name", "ingredient", "kind", "rationale", "source"} - set(decided.columns)
    if missing:
        raise ReferenceDataError(f"{file.name} has no column {', '.join(sorted(missing))}.")
    with reference.using(folder):
        added = _added(decided, file.name)
    for table, rows in added.items():
        _append(folder / f"{table}.csv", rows)
    return Accepted(
        {table: len(rows) for table, rows in added.items()}, decided.filter(pl.col("decision").is_null()).height
    )


def _added(decided: pl.DataFrame, file_name: str) -> dict[str, list[tuple[str, ...]]]:
    substances = set(reference.read("substance")["substance"])
    taken = {name: table for table in _NAME_TABLES for name in reference.read(table)["name"].to_list()}
    added: dict[str, list[tuple[str, ...]]] = {}
    for line, row in enumerate(decided.iter_rows(named=True), start=2):
        if row["decision"] is None:
            continue

        def wrong(what: str, line: int = line) -> ReferenceDataError:
            return ReferenceDataError(f"{file_name} line {line}: {what}. Nothing was written.")

        if row["decision"] not in ("accept", "refuse"):
            raise wrong(f"the decision is {row['decision']}; write accept, refuse or nothing")
        for needed in ("name", "ingredient", "rationale", "source"):
            if row[needed] is None:
                raise wrong(f"{needed} is blank")
        why = (row["rationale"], row["source"])
        if row["decision"] == "refuse":
            added.setdefault("refused_name", []).append((row["name"], row["ingredient"], *why))
            continue
        if row["name"] in taken:
            raise wrong(f"{row['name']} stands in {taken[row['name']]} already")
        if row["kind"] not in KINDS:
            raise wrong(f"the kind is {row['kind']}; it is one of {', '.join(KINDS)}")
        ingredients = sorted({part.strip().lower() for part in row["ingredient"].split(" + ")})
        for ingredient in ingredients:
            if (found := _as_built(ingredient)) != [ingredient]:
                raise wrong(f"an ingredient is written as the build makes it: {' + '.join(found)}, not {ingredient}")
        if substances & set(ingredients):
            table = "substance_name" if len(ingredients) == 1 else "combination"
        else:
            table = "ingredient_name"
        taken[row["name"]] = "this file"
        for ingredient in ingredients:
            kind = () if table == "combination" else (row["kind"],)
            added.setdefault(table, []).append((row["name"], ingredient, *kind, *why))
    return added


def _as_built(ingredient: str) -> list[str]:
    """What matching makes of FDA's coding of an ingredient."""
    if ingredient in set(reference.read("substance")["substance"]):
        return [ingredient]
    pair = pl.DataFrame({"name_id": [1], "reported_drug_name": [ingredient], "active_ingredient": [ingredient.upper()]})
    found: list[str] = match_names(pair)["substance"].to_list()
    return found


def _append(path: Path, rows: list[tuple[str, ...]]) -> None:
    """Add rows behind the others, so that the diff shows what came."""
    text = path.read_text(encoding="utf-8")
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    staging = path.with_name(f".{path.name}.next")
    staging.write_text(text + ("" if text.endswith("\n") else "\n") + made.getvalue(), encoding="utf-8")
    staging.replace(path)
