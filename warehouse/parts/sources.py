"""The same SELECT over other tables: what it reads is named anew, and nothing else in it changes."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SOURCE = re.compile(r"(\b(?:FROM|JOIN)\s+)((?:staged|work|core|mart|deduplicated|meta)\.\w+)", re.IGNORECASE)


def over(select: str, sources: Mapping[str, str]) -> str:
    """``select`` with every table of ``sources`` replaced by the relation that it names."""
    return _SOURCE.sub(lambda found: found[1] + sources.get(found[2].lower(), found[2]), select)
