"""The Weibull fit against a published example, against SciPy, and against the shapes that samples were drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import weibull_min

from transforms.statistics import at_mid_day, weibull

Z = 1.959963984540054

# ReliaWiki (ReliaSoft), Life Data Analysis, chapter 8: six units on test; MLE and variance of the shape as printed.
RELIASOFT = [16, 34, 53, 75, 93, 120]
# Fatigue of 23 deep-groove ball bearings, million revolutions: Lieblein and Zelen 1956, as in Leemis 2009, example 8.1.
BEARINGS = [17.88, 28.92, 33.00, 41.52, 42.12, 45.60, 48.48, 51.84, 51.96, 54.12, 55.56, 67.80, 68.64, 68.64, 68.88,
            84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.40]  # fmt: skip


def fit_one(times, minimum_cases=2):
    return weibull(times, np.ones(len(times)), np.zeros(len(times)), 1, minimum_cases)


def test_a_published_example():
    fit = fit_one(RELIASOFT)
    assert fit.shape[0] == pytest.approx(1.933, abs=5e-4)
    assert fit.scale[0] == pytest.approx(73.526, abs=5e-4)
    # var(shape) = 0.4211, so that ln shape has the standard error sqrt(0.4211)/shape
    half_width = Z * np.sqrt(0.4211) / 1.933
    assert np.log(fit.upper_95 / fit.shape)[0] == pytest.approx(half_width, rel=5e-4)
    assert np.log(fit.shape / fit.lower_95)[0] == pytest.approx(half_width, rel=5e-4)


def test_many_groups_at_once_are_what_scipy_finds_one_by_one():
    rng = np.random.default_rng(20)
    samples = [np.array(BEARINGS), np.array(RELIASOFT)]
    samples += [
        scale * rng.weibull(shape, size)
        for shape in (0.3, 0.8, 1.0, 1.7, 5.0)
        for scale in (3.0, 900.0)
        for size in (5, 40, 400)
    ]
    groups = np.repeat(np.arange(len(samples)), [sample.size for sample in samples])
    fit = weibull(np.concatenate(samples), np.ones(groups.size), groups, len(samples), minimum_cases=5)
    for place, sample in enumerate(samples):
        shape, _, scale = weibull_min.fit(sample, floc=0)
        assert fit.shape[place] == pytest.approx(shape, rel=2e-4)
        assert fit.scale[place] == pytest.approx(scale, rel=2e-4)
        # at least as likely as what SciPy's simplex ends at
        found, other = (weibull_min.logpdf(sample, k, 0, s).sum()
                        for k, s in ((fit.shape[place], fit.scale[place]), (shape, scale)))  # fmt: skip
        assert found >= other - 1e-9 * abs(other)


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.5])
@pytest.mark.parametrize("size", [30, 200])
def test_simulated_shapes_are_recovered_and_covered(shape, size):
    rng = np.random.default_rng(int(shape * 10) + size)
    samples = 4000
    times = 40 * rng.weibull(shape, samples * size)
    fit = weibull(times, np.ones(times.size), np.repeat(np.arange(samples), size), samples)
    assert np.median(fit.shape) == pytest.approx(shape, rel=0.05 if size == 30 else 0.01)
    assert 0.93 <= np.mean((fit.lower_95 <= shape) & (shape <= fit.upper_95)) <= 0.97


@pytest.mark.parametrize(("shape", "scale"), [(0.7, 60), (1.0, 30), (1.5, 30)])
def test_whole_days_with_half_a_day_added_still_cover(shape, scale):
    rng = np.random.default_rng(5)
    samples, size = 2000, 50
    days = np.floor(scale * rng.weibull(shape, samples * size))
    assert (days == 0).any()
    fit = weibull(at_mid_day(days), np.ones(days.size), np.repeat(np.arange(samples), size), samples)
    assert 0.93 <= np.mean((fit.lower_95 <= shape) & (shape <= fit.upper_95)) <= 0.97


def test_what_cannot_be_fitted_says_why():
    times = np.concatenate([[1.0] * 29, [2.5] * 30, np.arange(1.0, 31.0)])
    fit = weibull(times, np.ones(times.size), np.repeat([0, 1, 2], [29, 30, 30]), 4)
    assert fit.undefined_reason.tolist() == ["too_few_cases", "no_variation", None, "too_few_cases"]
    for values in (fit.shape, fit.lower_95, fit.upper_95, fit.scale):
        assert np.isnan(values).tolist() == [True, True, False, True]


@pytest.mark.parametrize("times", [[0.0, 1.0], [-1.0, 1.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_times_that_are_none_are_refused(times):
    with pytest.raises(ValueError, match="times"):
        fit_one(times)
