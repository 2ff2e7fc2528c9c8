"""The first page of Data Docs."""

from __future__ import annotations

from pathlib import Path

from expectations.loading import load


def write_index(docs: Path) -> None:
    """Write ``index.html``: every validation with its outcome, latest first, and the suites.

    Call it once, after the last validation of a run; ``validate_warehouse`` does so itself.

    Args:
        docs: Folder that validations wrote their pages to.
    """
    load()
    from expectations.gx.pages import write_index

    write_index(docs)
