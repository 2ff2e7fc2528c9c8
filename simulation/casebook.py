"""Who is sighted in a quarter: new cases, follow-ups, repeats and conflicts, and what becomes of each case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import days_of, first_case_number, first_isr, ordinal
from simulation.layouts import FIRST_DELETED_LIST, era_of
from simulation.patients import draw_patients
from simulation.sightings import Exclusion, Records, current_of, joined, new_records, tally
from simulation.stream import Bools, Ints, Stream
from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter

FOLLOW_UP_SHARE = 0.165
_ENTERS_POOL, _LEAVES_POOL = 0.6, 0.35
_NONE = -1
_UNKNOWN_CASES = (3_000_000, 3_500_000)
"""Case numbers that no report ever has, for deleted lists."""
_OTHER_CASES = 3_500_000
"""First of the lower case numbers under which an ISR stands a second time."""

MainDraw = Callable[[Stream, int], tuple[Ints, Ints]]
"""Draws (context, ingredient number of the first drug) for so many new cases."""


@dataclass(frozen=True)
class Plan:
    """A quarter's sightings before they have content.

    Attributes:
        reports: one record per report with children, in file order.
        excluded: why a report does not count by its row alone, or -1.
        again: the case is sighted before, or twice in this quarter.
        direct: sent to FDA by a patient or professional, not by a manufacturer.
        followup: a version after the first.
        row_report: report of every DEMO row, in file order.
        row_kind: of every DEMO row: -1 the report itself, else why it is one row too many.
        row_case: case number that the row prints; -1 blank.
    """

    reports: Records
    excluded: Ints
    again: Bools
    direct: Bools
    followup: Bools
    row_report: Ints
    row_kind: Ints
    row_case: Ints

    @property
    def junk_versions(self) -> int:
        """DEMO rows whose version is no number."""
        return int((self.reports["version"][self.row_report] < 0).sum())


def few(size: int, share: float) -> int:
    """How many of a rare thing: its share, at least two where there is room."""
    return min(max(2, round(size * share)), size // 100)


def primary_ids(case: Ints, version: Ints) -> Ints:
    """Case number with the version appended."""
    shift = np.where(version < 10, 10, np.where(version < 100, 100, 1000))
    return np.asarray(case * shift + version, dtype=np.int64)


class Casebook:
    """Cases that may still be sighted again, the number series, and the exclusions so far.

    Memory is bounded by about one and a half quarters of records.
    """

    def __init__(self, settle: Callable[[Records], None]) -> None:
        self._settle = settle
        self._pool = new_records(0)
        self._touched: Ints = np.zeros(0, dtype=np.int64)
        self._next_case = self._next_isr = 0
        self._next_other = _OTHER_CASES
        self.exclusions: dict[int, NDArray[np.int64]] = {}

    def plan(self, quarter: Quarter, size: int, stream: Stream, draw_main: MainDraw) -> Plan:
        """Decide on ``size`` DEMO rows."""
        faers, at = era_of(quarter).is_faers, ordinal(quarter)
        duplicates = few(size, 0.0008)
        conflicts = few(size, 0.003 if quarter == FIRST_FAERS_QUARTER else 0.0003)
        others = 0 if faers else few(size, 0.002)
        seconds = few(size, 0.004)
        count = size - duplicates - conflicts - others
        followups, may_repeat = self._followups(
            quarter, stream, min(round(FOLLOW_UP_SHARE * count), len(self._pool) // 2)
        )
        fresh = self._fresh(quarter, stream, count - len(followups) - seconds, draw_main)
        excluded = np.full(len(fresh), _NONE)
        isr = np.full(len(fresh), _NONE)
        if not faers:
            excluded[: few(size, 0.0002)] = Exclusion.NO_CASE_ID
            self._move_isr(fresh, excluded, isr, stream, at, few(size, 0.0004))
        first = joined(followups, fresh)
        excluded = np.concatenate([np.full(len(followups), _NONE), excluded])
        isr = np.concatenate([np.full(len(followups), _NONE), isr])
        eligible = np.flatnonzero(
            (excluded == _NONE) & (isr == _NONE) & np.append(may_repeat, np.full(len(fresh), True))
        )
        chosen = eligible[stream.sample(seconds, len(eligible))]
        reports = joined(first, self._seconds(first[chosen], quarter, stream))
        again = np.arange(len(reports)) < len(followups)
        again[chosen] = True
        again[len(first) :] = True
        excluded = np.append(excluded, np.full(len(chosen), _NONE))
        isr = np.append(isr, np.full(len(chosen), _NONE))
        order = self._number(reports, isr, stream, quarter)
        reports, excluded, again = reports[order], excluded[order], again[order]
        followup = (reports["version"] != (1 if faers else 0)) | again & (order < len(followups))
        direct = stream.chance(len(reports), 0.042 if faers else 0.12) & ~again & ~followup
        rows = self._rows(reports, excluded, again, stream, duplicates, conflicts, others)
        return Plan(reports, excluded, again, direct, followup, *rows)

    def _followups(self, quarter: Quarter, stream: Stream, count: int) -> tuple[Records, Bools]:
        """New versions of known cases, and whether another may follow in the same quarter."""
        self._touched = stream.sample(count, len(self._pool))
        base = self._pool[self._touched]
        records = base.copy()
        faers = era_of(quarter).is_faers
        first, end = days_of(quarter)
        highest, lowest = base["highest"], base["lowest"]
        day = first + stream.below(count, end - first)
        kind = stream.below(count, 1000)
        normal = np.maximum(highest, 0) + 1
        if faers:
            known = base["faers"]
            normal = np.where(known, normal + (kind >= 980), 1 + stream.below(count, 3))
            republished = known & (kind < 40)
            late = known & (kind >= 40) & (kind < 90) & (lowest >= 2) & (lowest < 2**30)
            version = np.where(republished, highest, np.where(late, lowest - 1, normal))
            day = np.where(republished & (kind < 20), base["day"], day)
            plain = ~republished & ~late
        else:
            junk, same, blank = kind < 40, (kind >= 40) & (kind < 110), (kind >= 110) & (kind < 160)
            version = np.where(junk, -1, np.where(same, np.maximum(highest, 0), np.where(blank, 0, normal)))
            day = np.where(same & (kind < 46), -1, day)
            plain = ~junk & ~same & ~blank
        records["faers"], records["version"], records["day"] = faers, version, day
        _begin(records, ordinal(quarter))
        return records, plain

    def _fresh(self, quarter: Quarter, stream: Stream, count: int, draw_main: MainDraw) -> Records:
        """Cases never seen before, by rising case number and date."""
        faers = era_of(quarter).is_faers
        first, end = days_of(quarter)
        day = np.sort(first + stream.below(count, end - first))
        self._next_case = max(self._next_case, first_case_number(quarter))
        case = self._next_case + np.arange(count)
        self._next_case += count
        late = stream.below(count, 1000)
        # Some cases come to the extract with a version above the first: their first ones were never published.
        version = np.where(late < 900, 1, np.where(late < 960, 2, 3 + late % 9)) if faers else np.zeros(count, np.int64)
        waited = np.where(version > 1, stream.below(count, 400), 0)
        context, main = draw_main(stream, count)
        sex, age, country = draw_patients(stream, count)
        records = new_records(count, case_id=case, faers=faers, version=version, day=day, first_day=day - waited)
        records["context"], records["main"] = context, main
        records["sex"], records["age"], records["country"] = sex, age, country
        _begin(records, ordinal(quarter))
        return records

    def _seconds(self, base: Records, quarter: Quarter, stream: Stream) -> Records:
        """A later version of the same case within the quarter; half of the AERS ones repeat the version."""
        records = base.copy()
        faers = era_of(quarter).is_faers
        step = np.ones(len(base), np.int64) if faers else stream.below(len(base), 2)
        records["version"] += step.astype(np.int32)
        records["day"] = np.minimum(base["day"] + stream.below(len(base), 20) * (step > 0), days_of(quarter)[1] - 1)
        _begin(records, ordinal(quarter))
        return records

    def _move_isr(self, fresh: Records, excluded: Ints, isr: Ints, stream: Stream, at: int, count: int) -> None:
        """Print an ISR of an earlier quarter again under another case; the later date keeps it."""
        untouched = np.ones(len(self._pool), dtype=bool)
        untouched[self._touched] = False
        old = np.flatnonzero(
            untouched & (self._pool["sightings"] == 1) & (self._pool["quarter"] < at) & ~self._pool["faers"]
        )
        old = old[stream.sample(count, len(old))]
        spot = len(fresh) - 1 - np.arange(len(old))
        isr[spot] = self._pool["report_id"][old]
        keeps = np.arange(len(old)) % 2 == 0
        excluded[spot[~keeps]] = Exclusion.CONFLICTING_CASE
        fresh["day"][spot[~keeps]] = self._pool["day"][old[~keeps]] - 10
        fresh["first_day"][spot[~keeps]] = fresh["day"][spot[~keeps]]
        lost = old[keeps]
        tally(self.exclusions, self._pool["quarter"][lost], Exclusion.CONFLICTING_CASE)
        gone = np.ones(len(self._pool), dtype=bool)
        gone[lost] = False
        self._touched = (np.cumsum(gone) - 1)[self._touched]
        self._pool = self._pool[gone]

    def _number(self, reports: Records, isr: Ints, stream: Stream, quarter: Quarter) -> Ints:
        """Give report ids, and return the file order: by case in FAERS, by ISR in AERS."""
        if era_of(quarter).is_faers:
            reports["report_id"] = primary_ids(reports["case_id"], reports["version"].astype(np.int64))
            return np.lexsort([reports["version"], reports["case_id"]])
        order = np.argsort(stream.words(len(reports)), kind="stable")
        self._next_isr = max(self._next_isr, first_isr(quarter))
        reports["report_id"][order] = self._next_isr + np.arange(len(order))
        self._next_isr += len(order)
        reports["report_id"] = np.where(isr != _NONE, isr, reports["report_id"])
        return np.lexsort([reports["report_id"]])

    def _rows(
        self,
        reports: Records,
        excluded: Ints,
        again: Bools,
        stream: Stream,
        duplicates: int,
        conflicts: int,
        others: int,
    ) -> tuple[Ints, Ints, Ints]:
        """DEMO rows in file order: every report once, and the rows too many somewhere after it."""
        plain = np.flatnonzero((excluded == _NONE) & ~again)
        picked = plain[stream.sample(duplicates + conflicts + others, len(plain))]
        picked = picked[np.argsort(stream.words(len(picked)), kind="stable")]
        kind = np.repeat(
            [Exclusion.DUPLICATE_ROW, Exclusion.CONFLICTING_ROW, Exclusion.CONFLICTING_CASE],
            [duplicates, conflicts, others],
        )[: len(picked)].astype(np.int64)
        report = np.concatenate([np.arange(len(reports)), picked])
        kinds = np.concatenate([np.full(len(reports), _NONE), kind])
        case = np.where(excluded == Exclusion.NO_CASE_ID, -1, reports["case_id"])
        case = np.concatenate([case, reports["case_id"][picked]])
        is_other = kinds == Exclusion.CONFLICTING_CASE
        case[is_other] = self._next_other + np.arange(int(is_other.sum()))
        self._next_other += int(is_other.sum())
        order = np.argsort(report + (kinds != _NONE) * (0.5 + stream.below(len(report), 40)), kind="stable")
        return report[order], kinds[order], case[order]

    def settle(self, plan: Plan, quarter: Quarter, stream: Stream, final: Bools) -> Ints:
        """Take a quarter with its content in, and return the deleted list's case numbers (empty before 2019Q1).

        Reports marked as ``final`` are of new cases that are never sighted again.
        """
        at = np.full(1, ordinal(quarter))
        for reason in Exclusion:
            extra = int((plan.row_kind == reason).sum() + (plan.excluded == reason).sum())
            tally(self.exclusions, np.repeat(at, extra), reason)
        valid = plan.excluded == _NONE
        current, superseded = current_of(
            joined(self._pool[self._touched], plan.reports[valid & plan.again]),
        )
        tally(self.exclusions, superseded["quarter"], Exclusion.SUPERSEDED)
        single = plan.reports[valid & ~plan.again]
        enters = stream.chance(len(single), _ENTERS_POOL) & ~final[valid & ~plan.again]
        self._settle_cases(single[~enters])
        rest = np.ones(len(self._pool), dtype=bool)
        rest[self._touched] = False
        pool = joined(self._pool[rest], current, single[enters])
        listed = self._delete(pool, quarter, stream, len(plan.row_report))
        leaves = stream.chance(len(pool), _LEAVES_POOL)
        self._settle_cases(pool[leaves])
        self._pool = pool[~leaves]
        return listed

    def _delete(self, pool: Records, quarter: Quarter, stream: Stream, size: int) -> Ints:
        """Name cases on the quarter's deleted list: of this quarter, of earlier ones, and some never published."""
        if quarter < FIRST_DELETED_LIST:
            return np.zeros(0, dtype=np.int64)
        seen = np.flatnonzero(pool["last_seen"] == ordinal(quarter))
        chosen = np.concatenate(
            [seen[stream.sample(few(size, 0.002), len(seen))], stream.sample(few(size, 0.004), len(pool))]
        )
        pool["last_listed"][chosen] = ordinal(quarter)
        low, high = _UNKNOWN_CASES
        unknown = low + stream.below(few(size, 0.002), high - low)
        return np.sort(np.concatenate([pool["case_id"][chosen], unknown]))

    def finish(self) -> None:
        """Settle the cases that could still have been sighted again."""
        self._settle_cases(self._pool)
        self._pool = new_records(0)

    def _settle_cases(self, records: Records) -> None:
        """Count cases that no later quarter touches, or exclude them as deleted."""
        deleted = (records["last_listed"] >= 0) & (records["last_listed"] >= records["last_seen"])
        tally(self.exclusions, records["quarter"][deleted], Exclusion.DELETED)
        self._settle(records[~deleted])


def _begin(records: Records, at: int) -> None:
    """Set what a sighting says of its case when it is the only one known."""
    version = records["version"]
    records["quarter"] = records["last_seen"] = at
    records["last_listed"], records["sightings"] = -1, 1
    records["lowest"], records["highest"] = np.where(version < 0, 2**30, version), version
