"""Which cell of which mart counts which cases; what is made of counts, and what counts no cases at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from vocabulary.table import Table
from vocabulary.tables.mart import (
    clinic,
    deduplicated,
    evidence,
    interaction,
    sensitivity,
    side_effect,
    signal,
    strata,
    time,
)
from warehouse.trace.questions import (
    Question,
    Row,
    compared_question,
    interaction_question,
    onset_question,
    pair_question,
    reporting_question,
    sex_question,
    stratified_question,
)

AGAINST_REST = {"a": "x AND e", "b": "x AND NOT e", "c": "NOT x AND e", "d": "NOT x AND NOT e"}
"""Conditions on a case: x exposed, y compared, e with the event."""

AGAINST_OTHER = {
    "a": "x AND NOT y AND e",
    "b": "x AND NOT y AND NOT e",
    "c": "y AND NOT x AND e",
    "d": "y AND NOT x AND NOT e",
    "both_exposed_count": "x AND y",
}

_FOUR = ("a", "b", "c", "d")
_SEXES = {
    "a": "x AND e AND sex = 'F'",
    "b": "x AND NOT e AND sex = 'F'",
    "c": "x AND e AND sex = 'M'",
    "d": "x AND NOT e AND sex = 'M'",
}
_REPORTING = {
    "report_count": "x AND e",
    "exposed_report_count": "x",
    "serious_count": "x AND e AND is_serious",
    "death_count": "x AND e AND is_death",
    "hospitalisation_count": "x AND e AND is_hospitalisation",
}
_INTERACTION = {
    f"n{x}{y}{e}": " AND ".join(("" if bit else "NOT ") + name for bit, name in ((x, "x"), (y, "y"), (e, "e")))
    for x in (1, 0)
    for y in (1, 0)
    for e in (1, 0)
}
_ONSET = {
    "case_count": "x AND e",
    **{f"{group}_count": f"x AND e AND dating = '{group}'" for group in ("with_dates", "partial", "negative",
                                                                         "missing")},
    "day_0_count": "x AND e AND dating = 'with_dates' AND days = 0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A cell whose cases are those of another mart's cell."""

    mart: str
    where: Callable[[Row], Mapping[str, object] | None]
    """Values of that mart's key, as far as they are known; None where the cell is empty."""
    cell: str


@dataclass(frozen=True, slots=True)
class MartTrace:
    """How the cells of one mart are traced."""

    table: Table
    ask: Callable[[Row, tuple[str, ...]], Question] | None = None
    counts: Callable[[Row], Mapping[str, str]] = field(default=lambda _: {})
    """Column of counts to the condition on a case."""
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Beginning of a column's name to the counts that it is made of."""
    otherwise: tuple[str, ...] = ()
    """Counts that all other columns are made of."""
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    """Beginning of a column's name to why it cannot be traced; an empty one is every column."""


def _cells(row: Row) -> Mapping[str, str]:
    if row.get("comparator", "rest") == "rest":
        return {**AGAINST_REST, "both_exposed_count": "false"}
    return AGAINST_OTHER


def _four_cells(row: Row) -> Mapping[str, str]:
    cells = _cells(row)
    return {name: cells[name] for name in _FOUR}


def _comparison(row: Row, **changes: object) -> Mapping[str, object]:
    """The row of mart.side_effect_comparison without restriction."""
    names = ("exposure", "comparator", "side_effect", "definition", "role_scope")
    known = {name: row[name] for name in names if row.get(name) is not None}
    return {"role_scope": "suspect", **known, **changes}


def _trend(row: Row) -> Mapping[str, object] | None:
    if row["first_met_quarter"] is None:
        return None
    names = ("exposure", "side_effect", "definition", "role_scope")
    return {**{name: row[name] for name in names}, "quarter": row["first_met_quarter"]}


def _variant(column: str) -> Elsewhere:
    """The variant that has the extreme value; of several the first by key."""
    value = column.removeprefix("least_").removeprefix("most_")
    names = ("exposure", "comparator", "side_effect")
    return Elsewhere(
        "mart.side_effect_sensitivity",
        lambda row: None if row[column] is None else {**{name: row[name] for name in names}, value: row[column]},
        value,
    )


def _evidence(cell: str, comparator: str | None, mart: str) -> Elsewhere:
    def where(row: Row) -> Mapping[str, object]:
        known: dict[str, object] = {
            "exposure": row["drug"],
            "side_effect": row["side_effect"],
            "definition": "label_style",
            "role_scope": "suspect",
        }
        return known if comparator is None else {**known, "comparator": comparator}

    return Elsewhere(mart, where, cell)


_BOUNDS = ("", "_lower_95", "_upper_95")
_NO_PATIENTS = (
    "The published file holds no row of a clinic patient, so a clinic cell cannot be followed to its sessions. "
    "Who may see them opens warehouse/clinic.duckdb, whose core.clinic_session names batch, file and line."
)
_VARIANTS = (
    "It sums up variants and counts no cases. The variants are rows of mart.side_effect_sensitivity with the same "
    "exposure, comparator and side_effect; each of them can be traced."
)

_COUNTED: dict[str, MartTrace] = {
    trace.table.full_name: trace
    for trace in (
        MartTrace(
            side_effect.SIDE_EFFECT_REPORTING,
            reporting_question,
            lambda _: _REPORTING,
            otherwise=("report_count", "exposed_report_count"),
        ),
        MartTrace(side_effect.SIDE_EFFECT_COMPARISON, compared_question, _cells, otherwise=_FOUR),
        MartTrace(sensitivity.SIDE_EFFECT_SENSITIVITY, compared_question, _four_cells, otherwise=_FOUR),
        MartTrace(strata.SIDE_EFFECT_STRATUM, compared_question, _four_cells, otherwise=_FOUR),
        MartTrace(
            strata.SIDE_EFFECT_STRATIFIED,
            stratified_question,
            _four_cells,
            otherwise=_FOUR,
            elsewhere={"crude_ror": Elsewhere("mart.side_effect_comparison", _comparison, "ror")},
        ),
        MartTrace(strata.SEX_COMPARISON, sex_question, lambda _: _SEXES, otherwise=_FOUR),
        MartTrace(signal.DRUG_EVENT_SIGNAL, pair_question, lambda _: AGAINST_REST, otherwise=_FOUR),
        MartTrace(interaction.INTERACTION, interaction_question, lambda _: _INTERACTION, otherwise=tuple(_INTERACTION)),
        MartTrace(time.SIGNAL_TREND, compared_question, _four_cells, otherwise=_FOUR),
        MartTrace(
            time.TIME_TO_ONSET,
            onset_question,
            lambda _: _ONSET,
            otherwise=("with_dates_count",),
        ),
        MartTrace(
            time.SIGNAL_FIRST_MET,
            elsewhere={"first_met_quarter": Elsewhere("mart.signal_trend", _trend, "a")},
            refused={
                "": "It says something of several quarters and counts no cases. Trace rows of mart.signal_trend, or "
                "the cell first_met_quarter."
            },
        ),
        MartTrace(
            time.SIGNAL_CHANGE,
            elsewhere={
                name: Elsewhere("mart.side_effect_comparison", _comparison, name)
                for name in ("a", "ror_lower_95", "ic_lower_95")
            },
            refused={
                "previous_": "It was counted in the build before, which this file does not hold. Open that build's own "
                "file, if it is still kept, and trace it there.",
                "": "It says what changed and counts no cases. Trace a, ror_lower_95 or ic_lower_95.",
            },
        ),
        MartTrace(
            sensitivity.SIDE_EFFECT_ROBUSTNESS,
            elsewhere={
                name: _variant(name) for name in ("least_a", "most_a", "least_ror", "most_ror", "least_ic", "most_ic")
            },
            refused={"": _VARIANTS},
        ),
        MartTrace(
            evidence.EVIDENCE,
            elsewhere={
                "faers_report_count": _evidence("report_count", None, "mart.side_effect_reporting"),
                "faers_exposed_report_count": _evidence("exposed_report_count", None, "mart.side_effect_reporting"),
                **{
                    f"faers_reporting_share{bound}": _evidence(
                        f"reporting_share{bound}", None, "mart.side_effect_reporting"
                    )
                    for bound in _BOUNDS
                },
                **{
                    f"faers_ror_against_{other}{bound}": _evidence(f"ror{bound}", other, "mart.side_effect_comparison")
                    for other in evidence.FAERS_COMPARATORS
                    for bound in _BOUNDS
                },
                **{
                    f"faers_ror_against_{other}_is_zero_cell_corrected": _evidence(
                        "is_zero_cell_corrected", other, "mart.side_effect_comparison"
                    )
                    for other in evidence.FAERS_COMPARATORS
                },
                **{
                    f"faers_ic_against_rest{bound}": _evidence(f"ic{bound}", "rest", "mart.side_effect_comparison")
                    for bound in _BOUNDS
                },
            },
            refused={
                "reference_": "It was published by a label or trial: core.clinical_rate holds the citation.",
                "": _NO_PATIENTS,
            },
        ),
        *(MartTrace(table, refused={"": _NO_PATIENTS}) for table in clinic.TABLES),
    )
}


def _without_duplicates(table: Table) -> MartTrace:
    """The same mart in schema ``deduplicated``: the same questions of fewer cases."""
    trace = _COUNTED[f"mart.{table.name}"]
    ask = trace.ask

    def fewer(row: Row, keys: tuple[str, ...]) -> Question:
        assert ask is not None
        question = ask(row, keys)
        return replace(question, population=f"{question.population} AND NOT report.is_probable_duplicate")

    elsewhere = {
        cell: replace(found, mart=f"{deduplicated.SCHEMA}.{found.mart.removeprefix('mart.')}")
        for cell, found in trace.elsewhere.items()
    }
    return replace(trace, table=table, ask=None if ask is None else fewer, elsewhere=elsewhere)


MARTS: dict[str, MartTrace] = {
    **_COUNTED,
    **{table.full_name: _without_duplicates(table) for table in deduplicated.TABLES},
}
"""Every mart."""
