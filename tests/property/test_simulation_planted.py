"""What is planted is what comes out: relative rates of pairs, terms that nothing adds, contexts told by indications."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.casebook import Casebook, Plan
from simulation.contents import Contents, fill
from simulation.drugs import drug_book
from simulation.effects import independent_terms, planted_pairs
from simulation.scenario import CONTEXTS, STANDARD
from simulation.stream import Stream
from simulation.terms import indication_book
from simulation.world import World
from vocabulary.quarter import Quarter

QUARTER = Quarter(2022, 4)


@pytest.fixture(scope="module")
def world() -> World:
    return World(STANDARD)


@pytest.fixture(scope="module")
def drawn(world: World) -> tuple[Plan, Contents]:
    book = Casebook(lambda _: None)
    plan = book.plan(QUARTER, 120_000, Stream(2, "cases"), lambda draws, size: world.main_draw(draws, QUARTER, size))
    return plan, fill(plan, QUARTER, world, Stream(2, "contents"))


def score(cases: int, both: int, exposed: int, carrying: int, odds_ratio: float) -> float | None:
    """How many standard errors the log odds ratio lies from the planted one; null where little is expected."""
    table = np.array([both, exposed - both, carrying - both, cases - exposed - carrying + both], dtype=float)
    if exposed * carrying / cases < 8 or table.min() == 0:
        return None
    return float((np.log(table[0] * table[3] / table[1] / table[2]) - np.log(odds_ratio)) / np.sqrt((1 / table).sum()))


def test_intervals_hold_the_planted_odds_ratios(world: World, drawn: tuple[Plan, Contents]) -> None:
    plan, contents = drawn
    cases = len(plan.reports)
    drugs = contents.drugs
    suspect = drugs.is_named & (drugs.role <= 1)
    # Reports without a row of either kind are in no universe.
    eligible = np.zeros(cases, dtype=bool)
    eligible[drugs.report[drugs.is_named]] = True
    has_term = np.zeros(cases, dtype=bool)
    has_term[contents.reaction[0]] = True
    eligible &= has_term
    universe = set(np.flatnonzero(eligible).tolist())
    carriers = {
        term: universe & set(contents.reaction[0][contents.reaction[1] == term].tolist())
        for term in {pair.term for pair in planted_pairs(STANDARD)} | set(independent_terms(STANDARD)[:60])
    }
    share = world.term_share(QUARTER)
    planted: list[float] = []
    nothing: list[float] = []
    for pair in planted_pairs(STANDARD):
        exposed = set(drugs.report[suspect & (drugs.ingredient == pair.ingredient)].tolist())
        exposed &= universe
        without = float(share[pair.term])
        with_drug = 1 - (1 - without) * (1 - pair.probability)
        odds_ratio = with_drug / (1 - with_drug) * (1 - without) / without
        for term, truth, scores in (
            (pair.term, odds_ratio, planted),
            *((term, 1.0, nothing) for term in independent_terms(STANDARD)[:60]),
        ):
            both = len(exposed & carriers[term])
            found = score(len(universe), both, len(exposed), len(carriers[term]), truth)
            if found is not None:
                scores.append(found)
    assert len(planted) > 30
    assert len(nothing) > 500
    assert np.mean(np.abs(nothing) < 1.96) == pytest.approx(0.95, abs=0.02)
    assert np.mean(np.abs(planted) < 1.96) > 0.85
    for scores in (planted, nothing):
        assert abs(np.mean(scores)) < 0.35


def test_a_context_is_told_by_the_indications_of_the_suspects(drawn: tuple[Plan, Contents]) -> None:
    plan, contents = drawn
    drugs = contents.drugs
    suspects = set(zip(drugs.report[drugs.role <= 1].tolist(), drugs.sequence[drugs.role <= 1].tolist(), strict=True))
    contexts = np.full(len(indication_book().terms), -1)
    for number, (_, terms) in enumerate(indication_book().choices):
        contexts[terms] = number
    report, sequence, term = contents.indication
    of_suspect = np.array([pair in suspects for pair in zip(report.tolist(), sequence.tolist(), strict=True)])
    own = plan.reports["context"][report]
    other, unknown = CONTEXTS.index("other"), CONTEXTS.index("unknown")
    assert set(contexts[term][(contexts[term] != other) & (contexts[term] != unknown)].tolist()) == set(range(6))
    fits = (contexts[term] == own) | (contexts[term] == unknown) | ((contexts[term] == other) & (own != unknown))
    assert fits[of_suspect].all()
    assert 0.01 < 1 - fits[~of_suspect].mean() < 0.1
    told = set(report[(contexts[term] == own) & (own != unknown)].tolist())
    with_drugs = set(drugs.report.tolist())
    assert told == with_drugs & set(np.flatnonzero(plan.reports["context"] != unknown).tolist())


def test_ketamine_and_esketamine_are_told_apart_and_frequent_enough(drawn: tuple[Plan, Contents]) -> None:
    plan, _ = drawn
    bits = {name: np.uint64(1 << drug_book().number(name)) for name in ("ketamine", "esketamine", "arketamine")}
    share = {name: float((plan.reports["suspect"] & bit != 0).mean()) for name, bit in bits.items()}
    assert 0.008 < share["ketamine"] < 0.03
    assert 0.005 < share["esketamine"] < 0.02
    assert 0 < share["arketamine"] < 0.002
