"""Reviewed tables that clinic answers rest on: rates of labels and trials, and how side effects are established."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table
from vocabulary.tables import clinic
from vocabulary.tables.mart.clinic import DERIVED_MEASURES, REPORTED


def _text(name: str, description: str, *, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, Kind.TEXT, description, nullable=nullable, allowed=allowed)


def _count(name: str, description: str) -> Column:
    return Column(name, Kind.INTEGER, description, minimum=0)


CLINICAL_RATE = Table(
    "core",
    "clinical_rate",
    "One row per rate that a label, trial or clinic published (reference/clinical_rate.csv).",
    (
        _text("drug", "Substance id.", allowed=clinic.DRUGS),
        _text("side_effect", "Side-effect group that it belongs to; null where none.", nullable=True),
        _text("measure", "Measure of ours that is the same.", nullable=True, allowed=(REPORTED, *DERIVED_MEASURES)),
        _text("outcome_name", "What is counted, in the source's words."),
        _text("unit", "What is counted.", allowed=("patients", "sessions")),
        _count("event_count", "Of them with it; null where the source gives a percentage alone."),
        _count("total_count", "All of them."),
        Column("percent", Kind.DOUBLE, "As published, or from the counts.", "%", nullable=False, minimum=0,
               maximum=100),
        _count("control_event_count", "On placebo or control, with it."),
        _count("control_total_count", "On placebo or control."),
        _text("source_kind", "What published it.", allowed=("label", "trial", "clinic")),
        _text("study", "Short name of the source."),
        Column("is_shown_in_evidence", Kind.BOOLEAN, "mart.evidence shows it; one per drug and side effect at most.",
               nullable=False),
        _text("source", "Citation."),
    ),
    key=("drug", "study", "outcome_name", "unit"),
)  # fmt: skip

CLINIC_MEASURE = Table(
    "core",
    "clinic_measure",
    "One row per way in which a side effect is established in clinics (reference/clinic_measure.csv).",
    (
        _text("measure", "Its id.", allowed=(REPORTED, *DERIVED_MEASURES)),
        _text("side_effect", "Side effect that it establishes; null: any.", nullable=True),
        _text("name", "In words."),
        _text("assessed_by", "What must be there for it to be told."),
        _text("rationale", "Why so."),
        _text("source", "Where it comes from."),
    ),
    key=("measure",),
)

TABLES = (CLINICAL_RATE, CLINIC_MEASURE)
