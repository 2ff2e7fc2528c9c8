"""Where the data come from, what was left out, and what the checks found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from dashboards import theme
from dashboards.ask import Warehouse
from dashboards.charts import stacked_shares
from dashboards.model import Cell, Figure, Page
from dashboards.numbers import count, share

SENTENCES = 300
"""Findings in words on the page; all are in the CSV."""


def page(warehouse: Warehouse, docs: Mapping[str, str]) -> Page:
    """Files, lines, exclusions, checks."""
    exclusions = warehouse.answer("exclusions")
    expectations = warehouse.rows("expectations")
    left_out = Figure(
        name="exclusions",
        title="Which reports do not count, and why?",
        reading="Every report that does not count has one reason. Most are earlier versions of a case whose later "
        "version counts. Nothing is left out in silence.",
        answer="exclusions",
        spec=stacked_shares(
            "quarter",
            "reason",
            "sighting_count",
            "Reports that do not count",
            "Reports",
            theme.REASONS,
            share=False,
        ),
        cells=(
            Cell("quarter", "Quarter"),
            Cell("reason", "Reason"),
            Cell("sighting_count", "Reports", "count"),
        ),
        label="quarter,reason",
        value=Cell("sighting_count", "Reports", "count"),
        sort=("quarter", "reason_order"),
    )
    findings = [row for row in expectations if not row["is_success"]]
    kinds = Counter((row["kind"], row["severity"], row["is_success"]) for row in expectations)
    return Page(
        name="quality",
        menu="Data quality",
        title="Can the data be trusted?",
        lead="Every line of every file is accounted for: loaded, repaired, or rejected with its reason. Every quarter "
        "was checked by Great Expectations before it was let in.",
        figures=(left_out,),
        answers=(
            exclusions,
            *(warehouse.answer(name) for name in ("expectations", "lines", "rows", "certificates")),
        ),
        template="quality.html",
        extra={
            "docs": docs,
            "certificates": warehouse.rows("certificates"),
            "lines": [_line(row) for row in warehouse.rows("lines")],
            "tables": _tables(warehouse.rows("rows")),
            "repairs": [
                (row["repair"].replace("_", " "), count(row["line_count"]), str(row["quarter_count"]))
                for row in warehouse.rows("repairs")
            ],
            "kinds": [_kind(kinds, kind) for kind in sorted({kind for kind, _, _ in kinds})],
            "findings": [
                (row["quarter"], row["table_name"], row["rule"].replace("_", " "), row["sentence"])
                for row in findings[:SENTENCES]
            ],
            "finding_count": len(findings),
            "priors": [
                (
                    warehouse.labels["role_scope"].get(row["role_scope"], row["role_scope"]),
                    row["outcome"],
                    count(row["pair_count"]),
                    f"{row['agreeing_start_count']} of {row['start_count']}",
                    share(row["calibration_share_above_eb05"]),
                )
                for row in warehouse.rows("priors")
            ],
        },
        kind="none",
    )


def _line(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("lines_read", "rows_loaded", "lines_rejected", "lines_blank", "lines_from_splits")
    return (row["quarter"], *(count(row[name]) for name in names), share(row["lines_rejected"] / row["lines_read"]))


def _tables(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    totals: dict[str, Counter[str]] = {}
    for row in rows:
        totals.setdefault(row["table_name"], Counter()).update(
            {name: row[name] for name in ("rows_loaded", "rows_counted", "rows_excluded", "rows_without_report")}
        )
    return [
        (name, *(count(total[key]) for key in ("rows_loaded", "rows_counted", "rows_excluded", "rows_without_report")))
        for name, total in sorted(totals.items())
    ]


def _kind(kinds: Counter[tuple[str, str, bool]], kind: str) -> tuple[str, ...]:
    passed = kinds[kind, "fail", True] + kinds[kind, "warn", True]
    return (kind, count(passed), count(kinds[kind, "warn", False]), count(kinds[kind, "fail", False]))
