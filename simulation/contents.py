"""What a quarter's reports say: their drugs, reactions, outcomes, sources, courses and indications, as numbers.

Rows are in file order and grouped by report. What each report adds to the truth is written into its record.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.casebook import Plan, few
from simulation.drugs import ROUTE_SLOTS, NameBook, drug_book, name_book, studied_mask
from simulation.duplicates import Planted
from simulation.layouts import FIRST_GENC_QUARTER, FIRST_NOT_ADMINISTERED, era_of
from simulation.retelling import Told, nothing_told
from simulation.rows import Drugs, Rows
from simulation.scenario import CONTEXTS
from simulation.stream import Bools, Ints, Stream
from simulation.terms import ALIAS_SHARE, indication_book, term_book
from simulation.told import told_contexts, told_routes
from simulation.world import OUTCOMES, SOURCES, Patterns, World
from vocabulary.quarter import Quarter

ROLES = ("PS", "SS", "C", "I", "DN")
_PS, _SS, _C, _I, _DN = range(5)
_ELSEWHERE_SHARE = 0.08
"""Share of the drugs beside the suspects that were given for something of another context."""


@dataclass(frozen=True)
class Contents:
    """All child rows of a quarter."""

    drugs: Drugs
    reaction: tuple[Ints, Ints]
    outcome: tuple[Ints, Ints]
    source: tuple[Ints, Ints]
    therapy: tuple[Ints, Ints]
    indication: tuple[Ints, Ints, Ints]
    told: Told


def fill(plan: Plan, quarter: Quarter, world: World, stream: Stream, planted: Planted | None = None) -> Contents:
    """Draw the content of every report of a plan, and note in its record what a correct pipeline finds.

    ``planted`` tells stories of its own in some reports; without it, no two reports are of one patient.
    """
    count = len(plan.reports)
    drugs = _drugs(plan, quarter, world, stream)
    reaction = _reactions(plan, drugs, quarter, world, stream)
    outcome = _patterned(stream, np.arange(count), OUTCOMES)
    source = _patterned(stream, np.arange(count), SOURCES[era_of(quarter).is_faers])
    indication = _indications(plan, drugs, stream)
    told = nothing_told(count)
    if planted is not None:
        rows = Rows(drugs, reaction, outcome, indication)
        rows = planted.plant(plan, rows, told, quarter, name_book(era_of(quarter)), stream)
        drugs, reaction, outcome, indication = rows.drugs, rows.reaction, rows.outcome, rows.indication
    _note(plan, drugs, reaction, outcome, indication)
    treated = np.flatnonzero(stream.chance(len(drugs.report), 0.36))
    return Contents(
        drugs,
        reaction,
        outcome,
        source,
        (drugs.report[treated], drugs.sequence[treated]),
        indication,
        told,
    )


def _drugs(plan: Plan, quarter: Quarter, world: World, stream: Stream) -> Drugs:
    reports = plan.reports
    count = 1 + stream.pick(len(reports), world.further_drugs(quarter))
    bare = stream.sample(few(len(reports), 0.0005), len(reports))
    count[bare] = 0
    report = np.repeat(np.arange(len(reports)), count)
    first = np.concatenate([[True], report[1:] != report[:-1]]) if len(report) else np.zeros(0, dtype=bool)
    ingredient = world.further_ingredients(stream, quarter, reports["context"][report].astype(np.int64))
    ingredient[first] = reports["main"][report[first]]

    role = stream.pick(len(report), world.roles(quarter))
    role[first] = _PS
    _move_primary(role, first, stream)
    headless = few(len(reports), 0.0006)
    orphaned = np.flatnonzero(first)[stream.sample(headless, int(first.sum()))]
    role[np.isin(report, report[orphaned]) & (role == _PS)] = _SS
    if quarter >= FIRST_NOT_ADMINISTERED:
        # The first drug of such a report is the first one that was given.
        role[orphaned[::2]] = _DN

    names: NameBook = name_book(era_of(quarter))
    name = names.start[ingredient] + stream.below(len(report), names.count[ingredient])
    nameless = np.flatnonzero(~np.isin(report, report[orphaned]) & stream.chance(len(report), 0.0004))
    name[nameless] = names.blank
    slots = world.route_slots(ingredient, first, reports["context"][report].astype(np.int64))
    route = slots[np.arange(len(report)), stream.below(len(report), ROUTE_SLOTS)]
    return Drugs(
        report, _sequences(plan, quarter, report, first, stream), role, ingredient, name, route, name != names.blank
    )


def _move_primary(role: Ints, first: Bools, stream: Stream) -> None:
    """In some reports the primary suspect is not the first drug: swap it with the next one."""
    follows = np.flatnonzero(first)
    follows = follows[follows + 1 < len(role)]
    follows = follows[~first[follows + 1] & stream.chance(len(follows), 0.02)]
    role[follows + 1], role[follows] = role[follows], role[follows + 1].copy()


def _sequences(plan: Plan, quarter: Quarter, report: Ints, first: Bools, stream: Stream) -> Ints:
    """1, 2, 3 within a report in FAERS; one long series in AERS; direct reports of 2021Q4 on repeat a number."""
    if not era_of(quarter).is_faers:
        return 1_004_492_716 + 1_000_000 * (quarter.year * 4 + quarter.number - 8017) + np.arange(len(report))
    step = np.ones(len(report), dtype=np.int64)
    if quarter >= FIRST_GENC_QUARTER:
        step[plan.direct[report] & ~first & stream.chance(len(report), 0.3)] = 0
    running = np.cumsum(step)
    start = np.flatnonzero(first)
    base = running[start] - 1
    return np.asarray(running - np.repeat(base, np.diff(np.append(start, len(report)))))


def _reactions(plan: Plan, drugs: Drugs, quarter: Quarter, world: World, stream: Stream) -> tuple[Ints, Ints]:
    """Ordinary terms, those of the context, and those of each distinct suspect ingredient with a name."""
    book = term_book()
    count = 1 + stream.pick(len(plan.reports), world.further_terms(quarter))
    ordinary = np.repeat(np.arange(len(plan.reports)), count)
    terms = [stream.pick(len(ordinary), world.ordinary_terms)]
    owners = [ordinary]
    position, term = world.context_effects.draw(stream, plan.reports["context"].astype(np.int64))
    owners.append(position)
    terms.append(term)
    suspect = (drugs.role <= _SS) & drugs.is_named & (world.ingredient_effects.count[drugs.ingredient] > 0)
    keys = np.sort(drugs.report[suspect] * drug_book().size + drugs.ingredient[suspect])
    keys = keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]]
    position, term = world.ingredient_effects.draw(stream, keys % drug_book().size)
    owners.append(keys[position] // drug_book().size)
    terms.append(term)
    owner, chosen = np.concatenate(owners), np.concatenate(terms)
    swap = (book.alias_count[chosen] > 0) & stream.chance(len(chosen), ALIAS_SHARE)
    spelled = book.alias_start[chosen] + stream.below(len(chosen), book.alias_count[chosen])
    chosen = np.where(swap, spelled, chosen)
    silent = np.zeros(len(plan.reports), dtype=bool)
    silent[stream.sample(few(len(plan.reports), 0.0005), len(plan.reports))] = True
    order = np.argsort(owner, kind="stable")
    order = order[~silent[owner[order]]]
    return owner[order], chosen[order]


def _note(
    plan: Plan,
    drugs: Drugs,
    reaction: tuple[Ints, Ints],
    outcome: tuple[Ints, Ints],
    indication: tuple[Ints, Ints, Ints],
) -> None:
    """Write into each record which substances, side effects and outcomes it holds, and what its rows tell."""
    records = plan.reports
    role = drugs.role.copy()
    # A report without a primary suspect has its first drug for one; a drug not administered is none.
    has_primary = np.zeros(len(records), dtype=bool)
    has_primary[drugs.report[role == _PS]] = True
    candidate = np.flatnonzero(~has_primary[drugs.report] & (role != _DN))
    _, where = np.unique(drugs.report[candidate], return_index=True)
    role[candidate[where]] = _PS
    counts = drugs.is_named & (role != _DN)
    mask = drug_book().mask[drugs.ingredient]
    for scope, kept in (
        ("primary_suspect", counts & (role == _PS)),
        ("suspect", counts & (role <= _SS)),
        ("any", counts),
    ):
        rows = np.flatnonzero(kept & (mask != 0))
        _or_into(records, scope, drugs.report[rows], mask[rows])
    has_drug = np.zeros(len(records), dtype=bool)
    has_drug[drugs.report[counts]] = True
    events = term_book().events[reaction[1]]
    rows = np.flatnonzero(events)
    _or_into(records, "events", reaction[0][rows], events[rows])
    has_reaction = np.zeros(len(records), dtype=bool)
    has_reaction[reaction[0]] = True
    records["eligible"] = has_drug & has_reaction
    _or_into(records, "outcome", outcome[0], OUTCOMES.flags[outcome[1]])
    suspect = role <= _SS
    records["told_context"] = told_contexts(
        len(records),
        (drugs.report[suspect], drugs.sequence[suspect]),
        indication[:2],
        indication_book().context[indication[2]],
    )
    studied = drugs.is_named & (mask & studied_mask() != 0)
    records["told_route"] = told_routes(len(records), drugs.report, drugs.route, role == _PS, suspect, studied)


def _or_into(records: NDArray[np.void], field: str, report: Ints, bits: NDArray[np.unsignedinteger]) -> None:
    gathered = np.zeros(len(records), dtype=bits.dtype)
    np.bitwise_or.at(gathered, report, bits)
    records[field] = gathered


def _patterned(stream: Stream, owner: Ints, patterns: Patterns) -> tuple[Ints, Ints]:
    """Rows of a table of which each owner has one of a few usual sets."""
    which = stream.pick(len(owner), patterns.choice)
    count = patterns.count[which]
    position = np.repeat(np.arange(len(owner)), count)
    within = np.arange(len(position)) - np.repeat(np.cumsum(count) - count, count)
    return owner[position], patterns.code[patterns.start[which][position] + within]


def _indications(plan: Plan, drugs: Drugs, stream: Stream) -> tuple[Ints, Ints, Ints]:
    """What the drugs were given for: the suspects' terms are of the case's context, of ``other`` or of ``unknown``.

    The first drug always says what its context is, unless that is unknown; then no drug of the report says anything.
    Now and then a drug beside the suspects was given for something of another context, as a painkiller is.
    """
    books = indication_book().choices
    other, unknown = len(books) - 2, len(books) - 1
    context = plan.reports["context"][drugs.report].astype(np.int64)
    size = len(drugs.report)
    first = np.append(True, drugs.report[1:] != drugs.report[:-1])[:size]
    for_what = stream.below(size, 100)
    what = np.where(first | (for_what < 40), context, np.where(for_what < 75, other, unknown))
    # A number that a suspect of a direct report has too would make the term a suspect's.
    beside = (drugs.role > _SS) & ~first & ~plan.direct[drugs.report] & stream.chance(size, _ELSEWHERE_SHARE)
    what = np.where(beside, stream.below(size, other), what)
    what = np.where(context == unknown, unknown, what)
    rows = np.flatnonzero(stream.chance(size, np.where(first, np.where(context == unknown, 0.65, 1.0), 0.575)))
    term = np.zeros(len(rows), dtype=np.int64)
    for number, (choice, numbers) in enumerate(books):
        mine = np.flatnonzero(what[rows] == number)
        term[mine] = numbers[stream.pick(len(mine), choice)]
    return drugs.report[rows], drugs.sequence[rows], term


def harmless_rows(table: str, contents: Contents, rows: int) -> Bools:
    """Rows whose text may be damaged: they name no reviewed substance, no side effect and no context of their own."""
    if table == "DRUG":
        return np.asarray(drug_book().mask[contents.drugs.ingredient] == 0)
    if table == "REAC":
        return np.asarray(term_book().events[contents.reaction[1]] == 0)
    if table == "INDI":
        return np.asarray(indication_book().context[contents.indication[2]] == CONTEXTS.index("other"))
    return np.ones(rows, dtype=bool)
