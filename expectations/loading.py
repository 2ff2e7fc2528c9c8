"""Great Expectations takes seconds to import; this decides when and how."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import sys
import threading

_UNUSED = ("altair", "scipy.stats")
"""What Great Expectations imports for charts and distribution tests that no rule here uses: a third of its time."""

_LOCK = threading.Lock()


def load() -> None:
    """Import Great Expectations once, without its analytics.

    Modules that it imports and no rule needs are put off until something else uses them, by the standard library's
    lazy loader; a module that is already there is left alone.
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


def _put_off(name: str) -> None:
    if name in sys.modules:
        return
    parent, _, child = name.rpartition(".")
    package = importlib.import_module(parent) if parent else None
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    if package is not None:
        setattr(package, child, module)
