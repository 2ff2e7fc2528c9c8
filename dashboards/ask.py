"""Questions to the published file: one SQL file each, nothing else reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from dashboards.model import Answer
from dashboards.words import LABELS
from vocabulary.errors import BuildError

QUESTIONS = Path(__file__).with_name("questions")


class Warehouse:
    """The published file, asked by the names of questions."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._answers: dict[str, pl.DataFrame] = {}
        named = {
            "exposure": "SELECT exposure, exposure_name FROM core.exposure",
            "side_effect": "SELECT side_effect, side_effect_name FROM core.side_effect",
            "measure": "SELECT measure, name FROM core.clinic_measure",
            "interaction_group": "SELECT DISTINCT interaction_group, interaction_group_name AS name "
            "FROM core.interaction_group ORDER BY name",
        }
        found = {column: dict(connection.execute(sql).fetchall()) for column, sql in named.items()}
        kinds = connection.execute(
            "SELECT exposure, exposure_name, exposure_kind FROM core.exposure ORDER BY exposure_kind, exposure_name"
        ).fetchall()
        self.comparators = {"rest": "All other cases", **{value: name for value, name, _ in kinds}}
        self.classes = {value for value, _, kind in kinds if kind == "class"}
        studied = {name: found["exposure"].get(name, name) for name in LABELS["exposure"]}
        self.labels: dict[str, Mapping[str, str]] = {
            **LABELS,
            "side_effect": found["side_effect"],
            "comparator": self.comparators,
            "exposure": studied,
            "measure": found["measure"],
            "interaction_group": found["interaction_group"],
        }

    def frame(self, question: str) -> pl.DataFrame:
        """All rows of a question, asked once."""
        if question not in self._answers:
            sql = (QUESTIONS / f"{question}.sql").read_text(encoding="utf-8")
            try:
                self._answers[question] = self._connection.sql(sql).pl()
            except duckdb.Error as error:
                raise BuildError(
                    f"The published file cannot answer dashboards/questions/{question}.sql: "
                    f"{str(error).splitlines()[0]} Build it anew with `ketavigil run --rebuild`."
                ) from error
        return self._answers[question]

    def answer(self, question: str, *kept: str, labels: Mapping[str, Mapping[str, str]] | None = None) -> Answer:
        """A question's answer; the page carries the columns named, or all."""
        frame = self.frame(question)
        return Answer(question, frame, {**self.labels, **(labels or {})}, kept or tuple(frame.columns))

    def rows(self, question: str) -> list[dict[str, Any]]:
        """A small question's rows, for templates."""
        return self.frame(question).to_dicts()
