"""Rules as Great Expectations' own expectations, and its verdicts on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import duckdb
from great_expectations import ExpectationSuite
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.validator.v1_validator import Validator

from expectations.gx.engine import data_source
from expectations.gx.memory import remembered_configurations
from expectations.rule import Form, Rule, Severity
from vocabulary.errors import CertificateError

# The package exports its forms in a way that no type checker follows.
_FORMS: Any = import_module("great_expectations.expectations")

_SHOWN_VALUES = 5
"""Values out of range that a verdict shows."""

_SEVERITIES = {Severity.WARN: "warning", Severity.FAIL: "critical"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Great Expectations found on one rule.

    Attributes:
        rule: The rule.
        is_success: It holds.
        observed: The measure, or how many values of the column break the rule.
        examples: A few of those values.
        raw: Great Expectations' own result, for Data Docs.
    """

    rule: Rule
    is_success: bool
    observed: float | None
    examples: tuple[str, ...]
    raw: Any


def check(connection: duckdb.DuckDBPyConnection, batches: Sequence[tuple[str, Sequence[Rule]]]) -> list[Verdict]:
    """Check each table or view against its rules.

    Args:
        connection: DuckDB that holds them.
        batches: Name of a table or view, and the rules to check on it.

    Returns:
        Verdicts in the order of the rules.

    Raises:
        CertificateError: Great Expectations could not evaluate a rule.
    """
    verdicts: list[Verdict] = []
    batches = [(relation, rules) for relation, rules in batches if rules]
    relations = [relation for relation, _ in batches]
    with data_source(connection, relations) as source, remembered_configurations():
        for relation, rules in batches:
            asset = source.get_asset(relation)
            # Nearly all rules hold, and then the number of breaches is known: none. Only the broken ones are asked for
            # counts and examples, because that costs a query each.
            results = _validate(asset, [rule for rule in rules if rule.form is not Form.MEASURE], "BOOLEAN_ONLY")
            open_rules = [rule for rule in rules if rule.identity not in results or not results[rule.identity].success]
            results |= _validate(asset, open_rules, "BASIC")
            verdicts += [_verdict(rule, results[rule.identity]) for rule in rules]
    return verdicts


def _validate(asset: Any, rules: Sequence[Rule], result_format: str) -> dict[str, Any]:
    """Results of rules on one table or view by the rules' identities."""
    if not rules:
        return {}
    definition: Any = BatchDefinition(name="whole table")
    definition.set_data_asset(asset)
    validator = Validator(
        definition, result_format={"result_format": result_format, "partial_unexpected_count": _SHOWN_VALUES}
    )
    suite = ExpectationSuite(name=asset.name, expectations=[expectation(rule) for rule in rules])
    return {_attributes(result)["rule"]: result for result in validator.validate_expectation_suite(suite).results}


def expectation(rule: Rule, *, column: str | None = None) -> Any:
    """The rule as an expectation.

    Its meta carries what Data Docs show in columns of their own; a column form keeps Great Expectations' own words,
    a measure is described by the rule's statement.

    Args:
        rule: The rule.
        column: Column to name instead of the rule's own.
    """
    checked = column or (rule.measure if rule.form is Form.MEASURE else rule.column)
    attributes = {"rule": rule.identity, "kind": rule.kind.value, "severity": rule.severity.value}
    common: dict[str, Any] = {"severity": _SEVERITIES[rule.severity], "meta": {"attributes": attributes}}
    limits = {"min_value": rule.minimum, "max_value": rule.maximum}
    match rule.form:
        case Form.NOT_NULL:
            return _FORMS.ExpectColumnValuesToNotBeNull(column=checked, **common)
        case Form.IN_SET:
            return _FORMS.ExpectColumnValuesToBeInSet(column=checked, value_set=list(rule.allowed), **common)
        case Form.BETWEEN:
            return _FORMS.ExpectColumnValuesToBeBetween(column=checked, **limits, **common)
        case Form.MEASURE:
            return _FORMS.ExpectColumnMaxToBeBetween(
                column=checked, **limits, description=f"{rule.statement} Limit: {rule.limit_text}.", **common
            )


def _attributes(result: Any) -> dict[str, str]:
    attributes: dict[str, str] = result.expectation_config.meta["attributes"]
    return attributes


def _verdict(rule: Rule, result: Any) -> Verdict:
    if result.exception_info.get("raised_exception"):
        raise CertificateError(
            f"Great Expectations could not check {rule.identity}: {result.exception_info.get('exception_message')}. "
            "This is a defect of the rule or of the installed version; the data were not judged."
        )
    if rule.form is Form.MEASURE:
        return Verdict(rule, bool(result.success), result.result["observed_value"], (), result)
    if result.success:
        result.result = {"unexpected_count": 0, "unexpected_percent": 0.0, "partial_unexpected_list": []}
    examples = tuple(dict.fromkeys(str(value) for value in result.result["partial_unexpected_list"]))
    return Verdict(rule, bool(result.success), result.result["unexpected_count"], examples, result)
