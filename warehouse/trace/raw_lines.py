"""Lines of FDA's files as they stand, read from the landed zips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb

from sources import open_member
from vocabulary.errors import SourceError

Place = tuple[str, str, int]
"""Quarter, file inside the zip, line."""


def read_lines(connection: duckdb.DuckDBPyConnection, raw: Path, places: Iterable[Place]) -> dict[Place, str]:
    """The text of each line, undecodable bytes escaped; each file is read once, up to the last line wanted.

    Args:
        connection: A published file, which names the zips that it was built from.
        raw: Folder of the landed zips.
        places: What is wanted; the header is line 1.

    Raises:
        SourceError: the zip of this build is not in the folder any more, or is damaged.
    """
    wanted: dict[tuple[str, str], set[int]] = defaultdict(set)
    for quarter, member, line in places:
        wanted[quarter, member].add(line)
    zips = dict(
        connection.execute(
            "SELECT quarter, concat(quarter, '/', sha256[1:16], '/', file_name) FROM meta.source_file WHERE is_in_build"
        ).fetchall()
    )
    found: dict[Place, str] = {}
    for (quarter, member), lines in sorted(wanted.items()):
        path = raw / zips[quarter]
        if not path.is_file():
            raise SourceError(
                f"{quarter}: the zip that this build was made from is not in {raw}. Land it again, or name the --home "
                "that holds it."
            )
        last = max(lines)
        with open_member(path, member) as file:
            for number, text in enumerate(file, start=1):
                if number in lines:
                    found[quarter, member, number] = text.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
                if number >= last:
                    break
    return found
