"""What a rule is: one declared expectation, with its severity, its kind and its words.

A rule is either of Great Expectations' usual column forms (not null, in a set, between), run on the table itself, or
a limit on a *measure*: one named number per table, counted in SQL beforehand, so that rules which no column form can
say are shown with their observed value beside the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, StrEnum


class Severity(StrEnum):
    """What a broken rule does: ``warn`` is recorded and shown, ``fail`` stops the quarter or the build."""

    WARN = "warn"
    FAIL = "fail"


class RuleKind(StrEnum):
    """What a broken rule is about; a quarter whose only failures are of completeness may be let in on purpose."""

    SCHEMA = "schema"
    INTEGRITY = "integrity"
    COMPLETENESS = "completeness"
    DRIFT = "drift"


class Form(Enum):
    """How a rule is checked."""

    NOT_NULL = "not_null"
    IN_SET = "in_set"
    BETWEEN = "between"
    MEASURE = "measure"


class Unit(Enum):
    """How an observed number is written for people."""

    COUNT = "count"
    SHARE = "share"
    RATIO = "ratio"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Rule:
    """One declared expectation on one table.

    Attributes:
        table: Table the rule is about.
        name: Name of the rule, and of its measure where the form is MEASURE.
        kind: What the rule is about.
        severity: What a broken rule does.
        statement: One sentence that is true where the rule holds.
        form: How it is checked.
        column: Column that a column form looks at.
        minimum: Smallest permitted value, inclusive.
        maximum: Largest permitted value, inclusive.
        allowed: Permitted values of IN_SET; nulls are always permitted there and in BETWEEN.
        unit: How observed numbers are written.
    """

    table: str
    name: str
    kind: RuleKind
    severity: Severity
    statement: str
    form: Form = Form.MEASURE
    column: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
    unit: Unit = Unit.COUNT

    @property
    def identity(self) -> str:
        """``table.name.severity``, distinct within a suite."""
        return f"{self.table}.{self.name}.{self.severity.value}"

    @property
    def measure(self) -> str:
        """``table.name``: the column of the one-row table of measures."""
        return f"{self.table}.{self.name}"

    @property
    def section(self) -> str:
        """Where Data Docs list it: ``table.column``, or the table for what no single column carries."""
        return f"{self.table}.{self.column}" if self.column else self.table

    @property
    def limit_text(self) -> str:
        """The limit for people: ``at most 10 %``."""
        if self.form is Form.NOT_NULL:
            return "no nulls"
        if self.unit is Unit.FLAG:
            return "it must be so"
        if self.form is Form.IN_SET:
            return "one of " + ", ".join(self.allowed)
        lower = None if self.minimum is None else written(self.minimum, self.unit)
        upper = None if self.maximum is None else written(self.maximum, self.unit)
        if lower is not None and lower == upper:
            return f"exactly {upper}"
        return " and ".join(
            text for text in (lower and f"at least {lower}", upper and f"at most {upper}") if text is not None
        )


def written(value: float, unit: Unit) -> str:
    """A number for people: ``12,345``, ``3.1 %``, ``1.25 times``; a share that is not nought or one never looks so.

    A flag is raised where the statement is not true.
    """
    if unit is Unit.SHARE:
        return _percent(value)
    if unit is Unit.FLAG:
        return "it is not so" if value else "it is so"
    if unit is Unit.RATIO:
        return f"{value:,.0f} times" if value >= 100 else f"{value:.3g} times"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"


def _percent(share: float) -> str:
    for digits in (0, 1, 2, 3, 4):
        number = f"{100 * share:.{digits}f}"
        is_near = abs(float(number) / 100 - share) <= abs(share) * 0.005
        if is_near and (share == 1 or float(number) != 100):
            return f"{number} %"
    return f"{100 * share:.10g} %"


def measure_rule(
    table: str, name: str, kind: RuleKind, statement: str, *, unit: Unit = Unit.COUNT, **limits: float | None
) -> tuple[Rule, ...]:
    """One measure with a limit to warn at, a limit to fail at, or both.

    Args:
        table: Table the measure is about.
        name: Name of the measure.
        kind: What the rule is about.
        statement: One sentence that is true where the rule holds.
        unit: How observed numbers are written.
        limits: Any of ``warn_above``, ``warn_below``, ``fail_above`` and ``fail_below``; a value equal to the limit
            is within it.

    Returns:
        One rule per severity that has a limit.
    """
    unknown = set(limits) - {"warn_above", "warn_below", "fail_above", "fail_below"}
    if unknown or not limits:
        raise TypeError(f"{table}.{name}: {sorted(unknown) or 'no'} limit")
    base = Rule(table, name, kind, Severity.WARN, statement, unit=unit)
    rules = []
    for severity in Severity:
        lower, upper = limits.get(f"{severity.value}_below"), limits.get(f"{severity.value}_above")
        if lower is not None or upper is not None:
            rules.append(replace(base, severity=severity, minimum=lower, maximum=upper))
    return tuple(rules)
