"""Clinic, trial and FAERS side by side. No column adds or averages across kinds of evidence."""

from __future__ import annotations

from vocabulary.table import Column, Kind, Table
from vocabulary.tables import clinic
from vocabulary.tables.mart.columns import SIDE_EFFECT, count, flag, interval, number

FAERS_COMPARATORS = ("rest", "ssri", "snri", "benzodiazepine", "other_antidepressant", "anaesthetic")

_CLINIC = "Clinic sessions (mart.clinic_incidence, measure reported): "
_REFERENCE = "Label or trial (core.clinical_rate): "
_FAERS = "FAERS reports (role scope suspect, label_style): "


def _clinic_count(name: str, description: str, unit: str) -> Column:
    return Column(f"clinic_{name}", Kind.BIGINT, f"{_CLINIC}{description}", unit=unit, minimum=0)


EVIDENCE = Table(
    "mart",
    "evidence",
    "One row per studied drug and side effect: incidence in clinic sessions, rate in a label or trial, and share of "
    "FAERS reports with disproportionality. Three kinds of number: an incidence says how often it happens, a reporting "
    "share does not, and none may be added to or averaged with another. Null where a kind has nothing to say.",
    (
        Column("drug", Kind.TEXT, "Substance id.", nullable=False, allowed=clinic.DRUGS),
        SIDE_EFFECT,
        _clinic_count("event_session_count", "sessions with it.", "sessions"),
        _clinic_count("session_count", "sessions.", "sessions"),
        number("clinic_session_incidence", f"{_CLINIC}share of sessions.", 0, 1),
        *interval("clinic_session_incidence", "that share, by sessions clustered in patients"),
        _clinic_count("event_patient_count", "patients with it in any session.", "patients"),
        _clinic_count("patient_count", "patients.", "patients"),
        number("clinic_patient_incidence", f"{_CLINIC}share of patients.", 0, 1),
        *interval("clinic_patient_incidence", "that share, Wilson"),
        Column("clinic_is_suppressed", Kind.BOOLEAN, f"{_CLINIC}counts are left out so that no small group shows."),
        Column("reference_study", Kind.TEXT, f"{_REFERENCE}which."),
        Column("reference_outcome", Kind.TEXT, f"{_REFERENCE}what it counts, in its own words."),
        number("reference_patient_share", f"{_REFERENCE}share of patients on the drug.", 0, 1),
        *interval("reference_patient_share", "that share, Wilson; null where the source gives no counts"),
        number("reference_control_share", f"{_REFERENCE}share of patients on placebo or control.", 0, 1),
        count("faers_report_count", f"{_FAERS}cases with drug and side effect.", nullable=True),
        count("faers_exposed_report_count", f"{_FAERS}cases with the drug.", nullable=True),
        number("faers_reporting_share", f"{_FAERS}share of the drug's cases; no incidence.", 0, 1),
        *interval("faers_reporting_share", "that share, Wilson"),
        *(
            column
            for other in FAERS_COMPARATORS
            for column in (
                number(f"faers_ror_against_{other}", f"{_FAERS}reporting odds ratio against {other}.", 0),
                *interval(f"faers_ror_against_{other}", "it"),
                flag(
                    f"faers_ror_against_{other}_is_zero_cell_corrected",
                    f"{_FAERS}a cell of the table against {other} was zero, so 0.5 was added to all four; never a "
                    "signal.",
                    nullable=True,
                ),
            )
        ),
        number("faers_ic_against_rest", f"{_FAERS}information component against rest."),
        *interval("faers_ic_against_rest", "it, exact"),
    ),
    key=("drug", "side_effect"),
)

TABLES = (EVIDENCE,)
