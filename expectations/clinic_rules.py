"""What must hold in a clinic batch that passed the privacy gate: from the declarations, and what they cannot say.

Every rule is a limit on a count. The counts are made in DuckDB beforehand, and Great Expectations sees the counts
alone: no verdict, page or certificate can hold a value of a row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from expectations.rule import Form, Rule, RuleKind, Severity, measure_rule
from expectations.schema_rules import declared_rules
from vocabulary.tables.clinic import BATCH_TABLES


class _Check(NamedTuple):
    """A count of rows that break something, by ``clinic_counts/<table>.sql``.

    Attributes:
        name: name of the count.
        reads: columns that it looks at; of another table as ``session.patient_id``.
        sentence: what is true where it is nought.
        is_warning: it is recorded and shown, and the batch is taken in.
    """

    name: str
    reads: str
    sentence: str
    is_warning: bool = False


_OF_A_SESSION = _Check("without_session", "session_id session.session_id", "Every row names a session of the batch.")

CHECKS: dict[str, tuple[_Check, ...]] = {
    "patient": (
        _Check("without_session", "patient_id session.patient_id", "Every patient has a session in the batch."),
    ),
    "session": (
        _Check("without_patient", "patient_id patient.patient_id", "Every session names a patient of the batch."),
        _Check("repeated_number", "patient_id session_number", "No patient has a session number twice."),
        _Check(
            "falling_day", "patient_id session_number day_offset", "A later session of a patient is on no earlier day."
        ),
        _Check("first_not_on_day_zero", "session_number day_offset", "Session 1 is on day 0."),
        _Check("dose_not_of_route", "dose_mg route", "Every dose is one that its route allows; mind the unit, mg."),
        _Check(
            "infusion_of_other_route",
            "infusion_minutes route",
            "Only the routes intravenous and other have infusion_minutes.",
        ),
        _Check(
            "discharge_before_infusion_end",
            "discharge_minutes infusion_minutes",
            "Nobody leaves before the infusion ends.",
        ),
        _Check(
            "discharge_before_monitoring_end",
            "discharge_minutes monitored_minutes",
            "Nobody leaves before monitoring ends.",
            is_warning=True,
        ),
        _Check(
            "implied_weight",
            "dose_mg dose_mg_per_kg",
            "dose_mg over dose_mg_per_kg is a body weight of 20 to 400 kg.",
            is_warning=True,
        ),
        _Check("in_other_batch", "session_id", "No session stands in another batch of the clinic."),
    ),
    "vital": (
        _OF_A_SESSION,
        _Check(
            "empty_reading",
            "systolic_mmhg diastolic_mmhg heart_rate_bpm spo2_percent",
            "Every reading has at least one value.",
        ),
        _Check("half_pressure", "systolic_mmhg diastolic_mmhg", "Systolic and diastolic are both given, or neither."),
        _Check(
            "systolic_not_above_diastolic", "systolic_mmhg diastolic_mmhg", "Every systolic is above its diastolic."
        ),
    ),
    "scale": (_OF_A_SESSION, _Check("score_above_scale", "scale score", "No score is above what its scale allows.")),
    "event": (
        _OF_A_SESSION,
        _Check("without_side_effect", "side_effect term", "Every event has a side effect or a term."),
        _Check(
            "term_of_other_side_effect",
            "side_effect term",
            "A term that stands beside a side effect is one of its terms.",
        ),
        _Check("resolved_before_onset", "onset_minute resolved_minute", "No event is resolved before its onset."),
        _Check("fatal_not_serious", "outcome serious", "Every fatal event is serious."),
    ),
}
"""Table to its checks, in the order in which they are told."""


class ClinicRule(NamedTuple):
    """A rule and the columns, as ``table.column``, that it looks at."""

    rule: Rule
    reads: frozenset[str]


def clinic_rules() -> tuple[ClinicRule, ...]:
    """Every rule of a clinic batch, table by table."""
    rules: list[ClinicRule] = []
    for name, table in BATCH_TABLES.items():
        rows = measure_rule(
            name, "row_count_difference", RuleKind.INTEGRITY, "It has as many rows as the manifest says.", fail_above=0
        )
        rules += [ClinicRule(rule, frozenset()) for rule in rows]
        for rule in declared_rules(table):
            columns = [rule.column] if rule.column else table.key if rule.name == "repeated_key" else ()
            rules.append(ClinicRule(as_count(rule), frozenset(f"{name}.{column}" for column in columns)))
        for check in CHECKS[name]:
            severity = Severity.WARN if check.is_warning else Severity.FAIL
            rule = Rule(name, check.name, RuleKind.INTEGRITY, severity, check.sentence, maximum=0)
            reads = frozenset(read if "." in read else f"{name}.{read}" for read in check.reads.split())
            rules.append(ClinicRule(rule, reads))
    return tuple(rules)


def as_count(rule: Rule) -> Rule:
    """A rule on a column as a limit on the number of values that break it; a rule on a count as it is."""
    return replace(rule, form=Form.MEASURE, minimum=None, maximum=0, allowed=()) if rule.column else rule


def breach(rule: Rule) -> str:
    """Condition in SQL that holds for a value that breaks a rule on a column; codes of the contract hold no quote."""
    if rule.form is Form.NOT_NULL:
        return f"{rule.column} IS NULL"
    if rule.form is Form.IN_SET:
        return f"{rule.column} NOT IN {(*rule.allowed, rule.allowed[0])}"
    limits = (("<", rule.minimum), (">", rule.maximum))
    return " OR ".join(f"{rule.column} {sign} {limit!r}" for sign, limit in limits if limit is not None)
