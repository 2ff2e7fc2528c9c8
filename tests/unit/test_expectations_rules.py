"""Rules from declarations: each word of a declaration becomes a rule, and numbers are written for people."""

from __future__ import annotations

import pytest

import reference
from expectations.rule import Form, Rule, RuleKind, Severity, Unit, measure_rule, written
from expectations.rules import STAGED_TABLES, quarter_rules
from expectations.schema_rules import code_rules, declared_rules
from vocabulary.table import Column, Kind, Table
from vocabulary.tables.staged import REPORT, REPORT_DRUG

TABLE = Table(
    "core",
    "visit",
    "One row per visit.",
    (
        Column("visit_id", Kind.BIGINT, "Visit.", nullable=False),
        Column("dose_mg", Kind.DOUBLE, "Dose.", unit="mg", minimum=0, maximum=500),
        Column("route", Kind.TEXT, "Route.", allowed=("iv", "im")),
        Column("note", Kind.TEXT, "Note."),
    ),
    key=("visit_id", "route"),
)


def test_a_declaration_becomes_its_rules_and_no_other():
    rules = {rule.name: rule for rule in declared_rules(TABLE, "core.visit")}
    assert list(rules) == [
        "column_difference",
        "visit_id_not_null",
        "dose_mg_in_range",
        "route_allowed",
        "repeated_key",
    ]
    assert {rule.kind for rule in rules.values()} == {RuleKind.SCHEMA}
    assert {rule.severity for rule in rules.values()} == {Severity.FAIL}
    dose = rules["dose_mg_in_range"]
    assert (dose.form, dose.column, dose.minimum, dose.maximum) == (Form.BETWEEN, "dose_mg", 0, 500)
    assert dose.statement == "core.visit.dose_mg is at least 0 and at most 500 mg."
    assert rules["route_allowed"].allowed == ("iv", "im")
    assert rules["repeated_key"].statement == "No two rows of core.visit have the same visit_id and route."


def test_a_table_without_a_key_has_no_rule_on_it():
    table = Table("core", "visit", "One row per visit.", TABLE.columns)
    assert "repeated_key" not in {rule.name for rule in declared_rules(table)}


def test_codes_come_from_the_code_table_and_only_warn():
    (role,) = (rule for rule in code_rules(REPORT_DRUG) if rule.column == "role")
    assert role.allowed == ("PS", "SS", "C", "I", "DN")
    assert role.severity is Severity.WARN
    sex = next(rule for rule in code_rules(REPORT) if rule.column == "sex")
    assert set(sex.allowed) == {"F", "M", "UNK"}, "what is stored, not every spelling that is read"


def test_every_code_that_the_table_knows_is_checked_somewhere():
    fields = set(reference.read("code")["field"])
    checked = {rule.column for table in STAGED_TABLES.values() for rule in code_rules(table)}
    assert fields <= checked


def test_rules_of_a_quarter_are_distinct_and_read_as_sentences():
    rules = quarter_rules()
    assert len({rule.identity for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.statement.endswith("."), rule.identity
        assert "$" not in rule.statement, "Data Docs would take it for a placeholder"
        assert (rule.form is Form.MEASURE) == (rule.column is None), rule.identity
        assert rule.limit_text


def test_every_staged_table_has_rules_of_every_kind_that_fits():
    kinds = {name: {rule.kind for rule in quarter_rules() if rule.table == name} for name in STAGED_TABLES}
    assert all(kind == set(RuleKind) for kind in kinds.values())


def test_a_measure_has_one_rule_per_severity_with_a_limit():
    rules = measure_rule("t", "m", RuleKind.DRIFT, "So it is.", unit=Unit.SHARE, warn_below=0.99, fail_below=0.5)
    assert [(rule.severity, rule.minimum, rule.maximum) for rule in rules] == [
        (Severity.WARN, 0.99, None),
        (Severity.FAIL, 0.5, None),
    ]
    assert [rule.limit_text for rule in rules] == ["at least 99 %", "at least 50 %"]


@pytest.mark.parametrize("limits", [{}, {"warn_over": 1}])
def test_a_measure_without_a_proper_limit_is_a_mistake(limits):
    with pytest.raises(TypeError, match=r"t\.m"):
        measure_rule("t", "m", RuleKind.DRIFT, "So it is.", **limits)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12345, Unit.COUNT, "12,345"),
        (130.0, Unit.COUNT, "130"),
        (0.5, Unit.COUNT, "0.5"),
        (0, Unit.SHARE, "0 %"),
        (1, Unit.SHARE, "100 %"),
        (0.1, Unit.SHARE, "10 %"),
        (0.0281, Unit.SHARE, "2.8 %"),
        (0.99999, Unit.SHARE, "99.999 %"),
        (1e-9, Unit.SHARE, "1e-07 %"),
        (1.25, Unit.RATIO, "1.25 times"),
        (1111.2, Unit.RATIO, "1,111 times"),
        (0, Unit.FLAG, "it is so"),
        (1, Unit.FLAG, "it is not so"),
    ],
)
def test_numbers_for_people(value, unit, text):
    assert written(value, unit) == text


def test_limits_for_people():
    base = Rule("t", "m", RuleKind.SCHEMA, Severity.FAIL, "So it is.")
    assert Rule("t", "m", RuleKind.SCHEMA, Severity.FAIL, "x", minimum=1, maximum=1).limit_text == "exactly 1"
    assert Rule("t", "m", RuleKind.SCHEMA, Severity.FAIL, "x", maximum=0).limit_text == "at most 0"
    assert Rule("t", "m", RuleKind.SCHEMA, Severity.FAIL, "x", form=Form.NOT_NULL).limit_text == "no nulls"
    assert base.section == "t"
    assert Rule("t", "m", RuleKind.SCHEMA, Severity.FAIL, "x", column="c").section == "t.c"
