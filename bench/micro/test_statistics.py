"""Ten thousand pairs at a time, as many as the pairs of one substance and every term."""

from __future__ import annotations

import numpy as np
import pytest

from bench.pairs import draw
from transforms.incidence import wilson
from transforms.statistics import fit_prior, measures, score, two_drug_interaction

PAIRS = 10_000


@pytest.fixture(scope="module")
def cells():
    pairs = draw(PAIRS)
    exposed, happened = pairs.exposed[pairs.substance], pairs.happened[pairs.term]
    b, c = exposed - pairs.a, happened - pairs.a
    return pairs.a, b, c, 10_000_000 - pairs.a - b - c


@pytest.fixture(scope="module")
def expected(cells):
    a, b, c, d = cells
    return (a + b) * (a + c) / (a + b + c + d)


def test_measures_without_a_prior(benchmark, cells):
    benchmark(measures, *cells)


def test_fit_of_the_prior(benchmark, cells, expected):
    benchmark.pedantic(fit_prior, (cells[0], expected), {"minimum_count": 1}, rounds=3)


def test_ebgm_and_its_bounds(benchmark, cells, expected):
    prior = fit_prior(cells[0], expected, minimum_count=1)
    benchmark(score, cells[0], expected, prior)


def test_wilson_interval(benchmark, cells):
    benchmark(wilson, cells[0], cells[0] + cells[1])


def test_interaction(benchmark, cells):
    a, b, c, d = (np.rint(cell) for cell in cells)
    benchmark(two_drug_interaction, a, b, c, d, a, b, c, d)
