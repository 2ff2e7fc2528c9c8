"""What was planted is what the published file says: rates in their intervals, confounding and masking seen through."""

from __future__ import annotations

import polars as pl
import pytest

from simulation.faers import simulate
from vocabulary.quarter import Quarter

QUARTER = Quarter(2022, 4)

LEAST_EXPECTED = 5
"""Expected cases of a pair below which log-normal intervals are not claimed to hold 95 %."""


@pytest.fixture(scope="module")
def large(tmp_path_factory, run_on):
    """One quarter of a quarter of a million reports, undamaged."""
    folder = tmp_path_factory.mktemp("planted")
    simulate(folder / "source", [QUARTER], 250_000, seed=11)
    return run_on(folder / "source", folder / "home")


@pytest.fixture(scope="module")
def known_pairs(large):
    """Measures of pairs whose true odds ratio is known: planted ones, and terms that nothing adds with any drug.

    The truth of the IC is the log of the expected a over the expected E: with the planted share p of the exposed, the
    share b of the others and the exposed part of the universe x, log2(p / (x p + (1 - x) b)).
    """
    planted = large.truth["planted"]
    rates = [
        (pair["ingredient"].lower(), pair["term"], pair["share_without"][str(QUARTER)], pair["probability"])
        for pair in planted["pair"]
    ]
    known = pl.DataFrame(rates, schema=["substance", "term", "without", "added"], orient="row")
    with large.open() as connection:
        signals = connection.sql(
            "SELECT lower(substance) AS substance, term, a, b, c, d, expected, ror_lower_95, ror_upper_95, "
            "ic_lower_95, ic_upper_95 FROM mart.drug_event_signal"
        ).pl()
    share = 1 - (1 - pl.col("without")) * (1 - pl.col("added"))
    odds = share / (1 - share) * (1 - pl.col("without")) / pl.col("without")
    exposed = (pl.col("a") + pl.col("b")) / pl.sum_horizontal("a", "b", "c", "d")
    overall = exposed * share + (1 - exposed) * pl.col("without")
    with_effect = signals.join(known, on=["substance", "term"]).with_columns(
        truth=odds, ic_truth=(share / overall).log(2)
    )
    nothing = signals.filter(pl.col("term").is_in(planted["independent_term"])).with_columns(
        truth=pl.lit(1.0), ic_truth=pl.lit(0.0)
    )
    both = pl.concat([with_effect, nothing], how="diagonal").with_columns(is_planted=pl.col("added").is_not_null())
    # Chosen by what is expected of the pair, never by what came: choosing by a would bias the share.
    mean = pl.col("expected") * 2 ** pl.col("ic_truth")
    return both.filter((mean >= LEAST_EXPECTED) & (pl.col("expected") >= LEAST_EXPECTED))


@pytest.mark.parametrize(("measure", "truth"), [("ror", "truth"), ("ic", "ic_truth")])
def test_intervals_hold_the_truth(known_pairs, measure, truth):
    holds = (pl.col(f"{measure}_lower_95") <= pl.col(truth)) & (pl.col(truth) <= pl.col(f"{measure}_upper_95"))
    shares = known_pairs.select(
        all=holds.mean(),
        planted=holds.filter(pl.col("is_planted")).mean(),
        count=pl.len(),
        pairs=pl.col("is_planted").sum(),
    ).row(0, named=True)
    assert shares["count"] >= 500, shares
    assert shares["pairs"] >= 50, shares
    assert 0.93 <= shares["all"] <= 0.97, shares
    assert shares["planted"] >= 0.88, shares


def _ketamine(large, comparator, context, side_effect, definition="label_style"):
    with large.open() as connection:
        rows = connection.execute(
            "SELECT a, ror_lower_95, ror, ror_upper_95, meets_ror, meets_ic FROM mart.side_effect_comparison "
            "WHERE exposure = 'ketamine' AND comparator = $comparator AND context = $context AND route_group = 'all' "
            "AND side_effect = $side_effect AND definition = $definition AND role_scope = 'suspect'",
            {"comparator": comparator, "context": context, "side_effect": side_effect, "definition": definition},
        ).fetchall()
    (row,) = rows
    return dict(zip(("a", "lower", "ror", "upper", "meets_ror", "meets_ic"), row, strict=True))


@pytest.mark.parametrize("side_effect", ["suicidality", "anxiety"])
def test_confounding_by_indication_is_seen_through(large, side_effect):
    """Ketamine adds neither; the conditions that it is given for do."""
    rest = _ketamine(large, "rest", "all", side_effect)
    assert rest["meets_ror"]
    assert rest["meets_ic"]
    assert rest["a"] > 50
    active = _ketamine(large, "ssri", "depression", side_effect)
    assert active["a"] > 30
    assert active["lower"] < 1 < active["upper"]
    assert not active["meets_ror"]
    assert not active["meets_ic"]


def test_what_ketamine_does_is_seen_inside_a_context_too(large):
    assert _ketamine(large, "ssri", "depression", "dissociation")["meets_ror"]


def test_a_masked_signal_appears_when_esketamine_leaves(large):
    with large.open() as connection:
        rows = connection.execute(
            "SELECT esketamine_cases, a, meets_ror, meets_ic FROM mart.side_effect_sensitivity "
            "WHERE exposure = 'ketamine' AND comparator = 'rest' AND side_effect = 'vision_perception' "
            "AND definition = 'single_term' AND role_scope = 'suspect' AND duplicates = 'kept' AND literature = 'kept' "
            "AND reporters = 'all' AND seriousness = 'all' ORDER BY esketamine_cases"
        ).fetchall()
    (kept, removed) = rows
    assert kept[0] == "kept"
    assert not kept[2]
    assert not kept[3]
    assert removed[0] == "removed"
    assert removed[2]
    assert removed[3]


def test_robustness_names_the_choice_that_matters(large):
    with large.open() as connection:
        (masked,) = connection.execute(
            "SELECT ror_variant_count, variant_count FROM mart.side_effect_robustness "
            "WHERE exposure = 'ketamine' AND comparator = 'rest' AND side_effect = 'vision_perception'"
        ).fetchall()
        (sure,) = connection.execute(
            "SELECT ror_variant_count, variant_count, most_moving_choice FROM mart.side_effect_robustness "
            "WHERE exposure = 'esketamine' AND comparator = 'rest' AND side_effect = 'dissociation'"
        ).fetchall()
    assert 0 < masked[0] < masked[1]
    assert sure == (144, 144, "definition")
