"""A quarter's seven tables as text: every row in the columns of its era, ready to be joined by ``$``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from simulation.calendar import FIRST_TEXT_DAY, date_texts
from simulation.casebook import Plan
from simulation.contents import ROLES, Contents
from simulation.doses import tail_book
from simulation.drugs import name_book
from simulation.layouts import Era, columns, ends_in_separator, era_of
from simulation.stream import Ints, Stream, weighted
from simulation.terms import indication_book, term_book
from simulation.world import OUTCOMES, SOURCES
from vocabulary.errors import LayoutError
from vocabulary.quarter import Quarter

Piece = tuple[tuple[str, ...], pl.Series]
"""Columns (our names) that a series prints, one or several joined by ``$``, and the series."""

_UPPER_SHARE = 0.02
_DURATION = weighted([75, 8, 4, 4, 4, 2, 2, 1], 10)
_DURATIONS = ("$", "1$DAY", "3$DAY", "14$DAY", "2$MON", "6$WK", "1$YR", "12$HR")


def frame(table: str, quarter: Quarter, pieces: Sequence[Piece]) -> pl.DataFrame:
    """Pieces side by side, in the order of the quarter's layout.

    Raises:
        LayoutError: reference/layout.csv has other columns for the quarter than the simulator writes.
    """
    printed = [name for names, _ in pieces for name in names]
    declared = [name for _, name in columns(table, quarter)]
    if printed != declared:
        missing = [name for name in declared if name not in printed]
        raise LayoutError(
            f"The simulator's {table} of {quarter} is not that of reference/layout.csv (it lacks {missing}; it has "
            f"{printed}). Teach simulation/tables.py the new layout."
        )
    series = [piece.alias(str(place)) for place, (_, piece) in enumerate(pieces)]
    if ends_in_separator(table, quarter):
        series.append(pl.repeat("", len(series[0]), eager=True).alias("end"))
    return pl.DataFrame(series)


def texts(pool: Sequence[str] | pl.Series, index: Ints) -> pl.Series:
    """One text of a pool per row."""
    series = pool if isinstance(pool, pl.Series) else pl.Series(list(pool), dtype=pl.String)
    return series.gather(pl.Series(index.astype(np.uint32)))


def dates(days: Ints, precision: Ints | None = None) -> pl.Series:
    """Days since 1970 as YYYYMMDD, or by precision 1 as YYYYMM and 2 as YYYY; a day of -1 is blank."""
    pool, block = date_texts()
    at = np.clip(days - FIRST_TEXT_DAY, 0, block - 1) + (0 if precision is None else precision * block)
    return texts(pl.Series(pool.tolist()), np.where(days == -1, len(pool) - 1, at))


def _keys(plan: Plan, report: Ints, quarter: Quarter) -> list[Piece]:
    reports = plan.reports
    keys: list[Piece] = [(("report_id",), pl.Series(reports["report_id"][report]))]
    if era_of(quarter).is_faers:
        keys.append((("case_id",), pl.Series(reports["case_id"][report])))
    return keys


def drug_frame(plan: Plan, contents: Contents, quarter: Quarter, stream: Stream) -> pl.DataFrame:
    """DRUG."""
    drugs, era = contents.drugs, era_of(quarter)
    names, tails = name_book(era), tail_book(era)
    tail = tails.start[drugs.route] + stream.below(len(drugs.route), tails.count[drugs.route])
    name_columns = ("reported_drug_name", *(["active_ingredient"] if era is Era.FAERS_2 else []), "name_source")
    return frame(
        "DRUG",
        quarter,
        [
            *_keys(plan, drugs.report, quarter),
            (("drug_sequence",), pl.Series(drugs.sequence)),
            (("role",), texts(ROLES, drugs.role)),
            (name_columns, texts(names.fields, drugs.name)),
            (tails.columns, texts(tails.fields, tail)),
        ],
    )


def reaction_frame(plan: Plan, contents: Contents, quarter: Quarter, stream: Stream) -> pl.DataFrame:
    """REAC: upper case in AERS; mixed case after, with some rows of 2012 to 2014 still in upper case."""
    report, term = contents.reaction
    era, book = era_of(quarter), term_book()
    if era is Era.AERS:
        printed = texts([text.upper() for text in book.terms], term)
    else:
        shout = stream.chance(len(term), _UPPER_SHARE if era is Era.FAERS_1 else 0.0)
        printed = texts([*book.terms, *(text.upper() for text in book.terms)], term + len(book.terms) * shout)
    pieces = [*_keys(plan, report, quarter), (("reported_term",), printed)]
    if era is Era.FAERS_2:
        recurred = stream.chance(len(term), 0.001)
        pieces.append((("recurrence_term",), texts([*book.terms, ""], np.where(recurred, term, len(book.terms)))))
    return frame("REAC", quarter, pieces)


def coded_frame(table: str, plan: Plan, rows: tuple[Ints, Ints], quarter: Quarter) -> pl.DataFrame:
    """OUTC or RPSR."""
    patterns = OUTCOMES if table == "OUTC" else SOURCES[era_of(quarter).is_faers]
    name = "outcome" if table == "OUTC" else "source_type"
    return frame(table, quarter, [*_keys(plan, rows[0], quarter), ((name,), texts(patterns.codes, rows[1]))])


def therapy_frame(plan: Plan, contents: Contents, quarter: Quarter, stream: Stream) -> pl.DataFrame:
    """THER: courses that began up to some years before the report, with partial and missing dates."""
    report, sequence = contents.therapy
    size = len(report)
    received = plan.reports["first_day"][report].astype(np.int64)
    before = 3 + stream.below(size, 60) + stream.below(size, 30) * stream.below(size, 50)
    start = received - before
    precision = np.maximum(stream.below(size, 10) - 7, 0)
    start_printed = np.where(stream.chance(size, 0.06), -1, start)
    end = np.where(stream.chance(size, 0.59), -1, start + stream.below(size, 1 + before))
    return frame(
        "THER",
        quarter,
        [
            *_keys(plan, report, quarter),
            (("drug_sequence",), pl.Series(sequence)),
            (("start_date",), dates(start_printed, precision)),
            (("end_date",), dates(end, precision)),
            (("duration_reported", "duration_unit"), texts(_DURATIONS, stream.pick(size, _DURATION))),
        ],
    )


def indication_frame(plan: Plan, contents: Contents, quarter: Quarter) -> pl.DataFrame:
    """INDI."""
    report, sequence, term = contents.indication
    pool = indication_book().terms
    return frame(
        "INDI",
        quarter,
        [
            *_keys(plan, report, quarter),
            (("drug_sequence",), pl.Series(sequence)),
            (("reported_indication",), texts(pool if era_of(quarter).is_faers else [t.upper() for t in pool], term)),
        ],
    )
