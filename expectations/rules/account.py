"""Is every line of the FDA file accounted for, and are the staged files those that staging wrote?"""

from __future__ import annotations

from expectations.rule import Rule, RuleKind, Unit, measure_rule

_KIND = RuleKind.INTEGRITY

MOST_REJECTED_LINES = 0.01
"""Above this share of rejected lines, the file is not of the layout that it was read by."""

FEW_REJECTED_LINES = 10
"""So few lines are an accident, whatever their share of a short file."""


def table_rules(table: str) -> tuple[Rule, ...]:
    """Rules of every table of a quarter."""
    return (
        *measure_rule(
            table,
            "part_difference",
            _KIND,
            f"The staged files of {table} are those of the manifest, byte for byte and row for row.",
            fail_above=0,
        ),
        *measure_rule(
            table,
            "line_gap",
            _KIND,
            f"Every line read of {table} is of the file or a split, and was loaded, rejected or blank.",
            fail_above=0,
        ),
        *measure_rule(
            table,
            "rejected_share",
            _KIND,
            f"No line of {table} was rejected.",
            unit=Unit.SHARE,
            warn_above=0,
        ),
        *measure_rule(
            table,
            "many_rejected_share",
            _KIND,
            f"{table} was of the layout that it was read by: at most {FEW_REJECTED_LINES} lines or few were rejected.",
            unit=Unit.SHARE,
            fail_above=MOST_REJECTED_LINES,
        ),
        *measure_rule(
            table,
            "value_issue_count",
            _KIND,
            f"Every value of {table} was readable, plausible and known to the code tables.",
            warn_above=0,
        ),
    )
