"""DEMO as text: one row per sighting, and the rows too many that duplicates and conflicts add."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simulation.articles import ARTICLES, FORMS, article_texts
from simulation.calendar import days_of
from simulation.casebook import Plan
from simulation.layouts import Era, columns, era_of
from simulation.patients import SEXES, age_table, country_texts, weight_texts
from simulation.retelling import AS_DRAWN, Told
from simulation.sightings import Exclusion
from simulation.stream import Ints, Stream, weighted
from simulation.tables import Piece, dates, frame, texts
from vocabulary.quarter import Quarter

FIRST_COMBINATION_REPORTS = Quarter(2022, 4)
"""From here on the report types 5DAY and 30DAY appear."""

_SENDERS = (
    *("PFIZER", "NOVARTIS", "JANSSEN", "ROCHE", "SANOFI AVENTIS", "ABBVIE", "AMGEN", "TAKEDA", "BAYER", "MERCK"),
    *("GLAXOSMITHKLINE", "TEVA", "MYLAN", "LILLY", "JOHNSON + JOHNSON", "CUBIST PHARMACEUTICALS, INC."),
    *("ASTRAZENECA", "BRISTOL MYERS SQUIBB", "BOEHRINGER INGELHEIM", "UCB", "LABORATOIRES ?CLAIR", "PURDUE"),
)
_OCCUPATIONS = ("CN", "MD", "HP", "PH", "LW", "OT", "")
_OCCUPATION = {
    Era.AERS: weighted([25, 35, 0, 8, 5, 15, 12], 10),
    Era.FAERS_1: weighted([40, 30, 0, 7, 5, 16, 2], 10),
    Era.FAERS_2: weighted([49, 22, 19, 4.7, 2.1, 1.2, 2], 10),
}
_LITERATURE = (
    "",
    "Moe R, Doe J. A made-up case of dissociation after anaesthesia. J Imagined Med. 2019;12(3):45-6",
    'Doe J, Moe R. "Sedation" in an invented cohort: a simulated study. Ann Simul. 2021;7:101-9',
    "Roe J. Reactions that nobody had.\tJ Imagined Med. 2020;13(1):1-2",
)
_JUNK_VERSIONS = ("#", "C-", "1A")
_CHECK_DIGITS = "0123456789X"


class _Rows:
    """Columns of a quarter's DEMO rows, made one by one."""

    def __init__(self, plan: Plan, quarter: Quarter, stream: Stream, told: Told) -> None:
        self.plan, self.quarter, self.stream, self.told = plan, quarter, stream, told
        self.era = era_of(quarter)
        self.row = plan.row_report
        self.size = len(plan.row_report)
        self.conflicts = plan.row_kind == Exclusion.CONFLICTING_ROW
        self.elsewhere = plan.row_kind == Exclusion.CONFLICTING_CASE
        self.direct = plan.direct
        self.reports = len(plan.reports)

    def per_report(self, values: Ints) -> Ints:
        """A value drawn per report, seen from the rows: a duplicate row repeats it."""
        return values[self.row]

    def field(self, name: str) -> Ints:
        """A field of the records, seen from the rows."""
        return np.asarray(self.plan.reports[name].astype(np.int64)[self.row])

    def case(self) -> pl.Series:
        """Case number; blank in a few AERS rows."""
        case = pl.Series(self.plan.row_case)
        return case.set(pl.Series(self.plan.row_case < 0), None) if (self.plan.row_case < 0).any() else case

    def version(self) -> pl.Series:
        """Version; in AERS the first is blank and some are junk."""
        version = self.field("version")
        if self.era.is_faers:
            return pl.Series(version)
        pool = ["", *(str(number) for number in range(1, int(version.max()) + 2)), *_JUNK_VERSIONS]
        junk = len(pool) - len(_JUNK_VERSIONS) + self.per_report(self.stream.below(self.reports, len(_JUNK_VERSIONS)))
        return texts(pool, np.where(version < 0, junk, version))

    def received(self) -> Ints:
        """FDA's date, since 1970; every other row under another case is dated earlier."""
        day = self.field("day")
        day[np.flatnonzero(self.elsewhere)[::2]] -= 5
        return day

    def some_days_before(self, share: float, most: int, planted: tuple[Ints, Ints] | None = None) -> pl.Series:
        """A date before FDA's, blank in the other rows, with some partial ones; or the planted day and precision."""
        shown = self.stream.chance(self.reports, share)
        known = np.where(self.plan.reports["day"] < 0, days_of(self.quarter)[0], self.plan.reports["day"])
        before = known - self.stream.below(self.reports, most)
        kind = self.stream.below(self.reports, 20)
        # A year zero-filled to eight digits, as in 2022Q4, is printed as its first of January.
        precision = np.where(kind < 2, 1, np.where(kind < 3, 2, 0))
        zero_filled = (kind == 3) & (self.era is Era.FAERS_2)
        first_of_year = _first_of_year(before)
        day = np.where(shown, np.where(zero_filled, first_of_year, before), -1)
        if planted is not None:
            day, precision = or_planted(day, planted[0]), or_planted(precision, planted[1])
        return dates(self.per_report(day), self.per_report(precision))


def or_planted(drawn: Ints, planted: Ints) -> Ints:
    """What was drawn for a report, unless something is planted in it."""
    return np.where(planted == AS_DRAWN, drawn, planted)


def _first_of_year(days: Ints) -> Ints:
    year = days.astype("datetime64[D]").astype("datetime64[Y]")
    return np.asarray(year.astype("datetime64[D]").astype(np.int64))


def demo_frame(plan: Plan, quarter: Quarter, stream: Stream, told: Told) -> pl.DataFrame:
    """DEMO of one quarter, in file order."""
    rows = _Rows(plan, quarter, stream, told)
    made = _identity(rows) | _patient(rows) | _sending(rows)
    pieces: list[Piece] = [((name,), made[name]) for _, name in columns("DEMO", quarter)]
    return frame("DEMO", quarter, pieces)


def _identity(rows: _Rows) -> dict[str, pl.Series]:
    report_id = rows.field("report_id")
    first = rows.field("first_day")
    day = rows.received()
    followup = rows.per_report(rows.plan.followup.astype(np.int64))
    check = texts([f"-{digit}" for digit in _CHECK_DIGITS], report_id % len(_CHECK_DIGITS))
    return {
        "report_id": pl.Series(report_id),
        "case_id": rows.case(),
        "case_version": rows.version(),
        "initial_or_followup": texts("IF", followup),
        "image_number": pl.Series(report_id).cast(pl.String) + check,
        "fda_received_date": dates(day),
        "first_fda_received_date": dates(np.where(first < 0, day, first)),
        "event_date": rows.some_days_before(0.46, 700, (rows.told.event_day, rows.told.event_precision)),
        "report_date": dates(np.where(day < 0, day, day - rows.per_report(rows.stream.below(rows.reports, 4)))),
        "death_date": rows.some_days_before(0.02, 300),
    }


def _patient(rows: _Rows) -> dict[str, pl.Series]:
    ages = age_table()
    shift = rows.conflicts.astype(np.int64)
    age = (rows.field("age") + shift) % len(ages.number)
    numbers, units, choice = weight_texts()
    weight = rows.per_report(or_planted(rows.stream.pick(rows.reports, choice), rows.told.weight))
    grouped = rows.per_report(rows.stream.chance(rows.reports, 0.5).astype(np.int64)) > 0
    group = _texts(ages.group)
    countries = country_texts(rows.quarter)
    country = rows.field("country")
    unknown = rows.per_report(rows.stream.chance(rows.reports, 0.08).astype(np.int64)) > 0
    return {
        "age_reported": texts(_texts(ages.number), age),
        "age_unit": texts(_texts(ages.unit), age),
        "age_group": texts(group, np.where(grouped, age, 0)),
        "sex": texts(_sexes(rows.era), (rows.field("sex") + shift) % len(SEXES)),
        "weight_reported": texts(numbers, weight),
        "weight_unit": texts(units, weight),
        "reporter_country": texts(countries, country),
        "occurrence_country": texts(countries, np.where(unknown, len(countries) - 1, country)),
    }


def _sexes(era: Era) -> list[str]:
    return [*SEXES[:2], "NS" if era is Era.AERS else "UNK", ""]


def _sending(rows: _Rows) -> dict[str, pl.Series]:
    stream, size, era = rows.stream, rows.reports, rows.era
    direct = rows.direct
    told = rows.told
    sender = or_planted(stream.below(size, len(_SENDERS)), told.sender)
    number = or_planted(stream.below(size, 9_000_000) + 1_000_000, told.number)
    kind = np.where(stream.chance(size, 0.45), 1, 0)
    if rows.quarter >= FIRST_COMBINATION_REPORTS:
        draw = stream.below(size, 10_000)
        kind = np.where(draw < 2, 3, np.where(draw < 110, 4, kind))
    kind = np.where(direct, 2, kind)
    article = len(_LITERATURE) + stream.below(size, ARTICLES * FORMS)
    odd = stream.below(size, 20 * (len(_LITERATURE) - 1))
    literature = np.where(stream.chance(size, 0.06), np.where(odd < len(_LITERATURE) - 1, 1 + odd, article), 0)
    planted = np.where(told.literature < 0, 0, len(_LITERATURE) + told.literature)
    literature = np.where(told.literature == AS_DRAWN, literature, planted)
    country = country_texts(rows.quarter)
    prefix = country if era.is_faers else [text[:2] for text in country]
    own = _text_columns(prefix, rows.plan.reports["country"].astype(np.int64), sender, number)
    blank_if_direct = pl.Series(direct)
    authority = np.where(stream.chance(size, 0.08), number, -1)
    planted = np.where(told.authority < 0, -1, 20_000_000 + told.authority)
    authority = np.where(told.authority == AS_DRAWN, authority, planted)
    sent = np.where(direct, 1 + stream.below(size, 2), 0)
    per_row = pl.Series(rows.row.astype(np.uint32))
    return {
        "report_type": texts(["EXP", "PER", "DIR", "5DAY", "30DAY"], kind).gather(per_row),
        "manufacturer_number": own.set(blank_if_direct, "").gather(per_row),
        "manufacturer_sender": texts(
            [*_SENDERS, "FDA-CTU" if era.is_faers else ""], np.where(direct, len(_SENDERS), sender)
        ).gather(per_row),
        "manufacturer_received_date": rows.some_days_before(0.96, 25),
        "authority_number": ("DE-BFARM-" + pl.Series(authority).cast(pl.String))
        .set(pl.Series(authority < 0), "")
        .gather(per_row),
        "literature_reference": texts([*_LITERATURE, *article_texts()], literature).gather(per_row),
        "is_electronic": texts("YN", direct.astype(np.int64)).gather(per_row),
        "sent_to_manufacturer": texts(["", "N", "Y"], sent).gather(per_row),
        "reporter_occupation": texts(
            _OCCUPATIONS, or_planted(stream.pick(size, _OCCUPATION[era]), told.occupation)
        ).gather(per_row),
        "is_confidential": texts(["", "N", "Y"], sent).gather(per_row),
    }


def _text_columns(prefix: list[str], country: Ints, sender: Ints, number: Ints) -> pl.Series:
    """A manufacturer's report number: ``US-PFIZER-2014065112``."""
    short = [name.split(" ")[0].rstrip(",") for name in _SENDERS]
    beginnings = [f"{place}-{name}-2" if len(place) == 2 else f"{name}-2" for place in prefix for name in short]
    return texts(beginnings, country * len(short) + sender) + pl.Series(number).cast(pl.String)


def _texts(array: NDArray[np.object_]) -> list[str]:
    return [str(text) for text in array.tolist()]
