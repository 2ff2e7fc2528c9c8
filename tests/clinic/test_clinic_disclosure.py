"""An attacker with the published tables, all that adds up, and linear programs, finds no small count."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from simulation.clinics import simulate_clinics
from sources.clinic_batch import open_drop
from tests.clinic.clinic_rows import warehouse
from transforms.clinic import read_batch, staged_frame
from transforms.disclosure import Total, View, ranges, small, suppress
from vocabulary.tables.clinic import STAGED_TABLES
from warehouse.marts.clinic.disclosure import CELL, KEY, cell_totals

MINIMUM = 11
MARTS = ("clinic_incidence", "clinic_comparison", "clinic_blood_pressure", "clinic_course")


def staged_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """All valid batches of a folder as they would be staged."""
    tables: dict[str, list[pl.DataFrame]] = {name: [] for name in STAGED_TABLES}
    for name, batch in json.loads((folder / "truth_clinic.json").read_text())["batches"].items():
        if "refused_for" not in batch:
            drop = open_drop(folder / name)
            read = read_batch(drop.name, drop.files)
            for table, frame in read.tables.items():
                tables[table].append(staged_frame(table, frame, read.manifest))
    return {name: pl.concat(frames) for name, frames in tables.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Four clinics of 150 patients: the marts of the house, what is published of them, and the truth."""
    folder = simulate_clinics(tmp_path_factory.mktemp("clinics"), 4, 21, patients=150, form="parquet")
    targets = [f"{place}mart.{name}" for place in ("", "clinic.") for name in MARTS]
    connection = warehouse(staged_tables(folder), targets)
    frames = {target: connection.sql(f"SELECT * FROM {target}").pl() for target in targets}
    return frames, pl.read_parquet(folder / "truth_clinic_incidence.parquet")


def test_counts_are_those_of_the_truth(built):
    frames, truth = built
    counts = [name for name in truth.columns if name.endswith("_count")]
    found = frames["clinic.mart.clinic_incidence"].filter(pl.col("dimension") == "all")
    names = ["drug", "side_effect", "measure"]
    assert truth.height == found.height == 4 * 24
    assert truth.select(*names, *counts).sort(names).equals(found.select(*names, *counts).sort(names))


def test_no_small_count_is_published(built):
    frames, _ = built
    for name in MARTS:
        frame = frames[f"mart.{name}"]
        counts = frame.select(column for column in frame.columns if column.endswith("_count"))
        for column in counts:
            assert not column.drop_nulls().is_between(1, MINIMUM - 1).any(), f"{name}.{column.name}"
        assert frame["is_suppressed"].any()
        assert counts.select(pl.all().drop_nulls().len()).sum_horizontal().item() > 20, f"{name} says nothing at all"


def test_what_is_hidden_shows_in_no_other_column(built):
    """A share or an interval would give its count away."""
    hidden = built[0]["mart.clinic_incidence"].filter(pl.col("event_session_count").is_null())
    assert hidden.height
    kept = {"session_count", "unassessed_session_count", "patient_count", "is_suppressed", *KEY}
    assert hidden.select(name for name in hidden.columns if name not in kept).null_count().sum_horizontal().item() == (
        hidden.height * (len(hidden.columns) - len(kept))
    )


def test_a_hidden_incidence_is_hidden_in_comparisons_and_courses(built):
    frames, _ = built
    shown = frames["mart.clinic_incidence"].filter(~pl.col("is_suppressed"))
    visible = set(shown.select(KEY).iter_rows())
    compared = frames["mart.clinic_comparison"].filter(~pl.col("is_suppressed"))
    assert compared.height
    for row in compared.to_dicts():
        for side in ("stratum", "reference_stratum"):
            cell = (
                (row[side], "all", "all") if row["dimension"] == "drug" else (row["drug"], row["dimension"], row[side])
            )
            assert (*cell, row["side_effect"], row["measure"]) in visible
    course = frames["mart.clinic_course"].filter(pl.col("event_count").is_not_null())
    for drug, side_effect in course.select("drug", "side_effect").iter_rows():
        assert (drug, "all", "all", side_effect, "reported") in visible


def test_linear_programs_recover_no_small_count(built):
    """Every measure, sessions and patients: the range of a small count is at least as wide as the minimum."""
    frames, _ = built
    house = frames["clinic.mart.clinic_incidence"].sort(KEY)
    published = frames["mart.clinic_incidence"].sort(KEY)
    attacked = 0
    cells = house.select(CELL).unique(maintain_order=True)
    totals = cell_totals(list(cells.iter_rows()))
    for key in (("dizziness", "reported"), ("cognition", "reported"), ("blood_pressure_increased", "systolic_rise_40"),
                ("dissociation", "cadss_above_4")):  # fmt: skip
        chosen = (pl.col("side_effect") == key[0]) & (pl.col("measure") == key[1])
        true, seen = (cells.join(frame.filter(chosen), on=CELL, how="left") for frame in (house, published))
        for unit in ("session", "patient"):
            events = true[f"event_{unit}_count"].to_numpy().astype(float)
            bound = seen[f"{unit}_count"].cast(pl.Float64).fill_null(np.inf).to_numpy()
            hidden = seen[f"event_{unit}_count"].is_null().to_numpy()
            low, high = ranges(View(events, bound, hidden), totals, hidden)
            asked = small(events, MINIMUM) & hidden
            assert ((high - low)[asked] >= MINIMUM - 1e-6).all()
            attacked += asked.sum()
            assert (small(events, MINIMUM) <= hidden).all()
    assert attacked > 100


def test_without_complementary_suppression_the_attacker_finds_them(built):
    """The test above can fail: hiding the small counts alone does not protect them."""
    house = built[0]["clinic.mart.clinic_incidence"].sort(KEY)
    chosen = house.filter((pl.col("side_effect") == "dizziness") & (pl.col("measure") == "reported"))
    events = chosen["event_session_count"].to_numpy().astype(float)
    hidden = small(events, MINIMUM)
    totals = cell_totals(list(chosen.select(CELL).iter_rows()))
    low, high = ranges(View(events, np.full(len(events), np.inf), hidden), totals, hidden)
    assert ((high - low)[hidden] < 1e-6).sum() >= 3


def _grid(values: np.ndarray) -> tuple[np.ndarray, list[Total]]:
    """A table with margins as one list of cells, and what adds up in it."""
    whole = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    whole[1:, 1:] = values
    whole[0, 1:], whole[1:, 0], whole[0, 0] = values.sum(axis=0), values.sum(axis=1), values.sum()
    place = np.arange(whole.size).reshape(whole.shape)
    totals = [Total(int(row[0]), tuple(row[1:].tolist())) for row in place]
    totals += [Total(int(column[0]), tuple(column[1:].tolist())) for column in place.T]
    return whole.ravel(), totals


@pytest.mark.parametrize("seed", range(12))
def test_random_tables_are_protected(seed):
    generator = np.random.default_rng(seed)
    shape = generator.integers(2, 7, 2)
    values, totals = _grid(np.floor(np.exp(generator.normal(3, 1.5, shape))))
    view = View(values, np.full(len(values), np.inf), small(values, MINIMUM))
    hidden = suppress([view], totals, MINIMUM)
    low, high = ranges(view, totals, hidden)
    assert (view.primary <= hidden).all()
    assert ((high - low)[view.primary] >= MINIMUM - 1e-6).all()


def test_a_table_in_which_two_hidden_cells_a_line_are_not_enough():
    """Every line has two hidden members or none, and still sums of lines give one of them away."""
    values, totals = _grid(np.array([[5.0, 40, 60, 30], [40, 50, 20, 80], [60, 20, 30, 70]]))
    hidden = suppress([View(values, np.full(len(values), np.inf), small(values, MINIMUM))], totals, MINIMUM)
    assert hidden.sum() == 4  # a rectangle: the fewest that can protect one cell
    assert hidden[values == 5].all()


def test_nothing_is_hidden_where_nothing_is_small():
    values, totals = _grid(np.array([[15.0, 0, 60], [40, 50, 20]]))
    assert not suppress([View(values, np.full(6 + 6, np.inf), small(values, MINIMUM))], totals, MINIMUM).any()
