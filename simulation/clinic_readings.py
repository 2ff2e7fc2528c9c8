"""Vital signs and scores of made-up sessions, and what a correct reader must find in them.

A rise is a whole number, drawn from a normal distribution between patients and within them, and the reading at the
peak is the baseline plus that rise; every other reading stays below it. So the planted share of sessions above a
threshold is that of the rounded normal distribution, to about one in ten thousand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simulation.clinic_planted import Floats, Tendency, normal, tendency
from simulation.clinic_scenario import ClinicScenario
from simulation.clinic_sessions import Visits, nulled, own_tendencies
from simulation.stream import Bools, Ints, Stream

_BASELINE_MINUTE = -10
_EARLIER_MINUTE = -35
_SHAPE_MINUTES = np.array([10, 20, 30, 60, 80, 100, 120])
"""Minutes of readings beside the one before dosing and the one at the peak."""

_LOWEST_DIASTOLIC = 24
"""No rise ends below it, so that with noise every reading is one that the contract takes for a pressure."""

_PEAK_JITTER = 9
_NOISE = 3
_FLOOR = 6
"""Readings beside the peak stay below this rise where the peak itself is lower."""


@dataclass(frozen=True)
class Readings:
    """What was measured.

    Attributes:
        vital: the contract's vital columns, and ``session``, the row of the session.
        scale: the contract's scale columns, and ``session``.
        found: measure to whether it happened, per session; 2 where it cannot be told.
    """

    vital: pl.DataFrame
    scale: pl.DataFrame
    found: dict[str, NDArray[np.uint8]]


def readings(stream: Stream, seen: Visits, scenario: ClinicScenario) -> Readings:
    """Draw the readings and scores of all sessions."""
    no_baseline = stream.chance(seen.size, scenario.no_baseline)
    no_pressure = stream.chance(seen.size, scenario.no_pressure_at_baseline) & ~no_baseline
    vital, found = _vitals(stream, seen, scenario, no_baseline, no_pressure)
    scale, scored = _scores(stream, seen, scenario, no_baseline)
    return Readings(vital, scale, found | scored)


def _rise(stream: Stream, seen: Visits, moments: tuple[float, float, float]) -> Ints:
    mean, between, within = moments
    own = normal(stream, seen.patient.height)[seen.owner]
    return np.asarray(np.round(mean + between * own + within * normal(stream, seen.size)), dtype=np.int64)


def _vitals(
    stream: Stream, seen: Visits, scenario: ClinicScenario, no_baseline: Bools, no_pressure: Bools
) -> tuple[pl.DataFrame, dict[str, NDArray[np.uint8]]]:
    size = seen.size
    own = normal(stream, seen.patient.height)[seen.owner]
    systolic = np.clip(np.round(124 + 9 * own + 8 * normal(stream, size)), 95, 170).astype(np.int64)
    pulse_pressure = np.clip(np.round(46 + 7 * normal(stream, size)), 28, 66).astype(np.int64)
    diastolic = systolic - pulse_pressure
    heart = np.clip(np.round(74 + 10 * normal(stream, size)), 45, 125).astype(np.int64)
    rise = np.clip(_rise(stream, seen, scenario.systolic_rise), -20, 95)
    low_rise = np.minimum(np.clip(_rise(stream, seen, scenario.diastolic_rise), -12, 80), rise + pulse_pressure - 6)
    low_rise = np.maximum(low_rise, _LOWEST_DIASTOLIC - diastolic)
    heart_rise = np.clip(_rise(stream, seen, scenario.heart_rate_rise), -15, 80)
    peak = np.array([one.peak_minute for one in scenario.regimens])[seen.regimen]
    peak = peak - _PEAK_JITTER // 2 + stream.below(size, _PEAK_JITTER)
    peak += np.isin(peak, _SHAPE_MINUTES)
    minutes = np.column_stack([np.broadcast_to(_SHAPE_MINUTES, (size, len(_SHAPE_MINUTES))), peak])
    shape = _shape(minutes, peak[:, None])
    at_peak = minutes == peak[:, None]

    def course(base: Ints, rises: Ints) -> Ints:
        noise = stream.below(minutes.size, 2 * _NOISE + 1).reshape(minutes.shape) - _NOISE
        beside = np.round(rises[:, None] * shape).astype(np.int64) + noise
        beside = np.minimum(beside, np.maximum(rises, _FLOOR)[:, None] - 1)
        return np.asarray(base[:, None] + np.where(at_peak, rises[:, None], beside))

    above, beats = course(systolic, rise), course(heart, heart_rise)
    below = np.minimum(course(diastolic, low_rise), above - 5)
    oxygen = (
        96
        + stream.below(minutes.size, 5).reshape(minutes.shape)
        - 3 * stream.chance(minutes.size, 0.02).reshape(minutes.shape)
    )
    session = np.arange(size)
    later = _frame(np.repeat(session, minutes.shape[1]), minutes, above, below, beats, oxygen)
    has_one = ~no_baseline
    first = _frame(
        session[has_one], np.full(has_one.sum(), _BASELINE_MINUTE), systolic[has_one], diastolic[has_one],
        heart[has_one], np.full(has_one.sum(), 98),
    )  # fmt: skip
    first = first.with_columns(
        nulled(first[name].to_numpy(), no_pressure[has_one]).alias(name) for name in ("systolic_mmhg", "diastolic_mmhg")
    )
    # A reading of half an hour before, and one in the minute of dosing: neither is the baseline.
    early = has_one & ~no_pressure & stream.chance(size, 0.1)
    earlier = _frame(session[early], np.full(early.sum(), _EARLIER_MINUTE), systolic[early] + 9, diastolic[early] + 4,
                     heart[early] + 12, np.full(early.sum(), 97))  # fmt: skip
    start = stream.chance(size, 0.25)
    at_start = _frame(session[start], np.zeros(start.sum(), dtype=np.int64), systolic[start] + 2, diastolic[start] + 1,
                      heart[start] + 3, np.full(start.sum(), 97))  # fmt: skip
    vital = pl.concat([earlier, first, at_start, later]).sort("session", "minute_offset")
    after = np.where(start[:, None], np.column_stack([systolic + 2]), 0)
    highest = np.maximum(above.max(axis=1), after[:, 0])
    low_after = np.where(start, diastolic + 1, 0)
    lowest_heart = np.where(start, heart + 3, 0)
    fast = ((beats >= 100) & (beats - heart[:, None] >= 20)).any(axis=1) | (
        (lowest_heart >= 100) & (lowest_heart - heart >= 20)
    )
    highest_low = np.maximum(below.max(axis=1), low_after)
    untold = no_baseline | no_pressure
    return vital, {
        "systolic_rise_20": _told(highest - systolic >= 20, untold),
        "systolic_rise_40": _told(highest - systolic >= 40, untold),
        "diastolic_rise_25": _told(highest_low - diastolic >= 25, untold),
        "systolic_180": _told(highest >= 180, np.zeros(size, dtype=np.bool_)),
        "diastolic_110": _told(highest_low >= 110, np.zeros(size, dtype=np.bool_)),
        "pressure_165_100": _told((highest >= 165) | (highest_low >= 100), np.zeros(size, dtype=np.bool_)),
        "tachycardia": _told(fast, no_baseline),
    }


def _shape(minutes: Ints, peak: Ints) -> Floats:
    """Share of the rise: straight up to the peak, half of it gone every half hour after it."""
    up = minutes / peak
    return np.asarray(np.where(minutes <= peak, up, 0.5 ** ((minutes - peak) / 30)))


def _frame(session: Ints, minute: Ints, above: Ints, below: Ints, beats: Ints, oxygen: Ints) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "session": session.astype(np.int32),
            "minute_offset": minute.ravel().astype(np.int16),
            "systolic_mmhg": above.ravel().astype(np.int16),
            "diastolic_mmhg": below.ravel().astype(np.int16),
            "heart_rate_bpm": beats.ravel().astype(np.int16),
            "spo2_percent": np.minimum(oxygen, 100).ravel().astype(np.int16),
        }
    )


def _told(happened: Bools, untold: Bools) -> NDArray[np.uint8]:
    return np.where(untold, 2, happened).astype(np.uint8)


def _scores(
    stream: Stream, seen: Visits, scenario: ClinicScenario, no_baseline: Bools
) -> tuple[pl.DataFrame, dict[str, NDArray[np.uint8]]]:
    size, session = seen.size, np.arange(seen.size)
    dissociated = _happens(stream, seen, scenario, scenario.cadss)
    scored = stream.chance(size, scenario.scored)
    # A few are above 4 before dosing: only a score above that one is dissociation by the drug.
    before = np.where(stream.chance(size, 0.03), 5 + stream.below(size, 3), stream.below(size, 3))
    high = np.maximum(before, 4) + 1 + stream.below(size, 40)
    quiet = np.where(before > 4, before, stream.below(size, 5))
    middle = np.where(dissociated, high, quiet)
    late = np.minimum(stream.below(size, 4), middle)
    based = scored & ~no_baseline
    frames = [
        _score(session[based], "CADSS", -15, before[based]),
        _score(session[scored], "CADSS", 40, middle[scored]),
        _score(session[scored], "CADSS", 110, late[scored]),
    ]
    sedated = _happens(stream, seen, scenario, scenario.moaas)
    observed = stream.chance(size, scenario.observed)
    lowest = np.where(sedated, 4 - stream.below(size, 3), 5)
    # Drowsy before dosing is no sedation by the drug.
    drowsy = observed & ~no_baseline
    frames += [
        _score(session[drowsy], "MOAA/S", -5, np.where(stream.chance(size, 0.01), 4, 5)[drowsy]),
        _score(session[observed], "MOAA/S", 30, lowest[observed]),
        _score(session[observed], "MOAA/S", 90, np.full(observed.sum(), 5)),
    ]
    short = stream.chance(size, 0.05)
    frames += [
        _score(session[short], "CADSS-6", 40, stream.below(size, 15)[short]),
        _score(session[short], "BPRS+", 60, stream.below(size, 10)[short]),
    ]
    told = _told(dissociated, ~(scored & ~no_baseline)), _told(sedated, ~observed)
    return pl.concat(frames).sort("session", "scale", "minute_offset"), dict(
        zip(("cadss_above_4", "moaas_below_5"), told, strict=True)
    )


def _score(session: Ints, scale: str, minute: int, score: Ints) -> pl.DataFrame:
    return pl.DataFrame({"session": session.astype(np.int32), "score": score.astype(np.int16)}).with_columns(
        pl.lit(scale).alias("scale"), pl.lit(minute, pl.Int16).alias("minute_offset")
    ).select("session", "scale", "minute_offset", "score")  # fmt: skip


def _happens(stream: Stream, seen: Visits, scenario: ClinicScenario, rates: dict[str, float]) -> Bools:
    own, weight = own_tendencies(stream, seen.patient.height, scenario.shared)
    tendencies = own + weight * normal(stream, seen.patient.height)
    return drawn(stream, seen, scenario, {drug: tendency(rate, scenario) for drug, rate in rates.items()}, tendencies)


def drawn(stream: Stream, seen: Visits, scenario: ClinicScenario, by_drug: dict[str, Tendency], own: Floats) -> Bools:
    """Sessions in which something happens, by the tendencies of drugs and patients."""
    drug = np.array([one.drug for one in scenario.regimens])[seen.regimen]
    chance = np.zeros(seen.size)
    for name, one in by_drug.items():
        here = drug == name
        chance[here] = one.chance(own[seen.owner[here]], seen.is_first[here])
    return stream.chance(seen.size, chance)
