"""A table of substances and terms with counts drawn from a known prior, to time the statistics alone."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.statistics import Prior, association, benjamini_hochberg, fit_prior, score, simulate_pairs, whole_table
from transforms.statistics import measures as measures_of

_TRUTH = Prior.given(0.6, 0.7, 2.5, 1.8, 0.35)
_CASES = 10_000_000
_TERMS = 5_000
_SEED = 20_190_305


class Pairs(NamedTuple):
    """Pairs that occur, and the margins of their table."""

    a: NDArray[np.float64]
    substance: NDArray[np.int64]
    term: NDArray[np.int64]
    exposed: NDArray[np.float64]
    happened: NDArray[np.float64]


def draw(wanted: int) -> Pairs:
    """Substances are added until ``wanted`` pairs occur; margins fall as 1 / rank does, as those of FAERS nearly do."""
    happened = np.rint(_CASES * 0.03 / np.arange(1, _TERMS + 1) ** 0.9) + 1
    random = np.random.default_rng(_SEED)
    counts: list[NDArray[np.float64]] = []
    substances: list[NDArray[np.int64]] = []
    terms: list[NDArray[np.int64]] = []
    exposed: list[float] = []
    found = 0
    while found < wanted:
        number = len(exposed)
        cases = float(np.rint(np.exp(random.normal(8.0, 1.6)))) + 3
        drawn = simulate_pairs(cases * happened / _CASES, _TRUTH, _SEED + number).n
        n = np.minimum(drawn, np.minimum(cases, happened))
        at = np.flatnonzero(n)[: wanted - found]
        counts.append(n[at])
        terms.append(at)
        substances.append(np.full(at.size, number))
        exposed.append(cases)
        found += at.size
    return Pairs(np.concatenate(counts), np.concatenate(substances), np.concatenate(terms), np.array(exposed), happened)


def fit_and_score(wanted: int) -> dict[str, float]:
    """Seconds of the fit to the whole table, and of the scores of every pair that occurs."""
    pairs = draw(wanted)
    begin = time.perf_counter()
    cpu = time.process_time()
    table = whole_table(pairs.a, pairs.substance, pairs.term, pairs.exposed, pairs.happened, _CASES)
    prior = fit_prior(table.n, table.expected, weights=table.weights, form="whole_table")
    fitted = time.perf_counter()
    score(pairs.a, pairs.exposed[pairs.substance] * pairs.happened[pairs.term] / _CASES, prior)
    end = time.perf_counter()
    return {
        "pairs": float(pairs.a.size),
        "fit_seconds": fitted - begin,
        "score_seconds": end - fitted,
        "fit_and_score_seconds": end - begin,
        "fit_and_score_cpu_seconds": time.process_time() - cpu,
        "is_converged": float(prior.converged),
    }


def measure_all(wanted: int) -> dict[str, float]:
    """Seconds of every measure without a prior, and of the q-values."""
    pairs = draw(wanted)
    exposed, happened = pairs.exposed[pairs.substance], pairs.happened[pairs.term]
    b, c = exposed - pairs.a, happened - pairs.a
    d = _CASES - exposed - happened + pairs.a
    begin = time.perf_counter()
    measures_of(pairs.a, b, c, d)
    measured = time.perf_counter()
    benjamini_hochberg(association(pairs.a, b, c, d).p_value)
    return {
        "pairs": float(pairs.a.size),
        "measures_seconds": measured - begin,
        "q_value_seconds": time.perf_counter() - measured,
    }
