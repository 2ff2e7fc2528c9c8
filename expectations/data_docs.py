"""The first page of Data Docs."""

from __future__ import annotations

from pathlib import Path

from expectations.loading import load


def write_index(docs: Path) -> None:
    """Write ``index.html``: every validation with its outcome, latest first, and the suites.

    Every validation renews it; quarters that were validated side by side may leave one out until the next.

    Args:
        docs: Folder that validations wrote their pages to.
    """
    load()
    from expectations.gx.pages import write_index

    write_index(docs)
