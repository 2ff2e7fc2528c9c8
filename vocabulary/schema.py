"""The version of a set of declared tables: what was written under another one is told from it and not read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from vocabulary.table import Table


def schema_version(tables: Iterable[Table]) -> str:
    """Hash of all that decides what a value in these tables means: names, types, units, what is allowed, keys.

    Words alone do not count: a better description makes no file unreadable.

    Returns:
        16 hexadecimal digits, the same whatever the order of the tables.
    """
    content = {
        table.full_name: [
            list(table.key),
            [
                [column.name, column.kind.value, column.unit, column.nullable, sorted(column.allowed)]
                for column in table.columns
            ],
        ]
        for table in tables
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
