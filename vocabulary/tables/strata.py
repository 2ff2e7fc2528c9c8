"""Groups that a case is in, one of each kind: what marts count by."""

from __future__ import annotations

from vocabulary.table import Column, Kind

CONTEXTS = (
    "social_anxiety",
    "other_anxiety_ptsd",
    "depression",
    "anaesthesia_procedure",
    "pain",
    "misuse_or_overdose",
    "other",
    "unknown",
)
"""What a case's drugs were given for, by rank: reference/context.csv says the same, with reasons."""

ROUTE_GROUPS = ("intravenous", "intramuscular", "intranasal", "oral_sublingual", "topical", "other", "unknown")
"""How a case's drug was given, by rank: of several, the one of the fastest and highest exposure to ketamine first."""

AGE_GROUPS = ("under_18", "18_44", "45_64", "65_74", "75_and_over", "unknown")
PERIODS = ("2004_2008", "2009_2013", "2014_2018", "2019_2023", "2024_and_later")
REGIONS = ("north_america", "europe", "asia", "other", "unknown")
REPORTER_GROUPS = ("health_professional", "consumer", "lawyer", "unknown")


def _group(name: str, description: str, allowed: tuple[str, ...]) -> Column:
    return Column(name, Kind.TEXT, description, nullable=False, allowed=allowed)


CONTEXT = _group(
    "context",
    "What the drugs were given for: the first by rank (the order of the allowed values) among the indications "
    "of the suspect drugs (PS, SS), and where these say nothing, among all indications of the report; other "
    "where terms are given and none is of the first six; unknown where none is given.",
    CONTEXTS,
)

ROUTE_GROUP = _group(
    "route_group",
    "How the drug was given: of ketamine, esketamine or arketamine where one is suspect, and then of nothing "
    "else; else of the primary suspect, and where that is unknown, of the other suspects. Of several the first "
    "in the order of the allowed values.",
    ROUTE_GROUPS,
)

AGE_GROUP = _group(
    "age_group",
    "Age at the event in years, bounds included; where no age is given, FDA's own group if it is of minors.",
    AGE_GROUPS,
)

PERIOD = _group("period", "Years in which the quarter of the current version lies, bounds included.", PERIODS)

REGION = _group(
    "region",
    "Region of the country of the event, and where that is unknown, of the reporter's country. North America "
    "is the Northern America of UN M49 and the US territories: Mexico is in other.",
    REGIONS,
)

REPORTER_GROUP = _group(
    "reporter_group",
    "Who reported: health_professional MD, PH, OT, HP, RN; consumer CN; lawyer LW; unknown is blank or any other code.",
    REPORTER_GROUPS,
)

COLUMNS = (CONTEXT, ROUTE_GROUP, AGE_GROUP, PERIOD, REGION, REPORTER_GROUP)
"""As core.report has them."""
