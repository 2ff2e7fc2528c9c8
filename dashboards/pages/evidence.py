"""Three kinds of evidence side by side, each with an axis of its own."""

from __future__ import annotations

from dashboards.ask import Warehouse
from dashboards.charts import interval
from dashboards.model import Cell, Figure, Filter, Page
from dashboards.pages.common import HOLLOW_WORDS, ODDS

_CLINIC = Cell(
    "clinic_patient_incidence", "Clinics: patients with it", "share", "clinic_patient_incidence_lower_95",
    "clinic_patient_incidence_upper_95", empty="no session", hidden="clinic_is_suppressed",
)  # fmt: skip
_SESSION = Cell(
    "clinic_session_incidence", "Clinics: sessions with it", "share", "clinic_session_incidence_lower_95",
    "clinic_session_incidence_upper_95", empty="no session", hidden="clinic_is_suppressed",
)  # fmt: skip
_REFERENCE = Cell(
    "reference_patient_share", "Label or trial: patients", "share", "reference_patient_share_lower_95",
    "reference_patient_share_upper_95", empty="none chosen",
)  # fmt: skip
_CONTROL = Cell("reference_control_share", "Placebo or control there", "share", empty="not given")
_FAERS = Cell(
    "faers_reporting_share", "FAERS: share of reports", "share", "faers_reporting_share_lower_95",
    "faers_reporting_share_upper_95", empty="no report",
)  # fmt: skip
_ROR = Cell(
    "faers_ror_against_rest", "FAERS: reporting odds ratio", "ratio", "faers_ror_against_rest_lower_95",
    "faers_ror_against_rest_upper_95", corrected="faers_ror_against_rest_is_zero_cell_corrected",
)  # fmt: skip


def _figure(name: str, title: str, reading: str, cell: Cell, axis: str, missing: str, *more: Cell) -> Figure:
    log = cell.kind == "ratio"
    return Figure(
        name=name,
        title=title,
        reading=reading,
        answer="evidence",
        spec=interval(
            "side_effect_label",
            cell.field,
            axis,
            cell.kind,
            log=log,
            reference=1 if log else None,
            missing=missing,
            hollow=f"datum.{cell.corrected} == 1",
        ),
        cells=(Cell("side_effect", "Side effect"), cell, *more),
        label="side_effect",
        value=cell,
        filters=("drug",),
        sort=("side_effect_order",),
    )


def page(warehouse: Warehouse) -> Page:
    """Clinic incidence, label or trial rate, FAERS share and odds ratio."""
    figures = (
        _figure(
            "evidence_clinic",
            "Clinics: how many patients had it in any session?",
            "An incidence: patients with it over patients treated.",
            _CLINIC,
            "Share of patients (95 % interval)",
            "datum.clinic_is_suppressed ? 'hidden (small group)' : 'no session'",
            Cell("clinic_event_patient_count", "Patients with it", "count", hidden="clinic_is_suppressed"),
            Cell("clinic_patient_count", "Patients", "count", empty="none", hidden="clinic_is_suppressed"),
            _SESSION,
        ),
        _figure(
            "evidence_reference",
            "Labels and trials: how many patients had it?",
            "An incidence as published. What was counted is rarely quite the same; the table says what it was, and "
            "what placebo or control had.",
            _REFERENCE,
            "Share of patients (95 % interval)",
            "isValid(datum.reference_study) ? 'see table' : 'no rate chosen'",
            _CONTROL,
            Cell("reference_outcome", "What was counted", empty="-"),
            Cell("reference_study", "Where", empty="-"),
        ),
        _figure(
            "evidence_share",
            "FAERS: what share of the drug's reports names it?",
            "No incidence: a share of voluntary reports. It must not be read against the two figures before.",
            _FAERS,
            "Share of reports (95 % interval)",
            "'no report of the drug'",
            Cell("faers_report_count", "Cases with it", "count", empty="0"),
            Cell("faers_exposed_report_count", "Cases of the drug", "count", empty="0"),
        ),
        _figure(
            "evidence_odds",
            "FAERS: is it reported more than with all other drugs?",
            "A reporting odds ratio against all other cases. It says more or less reported, not more or less frequent. "
            f"{HOLLOW_WORDS}",
            _ROR,
            ODDS,
            "'nothing to compare'",
            Cell(_ROR.corrected, "A cell was zero", "flag", empty="-"),
            Cell("faers_ror_against_ssri", "Against SSRIs", "ratio", "faers_ror_against_ssri_lower_95",
                 "faers_ror_against_ssri_upper_95"),
            Cell("faers_ror_against_anaesthetic", "Against anaesthetics", "ratio",
                 "faers_ror_against_anaesthetic_lower_95", "faers_ror_against_anaesthetic_upper_95"),
        ),
    )  # fmt: skip
    return Page(
        name="evidence",
        menu="Evidence side by side",
        title="Do clinics, trials and reports say the same?",
        lead="Three kinds of number about the same side effects. Each has its own figure and its own axis, because an "
        "incidence says how often something happens and a reporting share does not.",
        figures=figures,
        filters=(Filter("drug", "Drug", "esketamine"),),
        answers=(warehouse.answer("evidence"),),
        notes=(
            "Read down a figure, never across: where all three put the same side effects on top, they agree. Sums, "
            "differences or averages across them have no meaning.",
        ),
        template="evidence.html",
        kind="both",
    )
