"""A quarter's certificate: what was checked on which staged files, and what came out. The build asks for a current one.

Nothing in it depends on the clock: the same files under the same rules give the same certificate.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from expectations.rule import Rule, RuleKind, Severity, Unit, written
from vocabulary.errors import CertificateError
from vocabulary.quarter import Quarter

QUALITY_SCHEMA: dict[str, pl.DataType] = {
    "quarter": pl.String(),
    "table_name": pl.String(),
    "rule": pl.String(),
    "kind": pl.String(),
    "severity": pl.String(),
    "is_success": pl.Boolean(),
    "observed_value": pl.String(),
    "limit_text": pl.String(),
    "sentence": pl.String(),
}
"""Columns of ``quality_rows``, one row per result."""

_NAMED_FAILURES = 3
"""Failures that ``reasons`` spells out."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of one rule.

    Attributes:
        table_name: Table the rule is about.
        rule: Its name.
        kind: What it is about.
        severity: What a broken rule does.
        is_success: It holds.
        observed: The measure, or how many values of the column break the rule.
        observed_text: The same for people.
        limit_text: The limit for people.
        sentence: The outcome for people.
    """

    table_name: str
    rule: str
    kind: RuleKind
    severity: Severity
    is_success: bool
    observed: float | None
    observed_text: str | None
    limit_text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The outcome of validating one staged quarter.

    Attributes:
        quarter: The quarter.
        staged_fingerprint: Hash of the manifest of what was checked.
        suite_hash: Hash of the rules that were in force.
        previous_quarter: Quarter it was compared with; None where it was the first of its era.
        previous_fingerprint: Hash of that quarter's manifest.
        is_simulated: The data are made up.
        row_counts: Rows per staged table, in declared order.
        results: One per rule that applies, table by table.
    """

    quarter: Quarter
    staged_fingerprint: str
    suite_hash: str
    previous_quarter: Quarter | None
    previous_fingerprint: str | None
    is_simulated: bool
    row_counts: tuple[tuple[str, int], ...]
    results: tuple[Result, ...]

    @property
    def status(self) -> str:
        """``passed``, ``warned``, ``incomplete`` (every failure is one of completeness) or ``failed``."""
        return status_of(self.results)

    @property
    def problems(self) -> tuple[Result, ...]:
        """Broken rules, failures first; a measure that fails is not named again for its warning."""
        broken = [result for result in self.results if not result.is_success]
        failed = [result for result in broken if result.severity is Severity.FAIL]
        named = {(result.table_name, result.rule) for result in failed}
        return (*failed, *(result for result in broken if (result.table_name, result.rule) not in named))

    @property
    def warning_count(self) -> int:
        """Rules that warned."""
        return sum(not result.is_success and result.severity is Severity.WARN for result in self.results)

    def notes(self) -> list[str]:
        """A line per problem, failures first: ``fail: The zip holds ...``."""
        return [f"{result.severity.value}: {result.sentence}" for result in self.problems]

    def summary(self) -> str:
        """Status and how much was found, in a few words."""
        found = len(self.problems)
        return f"{self.status}, {found or 'no'} finding{'' if found == 1 else 's'}"

    def reasons(self) -> str:
        """Why it is not accepted: the first failures in words, and how many more there are."""
        failed = [result.sentence for result in self.problems if result.severity is Severity.FAIL]
        named = [sentence.partition("; limit: ")[0].removesuffix(".") for sentence in failed[:_NAMED_FAILURES]]
        more = [f"and {len(failed) - _NAMED_FAILURES} more"] if len(failed) > _NAMED_FAILURES else []
        return "; ".join(named + more)

    def to_json(self) -> str:
        """The certificate as JSON, with its status spelt out."""
        content = asdict(self) | {
            "quarter": str(self.quarter),
            "previous_quarter": str(self.previous_quarter) if self.previous_quarter else None,
            "status": self.status,
            "row_counts": dict(self.row_counts),
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """The certificate that ``to_json`` wrote.

        Raises:
            CertificateError: the text is no certificate.
        """
        try:
            content: dict[str, Any] = json.loads(text)
            content.pop("status")
            previous = content["previous_quarter"]
            results = tuple(
                Result(**entry | {"kind": RuleKind(entry["kind"]), "severity": Severity(entry["severity"])})
                for entry in content["results"]
            )
            return cls(
                **content
                | {
                    "quarter": Quarter.parse(content["quarter"]),
                    "previous_quarter": Quarter.parse(previous) if previous else None,
                    "row_counts": tuple(content["row_counts"].items()),
                    "results": results,
                }
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CertificateError(f"The certificate cannot be read ({error}). Validate the quarter again.") from error


def status_of(results: tuple[Result, ...]) -> str:
    """``passed``, ``warned``, ``incomplete`` or ``failed``, as the worst of the results has it."""
    broken = [result for result in results if not result.is_success]
    failed = [result for result in broken if result.severity is Severity.FAIL]
    if failed:
        return "incomplete" if all(result.kind is RuleKind.COMPLETENESS for result in failed) else "failed"
    return "warned" if broken else "passed"


def result_of(rule: Rule, *, success: bool, observed: float | None, detail: str) -> Result:
    """A result in words: the rule's statement, and where it is broken what was found instead.

    Args:
        rule: The rule.
        success: It holds.
        observed: The measure, or how many values of the column break the rule.
        detail: What a reader wants to know when it is broken.
    """
    sentence = rule.statement
    found = "nothing" if observed is None else written(observed, rule.unit)
    if rule.column:
        found = f"{found} other values"
    if not success and rule.unit is Unit.FLAG:
        sentence = f"Expected: {sentence} Found: {found}."
    elif not success:
        sentence = f"Expected: {sentence} Found: {found}{f' ({detail})' if detail else ''}; limit: {rule.limit_text}."
    return Result(
        table_name=rule.table,
        rule=rule.name,
        kind=rule.kind,
        severity=rule.severity,
        is_success=success,
        observed=None if observed is None else float(observed),
        observed_text=None if observed is None else found,
        limit_text=rule.limit_text,
        sentence=sentence,
    )


def write_certificate(certificate: Certificate, path: Path) -> None:
    """Write it as JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text(certificate.to_json(), encoding="utf-8")
    scratch.replace(path)


def read_certificate(path: Path) -> Certificate:
    """The certificate at that place.

    Raises:
        CertificateError: there is none, or what is there is no certificate.
    """
    try:
        return Certificate.from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CertificateError(f"There is no certificate {path.name}. Validate the quarter.") from error


def quality_rows(certificate: Certificate) -> pl.DataFrame:
    """Results as rows of ``QUALITY_SCHEMA``."""
    return result_rows(str(certificate.quarter), certificate.results)


def result_rows(scope: str, results: tuple[Result, ...]) -> pl.DataFrame:
    """Results as rows of ``QUALITY_SCHEMA``.

    Args:
        scope: What stands in ``quarter``: the quarter, or ``warehouse``.
        results: The results.
    """
    rows = [
        {
            "quarter": scope,
            "table_name": result.table_name,
            "rule": result.rule,
            "kind": result.kind.value,
            "severity": result.severity.value,
            "is_success": result.is_success,
            "observed_value": result.observed_text,
            "limit_text": result.limit_text,
            "sentence": result.sentence,
        }
        for result in results
    ]
    return pl.DataFrame(rows, schema=QUALITY_SCHEMA)
