"""The truth beside the zips: what a correct pipeline must find in them.

``truth.json`` holds:

* ``format``, ``seed``, ``damage``, ``quarters``, ``reports_per_quarter`` (DEMO rows that load);
* ``tables``: quarter -> staged table -> the columns of meta.line_account, and ``rejected`` (reason -> lines),
  ``rejected_lines`` ([line, reason], the header is line 1), ``repairs`` (repair -> lines), ``value_issues``
  (column_name, issue, row_count) and ``rows_without_report`` (rows that load and whose report has no DEMO row);
* ``sightings`` = ``cases`` + the sum of ``excluded`` (reason -> sightings), ``excluded_by_quarter`` (by the quarter of
  the excluded sighting), and ``universe`` (cases with a drug and a reaction that count);
* ``cases_by_context`` and ``cases_by_route_group``: all cases by what their rows tell under the rules of core.report
  (a report is planted in one context, but a few hide it: the drug that names it is concomitant, or there is none);
* ``planted``: ``substance_effect`` (substance -> term -> probability added where it is suspect), ``context_effect``,
  ``context_share``, and ``pair``: ordinary ingredients with one term of their own each, so that among reports of one
  quarter, with b = ``share_without`` and p = ``probability``, the term's share is 1 - (1 - b)(1 - p) where the
  ingredient is suspect and b where it is not; and ``independent_term``: terms that nothing adds, whose odds ratio is 1
  with every drug.

``truth_comparison.parquet``: exposure, comparator, side_effect, definition, role_scope, a, b, c, d. Every reviewed
substance and class against ``rest``, and the three studied substances against every other substance and class; cases
with both are in neither arm. ``truth_context.parquet``: the same within each context that the rows of a case tell
(column ``context``).
``truth_reporting.parquet``: exposure, side_effect, definition, role_scope, exposed_report_count, report_count,
serious_count, death_count, hospitalisation_count.
``truth_duplicate.parquet``: case_id, patient, look_alike, kind, for every planted case (simulation/duplicates.py):
cases of one ``patient`` are duplicates; those that share ``look_alike`` alone are near misses. All other cases are of
patients of their own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from simulation.casebook import Casebook
from simulation.counts import CaseCounts
from simulation.damage import BLANK, Edit
from simulation.drugs import drug_book
from simulation.duplicates import Planted
from simulation.effects import independent_terms, planted_pairs
from simulation.sightings import Exclusion, total
from simulation.terms import term_book
from simulation.world import World
from vocabulary.quarter import Quarter
from vocabulary.tables.staged import DELETED_CASE, FAERS_TABLES

FORMAT = 1


@dataclass
class Account:
    """Lines of every quarter and table, in the words of meta.line_account."""

    tables: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def add(
        self,
        quarter: Quarter,
        table: str,
        member: str,
        rows: int,
        edits: Sequence[Edit] = (),
        *,
        first_line: int = 2,
        junk_versions: int = 0,
    ) -> None:
        """Note one table's lines.

        Args:
            quarter: its quarter.
            table: FDA's name, or DELETED.
            member: its file in the zip.
            rows: clean rows, before the edits.
            edits: what was written in place of some rows, in file order.
            first_line: line of the first row; 2 after a header.
            junk_versions: clean rows whose version is no number.
        """
        name = DELETED_CASE.name if table == "DELETED" else FAERS_TABLES[table].name
        replaced = sum(edit.stop - edit.start for edit in edits)
        loaded = rows - replaced + sum(edit.loaded for edit in edits)
        rejected: list[list[int | str]] = []
        gained = 0
        for edit in edits:
            if not edit.loaded and edit.fate != BLANK:
                rejected.append([first_line + edit.start + gained, edit.fate])
            gained += 1 - (edit.stop - edit.start)
        splits = sum(max(edit.loaded - 1, 0) for edit in edits)
        self.tables.setdefault(str(quarter), {})[name] = {
            "source_member": member,
            "lines_in_file": rows + gained,
            "lines_from_splits": splits,
            "lines_read": rows + gained + splits,
            "rows_loaded": loaded,
            "lines_rejected": len(rejected),
            "lines_blank": sum(edit.fate == BLANK for edit in edits),
            "rejected": dict(sorted(Counter(str(reason) for _, reason in rejected).items())),
            "rejected_lines": rejected,
            "repairs": dict(sorted(Counter(edit.fate for edit in edits if edit.is_repair).items())),
            "value_issues": [
                {"column_name": column, "issue": issue, "row_count": count}
                for (column, issue), count in sorted(_issues(edits, junk_versions).items())
            ],
            "rows_without_report": sum(edit.loaded for edit in edits if edit.is_orphan),
        }


def _issues(edits: Sequence[Edit], junk_versions: int) -> Counter[tuple[str, str]]:
    """Odd values by column and issue, as meta.value_issue counts them."""
    found = Counter(edit.issue for edit in edits if edit.issue is not None)
    if junk_versions:
        found["case_version", "unreadable"] += junk_versions
    return found


def write_truth(
    out: Path,
    seed: int,
    damage: bool,
    sizes: Mapping[Quarter, int],
    world: World,
    account: Account,
    counts: CaseCounts,
    book: Casebook,
    duplicates: Planted,
) -> None:
    """Write truth.json and the Parquet files beside it."""
    excluded = total(book.exclusions)
    truth = {
        "format": FORMAT,
        "seed": seed,
        "damage": damage,
        "quarters": [str(quarter) for quarter in sizes],
        "reports_per_quarter": {str(quarter): size for quarter, size in sizes.items()},
        "tables": account.tables,
        "sightings": sum(tables["report"]["rows_loaded"] for tables in account.tables.values()),
        "cases": counts.cases,
        "excluded": {reason.text: int(excluded[reason]) for reason in Exclusion},
        "excluded_by_quarter": {
            f"{at // 4}q{at % 4 + 1}": {reason.text: int(row[reason]) for reason in Exclusion}
            for at, row in sorted(book.exclusions.items())
        },
        "universe": counts.universe_size,
        "cases_by_context": counts.cases_by_context,
        "cases_by_route_group": counts.cases_by_route_group,
        "planted": _planted(world, sizes),
    }
    (out / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    counts.comparison().write_parquet(out / "truth_comparison.parquet")
    counts.reporting().write_parquet(out / "truth_reporting.parquet")
    counts.contexts().write_parquet(out / "truth_context.parquet")
    columns = {"case_id": pl.Int64(), "patient": pl.Int64(), "look_alike": pl.Int64(), "kind": pl.String()}
    pl.DataFrame(duplicates.truth, schema=columns, orient="row").write_parquet(out / "truth_duplicate.parquet")


def _planted(world: World, sizes: Mapping[Quarter, int]) -> dict[str, Any]:
    scenario, drugs, terms = world.scenario, drug_book(), term_book()
    shares = {str(quarter): world.term_share(quarter) for quarter in sizes}
    return {
        "substance_effect": {name: dict(rates) for name, rates in scenario.effect.items()},
        "context_effect": {name: dict(rates) for name, rates in scenario.context_effect.items()},
        "context_share": dict(scenario.context_share),
        "pair": [
            {
                "ingredient": drugs.ordinary[pair.ingredient - len(drugs.substances)],
                "term": terms.terms[pair.term],
                "probability": pair.probability,
                "share_without": {quarter: round(float(share[pair.term]), 9) for quarter, share in shares.items()},
            }
            for pair in planted_pairs(scenario)
        ],
        "independent_term": [terms.terms[number] for number in independent_terms(scenario)],
    }
