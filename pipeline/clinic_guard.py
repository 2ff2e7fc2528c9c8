"""Keeps values of clinic rows out of errors: what is no error of ours is told by its type and place alone."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from pipeline.fingerprint import ROOT
from vocabulary.errors import ClinicBatchError, KetavigilError

_P = ParamSpec("_P")
_R = TypeVar("_R")


def guarded(step: Callable[_P, _R]) -> Callable[_P, _R]:
    """A step on clinic rows whose errors hold no value.

    The message of a library's error may quote the cell it stumbled on. Such an error is not chained to the one that is
    raised, either: whoever logs a chain would log the cell.
    """

    @wraps(step)
    def without_values(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return step(*args, **kwargs)
        except KetavigilError:
            raise
        except Exception as error:
            told = f"{type(error).__name__} at {_place(error)}"
        raise ClinicBatchError(
            f"The batch could not be worked on ({told}); what the error says is kept back, for it may hold a value. "
            "This is a defect: report it with this line."
        )

    return without_values


def _place(error: Exception) -> str:
    """File and line of ours that were last on the way to the error."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(ROOT)]
    ours = [frame for frame in ours if "site-packages" not in frame.filename]
    return f"{Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else "an unknown place"
