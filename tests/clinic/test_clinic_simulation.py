"""Made-up clinics: valid batches, the same ones again, the planted incidences, and damage that is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from expectations import judge_batch
from simulation.clinic_damage import KINDS
from simulation.clinic_events import broad_terms, terms_of
from simulation.clinic_planted import Tendency, planted, rise_tendency, session_shares, tendency
from simulation.clinic_scenario import CLINIC_STANDARD
from simulation.clinics import FORMS, simulate_clinics
from sources.clinic_batch import open_drop
from transforms.clinic import read_batch
from vocabulary.errors import SettingsError


def _wrong(path: Path) -> list[str]:
    """What gate and validation find in a batch."""
    drop = open_drop(path)
    batch = read_batch(drop.name, drop.files, has_comment=drop.has_comment)
    rows = {file.table_name: file.row_count for file in batch.manifest.files} if batch.manifest else {}
    found = [finding.text for finding in batch.findings]
    if not found:
        found = [f"{one.table_name} {one.rule}" for one in judge_batch(batch.tables, rows) if not one.is_success]
    return found


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return simulate_clinics(tmp_path_factory.mktemp("made"), len(FORMS), 5, patients=40, damage=KINDS)


def test_every_batch_is_valid_or_refused_as_planted(made):
    batches = json.loads((made / "truth_clinic.json").read_text())["batches"]
    wrong = {name: _wrong(made / name) for name in batches}
    assert {name for name, found in wrong.items() if found} == {
        name for name, batch in batches.items() if "refused_for" in batch
    }
    assert {batch.get("refused_for") for batch in batches.values()} == {None, *KINDS}


def test_patients_go_on_over_batches(made):
    folders = sorted(path for path in made.iterdir() if (path / "patient.csv").is_file())
    clinics = {path.name.partition("~")[0] for path in folders}
    ids = pl.concat(
        pl.read_csv(path / "patient.csv").select("patient_id", batch=pl.lit(path.name))
        for path in folders
        if path.name.partition("~")[0] == min(clinics, key=lambda one: -sum(one in f.name for f in folders))
    )
    assert ids.group_by("patient_id").len()["len"].max() > 1


def test_same_seed_same_bytes_and_a_clinic_does_not_depend_on_the_others(tmp_path):
    one = simulate_clinics(tmp_path / "one", 2, 3, patients=8)
    two = simulate_clinics(tmp_path / "two", 2, 3, patients=8)
    more = simulate_clinics(tmp_path / "more", 3, 3, patients=8)
    other = simulate_clinics(tmp_path / "other", 2, 4, patients=8)
    assert _hashes(one) == _hashes(two)
    alone = {name: value for name, value in _hashes(one).items() if "truth" not in name}
    assert alone.items() <= _hashes(more).items()
    assert not set(alone) & set(_hashes(other))


def test_the_label_is_the_share_of_patients_in_eight_sessions():
    eight = np.zeros(8)
    eight[-1] = 1
    for rate in (0.004, 0.1, 0.41, 0.72):
        assert tendency(rate, CLINIC_STANDARD).per_patient(eight) == pytest.approx(rate, abs=1e-9)


def test_integrals_against_plain_chance():
    """Shares per session and per patient, of a million patients drawn one by one."""
    generator = np.random.default_rng(1)
    one = Tendency(-1.6, -1.2, 0.9)
    shares = session_shares(CLINIC_STANDARD)
    sessions = generator.choice(np.arange(1, len(shares) + 1), p=shares, size=200_000)
    owner = np.repeat(np.arange(len(sessions)), sessions)
    first = np.r_[True, owner[1:] != owner[:-1]]
    happened = generator.random(len(owner)) < one.chance(generator.standard_normal(len(sessions))[owner], first)
    assessed = generator.random(len(owner)) < 0.6
    assert happened.mean() == pytest.approx(one.over_sessions(shares), abs=0.002)
    assert happened[first].mean() == pytest.approx(one.per_session(is_first=True), abs=0.003)
    with_it = len(np.unique(owner[happened & assessed])) / len(np.unique(owner[assessed]))
    assert with_it == pytest.approx(one.per_patient(shares, 0.6), abs=0.005)


def test_rises_are_those_of_the_rounded_normal_distribution():
    generator = np.random.default_rng(2)
    mean, between, within = CLINIC_STANDARD.systolic_rise
    rise = np.round(mean + np.hypot(between, within) * generator.standard_normal(1_000_000))
    for measure, threshold in (("systolic_rise_20", 20), ("systolic_rise_40", 40)):
        planted_share = rise_tendency(measure, CLINIC_STANDARD).per_session(is_first=True)
        assert (rise >= threshold).mean() == pytest.approx(planted_share, abs=0.002)


def test_every_side_effect_can_be_named_by_a_term_of_its_own_or_by_its_group():
    assert len({one.side_effect for one in planted(CLINIC_STANDARD)}) == 15
    assert "Vision blurred" not in terms_of("vision_perception")
    assert "Nausea" in terms_of("nausea_vomiting")
    assert not set(broad_terms()) & {term for one in planted(CLINIC_STANDARD) for term in terms_of(one.side_effect)}


def test_counts_written_are_near_what_was_planted(tmp_path):
    out = simulate_clinics(tmp_path, 1, 9, patients=4_000, form="parquet", batches=1)
    truth = pl.read_parquet(out / "truth_clinic_incidence.parquet").filter(
        pl.col("planted_session_incidence").is_not_null(), pl.col("session_count") > 2_000
    )
    assert truth.height > 30
    for unit in ("session", "patient"):
        share = truth[f"event_{unit}_count"] / truth[f"{unit}_count"]
        expected = truth[f"planted_{unit}_incidence"]
        # Clusters make the variance of a share of sessions up to four times that of single ones.
        error = 2 * (expected * (1 - expected) / truth[f"{unit}_count"]).sqrt()
        assert ((share - expected).abs() < 4 * error + 2e-4).all()


@pytest.mark.parametrize(
    "wrong",
    [{"clinics": 0}, {"seed": -1}, {"patients": 2}, {"form": "xlsx"}, {"damage": ("flood",)}, {"batches": 0}],
)
def test_what_cannot_be_simulated_is_told(tmp_path, wrong):
    given = {"clinics": 1, "seed": 1, "patients": 5, "batches": 1} | wrong
    clinics, seed = given.pop("clinics"), given.pop("seed")
    with pytest.raises(SettingsError):
        simulate_clinics(tmp_path, clinics, seed, **given)
