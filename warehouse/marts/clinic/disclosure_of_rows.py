"""Disclosure control of vital signs and of the course of events."""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.disclosure import Total, View, small, suppress
from transforms.statistics.arrays import Flags
from vocabulary.tables.mart.clinic import REPORTED
from vocabulary.tables.mart.columns import ALL
from warehouse.marts.clinic.disclosure import worth

_OF_READINGS = (
    "reading_count",
    "patient_count",
    "change_count",
    "recovered_session_count",
    "not_seen_session_count",
)
_OF_EVENTS: dict[str, tuple[str, ...]] = {
    "mild_count": ("moderate_count", "severe_count", "mild_share", "mild_share_lower_95", "mild_share_upper_95"),
    "serious_count": (),
    "onset_known_count": ("onset_q1_minutes", "onset_median_minutes", "onset_q3_minutes"),
    "duration_known_count": ("duration_q1_minutes", "duration_median_minutes", "duration_q3_minutes"),
    "discharge_known_count": (
        "resolved_before_discharge_count",
        "resolved_before_discharge_share",
        "resolved_before_discharge_share_lower_95",
        "resolved_before_discharge_share_upper_95",
    ),
    "stopped_count": (),
}
"""Counts of mart.clinic_course that are parts of event_count, and the columns that are hidden with each."""

_INSIDE = {"mild_count": ("moderate_count", "severe_count"),
           "discharge_known_count": ("resolved_before_discharge_count",)}  # fmt: skip
"""Counts among these columns, to be protected themselves."""


def control_pressure(pressure: pl.DataFrame, incidence: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Rows of clinic_blood_pressure as they are published; a row shows whole or not at all.

    Args:
        pressure: rows as they are in the house.
        incidence: clinic_incidence as it is published: cells whose sessions it hides are hidden here too.
        minimum: smallest count that may show.
    """
    if not pressure.height:
        return pressure
    hidden_cells = incidence.filter(
        pl.col("dimension").is_in([ALL, "route"]) & pl.col("session_count").is_null()
    ).select("drug", route=pl.col("stratum")).unique()  # fmt: skip
    forced_rows = pressure.with_row_index("row").join(hidden_cells, on=["drug", "route"], how="semi")["row"].to_numpy()
    forced = np.zeros(pressure.height, dtype=np.bool_)
    forced[forced_rows] = True
    hidden = np.zeros(pressure.height, dtype=np.bool_)
    for rows in pressure.with_row_index("row").partition_by("vital", "moment"):
        places = rows["row"].to_numpy()
        cells = [(drug, route) for drug, route in rows.select("drug", "route").iter_rows()]
        # A count that is not there (of the peak alone) is no small count.
        views = [_view(rows[name].fill_null(0), minimum) for name in _OF_READINGS]
        wanted = worth([drug for drug, _ in cells], [route for _, route in cells])
        hidden[places] = suppress(views, _drug_route_totals(cells), minimum, forced[places], wanted)
    return _blank(pressure, hidden, {"drug", "route", "vital", "moment"})


def _view(counts: pl.Series, minimum: int) -> View:
    values = counts.to_numpy().astype(np.float64)
    return View(values, np.full(len(values), np.inf), small(values, minimum))


def _drug_route_totals(cells: list[tuple[str, str]]) -> list[Total]:
    place = {cell: number for number, cell in enumerate(cells)}
    totals = []
    for (drug, route), number in place.items():
        if route == ALL:
            parts = tuple(at for (other, way), at in place.items() if other == drug and way != ALL)
            totals += [Total(number, parts)] if parts else []
        if drug == ALL:
            parts = tuple(at for (other, way), at in place.items() if way == route and other != ALL)
            totals += [Total(number, parts)] if parts else []
    return totals


def control_course(course: pl.DataFrame, incidence: pl.DataFrame, minimum: int) -> pl.DataFrame:
    """Rows of clinic_course as they are published.

    A count, what it leaves of the count that holds it, and what drugs leave of all drugs together are 0, or no less
    than the minimum, or hidden.

    Args:
        course: rows as they are in the house.
        incidence: clinic_incidence as it is published: what it hides is hidden here whole.
        minimum: smallest count that may show.
    """
    if not course.height:
        return course
    hidden_cells = incidence.filter(
        (pl.col("dimension") == ALL) & (pl.col("measure") == REPORTED) & pl.col("is_suppressed")
    ).select("drug", "side_effect")
    course = course.with_row_index("row")
    forced = np.zeros(course.height, dtype=np.bool_)
    forced[course.join(hidden_cells, on=["drug", "side_effect"], how="semi")["row"].to_numpy()] = True
    hidden = {name: np.zeros(course.height, dtype=np.bool_) for name in ("event_count", *_OF_EVENTS)}
    for rows in course.partition_by("side_effect"):
        places = rows["row"].to_numpy()
        drugs = rows["drug"].to_list()
        parts = tuple(at for at, drug in enumerate(drugs) if drug != ALL)
        totals = [Total(drugs.index(ALL), parts)]
        wanted = worth(drugs, drugs)
        whole = suppress([_view(rows["event_count"], minimum)], totals, minimum, forced[places], wanted)
        hidden["event_count"][places] = whole
        for name in _OF_EVENTS:
            hidden[name][places] = suppress(_views_of(rows, name, minimum), totals, minimum, whole, wanted)
    blanked = _blank(course.drop("row"), hidden["event_count"], {"drug", "side_effect"})
    for name, beside in _OF_EVENTS.items():
        shows = pl.Series(~hidden[name])
        blanked = blanked.with_columns(pl.when(shows).then(pl.col(one)).alias(one) for one in (name, *beside))
    some = pl.Series(np.any(list(hidden.values()), axis=0))
    return blanked.with_columns(is_suppressed=some)


def _views_of(rows: pl.DataFrame, name: str, minimum: int) -> list[View]:
    """A count, what it leaves of all events, and the counts inside it with what they leave of it."""
    counts = [rows[name], rows["event_count"] - rows[name]]
    for inner in _INSIDE.get(name, ()):
        holder = "event_count" if name == "mild_count" else name
        counts += [rows[inner], rows[holder] - rows[inner]]
    return [_view(one, minimum) for one in counts]


def _blank(frame: pl.DataFrame, hidden: Flags, names: set[str]) -> pl.DataFrame:
    marks = pl.Series(hidden)
    return frame.with_columns(
        *(
            pl.when(~marks).then(pl.col(name)).alias(name)
            for name in frame.columns
            if name not in names and name != "is_suppressed"
        ),
        is_suppressed=marks,
    )
