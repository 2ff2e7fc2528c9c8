"""What the FDA calls its quarterly zips."""

from __future__ import annotations

import re

from vocabulary.errors import SourceError
from vocabulary.quarter import FIRST_FAERS_QUARTER, Quarter

FDA_EXPORTS = "https://fis.fda.gov/content/Exports"
"""Where the FDA publishes the quarterly extract; the zips stand directly under it."""

LOOKALIKE = re.compile(r"^f?aers_ascii_(?P<quarter>\d{4}q[1-4]).*\.zip$", re.IGNORECASE)
"""A name that a person would take for the ASCII zip of that quarter: ``faers_ascii_2022q4 (1).zip`` too."""


def file_name(quarter: Quarter) -> str:
    """Name of the quarter's ASCII zip: ``aers_ascii_2004q1.zip`` to 2012q3, ``faers_ascii_2012q4.zip`` from 2012q4."""
    system = "faers" if quarter >= FIRST_FAERS_QUARTER else "aers"
    return f"{system}_ascii_{quarter}.zip"


def spellings(quarter: Quarter) -> tuple[str, str]:
    """Both names that the FDA's server has used; it tells ``q`` from ``Q``, and the FDA has written either."""
    name = file_name(quarter)
    return name, name.replace(str(quarter), str(quarter).upper())


def require_name(name: str, quarter: Quarter) -> None:
    """Refuse a file that is not named as the quarter's ASCII zip; the case of the letters is free.

    Raises:
        SourceError: another name, for example a browser's second copy or another quarter's file.
    """
    if name.lower() != file_name(quarter):
        raise SourceError(
            f"{quarter}: {name!r} is not the name of this quarter's ASCII zip. "
            f"It should be {file_name(quarter)}; rename the file if that is what it holds."
        )
