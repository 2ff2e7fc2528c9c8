"""SciPy and statsmodels as second oracle, on tables drawn small, sparse and lopsided."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from transforms.statistics import (
    Prior,
    association,
    benjamini_hochberg,
    fisher_exact,
    information_component,
    measures,
    reporting_share,
    score,
    stratified_odds_ratio,
)
from transforms.statistics.gps.likelihood import log_likelihood
from transforms.statistics.gps.pairs import Pairs
from transforms.statistics.gps.prior import Form, Theta


def drawn_tables(seed: int, count: int) -> np.ndarray:
    """Tables (count, 4) without empty margins, a third of them small, a third sparse, a third like a warehouse's."""
    random = np.random.default_rng(seed)
    third = count // 3
    small = random.integers(0, 12, (third, 4))
    sparse = np.column_stack([random.integers(0, top, third) for top in (5, 3000, 300, 200_000)])
    large = np.column_stack([random.integers(1, top, third) for top in (50, 2000, 5000, 20_000_000)])
    tables = np.concatenate([small, sparse, large])
    margins = tables[:, [0, 2, 0, 1]] + tables[:, [1, 3, 2, 3]]
    return np.asarray(tables[(margins > 0).all(axis=1)])


def test_ratios_as_statsmodels() -> None:
    tables = drawn_tables(1, 90)
    found = measures(*tables.T)
    for place, cells in enumerate(tables):
        oracle = Table2x2(np.where(cells.min() == 0, cells + 0.5, cells).reshape(2, 2), shift_zeros=False)
        assert found["ror"][place] == pytest.approx(oracle.oddsratio)
        assert (found["ror_lower_95"][place], found["ror_upper_95"][place]) == pytest.approx(oracle.oddsratio_confint())
        assert found["prr"][place] == pytest.approx(oracle.riskratio)
        assert (found["prr_lower_95"][place], found["prr_upper_95"][place]) == pytest.approx(oracle.riskratio_confint())


def test_chi_squared_and_expected_as_scipy() -> None:
    tables = drawn_tables(2, 300)
    found = measures(*tables.T)
    for place, cells in enumerate(tables):
        plain = stats.chi2_contingency(cells.reshape(2, 2), correction=False)
        assert found["chi_squared"][place] == pytest.approx(plain.statistic, rel=1e-9, abs=1e-9)
        assert found["expected"][place] == pytest.approx(plain.expected_freq[0, 0])
        yates = stats.chi2_contingency(cells.reshape(2, 2), correction=True).statistic
        assert found["chi_squared_yates"][place] == pytest.approx(yates, rel=1e-9, abs=1e-9)


def test_wilson_as_statsmodels() -> None:
    random = np.random.default_rng(3)
    exposed = random.integers(1, 5000, 200)
    cases = random.integers(0, exposed + 1)
    share = reporting_share(cases, exposed)
    lower, upper = proportion_confint(cases, exposed, method="wilson")
    assert share.lower_95 == pytest.approx(lower, abs=1e-12)
    assert share.upper_95 == pytest.approx(upper, abs=1e-12)


def test_information_component_as_scipy() -> None:
    random = np.random.default_rng(4)
    n = np.concatenate([np.arange(20), random.integers(0, 200_000, 50)])
    expected = np.exp(random.normal(0, 3, n.size))
    ic = information_component(n, expected)
    gamma = stats.gamma(n + 0.5, scale=1 / (expected + 0.5))
    assert ic.lower_95 == pytest.approx(np.log2(gamma.ppf(0.025)), rel=1e-9)
    assert ic.upper_95 == pytest.approx(np.log2(gamma.ppf(0.975)), rel=1e-9)


@pytest.mark.parametrize("strata", [1, 2, 7, 24])
def test_stratified_as_statsmodels(strata: int) -> None:
    random = np.random.default_rng(strata)
    cells = random.integers(1, 40, (20, strata, 4)) * random.integers(1, 30, (20, strata, 1))
    found = stratified_odds_ratio(*np.moveaxis(cells, -1, 0))
    for place, series in enumerate(cells):
        oracle = StratifiedTable([stratum.reshape(2, 2).astype(float) for stratum in series])
        assert found.odds_ratio[place] == pytest.approx(oracle.oddsratio_pooled)
        lower, upper = oracle.oddsratio_pooled_confint()
        assert (found.lower_95[place], found.upper_95[place]) == pytest.approx((lower, upper))
        assert found.degrees_of_freedom[place] == strata - 1
        if strata > 1:
            plain, tarone = oracle.test_equal_odds(), oracle.test_equal_odds(adjust=True)
            assert found.breslow_day[place] == pytest.approx(plain.statistic, rel=1e-6)
            assert found.breslow_day_p_value[place] == pytest.approx(plain.pvalue, rel=1e-5, abs=1e-12)
            assert found.breslow_day_tarone[place] == pytest.approx(tarone.statistic, rel=1e-6)
            assert found.breslow_day_tarone_p_value[place] == pytest.approx(tarone.pvalue, rel=1e-5, abs=1e-12)


def test_sparse_strata_as_statsmodels() -> None:
    random = np.random.default_rng(11)
    cells = random.poisson([1.0, 30.0, 3.0, 300.0], (30, 12, 4))
    found = stratified_odds_ratio(*np.moveaxis(cells, -1, 0))
    for place, series in enumerate(cells):
        oracle = StratifiedTable([stratum.reshape(2, 2).astype(float) for stratum in series])
        if np.isnan(found.odds_ratio[place]):
            assert found.undefined_reason[place] is not None
        else:
            assert found.odds_ratio[place] == pytest.approx(oracle.oddsratio_pooled)
            assert found.lower_95[place] == pytest.approx(oracle.oddsratio_pooled_confint()[0])


def test_fisher_as_scipy() -> None:
    tables = drawn_tables(5, 450)
    found = fisher_exact(*tables.T)
    for place, cells in enumerate(tables):
        square = cells.reshape(2, 2)
        assert found.two_sided[place] == pytest.approx(stats.fisher_exact(square).pvalue, rel=1e-8, abs=1e-300), cells
        greater = stats.fisher_exact(square, alternative="greater").pvalue
        assert found.greater[place] == pytest.approx(greater, rel=1e-8, abs=1e-300), cells


def test_mid_p_by_its_definition() -> None:
    tables = np.random.default_rng(6).integers(1, 15, (200, 4))
    found = fisher_exact(*tables.T)
    for place, (a, b, c, d) in enumerate(tables):
        law = stats.hypergeom(a + b + c + d, a + b, a + c)
        every = law.pmf(np.arange(a + min(b, c) + 1))
        seen = law.pmf(a)
        is_tied = np.isclose(every, seen, rtol=1e-7)
        both = every[(every < seen) | is_tied].sum() - seen / 2
        assert found.mid_p_two_sided[place] == pytest.approx(both)
        assert found.mid_p_greater[place] == pytest.approx(law.sf(a) + seen / 2)


def test_association_takes_the_exact_test_only_for_small_cells() -> None:
    tables = drawn_tables(7, 300)
    found = association(*tables.T)
    small = tables.min(axis=1) < 5
    assert found.is_exact.tolist() == small.tolist()
    assert small.any()
    assert not small.all()
    for place in np.flatnonzero(~small):
        plain = stats.chi2_contingency(tables[place].reshape(2, 2), correction=False)
        assert found.p_value[place] == pytest.approx(plain.pvalue, rel=1e-8, abs=1e-300)
    assert (found.p_value[small] == fisher_exact(*tables[small].T).mid_p_two_sided).all()


def test_benjamini_hochberg_as_statsmodels_and_scipy() -> None:
    p = np.random.default_rng(8).beta(0.5, 2.0, 500)
    q = benjamini_hochberg(p)
    assert q == pytest.approx(multipletests(p, method="fdr_bh")[1])
    assert q == pytest.approx(stats.false_discovery_control(p))
    with_gaps = np.insert(p, [0, 100, 500], np.nan)
    assert benjamini_hochberg(with_gaps) == pytest.approx(np.insert(q, [0, 100, 500], np.nan), nan_ok=True)


@pytest.mark.parametrize("minimum_count", [1, 2, 3])
@pytest.mark.parametrize("form", ["mixture_truncated", "component_truncated", "whole_table"])
def test_likelihood_as_scipy(form: Form, minimum_count: int) -> None:
    random = np.random.default_rng(9)
    n = random.integers(minimum_count, 30, 200)
    expected = np.exp(random.normal(-1, 2, 200))
    weight = random.integers(1, 4, 200).astype(float)
    theta = Theta(0.8, 0.15, 2.5, 2.8, 0.25)
    first = stats.nbinom(theta.shape_1, theta.rate_1 / (theta.rate_1 + expected))
    second = stats.nbinom(theta.shape_2, theta.rate_2 / (theta.rate_2 + expected))
    p = theta.mixing_share
    below = minimum_count - 1
    seen = p * first.pmf(n) + (1 - p) * second.pmf(n)
    if form == "mixture_truncated":
        seen = seen / (p * first.sf(below) + (1 - p) * second.sf(below))
    elif form == "component_truncated":
        seen = p * first.pmf(n) / first.sf(below) + (1 - p) * second.pmf(n) / second.sf(below)
    found, _ = log_likelihood(theta.point, Pairs.of(n, expected, weight), form, minimum_count)
    assert found == pytest.approx(weight @ np.log(seen), rel=1e-10)


def test_posterior_quantiles_as_scipy() -> None:
    random = np.random.default_rng(10)
    n = np.concatenate([np.zeros(10), np.ones(20), random.integers(0, 40, 60), random.integers(1000, 50_000, 10)])
    expected = np.exp(random.normal(0, 2.5, n.size))
    for theta in (
        Theta(0.8, 0.15, 2.5, 2.8, 0.25),
        Theta(45.0, 3.8, 1.6, 1.46, 0.0072),
        Theta(0.1, 0.02, 0.7, 1, 0.05),
    ):
        found = score(n, expected, Prior.given(*theta))
        for place in range(n.size):
            parts = (
                (found.q[place], stats.gamma(theta.shape_1 + n[place], scale=1 / (theta.rate_1 + expected[place]))),
                (1 - found.q[place], stats.gamma(theta.shape_2 + n[place], scale=1 / (theta.rate_2 + expected[place]))),
            )
            for level, value in ((0.05, found.eb05[place]), (0.95, found.eb95[place])):
                exact = optimize.brentq(
                    lambda x, level=level, parts=parts: sum(w * law.cdf(x) for w, law in parts) - level,
                    0.5 * value,
                    2 * value,
                    xtol=1e-300,
                    rtol=1e-13,
                )
                assert value == pytest.approx(exact, rel=1e-8)
