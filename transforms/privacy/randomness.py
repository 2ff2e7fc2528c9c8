"""Judges ids together: each may be in form, and all of them a counter or a disguise of one."""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.privacy.finding import Finding, FindingKind
from vocabulary.tables.clinic import ID_LENGTH

_FEWEST_LETTERS = 3
"""A random id has fewer distinct letters once in five billion ids."""

_FEWEST_IDS = 20
_LARGEST_SHARE = 0.5
"""Of 20 or more random ids, over half have the same letter at some place in fewer than one of a million columns."""


def id_findings(table: str, column: str, ids: pl.Series) -> list[Finding]:
    """Findings on a column of ids that are all in form.

    Args:
        table: table of the contract.
        column: its name.
        ids: the ids; nulls are left out.
    """
    distinct = ids.drop_nulls().unique()
    joined = str(distinct.str.join("").item()).encode()
    letters = np.frombuffer(joined, dtype=np.uint8).reshape(-1, ID_LENGTH)
    if not len(letters):
        return []
    variety = 1 + (np.diff(np.sort(letters, axis=1), axis=1) != 0).sum(axis=1)
    poor = int((variety < _FEWEST_LETTERS).sum())
    if poor:
        return [_finding(table, column, poor)]
    most = max(int(np.bincount(letters[:, place]).max()) for place in range(ID_LENGTH))
    if len(letters) >= _FEWEST_IDS and most > _LARGEST_SHARE * len(letters):
        return [_finding(table, column, len(letters))]
    return []


def _finding(table: str, column: str, rows: int) -> Finding:
    return Finding(
        FindingKind.PRIVACY,
        table,
        column,
        "other_code",
        rows,
        "These ids are not random: they look counted or made from something. Draw each letter at random; "
        "`ketavigil clinic ids` does.",
    )
