"""Made-up clinics go through the way in: every sound batch in every form, no damaged one."""

from __future__ import annotations

from pipeline.clinic import check_batch
from pipeline.settings import Settings
from simulation.clinic_damage import KINDS
from simulation.clinics import FORMS, simulate_clinics
from tests.privacy.clinic_batches import read_path


def batches(folder):
    return {path.name: path for path in sorted(folder.iterdir()) if not path.name.startswith("truth")}


def test_sound_batches_pass_and_damaged_ones_are_refused(tmp_path):
    for form in FORMS:
        sound = batches(simulate_clinics(tmp_path / form, 1, 3, patients=5, batches=1, form=form))
        assert len(sound) == 1
        assert all(check_batch(path, Settings()).findings == () for path in sound.values()), form
    both = batches(simulate_clinics(tmp_path / "both", 1, 3, patients=5, batches=1, form="csv", damage=KINDS))
    damaged = set(both) - set(batches(tmp_path / "csv"))
    assert len(damaged) == len(KINDS)
    for name in sorted(damaged):
        assert read_path(both[name]).findings or check_batch(both[name], Settings()).findings, name
