"""The Weibull fit against a published example, against SciPy, and against the shapes that samples were drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import CensoredData, weibull_min

from transforms.statistics import weibull

Z = 1.959963984540054

# ReliaWiki (ReliaSoft), Life Data Analysis, chapter 8: six units on test; MLE and variance of the shape as printed.
RELIASOFT = [16, 34, 53, 75, 93, 120]
# Fatigue of 23 deep-groove ball bearings, million revolutions: Lieblein and Zelen 1956, as in Leemis 2009, example 8.1.
BEARINGS = [17.88, 28.92, 33.00, 41.52, 42.12, 45.60, 48.48, 51.84, 51.96, 54.12, 55.56, 67.80, 68.64, 68.64, 68.88,
            84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.40]  # fmt: skip


def fit_exact(times, groups, group_count, minimum_cases=5):
    """Times known to a hundred-thousandth of the smallest: as good as exact."""
    times = np.asarray(times, dtype=float)
    width = 1e-5 * times
    return weibull(times - width, times + width, np.ones(times.size), groups, group_count, minimum_cases)


def fit_days(days, size, minimum_cases=5):
    """Whole days, one group after the other, of one size."""
    groups = np.repeat(np.arange(len(days) // size), size)
    return weibull(days, days + 1, np.ones(len(days)), groups, len(days) // size, minimum_cases)


def test_a_published_example():
    fit = fit_exact(RELIASOFT, np.zeros(6), 1)
    assert fit.shape[0] == pytest.approx(1.933, abs=5e-4)
    assert fit.scale[0] == pytest.approx(73.526, abs=5e-4)
    # var(shape) = 0.4211, so that ln shape has the standard error sqrt(0.4211)/shape
    half_width = Z * np.sqrt(0.4211) / 1.933
    assert np.log(fit.upper_95 / fit.shape)[0] == pytest.approx(half_width, rel=5e-4)
    assert np.log(fit.shape / fit.lower_95)[0] == pytest.approx(half_width, rel=5e-4)


def test_exact_times_of_many_groups_are_what_scipy_finds_one_by_one():
    rng = np.random.default_rng(20)
    samples = [np.array(BEARINGS), np.array(RELIASOFT)]
    samples += [
        scale * rng.weibull(shape, size)
        for shape in (0.3, 0.8, 1.0, 1.7, 5.0)
        for scale in (3.0, 900.0)
        for size in (5, 40, 400)
    ]
    groups = np.repeat(np.arange(len(samples)), [sample.size for sample in samples])
    fit = fit_exact(np.concatenate(samples), groups, len(samples))
    for place, sample in enumerate(samples):
        shape, _, scale = weibull_min.fit(sample, floc=0)
        assert fit.shape[place] == pytest.approx(shape, rel=2e-4)
        assert fit.scale[place] == pytest.approx(scale, rel=2e-4)


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.5])
@pytest.mark.parametrize("scale", [2.0, 40.0])
def test_whole_days_are_what_scipy_finds_for_intervals(shape, scale):
    rng = np.random.default_rng(int(10 * shape + scale))
    size = 60
    days = np.floor(scale * rng.weibull(shape, 5 * size))
    fit = fit_days(days, size)
    for place in range(5):
        sample = days[place * size : (place + 1) * size]
        found, _, width = weibull_min.fit(CensoredData(interval=np.column_stack([sample, sample + 1])), floc=0)
        assert fit.shape[place] == pytest.approx(found, rel=5e-4)
        assert fit.scale[place] == pytest.approx(width, rel=5e-4)


@pytest.mark.parametrize(
    ("shape", "scale", "size"),
    [(0.7, 60, 30), (1.0, 30, 30), (1.5, 30, 30), (1.0, 30, 200), (2.5, 30, 50), (1.0, 2, 50), (0.7, 2, 50),
     (0.5, 0.5, 100)],
)  # fmt: skip
def test_simulated_shapes_are_recovered_and_covered(shape, scale, size):
    """Also where half of the onsets are on day 0, or three quarters of them."""
    rng = np.random.default_rng(int(shape * 10) + size)
    samples = 2000
    fit = fit_days(np.floor(scale * rng.weibull(shape, samples * size)), size)
    assert (fit.undefined_reason == None).all()  # noqa: E711
    assert np.median(fit.shape) == pytest.approx(shape, rel=0.05 if size < 100 else 0.03)
    assert 0.93 <= np.mean((fit.lower_95 <= shape) & (shape <= fit.upper_95)) <= 0.97


def test_what_cannot_be_fitted_says_why():
    days = np.concatenate([[1.0] * 29, [2.0] * 30, [4.0, 5.0] * 15, np.arange(30.0)])
    groups = np.repeat([0, 1, 2, 3], [29, 30, 30, 30])
    fit = weibull(days, days + 1, np.ones(days.size), groups, 5)
    assert fit.undefined_reason.tolist() == ["too_few_cases", "no_variation", "no_variation", None, "too_few_cases"]
    for values in (fit.shape, fit.lower_95, fit.upper_95, fit.scale):
        assert np.isnan(values).tolist() == [True, True, True, False, True]


@pytest.mark.parametrize(
    ("lower", "upper"), [([-1.0], [1.0]), ([1.0], [1.0]), ([np.nan], [1.0]), ([1.0], [np.inf]), ([2.0], [1.0])]
)
def test_intervals_that_are_none_are_refused(lower, upper):
    with pytest.raises(ValueError, match="interval"):
        weibull(lower, upper, [1], [0], 1)
