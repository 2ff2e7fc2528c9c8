"""The READUS-PV checklist, filled in from the build as far as a build can know.

READUS-PV: Fusaroli M, Salvo F, Begaud B, et al. Drug Safety 2024; 47(6): 575-584, doi 10.1007/s40264-024-01421-9.
The items are told in our own words; the published wording is the guideline's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

AUTHOR = "FOR THE AUTHOR"

_ITEMS = (
    ("Title", "1a", "Name the study a disproportionality analysis; name kind of data and database", None),
    ("Title", "1b", "Name events and drugs", None),
    ("Introduction", "2a", "The drugs and their use, the events, what is known of both together", None),
    ("Introduction", "2b", "Why the analysis was made", None),
    ("Introduction", "2c", "Why individual reports and disproportionality can answer it", None),
    ("Introduction", "3", "Objectives: events, drugs, reference group, hypotheses set beforehand", None),
    ("Methods", "4a", "Kind of study and of data", "design"),
    ("Methods", "4b", "Outline of all analyses, sensitivity analyses and other designs", "outline"),
    ("Methods", "5a", "Database, custodian, coverage, coding of drugs and events", "database"),
    ("Methods", "5b", "Dates of extraction; every choice of preparation and exclusion", "preparation"),
    ("Methods", "6a", "Population and restrictions", "population"),
    ("Methods", "6b", "What the key variables are and mean", "variables"),
    ("Methods", "6c", "Grouping of drugs and of events; roles of drugs", "grouping"),
    ("Methods", "6d", "Other sources of data and how they are used beside the reports", "sources"),
    ("Methods", "7a", "Descriptive analyses", "descriptive"),
    ("Methods", "7b", "Measures of disproportionality and thresholds, and why", "measures"),
    ("Methods", "7c", "Sensitivity analyses and control of confounding", "sensitivity"),
    ("Methods", "7d", "Case-by-case analysis and causality assessment", "cases"),
    ("Methods", "7e", "Statistics of other sources", "other_statistics"),
    ("Results", "8a", "Reports at each stage, with reasons for exclusion", "stages"),
    ("Results", "8b", "Characteristics of the cases, if possible beside the reference group", None),
    ("Results", "9", "All results with intervals, sensitivity analyses too", "results"),
    ("Results", "10", "Results of the case-by-case analysis", None),
    ("Discussion", "11", "Results against objectives and literature; expected reactions apart from new signals", None),
    ("Discussion", "12a", "Whether the results hold for people at large", None),
    ("Discussion", "12b", "What they may mean for practice", None),
    ("Discussion", "12c", "Studies that should follow", None),
    ("Discussion", "13", "Limits, general and special; no causation, no incidence", "limits"),
    ("Declarations", "14a", "Funding", None),
    ("Declarations", "14b", "Conflicts of interest", None),
    ("Declarations", "14c", "Approval of an institution", None),
    (
        "Declarations",
        "14d",
        "Availability of data and code, software versions, registration of the protocol",
        "available",
    ),
)


def readus_page(facts: Mapping[str, Any], tables: Sequence[str], software: Mapping[str, str]) -> str:
    """The checklist as Markdown: one row per item, filled in or marked as the author's."""
    told = _told(facts, tables, software)
    lines = [
        "# READUS-PV checklist",
        "For a report of a disproportionality analysis (Fusaroli et al., Drug Safety 2024; 47: 575-584; the items here "
        "are in words of Ketavigil, the guideline's own are in the paper). What a build knows is filled in: check it "
        f"against what you report. **{AUTHOR}** marks what only an author can write.",
        "",
        "| section | item | what is asked | answer |",
        "|---|---|---|---|",
    ]
    for section, item, asked, key in _ITEMS:
        answer = f"**{AUTHOR}**" if key is None else told[key]
        lines.append(f"| {section} | {item} | {asked} | {answer} |")
    return "\n".join([*lines, ""])


def _told(facts: Mapping[str, Any], tables: Sequence[str], software: Mapping[str, str]) -> dict[str, str]:
    build = facts["build"]
    marts = ", ".join(f"`{name}`" for name in tables) or "none of the marts whole"
    simulated = "THE REPORTS ARE SIMULATED. " if build["is_simulated"] else ""
    excluded = "; ".join(f"{reason} {count:,}" for reason, count in facts["excluded"]) or "none"
    clinics = build["clinic_batch_count"]
    sessions = (
        f"Sessions of clinics, {clinics} batches, counts below {build['clinic_minimum_cell']} left out; labels and "
        "trials (core.clinical_rate). They stand beside the reports and are never added to them."
        if clinics
        else "None in this build but rates of labels and trials (core.clinical_rate), which stand beside the reports."
    )
    return {
        "design": f"{simulated}Disproportionality analysis of individual case safety reports.",
        "outline": f"Exported: {marts}. Primary choice: role scope suspect, definition label_style. Sensitivity: the "
        f"grid of mart.side_effect_sensitivity. **{AUTHOR}**: which of them answer the question, and other designs.",
        "database": f"{simulated}FDA Adverse Event Reporting System (AERS and FAERS), US Food and Drug Administration, "
        f"quarterly ASCII files {build['first_quarter']} to {build['last_quarter']}, {build['quarter_count']} quarters"
        f"{', some of them incomplete' if build['has_incomplete_quarter'] else ''}. All drugs. Drugs by active "
        "ingredient after reviewed names; events by MedDRA preferred terms as the FDA published them.",
        "preparation": "Zips with SHA-256 and source in manifest.json. Case rule, names and terms: docs/methods.md and "
        f"reference data {build['reference_version']}. **{AUTHOR}**: date on which the files were fetched.",
        "population": f"{facts['universe']:,} cases with an eligible drug and a reaction, of {facts['cases']:,} "
        f"current cases. **{AUTHOR}**: restrictions of your own.",
        "variables": "datapackage.json: every exported column with type, unit and meaning.",
        "grouping": "Substances and classes, side-effect groups in three definitions, role scopes primary_suspect "
        "(PS), suspect (PS, SS), any (all but DN); in the published file core.exposure_substance and "
        "core.side_effect_term.",
        "sources": sessions,
        "descriptive": f"Counts and reporting shares with Wilson intervals (mart.side_effect_reporting). **{AUTHOR}**: "
        "which you report.",
        "measures": "ROR, PRR, chi-squared, IC (exact interval), EBGM where a prior could be fitted; thresholds in the "
        "meaning of each column meets_*. Formulas: docs/methods.md.",
        "sensitivity": "mart.side_effect_sensitivity (definition, roles, duplicates, literature, reporters, "
        "seriousness, cases with esketamine), strata with Mantel-Haenszel (mart.side_effect_stratified), active "
        "comparators and "
        f"contexts (mart.side_effect_comparison). **{AUTHOR}**: which you report.",
        "cases": f"Not made by Ketavigil; `ketavigil trace` lists the cases of a cell. **{AUTHOR}**",
        "other_statistics": "Clinic incidences with intervals for sessions clustered in patients; patients by Wilson."
        if clinics
        else "None.",
        "stages": f"Report versions read {facts['sightings']:,}; not counted, by reason: {excluded}; current cases "
        f"{facts['cases']:,}; with an eligible drug and a reaction {facts['universe']:,}.",
        "results": "Every measure has its interval in the exported files.",
        "limits": "Voluntary reports: no denominator, under- and stimulated reporting, unproven causality, duplicates, "
        "missing data; disproportionality neither proves causation nor measures incidence. "
        f"**{AUTHOR}**: limits of this question.",
        "available": f"manifest.json: build {build['build_id']}, code {build['code_version']}, reference data "
        f"{build['reference_version']}, software {', '.join(f'{name} {number}' for name, number in software.items())}. "
        f"`ketavigil export --reproduce manifest.json` makes the files again. **{AUTHOR}**: where they are deposited, "
        "registration of the protocol.",
    }
