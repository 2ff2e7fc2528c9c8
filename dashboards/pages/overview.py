"""The first page: what is known, from when, from how much, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.ask import Warehouse
from dashboards.charts import interval
from dashboards.model import Cell, Figure, Page
from dashboards.numbers import count, quarters
from dashboards.pages.common import DEFINITION, ROLE, SHARE

QUESTIONS = (
    ("side-effects", "Which side effects are reported, and more than with other drugs?"),
    ("comparators", "Compared with which drug, and for which side effect?"),
    ("contexts", "Does it matter what it was given for, and how?"),
    ("people", "Does it matter who takes it, and what else they take?"),
    ("trend", "When did it become a signal, and what is new?"),
    ("onset", "How soon after the start does it begin?"),
    ("clinics", "What happens in clinics, and how often?"),
    ("evidence", "Do clinics, trials and reports say the same?"),
    ("claims", "Mild and short-lived? Safe in the long term? Addictive?"),
    ("robustness", "Would other choices have given another answer?"),
    ("quality", "Can the data be trusted?"),
    ("methods", "How is each number made, and when should it not be used?"),
)


def page(warehouse: Warehouse, build: Mapping[str, Any]) -> Page:
    """Cards with what there is, shares of ketamine and esketamine, questions."""
    (facts,) = warehouse.rows("facts")
    reporting = warehouse.answer("reporting")
    drug_cases = _cases(reporting.frame.to_dicts())
    certificates = warehouse.rows("certificates")
    warned = sum(row["warned_count"] or 0 for row in certificates)
    checked = sum(row["checked_count"] or 0 for row in certificates)
    figure = Figure(
        name="overview",
        title="Which side effects do reports of ketamine and esketamine name?",
        reading="Shares of voluntary reports with their 95 % intervals. They say what people report, not how often it "
        "happens. Esketamine is given under a programme that asks for reports of sedation and dissociation.",
        answer="reporting",
        spec=interval(
            "side_effect_label", "reporting_share", "Share of the drug's reports (95 % interval)", "share",
            series="exposure_label", missing="'no case of this drug'",
        ),
        cells=(
            Cell("side_effect", "Side effect"),
            Cell("exposure", "Drug"),
            SHARE,
            Cell("report_count", "Cases with it", "count"),
            Cell("exposed_report_count", "Cases of the drug", "count"),
        ),
        label="side_effect,exposure",
        value=SHARE,
        filters=("role_scope", "definition"),
        where={"exposure": ("ketamine", "esketamine"), "context": "all"},
        sort=("side_effect_order", "exposure_order"),
        fixed="all contexts",
    )  # fmt: skip
    clinics = (
        (f"{count(facts['session_count'])} sessions", f"of {count(facts['patient_count'])} patients in clinics, "
         f"{build['clinic_batch_count']} batches")
        if facts["session_count"] is not None
        else ("No clinics", "no clinic has sent a batch")
    )  # fmt: skip
    cards = (
        (count(facts["case_count"]), "cases that count: one patient's report with all its versions"),
        (count(drug_cases.get("ketamine", 0)), "of them with ketamine as a suspect drug"),
        (count(drug_cases.get("esketamine", 0)), "with esketamine as a suspect drug"),
        clinics,
        (f"{build['first_quarter']} to {build['last_quarter']}",
         f"{quarters(build['quarter_count'])} of reports; each is listed under data quality"),
        (f"{count(checked - warned)} of {count(checked)}",
         "checks of the data passed; the others warned, none failed"),
    )  # fmt: skip
    return Page(
        name="index",
        menu="Overview",
        title="Which side effects does ketamine have?",
        lead="How often they are reported, compared with what, and what clinics see. Two kinds of evidence, never "
        "mixed: voluntary reports to the FDA (FAERS), and de-identified clinic sessions.",
        figures=(figure,),
        filters=(ROLE, DEFINITION),
        answers=(reporting,),
        template="overview.html",
        extra={
            "cards": cards,
            "questions": QUESTIONS,
            "rejected": count(facts["rejected_count"]),
            "lines": count(facts["line_count"]),
        },
        kind="none",
    )


def _cases(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Cases of each studied drug as a suspect."""
    return {
        row["exposure"]: row["exposed_report_count"]
        for row in rows
        if row["role_scope"] == "suspect" and row["context"] == "all"
    }
