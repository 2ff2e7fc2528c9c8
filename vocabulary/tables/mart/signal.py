"""Every pair of substance and term."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table
from vocabulary.tables.mart.columns import (
    CRITERIA,
    EMPIRICAL_BAYES,
    MEASURES,
    TWO_BY_TWO,
    number,
)

DRUG_EVENT_SIGNAL = Table(
    "mart",
    "drug_event_signal",
    "One row per substance and preferred term reported together at least once, role scope suspect, against the rest.",
    (
        Column("substance", Kind.TEXT, "Substance id.", nullable=False),
        Column("term", Kind.TEXT, "MedDRA preferred term.", nullable=False),
        *TWO_BY_TWO,
        *MEASURES,
        *CRITERIA,
        *EMPIRICAL_BAYES,
        number("q_value", "Benjamini-Hochberg q of the chi-squared test over all pairs of this table.", 0, 1),
    ),
    key=("substance", "term"),
)

TABLES = (DRUG_EVENT_SIGNAL,)
