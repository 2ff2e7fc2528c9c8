"""Adverse events that made-up clinics report: named by group, by preferred term or by both."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

import reference
from simulation.clinic_planted import normal, tendency
from simulation.clinic_readings import drawn
from simulation.clinic_scenario import ClinicScenario, Course
from simulation.clinic_sessions import Visits, nulled, own_tendencies
from simulation.stream import Ints, Stream, weighted
from vocabulary.tables.clinic import ACTIONS, OUTCOMES

_MOST_MINUTES = 1440
_ACTION_WEIGHTS = (60, 22, 10, 3, 2, 2, 0.7, 0.3)
_OUTCOME_WEIGHTS = (90, 5, 2, 0.5, 0, 2.5)
_BROAD_SHARE = 0.004


@cache
def terms_of(side_effect: str) -> tuple[str, ...]:
    """Label-style terms of this side effect that are in no other: naming one counts for it alone."""
    label = reference.read("side_effect_term").filter(pl.col("definition") != "broad")
    owners = label.group_by("term").agg(pl.col("side_effect").n_unique().alias("owners"))
    alone = label.join(owners.filter(pl.col("owners") == 1), on="term", maintain_order="left")
    return tuple(alone.filter(pl.col("side_effect") == side_effect)["term"])


@cache
def broad_terms() -> tuple[str, ...]:
    """Terms that only broad definitions have: reported without a group they count for none."""
    terms = reference.read("side_effect_term")
    narrow = terms.filter(pl.col("definition") != "broad")["term"].to_list()
    return tuple(sorted(set(terms["term"]) - set(narrow)))


def events(stream: Stream, seen: Visits, scenario: ClinicScenario) -> tuple[pl.DataFrame, dict[str, NDArray[np.uint8]]]:
    """Draw the events of all sessions.

    Returns:
        The contract's event columns with ``session``, and side effect to whether it was reported, per session.
    """
    shared, weight = own_tendencies(stream, seen.patient.height, scenario.shared)
    found: dict[str, NDArray[np.uint8]] = {}
    frames = []
    for side_effect in reference.read("side_effect")["side_effect"].to_list():
        tendencies = shared + weight * normal(stream, seen.patient.height)
        by_drug = {drug: tendency(rates[side_effect], scenario) for drug, rates in scenario.incidence.items()}
        happened = drawn(stream, seen, scenario, by_drug, tendencies)
        found[side_effect] = happened.astype(np.uint8)
        session = np.flatnonzero(happened)
        session = np.sort(np.concatenate([session, session[stream.chance(len(session), 0.05)]]))
        frames.append(_named(stream, side_effect, session, scenario))
    beside = np.flatnonzero(stream.chance(seen.size, _BROAD_SHARE))
    term = np.array(broad_terms())[stream.below(len(beside), len(broad_terms()))]
    told = _told(stream, beside, scenario.other_course, scenario)
    frames.append(
        told.with_columns(pl.lit(None, pl.String).alias("side_effect"), pl.Series("term", term.tolist(), pl.String))
    )
    columns = ["session", "side_effect", "term", "severity", "onset_minute", "resolved_minute", "serious", "action"]
    whole = pl.concat([frame.select(*columns, "outcome") for frame in frames])
    key = ["session", "side_effect", "term", "onset_minute"]
    return whole.unique(key, keep="first", maintain_order=True).sort(key, nulls_last=True), found


def _named(stream: Stream, side_effect: str, session: Ints, scenario: ClinicScenario) -> pl.DataFrame:
    size = len(session)
    told = _told(stream, session, scenario.course(side_effect), scenario)
    terms = terms_of(side_effect)
    way = stream.below(size, 3)
    term = np.array(terms or [""])[stream.below(size, max(len(terms), 1))]
    return told.with_columns(
        nulled(np.full(size, side_effect), (way == 1) & bool(terms)).alias("side_effect"),
        nulled(term, (way == 0) | (not terms)).alias("term"),
    )


def _told(stream: Stream, session: Ints, course: Course, scenario: ClinicScenario) -> pl.DataFrame:
    size = len(session)
    onset = course.onset[0] + stream.below(size, course.onset[1] - course.onset[0] + 1)
    end = onset + course.lasts[0] + stream.below(size, course.lasts[1] - course.lasts[0] + 1)
    severity = 1 + stream.pick(size, weighted(scenario.severity))
    unknown, endless = stream.chance(size, 0.03), stream.chance(size, 0.02)
    return pl.DataFrame(
        {
            "session": session.astype(np.int32),
            "severity": severity.astype(np.int16),
            "onset_minute": nulled(onset.astype(np.int16), unknown),
            "resolved_minute": nulled(end.astype(np.int16), unknown | endless | (end > _MOST_MINUTES)),
            "serious": (severity == 3) & stream.chance(size, 0.05),
            "action": np.array(ACTIONS)[stream.pick(size, weighted(_ACTION_WEIGHTS))].tolist(),
            "outcome": np.array(OUTCOMES)[stream.pick(size, weighted(_OUTCOME_WEIGHTS))].tolist(),
        },
        schema_overrides={"action": pl.String, "outcome": pl.String},
    )
