"""Three claims that patients read, and where each can be checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dashboards.ask import Warehouse
from dashboards.model import Page
from dashboards.numbers import count, interval

_DRUGS = ("ketamine", "esketamine")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be looked up: the question, an answer per drug, the kind of evidence, where it stands."""

    question: str
    answers: tuple[str, ...]
    kind: str
    link: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, how far it can be checked here, and what cannot be seen."""

    words: str
    verdict: str
    is_weak: bool
    why: str
    checks: tuple[Check, ...]
    blind: tuple[str, ...]


def page(warehouse: Warehouse) -> Page:
    """Claims with the numbers of this build."""
    return Page(
        name="claims",
        menu="Three claims",
        title="Mild and short-lived? Safe for long-term use? Addictive?",
        lead="Three things that people read about ketamine before treatment. For each: what can be checked here, what "
        "this build says, and what nobody can see in these data.",
        template="claims.html",
        extra={"claims": (_mild(warehouse), _long_term(warehouse), _addictive(warehouse)), "drugs": _DRUGS},
        kind="both",
    )


def _mild(warehouse: Warehouse) -> Claim:
    course = warehouse.rows("clinic_course")

    def of(effect: str, *names: str, kind: str = "share") -> tuple[str, ...]:
        return _answers(course, {"side_effect": effect}, names, kind)

    shares = ("mild_share", "mild_share_lower_95", "mild_share_upper_95")
    home = tuple(f"resolved_before_discharge_share{end}" for end in ("", "_lower_95", "_upper_95"))
    minutes = ("duration_median_minutes", "duration_q1_minutes", "duration_q3_minutes")
    return Claim(
        "Side effects are mild and short-lived.",
        "Can be checked in clinics",
        False,
        "Clinics give a severity, a minute of onset and a minute of resolution for each event. Reports to the FDA give "
        "neither severity nor duration, and serious cases are reported more: they cannot answer this.",
        (
            Check("Dissociation: share of events that were mild", of("dissociation", *shares), "Clinics",
                  "clinics.html#drug={drug}"),
            Check("Dissociation: minutes until over, median (quartiles)", of("dissociation", *minutes, kind="number"),
                  "Clinics", "clinics.html#drug={drug}"),
            Check("Dissociation: resolved before discharge", of("dissociation", *home), "Clinics",
                  "clinics.html#drug={drug}"),
            Check("Nausea and vomiting: resolved before discharge", of("nausea_vomiting", *home), "Clinics",
                  "clinics.html#drug={drug}"),
            Check("Raised blood pressure: share of events that were mild", of("blood_pressure_increased", *shares),
                  "Clinics", "clinics.html#drug={drug}"),
        ),
        (
            "What happens after patients have gone home.",
            "Events that nobody recorded: clinics look for what they expect.",
            "Whether the clinics that send data are like those that do not.",
        ),
    )  # fmt: skip


def _long_term(warehouse: Warehouse) -> Claim:
    comparison = warehouse.rows("comparison")
    later = warehouse.rows("clinic_comparison")

    def odds(effect: str, comparator: str) -> tuple[str, ...]:
        where = {"side_effect": effect, "comparator": comparator, "definition": "label_style",
                 "role_scope": "suspect", "context": "all"}  # fmt: skip
        return _answers(comparison, where, ("ror", "ror_lower_95", "ror_upper_95"), "ratio", drug="exposure")

    link = "side-effects.html#exposure={drug}&side_effect="
    ratio = ("risk_ratio", "risk_ratio_lower_95", "risk_ratio_upper_95")
    sessions = {"dimension": "session_band", "stratum": "7_and_later", "reference_stratum": "first"}
    return Claim(
        "It is safe for long-term use.",
        "Can be checked in part",
        True,
        "Harm to bladder, liver and thinking after long use is known from other sources. Reports show whether it is "
        "reported more than with other drugs; clinics show whether later sessions differ from first ones. Neither "
        "follows people for years.",
        (
            Check("Bladder: reporting odds ratio against all other cases", odds("urinary_tract", "rest"), "FAERS",
                  link + "urinary_tract"),
            Check("Liver: reporting odds ratio against all other cases", odds("hepatobiliary", "rest"), "FAERS",
                  link + "hepatobiliary"),
            Check("Memory and thinking: reporting odds ratio against SSRIs", odds("cognition", "ssri"), "FAERS",
                  link + "cognition&comparator=ssri"),
            Check("Memory and thinking: session 7 and later against the first, risk ratio",
                  _answers(later, {**sessions, "side_effect": "cognition"}, ratio, "ratio"), "Clinics",
                  "clinics.html#drug={drug}&side_effect=cognition&dimension=session_band"),
        ),
        (
            "How long and how much somebody took: reports rarely say, and clinics know their own sessions alone.",
            "Harm that appears years later, or that nobody connects with the drug.",
            "A ratio near 1 is no proof of safety: what is not suspected is not reported.",
        ),
    )  # fmt: skip


def _addictive(warehouse: Warehouse) -> Claim:
    comparison = warehouse.rows("comparison")
    incidence = warehouse.rows("clinic_incidence")

    def odds(comparator: str, context: str = "all") -> tuple[str, ...]:
        where = {"side_effect": "abuse_dependence", "comparator": comparator, "definition": "label_style",
                 "role_scope": "suspect", "context": context}  # fmt: skip
        return _answers(comparison, where, ("ror", "ror_lower_95", "ror_upper_95"), "ratio", drug="exposure")

    share = ("incidence", "incidence_lower_95", "incidence_upper_95")
    where = {"side_effect": "abuse_dependence", "measure": "reported", "dimension": "all", "denominator": "patient"}
    link = "side-effects.html#exposure={drug}&side_effect=abuse_dependence"
    return Claim(
        "It is addictive.",
        "Can be checked in part, weakly",
        True,
        "Reports of abuse and dependence can be counted and compared. They come from recreational use as well as from "
        "treatment, and the context says which as far as the report does.",
        (
            Check("Abuse and dependence: reporting odds ratio against all other cases", odds("rest"), "FAERS", link),
            Check("The same against benzodiazepines", odds("benzodiazepine"), "FAERS",
                  link + "&comparator=benzodiazepine"),
            Check("The same among cases treated for depression, against SSRIs", odds("ssri", "depression"), "FAERS",
                  link + "&comparator=ssri&context=depression"),
            Check("Clinics: patients with abuse or dependence", _answers(incidence, where, share, "share"), "Clinics",
                  "clinics.html#drug={drug}&side_effect=abuse_dependence"),
        ),
        (
            "Dependence outside of monitored sessions, which is where it would arise.",
            "Misuse of people who are also treated: they are counted under the treatment.",
            "Craving, tolerance and withdrawal that nobody reported.",
        ),
    )  # fmt: skip


def _answers(
    rows: Iterable[dict[str, Any]], where: dict[str, str], names: tuple[str, ...], kind: str, drug: str = "drug"
) -> tuple[str, ...]:
    """An answer per drug; words where there is no number."""
    found = {row[drug]: row for row in rows if all(row[name] == value for name, value in where.items())}
    answers = []
    for name in _DRUGS:
        row = found.get(name)
        value = None if row is None else row[names[0]]
        if row is not None and value is None and row.get("is_suppressed"):
            answers.append("hidden: small group")
        elif row is None or value is None:
            answers.append("no case")
        else:
            cases = f", {count(row['a'])} cases" if "a" in row else ""
            corrected = ", a cell was zero" if row.get("is_zero_cell_corrected") else ""
            answers.append(interval(value, row[names[1]], row[names[2]], kind) + cases + corrected)
    return tuple(answers)
