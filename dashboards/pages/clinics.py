"""What happens in clinic sessions: incidences, with a denominator, under disclosure control."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards import theme
from dashboards.ask import Warehouse
from dashboards.charts import curve, interval, quartiles, stacked_shares
from dashboards.model import Cell, Figure, Filter, Page
from dashboards.pages.common import SIDE_EFFECT

HIDDEN = "datum.is_suppressed ? 'hidden (small group)' : 'nothing recorded'"
_BANDS = ("0_14", "15_29", "30_44", "45_59", "60_89", "90_119", "120_and_later")
_INCIDENCE = Cell("incidence", "Incidence", "share", "incidence_lower_95", "incidence_upper_95", empty="not known")
_SIZE = (
    Cell("event_count", "With it", "count", empty="not known"),
    Cell("total_count", "Of", "count", empty="not known"),
    Cell("unassessed_session_count", "Sessions in which it cannot be told", "count", empty="not known"),
)
_DERIVED = (
    "cadss_above_4", "moaas_below_5", "systolic_rise_20", "systolic_rise_40", "diastolic_rise_25", "systolic_180",
    "diastolic_110", "pressure_165_100", "tachycardia",
)  # fmt: skip


def _incidence(
    name: str, title: str, reading: str, row: str, heading: str, where: Mapping[str, Any], filters: tuple[str, ...]
) -> Figure:
    return Figure(
        name=name,
        title=title,
        reading=reading,
        answer="clinic_incidence",
        spec=interval(
            f"{row}_label",
            "incidence",
            "Incidence (95 % interval)",
            "share",
            series="denominator_label",
            missing=HIDDEN,
        ),
        cells=(Cell(row, heading), Cell("denominator", "Counted"), _INCIDENCE, *_SIZE),
        label=f"{row},denominator",
        value=_INCIDENCE,
        filters=filters,
        where=where,
        sort=(f"{row}_order", "denominator_order"),
        empty="No session for this choice: there is nothing to show.",
    )


def _often() -> tuple[Figure, ...]:
    return (
        _incidence(
            "clinic_incidence",
            "How often does each side effect happen, per session and per patient?",
            "Side effects as the clinics name them. Per session: how likely in one treatment. Per patient: how many "
            "had it in any of their sessions, however many those were. Sessions of one patient resemble each other, "
            "and their interval allows for that.",
            "side_effect",
            "Side effect",
            {"dimension": "all", "measure": "reported"},
            ("drug",),
        ),
        _incidence(
            "clinic_measured",
            "And by measured values and scores?",
            "What readings and scores say, whether or not the clinic called it a side effect. Sessions without a "
            "baseline are left out where one is needed; the table has how many.",
            "measure",
            "Measure",
            {"dimension": "all", "measure": _DERIVED},
            ("drug",),
        ),
        _incidence(
            "clinic_strata",
            "Does it depend on dose, session number, route or person?",
            "Choose a side effect, how it is established and what to cut by. Nobody was randomised: who gets a higher "
            "dose or stays for more sessions differs.",
            "stratum",
            "Group",
            {},
            ("drug", "side_effect", "measure", "dimension"),
        ),
    )


def _vital(name: str, title: str, vitals: tuple[str, ...], axis: str, unit: str) -> Figure:
    change = Cell("mean_change", "Mean change", "number", "mean_change_lower_95", "mean_change_upper_95")
    return Figure(
        name=name,
        title=title,
        reading="Mean change from the last reading before dosing, with its 95 % interval, in bands of minutes after "
        "the start of dosing. How many people pass a threshold stands above; a mean hides them.",
        answer="clinic_vital",
        spec=curve("mean_change", axis, series="vital_label", unit=unit),
        cells=(
            Cell("vital", "Vital sign"),
            Cell("moment", "Minutes"),
            change,
            Cell("mean_level", "Mean level", "number"),
            Cell("change_count", "Readings", "count"),
            Cell("patient_count", "Patients", "count"),
        ),
        label="vital,moment",
        value=change,
        filters=("drug", "route"),
        where={"vital": vitals, "moment": _BANDS},
        sort=("vital_order", "moment_order"),
    )


def _quartiles(name: str, title: str, reading: str, part: str, axis: str) -> Figure:
    names = tuple(f"{part}_{one}_minutes" for one in ("q1", "median", "q3"))
    cell = Cell(names[1], "Median minutes", "minutes", names[0], names[2], empty="not known")
    return Figure(
        name=name,
        title=title,
        reading=reading,
        answer="clinic_course",
        spec=quartiles("side_effect_label", names, axis, "minutes", missing=HIDDEN),
        cells=(Cell("side_effect", "Side effect"), cell, Cell(f"{part}_known_count", "Events known", "count")),
        label="side_effect",
        value=cell,
        filters=("drug",),
        sort=(f"-{cell.field}", "side_effect_order"),
    )


def _course() -> tuple[Figure, ...]:
    resolved = Cell(
        "resolved_before_discharge_share", "Resolved before discharge", "share",
        "resolved_before_discharge_share_lower_95", "resolved_before_discharge_share_upper_95", empty="not known",
    )  # fmt: skip
    return (
        Figure(
            name="clinic_severity",
            title="How severe is it?",
            reading="Reported events by severity. Side effects whose counts would tell of small groups are not drawn; "
            "the table marks them as hidden.",
            answer="clinic_severity",
            spec=stacked_shares(
                "side_effect_label", "severity", "events", "Share of the events", "Events", theme.GRADES
            ),
            cells=(
                Cell("side_effect", "Side effect"),
                Cell("severity", "Severity"),
                Cell("events", "Events", "count", empty="not known"),
                Cell("event_count", "Of all", "count", empty="not known"),
            ),
            label="side_effect,severity",
            value=Cell("events", "Events", "count"),
            filters=("drug",),
            sort=("side_effect_order", "severity_order"),
        ),
        _quartiles(
            "clinic_duration",
            "How long does it last?",
            "Minutes from onset to resolution, of events with both known. Events that were not seen to resolve are not "
            "in it, so the true times are longer.",
            "duration",
            "Minutes from onset to resolution, median (quartiles)",
        ),
        _quartiles(
            "clinic_onset",
            "How soon does it begin?",
            "Minutes from the start of dosing to the onset.",
            "onset",
            "Minutes from the start of dosing, median (quartiles)",
        ),
        Figure(
            name="clinic_resolved",
            title="Is it over before people go home?",
            reading="Share of the events known to be resolved when the patient was discharged. An event without a time "
            "of resolution counts as not resolved.",
            answer="clinic_course",
            spec=interval(
                "side_effect_label",
                "resolved_before_discharge_share",
                "Resolved before discharge (95 % interval)",
                "share",
                missing=HIDDEN,
            ),
            cells=(
                Cell("side_effect", "Side effect"),
                resolved,
                Cell("resolved_before_discharge_count", "Resolved", "count"),
                Cell("discharge_known_count", "Of", "count"),
                Cell("stopped_count", "Treatment stopped for it", "count"),
                Cell("serious_count", "Serious", "count"),
            ),
            label="side_effect",
            value=resolved,
            filters=("drug",),
            sort=(f"-{resolved.field}", "side_effect_order"),
        ),
    )


def _compared() -> Figure:
    ratio = Cell("risk_ratio", "Risk ratio", "ratio", "risk_ratio_lower_95", "risk_ratio_upper_95")
    return Figure(
        name="clinic_comparison",
        title="Is it more frequent at higher doses, in later sessions, by another route?",
        reading="Shares of sessions against each other: each dose against the lowest of its route, later sessions "
        "against first ones, routes against each other. Right of 1: more frequent than in the reference.",
        answer="clinic_comparison",
        spec=interval(
            "pair",
            "risk_ratio",
            "Risk ratio per session, log scale (95 % interval)",
            "ratio",
            log=True,
            reference=1,
            missing="datum.is_suppressed ? 'hidden (small group)' : 'no event'",
            row_words="datum.stratum_label + ' against ' + datum.reference_stratum_label",
        ),
        cells=(
            Cell("stratum", "Group"),
            Cell("reference_stratum", "Against"),
            ratio,
            Cell("event_session_count", "Sessions with it", "count"),
            Cell("session_count", "Of", "count"),
            Cell("reference_event_session_count", "Reference: with it", "count"),
            Cell("reference_session_count", "Of", "count"),
        ),
        label="stratum,reference_stratum",
        value=ratio,
        filters=("drug", "side_effect", "dimension"),
        sort=("stratum_order", "reference_stratum_order"),
        fixed="as reported by the clinics",
        empty="Nothing of this kind is compared for this drug. Drugs are compared with each other under All drugs.",
    )


def page(warehouse: Warehouse, build: Mapping[str, Any]) -> Page:
    """Incidence, vital signs, course."""
    often, course = _often(), _course()
    pressure = _vital(
        "clinic_pressure",
        "What happens to blood pressure?",
        ("systolic_mmhg", "diastolic_mmhg"),
        "Mean change, mmHg",
        "mmHg",
    )
    heart = _vital(
        "clinic_heart_rate",
        "What happens to heart rate?",
        ("heart_rate_bpm",),
        "Mean change, beats per minute",
        "beats per minute",
    )
    least = build["clinic_minimum_cell"]
    return Page(
        name="clinics",
        menu="Clinic sessions",
        title="What happens in ketamine clinics, and how often?",
        lead="Sessions that clinics reported without any identifier. Here, unlike in reports to the FDA, it is known "
        "how many people were treated, so that an incidence can be given.",
        figures=(*often[:2], pressure, heart, often[2], _compared(), *course),
        filters=(
            Filter("drug", "Drug", "ketamine"),
            Filter("route", "Route (blood pressure, heart rate)", "all"),
            SIDE_EFFECT,
            Filter("measure", "How it is established", "reported"),
            Filter("dimension", "Cut by", "dose_band"),
        ),
        answers=tuple(
            warehouse.answer(name)
            for name in ("clinic_incidence", "clinic_vital", "clinic_comparison", "clinic_severity", "clinic_course")
        ),
        notes=(
            f"Counts of 1 to {least - 1} sessions, patients or events are hidden, and others with them from which they "
            "could be worked out. Hidden is not zero.",
        ),
        headings={
            "clinic_incidence": "How often",
            "clinic_pressure": "Blood pressure and heart rate over minutes",
            "clinic_strata": "Dose, session number, route, person",
            "clinic_severity": "How severe, how long",
        },
        kind="clinic",
    )
