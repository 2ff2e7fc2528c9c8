"""Which tables can be made in parts, and what a change in a small table means for the cases.

A table that is not named here is made as a whole, which is always right; whatever is named is made part by part. What
is counted by case and added up can also be counted without some cases (``warehouse/deduplicated.py``).
"""

from __future__ import annotations

BY_QUARTER = frozenset(
    {
        "work.repeated_row",
        "work.sighting",
        "work.reported_name",
        "work.quarter_reported_term",
        "work.loaded_row",
    }
)
"""Rows of a quarter that depend on what was staged for that quarter alone; each has the column quarter."""

BY_CASE = frozenset(
    {
        "work.version",
        "work.current_report",
        "work.imputed_suspect",
        "core.report",
        "core.report_drug",
        "core.report_reaction",
        "core.report_outcome",
        "core.report_source",
        "core.report_indication",
        "core.report_therapy",
        "core.report_substance",
        "core.report_term",
        "work.case_substance",
        "work.case_term",
        "work.universe",
        "work.case_context",
        "work.case_route",
        "work.case_entry",
        "work.counted_case",
        "work.case_profile",
        "work.exposed_case",
        "work.event_case",
        "work.both_exposed_case",
        "work.grouped_case",
        "work.interaction_case",
        "work.onset_start",
        "work.onset",
        "work.linkage_reviewed_case",
        "work.linkage_told",
    }
)
"""Rows of a case that depend on rows of that case and on small tables alone; each has the column case_id."""

WEIGHED = frozenset({"work.linkage_case"})
"""Rows of a case that depend on rows of that case and on small tables that any case changes: slice by slice when all is
made anew, else as a whole, some cases after the others, so that no more of them are in the memory than in a slice."""

ADDED_UP: dict[str, tuple[str, ...]] = {
    "work.pair": ("suspect", "primary_suspect"),
    "work.substance_total": ("suspect", "primary_suspect"),
    "work.term_total": ("cases",),
    "work.universe_total": ("cases",),
    "work.profile_total": ("cases",),
    "work.exposed_profile": ("cases",),
    "work.event_profile": ("cases",),
    "work.exposed_event_profile": ("cases", "serious", "death", "hospitalisation"),
    "work.both_exposed_profile": ("cases",),
    "work.both_exposed_event_profile": ("cases",),
    "work.entered": ("cases",),
    "work.exposed_entered": ("cases",),
    "work.event_entered": ("cases",),
    "work.exposed_event_entered": ("cases",),
    "work.event_rank": ("cases",),
    "work.interaction_rank": ("cases",),
    "work.interaction_event_rank": ("cases",),
    "work.counted_row": ("row_count",),
    "work.linkage_substance_count": ("cases",),
    "work.linkage_term_count": ("cases",),
    "work.linkage_country_count": ("cases",),
}
"""Counts over tables by case: those of two sets of cases add up to that of both. All other columns are the key; where
the first count is 0, there is no row."""

NUMBERED: dict[str, str] = {
    "work.substance_number": "substance_number",
    "work.term_number": "term_number",
    "work.profile": "profile",
}
"""Scratch tables that give things numbers: what has one keeps it, so that rows of other cases stay right."""

CASES_OF: dict[str, tuple[tuple[str, str], ...]] = {
    "core.drug_name": (("drug_name_id", "SELECT case_id, drug_name_id FROM core.report_drug"),),
    "core.drug_name_substance": (("drug_name_id", "SELECT case_id, drug_name_id FROM core.report_drug"),),
    "work.studied_name": (("drug_name_id", "SELECT case_id, drug_name_id FROM core.report_drug"),),
    "work.matched_term": (("reported_term", "SELECT case_id, reported_term FROM core.report_reaction"),),
    "core.indication_context": (
        ("reported_indication", "SELECT case_id, reported_indication FROM core.report_indication"),
    ),
    "core.route_group": (("route", "SELECT case_id, route FROM core.report_drug"),),
    "work.region": (
        ("country_code", "SELECT case_id, occurrence_country AS country_code FROM core.report"),
        ("country_code", "SELECT case_id, reporter_country AS country_code FROM core.report"),
    ),
    "core.exposure_substance": (
        (
            "substance",
            "SELECT case_id, substance FROM work.case_substance JOIN work.substance_number USING (substance_number)",
        ),
    ),
    "core.interaction_group": (
        (
            "substance",
            "SELECT case_id, substance FROM work.case_substance JOIN work.substance_number USING (substance_number)",
        ),
    ),
    "core.side_effect_term": (
        ("term", "SELECT case_id, term FROM work.case_term JOIN work.term_number USING (term_number)"),
    ),
    "work.linkage_substance": (
        (
            "substance",
            "SELECT case_id, substance FROM work.case_substance JOIN work.substance_number USING (substance_number)",
        ),
    ),
    "work.compared": (
        ("comparator", "SELECT case_id, exposure AS comparator FROM work.exposed_case"),
        ("exposure", "SELECT case_id, exposure FROM work.exposed_case"),
    ),
}
"""Small tables that rows of cases are made with: the column by which a row of theirs is found, and the cases that have
it. A row that came, went or changed touches those cases and no others. A table with a column case_id needs no entry."""
