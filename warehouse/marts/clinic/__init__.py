"""Clinic sessions: tables of the house in the database ``clinic``, and what is published of them."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import polars as pl

from warehouse.marts.clinic import course, evidence, incidence, pressure, reviewed
from warehouse.marts.clinic.disclosure import control_comparison, control_incidence
from warehouse.marts.clinic.disclosure_of_rows import control_course, control_pressure
from warehouse.plan import Step, frame_step, query


def clinic_steps(minimum: int) -> list[Step]:
    """Steps of every clinic mart.

    Args:
        minimum: smallest count of sessions or patients that may show in the published file.
    """
    return [
        *(*reviewed.steps(), *incidence.steps(), *pressure.steps(), *course.steps(), *evidence.steps()),
        _published("clinic_incidence", lambda own, _: control_incidence(own, minimum)),
        _published("clinic_comparison", control_comparison, "mart.clinic_incidence"),
        _published(
            "clinic_blood_pressure", lambda own, shown: control_pressure(own, shown, minimum), "mart.clinic_incidence"
        ),
        _published("clinic_course", lambda own, shown: control_course(own, shown, minimum), "mart.clinic_incidence"),
    ]


def _published(name: str, control: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame], *reads: str) -> Step:
    """``mart.<name>`` of what the house has; ``control`` also gets the published incidences."""
    own = f"clinic.mart.{name}"

    def make(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        shown = query(connection, f"SELECT * FROM {reads[0]}") if reads else pl.DataFrame()
        whole = query(connection, f"SELECT * FROM {own}")
        keys = [column for column, kind in whole.schema.items() if kind == pl.String and column != "undefined_reason"]
        return control(whole.sort(keys), shown)

    return frame_step(f"mart.{name}", make, own, *reads)
