"""The truth of a simulated run against a plain reading of its zips: the rules of faers.md, row by row, in Python."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import reference
from simulation.faers import simulate
from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter, parse_quarters

QUARTERS = parse_quarters("2004q1,2012q2..2012q4,2019q1,2022q3..2022q4,2024q4..2025q1")
TABLES = ("DEMO", "DRUG", "REAC", "OUTC")


@dataclass
class Sighting:
    quarter: Quarter
    line: int
    report: int
    case: int | None
    version: int
    day: int
    row: tuple[str, ...]
    reason: str = ""

    @property
    def rank(self) -> tuple[bool, int, int, Quarter, int]:
        return (self.quarter >= FIRST_FAERS_QUARTER, self.version, self.day, self.quarter, self.report)


@dataclass
class Report:
    drugs: list[tuple[int, int, str, str]] = field(default_factory=list)
    terms: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=set)


def read(folder: Path, quarter: Quarter) -> tuple[dict[str, list[dict[str, str]]], set[int]]:
    """Rows of the tables by upper-case column, and the case numbers of the deleted list."""
    (path,) = folder.glob(f"*{quarter}.zip")
    rows: dict[str, list[dict[str, str]]] = {}
    deleted: set[int] = set()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8-sig")
            kind = Path(name).name[:4].upper()
            if "delete" in Path(name).name.lower():
                deleted = {int(line) for line in text.split("\n") if line.strip()}
            elif kind in TABLES and "/" in name:
                first, *lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
                columns = [column.strip().upper() for column in first.split("$")]
                rows[kind] = [dict(zip(columns, line.split("$"), strict=False)) for line in lines]
    return rows, deleted


def whole(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() else otherwise


def sightings_of(rows: list[dict[str, str]], quarter: Quarter) -> list[Sighting]:
    found = []
    for line, row in enumerate(rows, start=2):
        version = whole(row["CASEVERSION"] if "CASEVERSION" in row else row["FOLL_SEQ"] or "0", -1)
        report = int(row.get("PRIMARYID") or row["ISR"])
        case = row.get("CASEID", row.get("CASE", ""))
        day = whole(row["FDA_DT"], -1)
        found.append(Sighting(quarter, line, report, int(case) if case else None, version, day, tuple(row.values())))
    return found


def exclude(everything: list[Sighting], lists: dict[Quarter, set[int]]) -> dict[int, Sighting]:
    """Give every sighting its reason, or none; return the counted one of each case."""
    by_row: dict[tuple[object, ...], list[Sighting]] = defaultdict(list)
    for sighting in everything:
        if sighting.case is None:
            sighting.reason = "no_case_id"
        else:
            by_row[(sighting.quarter, sighting.report, sighting.case)].append(sighting)
    for group in by_row.values():
        kept = min(group, key=lambda one: one.line)
        for other in group:
            if other is not kept:
                other.reason = "duplicate_row" if other.row == kept.row else "conflicting_row"
    by_isr: dict[int, list[Sighting]] = defaultdict(list)
    for sighting in everything:
        if not sighting.reason and sighting.quarter < FIRST_FAERS_QUARTER:
            by_isr[sighting.report].append(sighting)
    for group in by_isr.values():
        kept = max(group, key=lambda one: (one.day, one.quarter, one.case or 0))
        for other in group:
            if other.case != kept.case:
                other.reason = "conflicting_case"
    by_case: dict[int, list[Sighting]] = defaultdict(list)
    for sighting in everything:
        if sighting.case is not None:
            by_case[sighting.case].append(sighting)
    counted = {}
    for case, group in by_case.items():
        valid = [one for one in group if not one.reason]
        if not valid:
            continue
        current = max(valid, key=lambda one: one.rank)
        for one in valid:
            if one is not current:
                one.reason = "superseded"
        listed = max((quarter for quarter, cases in lists.items() if case in cases), default=None)
        if listed is not None and listed >= max(one.quarter for one in group):
            current.reason = "deleted"
        else:
            counted[case] = current
    return counted


NAMES: dict[str, str] = {}


def substances_of(name: str, ingredient: str) -> set[str]:
    """Look a row up in the reviewed names: FDA's ingredients where they are, else the name without its dressing."""
    if not NAMES:
        NAMES.update(
            dict(zip(*(reference.read("substance_name")[part] for part in ("name", "substance")), strict=True))
        )
    held = {NAMES[part.strip()] for part in ingredient.upper().split("\\") if part.strip() in NAMES}
    if ingredient.strip():
        return held
    plain = re.sub(r"\s*/\d+/$", "", name.upper().strip())
    plain = re.sub(r"\s*[\[(].*[\])]$", "", plain).rstrip(".")
    plain = re.sub(r" (TABLETS?|INJECTION)$", "", plain)
    plain = re.sub(r" [\d.]+ ?MG$", "", plain)
    return {NAMES[part] for part in plain.split("\\") if part in NAMES}


def contents_of(rows: dict[str, list[dict[str, str]]]) -> dict[int, Report]:
    reports: dict[int, Report] = defaultdict(Report)
    for line, row in enumerate(rows["DRUG"], start=2):
        name = row["DRUGNAME"].strip() + "\0" + row.get("PROD_AI", "").strip()
        key = int(row.get("PRIMARYID") or row["ISR"])
        reports[key].drugs.append((int(row["DRUG_SEQ"]), line, row["ROLE_COD"], name))
    for row in rows["REAC"]:
        reports[int(row.get("PRIMARYID") or row["ISR"])].terms.add(row["PT"].casefold())
    for row in rows["OUTC"]:
        code = row.get("OUTC_COD") or row.get("OUTC_CODE") or ""
        reports[int(row.get("PRIMARYID") or row["ISR"])].outcomes.add(code)
    return reports


def exposures_of(report: Report) -> dict[str, set[str]]:
    """Substances and classes by role scope."""
    roles = {line: role for _, line, role, _ in report.drugs}
    given = sorted((sequence, line) for sequence, line, role, _ in report.drugs if role != "DN")
    if "PS" not in roles.values() and given:
        roles[given[0][1]] = "PS"
    found: dict[str, set[str]] = {"primary_suspect": set(), "suspect": set(), "any": set()}
    classes = reference.read("substance_class").select("class", "substance").rows()
    for _, line, _, name in report.drugs:
        held = substances_of(*name.split("\0")) if name != "\0" else set()
        held |= {group for group, member in classes if member in held}
        for scope, allowed in (
            ("primary_suspect", ("PS",)),
            ("suspect", ("PS", "SS")),
            ("any", ("PS", "SS", "C", "I")),
        ):
            if roles[line] in allowed:
                found[scope] |= held
    return found


@cache
def events_of_term(term: str) -> frozenset[tuple[str, str]]:
    definitions = ("single_term", "label_style", "broad")
    alias = {row["alias"].casefold(): row["term"].casefold() for row in reference.read("term_alias").to_dicts()}
    return frozenset(
        (row["side_effect"], definition)
        for row in reference.read("side_effect_term").to_dicts()
        if row["term"].casefold() == alias.get(term, term)
        for definition in definitions[definitions.index(row["definition"]) :]
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(tmp_path_factory.mktemp("simulated"), QUARTERS, 1000, seed=5)


def test_truth_equals_a_plain_recount_of_the_text(run: Path) -> None:
    truth = json.loads((run / "truth.json").read_text())
    everything: list[Sighting] = []
    contents: dict[tuple[Quarter, int], Report] = {}
    lists: dict[Quarter, set[int]] = {}
    for quarter in QUARTERS:
        rows, lists[quarter] = read(run, quarter)
        everything += sightings_of(rows["DEMO"], quarter)
        contents |= {(quarter, key): report for key, report in contents_of(rows).items()}
    counted = exclude(everything, lists)
    reasons = {reason: sum(one.reason == reason for one in everything) for reason in truth["excluded"]}
    assert reasons == truth["excluded"]
    assert min(reasons.values()) > 0, "a reason that no sighting has proves nothing"
    assert (truth["sightings"], truth["cases"]) == (len(everything), len(counted))

    universe = []
    for sighting in counted.values():
        report = contents.get((sighting.quarter, sighting.report), Report())
        if any(role != "DN" and name != "\0" for _, _, role, name in report.drugs) and report.terms:
            events = {pair for term in report.terms for pair in events_of_term(term)}
            universe.append((exposures_of(report), events, report.outcomes))
    assert truth["universe"] == len(universe)

    comparison = pl.read_parquet(run / "truth_comparison.parquet")
    for (exposure, comparator, scope), rows in comparison.group_by("exposure", "comparator", "role_scope"):
        both = [(exposure in held[scope], comparator in held[scope], events) for held, events, _ in universe]
        mine = [events for here, there, events in both if here and not there]
        theirs = [events for here, there, events in both if not here and (there or comparator == "rest")]
        with_event = [Counter(pair for events in arm for pair in events) for arm in (mine, theirs)]
        for effect, definition, *counts in rows.select("side_effect", "definition", "a", "b", "c", "d").rows():
            a, c = (arm[effect, definition] for arm in with_event)
            assert counts == [a, len(mine) - a, c, len(theirs) - c], (exposure, comparator, scope, effect, definition)

    reporting = pl.read_parquet(run / "truth_reporting.parquet").filter(exposure="ketamine", role_scope="suspect")
    for row in reporting.iter_rows(named=True):
        pair = (row["side_effect"], row["definition"])
        cases = [outcomes for held, events, outcomes in universe if "ketamine" in held["suspect"] and pair in events]
        assert row["report_count"] == len(cases)
        assert row["serious_count"] == sum(bool(outcomes) for outcomes in cases)
        assert row["death_count"] == sum("DE" in outcomes for outcomes in cases)
        assert row["hospitalisation_count"] == sum("HO" in outcomes for outcomes in cases)


def test_counts_add_up(run: Path) -> None:
    truth = json.loads((run / "truth.json").read_text())
    assert truth["sightings"] == truth["cases"] + sum(truth["excluded"].values()) == 1000 * len(QUARTERS)
    by_quarter = truth["excluded_by_quarter"].values()
    assert {reason: sum(row[reason] for row in by_quarter) for reason in truth["excluded"]} == truth["excluded"]
    comparison = pl.read_parquet(run / "truth_comparison.parquet")
    rest = comparison.filter(comparator="rest").select(total=pl.sum_horizontal("a", "b", "c", "d"))
    assert rest["total"].unique().to_list() == [truth["universe"]]
    assert comparison.select(
        pl.struct("exposure", "comparator", "side_effect", "definition", "role_scope")
    ).n_unique() == (comparison.height)
    contexts = pl.read_parquet(run / "truth_context.parquet")
    keys = ["exposure", "comparator", "side_effect", "definition", "role_scope"]
    summed = contexts.group_by(keys).agg(pl.col("a", "b", "c", "d").sum()).sort(keys)
    assert summed.equals(comparison.sort(keys))
