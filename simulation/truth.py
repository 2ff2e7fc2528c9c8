"""The truth beside the zips: what a correct pipeline must find in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulation.casebook import Casebook
from simulation.counts import CaseCounts
from simulation.drugs import drug_book
from simulation.effects import planted_pairs
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
        *,
        lines: int,
        loaded: int,
        blank: int = 0,
        splits: int = 0,
        rejected: Mapping[str, int] | None = None,
        repairs: Mapping[str, int] | None = None,
    ) -> None:
        """Note one table's lines; ``table`` is FDA's name, or DELETED."""
        name = DELETED_CASE.name if table == "DELETED" else FAERS_TABLES[table].name
        self.tables.setdefault(str(quarter), {})[name] = {
            "source_member": member,
            "lines_in_file": lines,
            "lines_from_splits": splits,
            "lines_read": lines + splits,
            "rows_loaded": loaded,
            "lines_rejected": sum((rejected or {}).values()),
            "lines_blank": blank,
            "rejected": dict(rejected or {}),
            "repairs": dict(repairs or {}),
        }


def write_truth(
    out: Path,
    seed: int,
    damage: bool,
    sizes: Mapping[Quarter, int],
    world: World,
    account: Account,
    counts: CaseCounts,
    book: Casebook,
) -> None:
    """Write truth.json, truth_comparison.parquet, truth_reporting.parquet and truth_context.parquet."""
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
        "planted": _planted(world, sizes),
    }
    (out / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    counts.comparison().write_parquet(out / "truth_comparison.parquet")
    counts.reporting().write_parquet(out / "truth_reporting.parquet")
    counts.contexts().write_parquet(out / "truth_context.parquet")


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
    }
