"""The table of clinics at the end of a run: incidence in sessions beside shares of reports, two different things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from warehouse.query import open_published

READING = (
    "Incidence: how often it happened among sessions or patients that were watched. Reporting share: part of the "
    "drug's voluntary reports, which says nothing of how often. The two are never to be added or averaged."
)
DRUGS = ("ketamine", "esketamine")
_HEADERS = ("Incidence %\nof sessions", "Incidence %\nof patients", "Label, trial\n% of patients", "Reporting\nshare %")

_QUERY = """
SELECT
    evidence.drug,
    effect.side_effect_name,
    clinic_is_suppressed,
    clinic_session_incidence,
    clinic_session_incidence_lower_95,
    clinic_session_incidence_upper_95,
    clinic_patient_incidence,
    reference_patient_share,
    faers_reporting_share,
    clinic_session_count,
    clinic_patient_count
FROM mart.evidence AS evidence
INNER JOIN core.side_effect AS effect USING (side_effect)
WHERE clinic_is_suppressed IS NOT NULL
ORDER BY clinic_session_incidence DESC NULLS LAST, effect.side_effect_name
"""


def clinics(published: Path) -> Group | None:
    """Tables of ketamine and esketamine; None where the published file holds no clinic batch."""
    with open_published(published) as connection:
        ((batches, minimum, simulated),) = connection.execute(
            "SELECT clinic_batch_count, clinic_minimum_cell, is_simulated FROM meta.build"
        ).fetchall()
        rows = connection.execute(_QUERY).fetchall() if batches else []
    if not rows:
        return None
    parts: list[Table | Text] = []
    for drug in DRUGS:
        own = [row[1:] for row in rows if row[0] == drug]
        if own:
            parts.append(_table(drug, own, simulated=simulated, minimum=minimum))
    parts.append(Text(READING, style="bold"))
    if simulated:
        parts.append(
            Text("The sessions are SIMULATED: nothing here says anything about a real drug.", style="bold red")
        )
    return Group(*parts)


def _table(drug: str, rows: list[tuple[Any, ...]], *, simulated: bool, minimum: int) -> Table:
    sessions, patients = rows[0][-2:]
    kind = "SIMULATED " if simulated else ""
    size = "" if sessions is None else f": {sessions:,} {kind}sessions, {patients:,} patients"
    title = f"{drug.capitalize()} in clinics{size}"
    table = Table(title=title, title_justify="left", header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("Side effect", overflow="fold", min_width=15)
    for measure in _HEADERS:
        table.add_column(measure, justify="right", no_wrap=True)
    for name, hidden, share, lower, upper, of_patients, label, reported, *_ in rows:
        told = f"{_percent(share)} ({_percent(lower)}-{_percent(upper)})"
        small = "not shown*"
        table.add_row(
            name,
            small if hidden else told,
            "" if hidden else _percent(of_patients),
            _percent(label),
            _percent(reported),
        )
    table.caption = (
        f"* fewer than {minimum}, or hidden so that no such count can be worked out. In brackets: 95 % intervals."
    )
    table.caption_justify = "left"
    return table


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"
