"""Invariants of the Weibull fit, and the trend against a plain Python count of made-up sightings in any order."""

from __future__ import annotations

import random
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.spec.time_cases import deletion, lookups, sighting, together
from transforms.statistics import weibull

QUARTERS = ("2012q3", "2012q4", "2019q1", "2020q2", "2020q3")
SCOPES = {"primary_suspect": {"PS"}, "suspect": {"PS", "SS"}, "any": {"PS", "SS", "C"}}
TERMS = {"single_term": {"Nausea"}, "label_style": {"Nausea", "Vomiting"}, "broad": {"Nausea", "Vomiting", "Retching"}}

days = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 3000)), min_size=3, max_size=60).filter(
    lambda found: max(found) - min(found) > 1
)


def fit(lower, upper, cases=None):
    cases = np.ones(len(lower)) if cases is None else cases
    found = weibull(lower, upper, cases, np.zeros(len(lower), dtype=int), 1, minimum_cases=2)
    assert found.undefined_reason[0] is None
    return np.array([found.shape[0], found.lower_95[0], found.upper_95[0], found.scale[0]])


@given(days, st.floats(1e-2, 1e2), st.floats(0.3, 3), st.randoms(use_true_random=False))
def test_units_powers_order_and_repetition(values, factor, power, source):
    begin = np.array(values, dtype=float)
    expected = fit(begin, begin + 1)
    shape, lower, upper, scale = expected
    assert 0 < lower < shape < upper
    np.testing.assert_allclose(fit(begin * factor, (begin + 1) * factor), [shape, lower, upper, scale * factor], 1e-6)
    np.testing.assert_allclose(
        fit(begin**power, (begin + 1) ** power), [shape / power, lower / power, upper / power, scale**power], 1e-5
    )
    source.shuffle(values)
    begin = np.array(values, dtype=float)
    np.testing.assert_allclose(fit(begin, begin + 1), expected, 1e-6)
    distinct, counts = np.unique(begin, return_counts=True)
    np.testing.assert_allclose(fit(distinct, distinct + 1, counts), expected, 1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_trend_is_a_plain_count_whatever_the_order_of_lines(literal_warehouse, seed):
    chance = random.Random(seed)
    seen = [_made_up(chance, case) for case in range(1, 60)]
    lines = [line for versions in seen for line in versions]
    parts = [sighting(quarter, case, drugs, terms, version=version) for quarter, case, version, drugs, terms in lines]
    gone = chance.sample(range(1, 60), 6)
    parts += [deletion(QUARTERS[-1], case) for case in gone]
    chance.shuffle(parts)
    connection = literal_warehouse(together(*parts), ["mart.signal_trend"], lookups())
    found = connection.execute(
        "SELECT definition, role_scope, quarter, a, b, c, d FROM mart.signal_trend WHERE exposure = 'ketamine'"
    ).fetchall()
    assert {row[:3]: row[3:] for row in found} == _counted(seen, gone)


def _made_up(chance, case):
    versions = sorted(chance.sample(range(len(QUARTERS)), chance.randint(1, 3)))
    return [
        (
            QUARTERS[place],
            case,
            number,
            [(chance.choice(["PS", "SS", "C", "DN"]), chance.choice(["ketamine", "sertraline"])) for _ in range(2)],
            chance.sample(["Nausea", "Vomiting", "Retching", "Rash"], chance.randint(0, 2)),
        )
        for number, place in enumerate(versions, start=1)
    ]


def _counted(seen, gone):
    """Cells by definition, scope and quarter; a report without PS has it given to its first drug that was taken."""
    cells = {}
    for definition, terms in TERMS.items():
        for scope, roles in SCOPES.items():
            entered = {quarter: [0, 0, 0, 0] for quarter in sorted({line[0] for lines in seen for line in lines})}
            for lines in seen:
                first, (_, case, _, drugs, reported) = lines[0][0], lines[-1]
                given = [drug for drug in drugs if drug[0] != "DN"]
                if given and not any(role == "PS" for role, _ in given):
                    given[0] = ("PS", given[0][1])
                if not given or not reported or case in gone:
                    continue
                is_exposed = any(role in roles and name == "ketamine" for role, name in given)
                entered[first][2 * (not is_exposed) + (not terms & set(reported))] += 1
            sums = accumulate(entered.values(), lambda total, new: [x + y for x, y in zip(total, new, strict=True)])
            cells |= {(definition, scope, quarter): tuple(total) for quarter, total in zip(entered, sums, strict=True)}
    return cells
