"""What is wrong with a batch: where, which rule, how many rows, and how to mend it. Never a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What a finding is about; each of them refuses the batch."""

    PRIVACY = "privacy"
    CONTRACT = "contract"
    VALIDATION = "validation"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule.

    Attributes:
        kind: what it is about.
        table: table of the contract, ``manifest``, or ``batch`` for its files and their names.
        column: column or key of the contract, or the position of one that is not in it; None for the whole table.
        rule: id of the rule; of the privacy gate the class of identifier.
        rows: rows that break it, or 1 for a name or a file.
        sentence: what is wrong and what to do, without a value.
    """

    kind: FindingKind
    table: str
    column: str | None
    rule: str
    rows: int
    sentence: str

    @property
    def text(self) -> str:
        """One line: ``privacy: patient.age_years, rule age_over_89, 3 rows. ...``."""
        place = self.table if self.column is None else f"{self.table}.{self.column}"
        rows = f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
        return f"{self.kind.value}: {place}, rule {self.rule}, {rows}. {self.sentence}"
