"""Quarters side by side: one process each, as many as there are cores, where there is enough to do."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Self, TypeVar

from expectations import load_in_background
from pipeline.reporter import Reporter
from vocabulary.errors import BuildError, KetavigilError

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MANY = 8
"""From so many pieces of work on, processes are worth the seconds that they need to start."""


class Crew:
    """Does the same work on many things, in this process or in others.

    Processes, for most of what Great Expectations does is Python, which threads cannot share. They are started when
    the first long list of work comes, and end with this one, however it ends.
    """

    def __init__(self, workers: int | None, reporter: Reporter) -> None:
        self._workers = workers or os.cpu_count() or 1
        self._reporter = reporter
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def each(
        self,
        what: str,
        work: Callable[..., Outcome],
        items: Sequence[Item],
        arguments: Callable[[Item], tuple[Any, ...]],
        *,
        is_heavy: bool = False,
        unit: str = "quarters",
    ) -> Iterator[tuple[Item, Outcome | KetavigilError]]:
        """Each item with what ``work`` gave for it, or the error that it raised, in the order of the items.

        Args:
            what: what is done, for the progress line.
            work: a function that other processes can import; in this one it gets the reporter as its last argument.
            items: what to do it on.
            arguments: gives the arguments for an item.
            is_heavy: two items are enough to be worth other processes.
            unit: what the items are, for the progress line.
        """
        if self._workers < 2 or len(items) < (2 if is_heavy else MANY):
            for item in items:
                yield item, _attempt(work, *arguments(item), self._reporter)
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
            )
        self._reporter.step(f"{what} {len(items)} {unit}, {self._workers} at a time")
        futures = [self._pool.submit(_attempt, work, *arguments(item)) for item in items]
        for number, (item, future) in enumerate(zip(items, futures, strict=True), start=1):
            try:
                outcome = future.result()
            except BrokenProcessPool as error:
                raise BuildError(
                    f"A process that was to {what} ended at once, perhaps for want of memory. Run again; with "
                    "KETAVIGIL_WORKERS=1 one is worked on at a time."
                ) from error
            self._reporter.advance(number, len(items), str(item))
            yield item, outcome


def _attempt(work: Callable[..., Outcome], *arguments: Any) -> Outcome | KetavigilError:
    try:
        return work(*arguments)
    except KetavigilError as error:
        return error


def _begin(parent: int) -> None:
    """A worker starts: imports what takes seconds beside its first work, and watches that it is still wanted."""
    load_in_background()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
