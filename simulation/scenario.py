"""What is planted: how often each substance is reported, in which context, and what it does.

Probabilities are shares of simulated reports, chosen so that small runs hold enough ketamine; they estimate nothing.

A report has one context. Its first drug is drawn by context. Every distinct suspect substance of the report (PS or SS)
adds each of its terms with its own probability, the context adds its terms whatever the drug, and ordinary terms come
on top, independent of both. So, in any run:

* ``anxiety`` and ``suicidality`` are raised for ketamine against all other reports by its contexts alone
  (confounding), and equal to an active comparator inside one context;
* ``Vision blurred`` is frequent with esketamine, which hides ketamine's own excess until esketamine leaves the
  background (masking).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vocabulary.quarter import Quarter
from vocabulary.tables.strata import CONTEXTS as CONTEXTS

Rates = Mapping[str, float]

_SSRI = {"sertraline": 3, "paroxetine": 2, "escitalopram": 3, "citalopram": 2, "fluoxetine": 2, "fluvoxamine": 0.3}
_SNRI = {"venlafaxine": 2, "desvenlafaxine": 0.7, "duloxetine": 3, "levomilnacipran": 0.2}
_CALMING = {"clonazepam": 2, "alprazolam": 2.5, "lorazepam": 2, "diazepam": 1.5, "buspirone": 1, "hydroxyzine": 1}
_MOOD = {"bupropion": 3, "mirtazapine": 2, "quetiapine": 3, "aripiprazole": 3, "brexpiprazole": 1, "lithium": 1}
_THEATRE = {
    "propofol": 5,
    "midazolam": 4,
    "etomidate": 0.5,
    "methohexital": 0.2,
    "dexmedetomidine": 2,
    "sevoflurane": 3,
}
_OPIOID = {"fentanyl": 4, "morphine": 4, "hydromorphone": 2}


def _scaled(total: float, *groups: Rates, **more: float) -> dict[str, float]:
    """Weights of several groups brought to one sum; ``more`` stands beside them unscaled."""
    merged = {name: weight for group in groups for name, weight in group.items()}
    whole = sum(merged.values())
    return {name: total * weight / whole for name, weight in merged.items()} | more


_SSRI_EFFECT = {
    "Nausea": 0.07,
    "Headache": 0.04,
    "Dizziness": 0.04,
    "Drug withdrawal syndrome": 0.03,
    "Insomnia": 0.04,
    "Serotonin syndrome": 0.02,
}
_BENZODIAZEPINE_EFFECT = {
    "Sedation": 0.04,
    "Somnolence": 0.06,
    "Memory impairment": 0.03,
    "Drug dependence": 0.05,
    "Drug withdrawal syndrome": 0.04,
    "Confusional state": 0.03,
}
_GABAPENTINOID_EFFECT = {"Dizziness": 0.08, "Somnolence": 0.06, "Weight increased": 0.04, "Vision blurred": 0.003}
_ANAESTHETIC_EFFECT = {"Hypotension": 0.1, "Bradycardia": 0.05, "Anaphylactic reaction": 0.04, "Apnoea": 0.03}
_OPIOID_EFFECT = {
    "Nausea": 0.06,
    "Vomiting": 0.04,
    "Drug dependence": 0.06,
    "Drug abuse": 0.04,
    "Respiratory depression": 0.05,
    "Somnolence": 0.04,
}

_EFFECT: dict[str, Rates] = {
    "ketamine": {
        "Dissociation": 0.06,
        "Hallucination": 0.05,
        "Sedation": 0.03,
        "Somnolence": 0.02,
        "Nausea": 0.06,
        "Vomiting": 0.04,
        "Dizziness": 0.05,
        "Blood pressure increased": 0.05,
        "Hypertension": 0.02,
        "Tachycardia": 0.04,
        "Diplopia": 0.02,
        "Vision blurred": 0.002,
        "Cystitis": 0.03,
        "Dysuria": 0.015,
        "Hepatic enzyme increased": 0.02,
        "Euphoric mood": 0.02,
        "Drug dependence": 0.02,
    },
    "esketamine": {
        "Dissociation": 0.3,
        "Sedation": 0.16,
        "Dizziness": 0.12,
        "Nausea": 0.08,
        "Vomiting": 0.04,
        "Headache": 0.05,
        "Blood pressure increased": 0.1,
        "Hypertension": 0.03,
        "Somnolence": 0.05,
        "Vision blurred": 0.35,
        "Feeling abnormal": 0.04,
        "Out of body experience": 0.01,
    },
    "arketamine": {"Dissociation": 0.05, "Dizziness": 0.05, "Nausea": 0.04},
    **dict.fromkeys((*_SSRI, *_SNRI), _SSRI_EFFECT),
    **dict.fromkeys(("clonazepam", "alprazolam", "lorazepam", "diazepam", "midazolam"), _BENZODIAZEPINE_EFFECT),
    **dict.fromkeys(("gabapentin", "pregabalin"), _GABAPENTINOID_EFFECT),
    **dict.fromkeys(("propofol", "etomidate", "methohexital", "dexmedetomidine", "sevoflurane"), _ANAESTHETIC_EFFECT),
    **dict.fromkeys(_OPIOID, _OPIOID_EFFECT),
    "bupropion": {"Seizure": 0.05, "Insomnia": 0.05, "Headache": 0.03},
    "dextromethorphan_bupropion": {"Dizziness": 0.08, "Nausea": 0.05, "Dissociation": 0.01},
    "quetiapine": {"Somnolence": 0.05, "Weight increased": 0.05, "Sedation": 0.03},
    "aripiprazole": {"Akathisia": 0.06, "Weight increased": 0.04},
    "lithium": {"Tremor": 0.07, "Toxicity to various agents": 0.06},
    "propranolol": {"Bradycardia": 0.06, "Hypotension": 0.04},
}


@dataclass(frozen=True)
class Scenario:
    """One planted world. Substances are ids of reference/substance.csv, terms are preferred terms."""

    context_share: Rates
    """Share of new cases per context."""
    main_share: Mapping[str, Rates]
    """Context -> substance -> share of its cases whose first drug it is; the others begin with an ordinary drug."""
    context_further_share: Mapping[str, Rates]
    """Context -> substance -> weight among further drugs given for the same thing."""
    further_share: Rates
    """Substance -> share of all other further drug rows; a substance not named here has ``default_further_share``."""
    effect: Mapping[str, Rates]
    """Substance -> term -> probability that it adds the term where it is suspect."""
    context_effect: Mapping[str, Rates]
    """Context -> term -> probability that it adds the term, whatever the drugs."""
    base_share: Rates
    """Side-effect term -> share of the ordinary terms; one not named here has ``default_base_share``."""
    first_quarter: Mapping[str, Quarter] = field(default_factory=dict)
    """Substance -> quarter before which it is reported at ``early_factor`` of its share."""
    early_factor: float = 0.1
    default_further_share: float = 0.0008
    default_base_share: float = 0.0002
    further_in_context: float = 0.35
    """Share of further drug rows drawn from the report's context where that context has its own drugs."""
    relative_rates: tuple[float, ...] = (1.5, 2.0, 3.0, 5.0, 8.0)
    """Planted for pairs of an ordinary ingredient and a term of its own, in turn."""


STANDARD = Scenario(
    context_share={
        "social_anxiety": 0.01,
        "other_anxiety_ptsd": 0.025,
        "depression": 0.06,
        "anaesthesia_procedure": 0.025,
        "pain": 0.05,
        "misuse_or_overdose": 0.015,
        "other": 0.5,
        "unknown": 0.315,
    },
    main_share={
        "social_anxiety": _scaled(0.7, _SSRI, _SNRI, _CALMING, ketamine=0.08, propranolol=0.05, phenelzine=0.01),
        "other_anxiety_ptsd": _scaled(0.6, _SSRI, _SNRI, _CALMING, ketamine=0.04, pregabalin=0.06, esketamine=0.01),
        "depression": _scaled(
            *(0.6, _SSRI, _SNRI, _MOOD),
            ketamine=0.04,
            esketamine=0.13,
            arketamine=0.005,
            dextromethorphan_bupropion=0.015,
        ),
        "anaesthesia_procedure": _scaled(0.45, _THEATRE, _OPIOID, ketamine=0.1, esketamine=0.005),
        "pain": _scaled(0.2, _OPIOID, ketamine=0.04, gabapentin=0.07, pregabalin=0.08, duloxetine=0.02),
        "misuse_or_overdose": _scaled(0.4, _OPIOID, _CALMING, ketamine=0.08, quetiapine=0.04, bupropion=0.03),
        "other": _scaled(0.03, _MOOD, _OPIOID, propranolol=0.004, hydroxyzine=0.003),
        "unknown": _scaled(0.06, _SSRI, _SNRI, _CALMING, _MOOD, _OPIOID, ketamine=0.002, esketamine=0.004),
    },
    context_further_share={
        "social_anxiety": {**_SSRI, **_SNRI, **_CALMING, "propranolol": 1},
        "other_anxiety_ptsd": {**_SSRI, **_SNRI, **_CALMING, "pregabalin": 2},
        "depression": {**_SSRI, **_SNRI, **_CALMING, **_MOOD, "ketamine": 0.1, "esketamine": 0.2},
        "anaesthesia_procedure": {**_THEATRE, **_OPIOID, "ketamine": 1},
        "pain": {**_OPIOID, "gabapentin": 4, "pregabalin": 3, "ketamine": 0.3},
        "misuse_or_overdose": {**_OPIOID, **_CALMING, "ketamine": 0.3},
    },
    further_share=_scaled(0.03, _SSRI, _SNRI, _CALMING, _MOOD, _OPIOID, gabapentin=0.01, ketamine=0.0004)
    | {"pregabalin": 0.004, "propranolol": 0.003, "esketamine": 0.0003, "arketamine": 0.00005},
    effect=_EFFECT,
    context_effect={
        "social_anxiety": {"Anxiety": 0.25, "Panic attack": 0.08, "Insomnia": 0.05},
        "other_anxiety_ptsd": {"Anxiety": 0.2, "Panic attack": 0.06, "Agitation": 0.05},
        "depression": {"Suicidal ideation": 0.08, "Depression": 0.1, "Anxiety": 0.05, "Completed suicide": 0.02},
        "anaesthesia_procedure": {"Procedural pain": 0.05, "Hypotension": 0.06, "Procedural nausea": 0.03},
        "pain": {"Pain": 0.15, "Condition aggravated": 0.04},
        "misuse_or_overdose": {"Drug abuse": 0.25, "Overdose": 0.2, "Completed suicide": 0.05, "Suicide attempt": 0.05},
    },
    base_share={
        "Nausea": 0.02,
        "Vomiting": 0.012,
        "Dizziness": 0.013,
        "Headache": 0.018,
        "Anxiety": 0.006,
        "Hypertension": 0.005,
        "Blood pressure increased": 0.005,
        "Somnolence": 0.004,
        "Tachycardia": 0.002,
        "Palpitations": 0.003,
        "Heart rate increased": 0.002,
        "Confusional state": 0.003,
        "Paraesthesia": 0.003,
        "Visual impairment": 0.0015,
        "Alanine aminotransferase increased": 0.002,
        "Aspartate aminotransferase increased": 0.0015,
        "Hepatic enzyme increased": 0.0015,
        "Memory impairment": 0.003,
        "Migraine": 0.002,
        "Suicidal ideation": 0.001,
        "Completed suicide": 0.001,
        "Dissociation": 0.00003,
        "Sedation": 0.0004,
        "Vision blurred": 0.00005,
    },
    first_quarter={
        "esketamine": Quarter(2019, 1),
        "arketamine": Quarter(2019, 1),
        "dextromethorphan_bupropion": Quarter(2022, 3),
        "brexpiprazole": Quarter(2015, 3),
    },
)
"""The world of demo, tests and benchmarks."""
