"""Clinics through the pipeline: taken in, built, published; kept apart by kind; rows of patients stay in the house."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.building import _build_id, admit, build_warehouse
from pipeline.clinic import take_in
from pipeline.home import Home
from pipeline.publishing import publish_build
from pipeline.reporter import Silent
from pipeline.run import run
from pipeline.settings import Settings
from simulation.clinics import simulate_clinics
from simulation.faers import simulate
from vocabulary.quarter import parse_quarters
from vocabulary.tables import clinic_core
from vocabulary.tables.mart.evidence import FAERS_COMPARATORS
from warehouse.publish import CLINIC_NAME, clinic_build
from warehouse.query import open_published

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """A small simulated quarter and two clinics, built and published."""
    folder = tmp_path_factory.mktemp("clinics")
    simulate(folder / "faers", parse_quarters("2022q4"), 1_500, seed=11)
    clinics = simulate_clinics(folder / "clinics", 2, 5, patients=60, batches=2)
    place = Home(folder / "home")
    settings = Settings(home=place.root)
    for name in json.loads((clinics / "truth_clinic.json").read_text())["batches"]:
        take_in(place, settings, clinics / name)
    run(place, settings, str(folder / "faers"), None, NOON, Silent())
    return place


def test_published_file_holds_marts_and_no_row_of_a_patient(home):
    with open_published(home.published) as connection:
        (batches,) = connection.execute("SELECT clinic_batch_count FROM meta.build").fetchall()[0]
        names = {name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        (rows,) = connection.execute("SELECT count(*) FROM mart.clinic_incidence").fetchall()[0]
    assert batches == 4
    assert rows > 500
    assert not names & {table.name for table in clinic_core.TABLES}


def test_no_id_of_the_clinics_is_in_the_published_file(home):
    content = home.published.read_bytes()
    for folder in home.clinic_batches():
        for part in folder.name.removeprefix("batch=").split("~"):
            assert part.encode() not in content


def test_rows_of_patients_lie_in_a_file_for_the_owner_alone(home):
    beside = home.published.with_name(CLINIC_NAME)
    assert stat.S_IMODE(beside.stat().st_mode) == 0o400
    assert stat.S_IMODE((home.builds / "clinic").stat().st_mode) == 0o700
    with duckdb.connect(beside, read_only=True) as connection:
        sessions = connection.execute("SELECT count(*) FROM core.clinic_session").fetchall()
        patients = connection.execute(
            "SELECT patient_count FROM mart.clinic_incidence "
            "WHERE (drug, dimension, measure) = ('all', 'all', 'reported')"
        ).fetchall()
    assert sessions[0][0] > 300
    assert set(patients) == {(120,)}


def test_evidence_has_a_row_for_every_drug_and_side_effect(home):
    with open_published(home.published) as connection:
        rows = connection.sql("SELECT * FROM mart.evidence").pl()
        shown = connection.sql(
            "SELECT drug, side_effect, event_session_count FROM mart.clinic_incidence "
            "WHERE dimension = 'all' AND measure = 'reported'"
        ).pl()
    assert rows.height == 45
    (esketamine,) = rows.filter((rows["drug"] == "esketamine") & (rows["side_effect"] == "dissociation")).to_dicts()
    assert esketamine["reference_patient_share"] == pytest.approx(142 / 346)
    assert esketamine["reference_control_share"] == pytest.approx(21 / 222)
    assert esketamine["faers_reporting_share"] is not None
    joined = rows.join(shown, on=["drug", "side_effect"], how="inner")
    assert joined["clinic_event_session_count"].equals(joined["event_session_count"], check_names=False)


def test_evidence_says_which_odds_ratios_have_a_zero_cell(home):
    flags = ", ".join(
        f"bool_or(is_zero_cell_corrected) FILTER (comparator = '{other}') "
        f"AS faers_ror_against_{other}_is_zero_cell_corrected"
        for other in FAERS_COMPARATORS
    )
    with open_published(home.published) as connection:
        expected = connection.sql(
            f"SELECT exposure AS drug, side_effect, {flags} FROM mart.side_effect_comparison "
            "WHERE definition = 'label_style' AND role_scope = 'suspect' AND context = 'all' AND route_group = 'all' "
            "GROUP BY ALL"
        ).pl()
        rows = connection.sql("SELECT * FROM mart.evidence").pl().select(expected.columns)
    assert rows.join(expected, on=["drug", "side_effect"]).height > 20
    alike = rows.join(expected, on=expected.columns, how="semi", nulls_equal=True)
    assert alike.height == rows.join(expected, on=["drug", "side_effect"], how="semi").height
    assert rows["faers_ror_against_rest_is_zero_cell_corrected"].any()


def test_the_build_depends_on_batches_and_minimum(home):
    settings = Settings(home=home.root)
    assert not build_warehouse(home, settings, NOON).is_new
    admission = admit(home, allow_incomplete=False)
    fewer = replace(admission, clinics=admission.clinics[1:])
    other = settings.model_copy(update={"clinic_minimum_cell": 20})
    ids = {_build_id(admission, settings), _build_id(fewer, settings), _build_id(admission, other)}
    assert len(ids) == 3


def test_batches_of_the_other_kind_are_left_out_and_told(home):
    folder = home.clinic_batches()[0]
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"is_simulated": False}))
    try:
        admission = admit(home, allow_incomplete=False)
    finally:
        (folder / "manifest.json").write_text(json.dumps(manifest))
    (why,) = admission.refused_clinics.values()
    assert "never mixes" in why
    assert len(admission.clinics) == 3


def test_without_clinics_the_marts_are_empty_and_the_file_beside_goes(home, tmp_path):
    source = home.root / "staged" / "clinic"
    source.rename(tmp_path / "aside")
    try:
        result = build_warehouse(home, Settings(home=home.root), NOON)
        publish_build(home, Settings(home=home.root), result.path)
        with open_published(home.published) as connection:
            for name in ("incidence", "comparison", "blood_pressure", "course"):
                assert connection.execute(f"SELECT count(*) FROM mart.clinic_{name}").fetchall() == [(0,)]
            assert connection.execute("SELECT count(*) FROM mart.evidence").fetchall() == [(45,)]
        assert not home.published.with_name(CLINIC_NAME).exists()
        assert not clinic_build(result.path).exists()
    finally:
        Path(tmp_path / "aside").rename(source)
