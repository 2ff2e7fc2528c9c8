"""The table at the end of a run: ketamine and esketamine, side effect by side effect, from the published file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from warehouse.query import open_published

READING = (
    "These are shares of voluntary reports and measures of disproportionality between them: not how often a side "
    "effect happens in people who take the drug, and no proof that the drug caused it."
)
DEFINITION = "label_style"
ROLE_SCOPE = "suspect"

_QUERY = """
SELECT
    effect.side_effect_name,
    reporting.report_count,
    reporting.exposed_report_count,
    reporting.reporting_share,
    reporting.reporting_share_lower_95,
    reporting.reporting_share_upper_95,
    rest.ror, rest.ror_lower_95, rest.ror_upper_95, rest.is_zero_cell_corrected, rest.undefined_reason,
    ssri.ror, ssri.ror_lower_95, ssri.ror_upper_95, ssri.is_zero_cell_corrected, ssri.undefined_reason
FROM mart.side_effect_reporting AS reporting
INNER JOIN core.side_effect AS effect USING (side_effect)
INNER JOIN mart.side_effect_comparison AS rest
    USING (exposure, side_effect, definition, role_scope, context, route_group)
INNER JOIN mart.side_effect_comparison AS ssri
    USING (exposure, side_effect, definition, role_scope, context, route_group)
WHERE reporting.exposure = $exposure AND reporting.definition = $definition AND reporting.role_scope = $role_scope
    AND context = 'all' AND route_group = 'all' AND rest.comparator = 'rest' AND ssri.comparator = 'ssri'
ORDER BY reporting.report_count DESC, effect.side_effect_name
"""


_CHANGES = """
SELECT
    any_value(previous_build_id),
    count(*) FILTER (WHERE change = 'new'),
    count(*) FILTER (WHERE change = 'gone')
FROM mart.signal_change
WHERE subject = 'criterion' AND role_scope = $role_scope AND definition = $definition
"""


def changes(published: Path) -> str | None:
    """What changed since the build that was published before, in one line; None where nothing did."""
    with open_published(published) as connection:
        ((before, new, gone),) = connection.execute(
            _CHANGES, {"definition": DEFINITION, "role_scope": ROLE_SCOPE}
        ).fetchall()
    if not new and not gone:
        return None
    return (
        f"Since build {before}: {new:,} criteria newly met, {gone:,} no longer (suspects, label-style; see "
        "mart.signal_change)."
    )


def profile(published: Path) -> Group:
    """Tables of ketamine and esketamine with one line on what such numbers are and are not."""
    parts: list[Table | Text] = []
    with open_published(published) as connection:
        (simulated,) = connection.execute("SELECT is_simulated FROM meta.build").fetchall()[0]
        for exposure in ("ketamine", "esketamine"):
            rows = connection.execute(
                _QUERY, {"exposure": exposure, "definition": DEFINITION, "role_scope": ROLE_SCOPE}
            ).fetchall()
            parts.append(_table(exposure, rows, simulated=simulated))
    parts.append(Text("In brackets: 95 % intervals. Side effects by their label-style groups of terms.", style="dim"))
    parts.append(Text("* another cell was zero, so 0.5 was added to all four: not a signal.", style="dim"))
    parts.append(Text(READING, style="bold"))
    if simulated:
        parts.append(Text("The reports are SIMULATED: nothing here says anything about a real drug.", style="bold red"))
    return Group(*parts)


def _table(exposure: str, rows: list[tuple[Any, ...]], *, simulated: bool) -> Table:
    cases = rows[0][2] if rows else 0
    title = f"{exposure.capitalize()}: {cases:,} {'simulated ' if simulated else ''}cases with it as a suspect drug"
    table = Table(title=title, title_justify="left", header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("Side effect", overflow="fold", min_width=15)
    table.add_column("Cases", justify="right", no_wrap=True)
    for measure in ("Reporting\nshare %", "ROR against\nthe rest", "ROR against\nSSRIs"):
        table.add_column(measure, justify="right", no_wrap=True)
    for name, count, _, share, lower, upper, *ratios in rows:
        # A ratio corrected for having no case at all says nothing, and looks like much where the drug is rare.
        told = [_ratio(*ratios[:5]), _ratio(*ratios[5:])] if count else ["no case", "no case"]
        table.add_row(name, f"{count:,}", _share(share, lower, upper), *told)
    return table


def _share(share: float | None, lower: float, upper: float) -> str:
    return "-" if share is None else f"{share:.1%} ({lower:.1%}-{upper:.1%})".replace("%", "")


def _ratio(ror: float | None, lower: float, upper: float, corrected: bool, reason: str | None) -> str:
    if ror is None:
        return "no event" if reason and "event" in reason else "no case"
    return f"{_short(ror)} ({_short(lower)}-{_short(upper)}){'*' if corrected else ''}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
