"""Golden values: published examples and values recomputed elsewhere, for each measure."""

from __future__ import annotations

import numpy as np
import pytest

from transforms.statistics import (
    Prior,
    empirical_bayes,
    information_component,
    measures,
    reporting_share,
    score,
    two_drug_interaction,
)
from transforms.statistics.disproportionality import proportional_reporting_ratio, reporting_odds_ratio
from transforms.statistics.table import TwoByTwo

GOLDEN_TABLES = {
    (122, 1320, 381, 31341): {
        "ror": 7.602804,
        "ror_lower_95": 6.155362,
        "ror_upper_95": 9.390613,
        "prr": 7.044175,
        "prr_lower_95": 5.784965,
        "prr_upper_95": 8.577477,
        "chi_squared": 486.629238,
        "chi_squared_yates": 481.781355,
        "expected": 21.870884,
        "ic": 2.453088,
        "ic_lower_95": 2.185608,
        "ic_upper_95": 2.697591,
    },
    (64, 229, 58, 215516): {
        "ror": 1038.474928,
        "ror_lower_95": 711.440769,
        "ror_upper_95": 1515.839722,
        "prr": 811.859244,
        "prr_lower_95": 579.974730,
        "prr_upper_95": 1136.455433,
        "chi_squared": 24654.934770,
        "chi_squared_yates": 24270.214716,
        "expected": 0.165593,
        "ic": 6.598516,
        "ic_lower_95": 6.223234,
        "ic_upper_95": 6.930085,
    },
}

PUBLISHED_THETA = (3.25379356, 0.39988854, 2.02612692, 1.90807970, 0.06534557)
"""openEBGM 0.9.1, vignette 04, on the CAERS reports."""

# n, E, Q, EBGM, EB05, EB95
GOLDEN_SCORES = np.array(
    [
        (1, 0.0360548, 0.2819738, 2.226687, 0.491074, 13.856065),
        (16, 0.40643623, 0.9999997, 23.261108, 15.685662, 33.477337),
        (19, 0.89690107, 0.9999923, 16.776483, 11.646209, 23.549573),
        (6, 0.07866508, 0.9991099, 18.276487, 10.161711, 30.836105),
    ]
)


@pytest.mark.parametrize("cells", GOLDEN_TABLES)
def test_single_table_measures(cells: tuple[int, int, int, int]) -> None:
    found = measures(*np.array(cells)[:, np.newaxis])
    for column, value in GOLDEN_TABLES[cells].items():
        assert found[column][0] == pytest.approx(value, abs=6e-7), column
    assert found["undefined_reason"][0] is None
    assert not found["is_zero_cell_corrected"][0]


def test_odds_ratios_of_a_real_quarter() -> None:
    # esketamine, 2022q3, primary suspect: dissociation, sedation, nausea, vomiting, dizziness, hypertension
    a, b = [31, 27, 17, 14, 8, 12], [112, 116, 126, 129, 135, 131]
    c = [25, 258, 7835, 4495, 4976, 2511]
    d = [107_561, 107_328, 99_751, 103_091, 102_610, 105_075]
    found = measures(a, b, c, d)
    assert np.round(found["ror"], 3).tolist() == [1190.854, 96.828, 1.718, 2.489, 1.222, 3.833]


def test_the_same_cells_as_arrays_of_any_shape() -> None:
    cells = np.array(list(GOLDEN_TABLES)).T
    row, square = measures(*cells), measures(*np.stack([cells, cells], axis=1))
    for column in row:
        assert square[column].shape == (2, 2)
        assert (square[column][1] == row[column]).all(), column


def test_pvda_proportional_reporting_ratio() -> None:
    # pvda: obs 10, n_drug 1000, n_event_prr 200, n_tot_prr 10000; the comparator is n_tot_prr
    prr = proportional_reporting_ratio(TwoByTwo.of([10], [990], [200], [9800]))
    assert [round(float(x[0]), 3) for x in prr] == [0.5, 0.266, 0.940]


def test_pvda_reporting_odds_ratio() -> None:
    ror = reporting_odds_ratio(TwoByTwo.of([10], [20], [200], [10_000]))
    assert float(ror.point[0]) == 25
    assert [round(float(x[0]), 1) for x in ror] == [25.0, 11.6, 54.1]


def test_pvda_information_component() -> None:
    ic = information_component([10], [5.0])
    assert float(ic.point[0]) == pytest.approx(0.933, abs=5e-4)
    assert float(ic.lower_95[0]) == pytest.approx(-0.0973, abs=5e-5)
    assert float(ic.upper_95[0]) == pytest.approx(1.69, abs=5e-3)


def test_wilson_textbook_interval() -> None:
    # Newcombe, Stat Med 1998, 17:857-872, table I: 81/263, 15/148, 0/20, 1/29
    share = reporting_share([81, 15, 0, 1], [263, 148, 20, 29])
    assert np.round(share.lower_95, 4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert np.round(share.upper_95, 4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


def test_gps_scores() -> None:
    n, expected = GOLDEN_SCORES[:, 0], GOLDEN_SCORES[:, 1]
    found = np.column_stack(score(n, expected, Prior.given(*PUBLISHED_THETA)))
    # E is printed to eight digits, so the scores can be compared to about six.
    assert found == pytest.approx(GOLDEN_SCORES[:, 2:], rel=1e-6)


def test_gps_columns() -> None:
    columns = empirical_bayes(GOLDEN_SCORES[:, 0], GOLDEN_SCORES[:, 1], Prior.given(*PUBLISHED_THETA))
    assert columns["ebgm"] == pytest.approx(GOLDEN_SCORES[:, 3], rel=1e-6)
    assert columns["meets_eb05"].tolist() == [False, True, True, True]
    assert columns["meets_mhra"].tolist() == [False, True, True, True]


def test_omega_check_value() -> None:
    found = two_drug_interaction(
        n111=[25], n110=[253], n101=[53], n100=[1444], n011=[42], n010=[1293], n001=[185], n000=[6527]
    )
    assert round(float(found.omega[0]), 2) == 1.16
    assert round(float(found.lower_95[0]), 2) == 0.54
    assert float(found.lower_95[0]) < float(found.omega[0]) < float(found.upper_95[0])
