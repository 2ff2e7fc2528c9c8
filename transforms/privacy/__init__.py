"""The privacy gate for clinic batches: names, cells and ids that are not of the contract's form, told by their class.

The contract has no column that words, dates or codes of one's own could stand in, so the gate is closed by form: what
is not a declared number, a declared code or random letters is refused. Its patterns only say what the refused looks
like, so an identifier that no pattern knows is refused all the same.
"""

from transforms.privacy.finding import Finding, FindingKind
from transforms.privacy.identifiers import CLASSES, RULES, IdentifierClass
from transforms.privacy.naming import class_of_name, drop_name_finding, is_drop_name, undeclared_name
from transforms.privacy.randomness import id_findings
from transforms.privacy.values import class_of_value, misfit_findings, value_finding, year_findings

__all__ = [
    "CLASSES",
    "RULES",
    "Finding",
    "FindingKind",
    "IdentifierClass",
    "class_of_name",
    "class_of_value",
    "drop_name_finding",
    "id_findings",
    "is_drop_name",
    "misfit_findings",
    "undeclared_name",
    "value_finding",
    "year_findings",
]
