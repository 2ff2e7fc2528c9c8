"""Spares Great Expectations most of its own overhead while rules are checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from great_expectations.expectations.expectation import Expectation


@contextmanager
def remembered_configurations() -> Iterator[None]:
    """Within the ``with`` block an expectation works out its configuration once instead of fifty times.

    Validation reads ``Expectation.configuration`` for every single argument, and each time the expectation is
    serialised anew: half of the time that a quarter's two hundred rules take. Nothing assigns to an expectation while
    it is validated, so the first answer stays right; the tests compare verdicts with and without.
    """
    forms: Any = Expectation
    original = forms.configuration
    compute = original.fget
    remembered: dict[int, tuple[Any, Any]] = {}

    def configuration(self: Any) -> Any:
        # The expectation is kept beside its answer, so that its id cannot be given to another one meanwhile.
        known = remembered.get(id(self))
        if known is None:
            known = remembered[id(self)] = (self, compute(self))
        return known[1]

    forms.configuration = property(configuration)
    try:
        yield
    finally:
        forms.configuration = original
