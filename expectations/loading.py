"""Great Expectations takes seconds to import; this decides when and how."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import sys
import threading
from types import ModuleType
from typing import Any

_UNUSED = ("altair", "boto3", "scipy.stats")
"""What Great Expectations imports, where it is installed, for charts, stores and distribution tests that no rule here
uses: a third of its time."""

_LOCK = threading.Lock()
_EXECUTING = threading.RLock()


def load() -> None:
    """Import Great Expectations once, without its analytics.

    Modules that it imports and no rule needs are put off until something else uses them; a module that is already
    there is left alone.
    """
    with _LOCK:
        if "great_expectations" in sys.modules:
            return
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        for name in _UNUSED:
            _put_off(name)
        # The import makes a great many objects that stay; collecting garbage meanwhile only costs time.
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            importlib.import_module("great_expectations")
        finally:
            if was_enabled:
                gc.enable()


def load_in_background() -> threading.Thread:
    """Start the import beside other work, such as staging, so that the first validation need not wait for it.

    Returns:
        The running thread; ``load`` waits for it by itself.
    """
    thread = threading.Thread(target=load, name="import great_expectations", daemon=True)
    thread.start()
    return thread


class _PutOff(ModuleType):
    """A module that is not executed before something of it is asked for.

    The standard library's lazy loader executes it for a plain ``import`` too: that looks at ``__spec__``, and there any
    attribute counts as asked for.
    """

    def __getattr__(self, name: str) -> Any:
        with _EXECUTING:
            if type(self) is _PutOff and not self.__dict__.get("_is_executing"):
                self.__dict__["_is_executing"] = True
                loader = self.__spec__.loader if self.__spec__ else None
                if loader is not None:
                    loader.exec_module(self)
                self.__class__ = ModuleType  # type: ignore[assignment]  # as the standard library does
        try:
            return self.__dict__[name]
        except KeyError:
            pass
        if type(self) is ModuleType:
            return getattr(self, name)  # what the module itself makes when asked
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


def _put_off(name: str) -> None:
    if name in sys.modules:
        return
    parent, _, child = name.rpartition(".")
    package = importlib.import_module(parent) if parent else None
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    module.__class__ = _PutOff
    sys.modules[name] = module
    if package is not None:
        setattr(package, child, module)
