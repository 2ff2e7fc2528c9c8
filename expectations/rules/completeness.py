"""Is the quarter whole? Failures of this kind alone make it incomplete, which a user may accept on purpose."""

from __future__ import annotations

from expectations.rule import Rule, RuleKind, Unit, measure_rule

_KIND = RuleKind.COMPLETENESS

LEAST_SHARE_OF_KNOWN_ROWS = 0.99
"""Below this share of the rows that FDA's file is known to have, a table is a fragment."""

MOST_ORPHANS = 0.10
"""Above this share of rows without their report, the report file and the child file do not belong together."""

MOST_REPORTS_WITHOUT = 0.01
"""Reports without any drug or any reaction exist, but are rare."""


def table_rules(table: str, faers_table: str) -> tuple[Rule, ...]:
    """Rules of every table of a quarter.

    Args:
        table: Our name.
        faers_table: FDA's name of its file.
    """
    is_list = table == "deleted_case"
    rules = measure_rule(
        table,
        "missing_file",
        _KIND,
        f"The zip holds the file of {table} ({faers_table}).",
        unit=Unit.FLAG,
        warn_above=0 if is_list else None,
        fail_above=None if is_list else 0,
    )
    # The deleted list says nothing when it is empty; the others do.
    if not is_list:
        rules += measure_rule(
            table,
            "row_count",
            _KIND,
            f"{table} has rows.",
            warn_below=None if table == "report" else 1,
            fail_below=1 if table == "report" else None,
        )
    return rules + measure_rule(
        table,
        "known_row_share",
        _KIND,
        f"{table} has as many rows as FDA's file is known to have.",
        unit=Unit.SHARE,
        warn_below=1,
        warn_above=1,
        fail_below=LEAST_SHARE_OF_KNOWN_ROWS,
    )


def child_rules(table: str) -> tuple[Rule, ...]:
    """Rules of every table whose rows belong to a report."""
    return measure_rule(
        table,
        "orphan_share",
        _KIND,
        f"Every row of {table} belongs to a report of the quarter.",
        unit=Unit.SHARE,
        warn_above=0,
        fail_above=MOST_ORPHANS,
    )


RULES: dict[str, tuple[Rule, ...]] = {
    "report": (
        *measure_rule(
            "report",
            "without_drug_share",
            _KIND,
            "Nearly every report has a drug.",
            unit=Unit.SHARE,
            warn_above=MOST_REPORTS_WITHOUT,
        ),
        *measure_rule(
            "report",
            "without_reaction_share",
            _KIND,
            "Nearly every report has a reaction.",
            unit=Unit.SHARE,
            warn_above=MOST_REPORTS_WITHOUT,
        ),
    ),
}
"""Rules of single tables."""
