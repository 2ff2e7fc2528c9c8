"""The binomial probability against exact arithmetic, from a handful of trials to ten million."""

from __future__ import annotations

import math
import subprocess
import sys
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from transforms.statistics.binomial import binomial_probability


def _exact(k: int, n: int, success: int, total: int) -> float:
    if n <= 2000:
        chance = Fraction(success, total)
        return float(math.comb(n, k) * chance**k * (1 - chance) ** (n - k))
    with localcontext() as context:
        context.prec = 60
        chance = Decimal(success) / Decimal(total)
        return float(Decimal(math.comb(n, k)) * chance**k * (1 - chance) ** (n - k))


@pytest.mark.parametrize(
    ("k", "n", "success", "total"),
    [
        (0, 1, 1, 3),
        (1, 1, 1, 3),
        (3, 5, 1, 2),
        (15, 16, 9, 10),
        (16, 40, 2, 5),
        (0, 1000, 3, 1000),
        (1000, 1000, 999, 1000),
        (170, 1500, 1, 9),
        (1499, 1500, 8, 9),
        (3, 200_000, 41, 1_000_000),
        (60, 10_000_000, 50, 10_000_000),
        (0, 10_000_000, 50, 10_000_000),
        (400, 20_000_000, 300, 20_000_000),
    ],
)
def test_against_exact_arithmetic(k, n, success, total):
    found = binomial_probability(
        np.array([k]), np.array([n]), np.array([success / total]), np.array([(total - success) / total])
    )
    assert found[0] == pytest.approx(_exact(k, n, success, total), rel=2e-13)


def test_probabilities_sum_to_one_and_are_zero_outside():
    n, p = 300.0, 0.07
    k = np.arange(-2, 304, dtype=np.float64)
    found = binomial_probability(k, np.full_like(k, n), np.full_like(k, p), np.full_like(k, 1 - p))
    assert found.sum() == pytest.approx(1.0, rel=1e-13)
    assert found[[0, 1, -1, -2, -3]].tolist() == [0.0] * 5


def test_the_statistics_load_without_scipy_stats():
    """It takes as long to load as all else that they need."""
    code = "import sys, transforms.statistics; sys.exit('scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
