"""The guard objects to more work, and not to a slow minute."""

from __future__ import annotations

import pytest

from bench.guard import RECORDED, TOLERATED, Ratios, objection, record, recorded

BEFORE = Ratios(wall=4.0, cpu=3.0)


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(BEFORE, id="the same"),
        pytest.param(Ratios(2.0, 1.5), id="better"),
        pytest.param(Ratios(4.0 * TOLERATED, 3.0 * TOLERATED), id="just half worse"),
        pytest.param(Ratios(12.0, 3.1), id="a neighbour took the cores"),
    ],
)
def test_no_objection(now):
    assert objection(now, BEFORE) is None


def test_objects_to_a_bad_ratio_with_both_numbers_and_a_remedy():
    said = objection(Ratios(2.0, 4.6), BEFORE)
    assert said is not None
    assert "4.6" in said
    assert "3.0" in said
    assert "--record" in said


def test_what_is_recorded_is_read_again(tmp_path):
    path = tmp_path / "recorded.json"
    record(BEFORE, path)
    assert recorded(path) == BEFORE


def test_a_ratio_is_recorded():
    assert recorded(RECORDED).wall > 1
    assert recorded(RECORDED).cpu > 1
