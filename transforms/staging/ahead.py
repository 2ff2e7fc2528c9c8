"""Read one block ahead, so that the next one inflates while this one is parsed."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from queue import Full, Queue
from threading import Event, Thread

_PATIENCE_SECONDS = 0.1


def read_ahead(blocks: Iterable[bytes]) -> Generator[bytes]:
    """The same blocks, the next one fetched by a second thread.

    At most three blocks are in memory: the one in use, one that waits and one that is being inflated. An error of the
    source is raised here, where its block would have come. Leaving the loop early ends the thread.
    """
    queue: Queue[bytes | BaseException | None] = Queue(maxsize=1)
    left = Event()

    def offer(item: bytes | BaseException | None) -> None:
        while not left.is_set():
            try:
                queue.put(item, timeout=_PATIENCE_SECONDS)
            except Full:
                continue
            return

    def fetch() -> None:
        try:
            for block in blocks:
                offer(block)
                if left.is_set():
                    return
            offer(None)
        except BaseException as error:
            offer(error)

    thread = Thread(target=fetch, name="read-ahead", daemon=True)
    thread.start()
    try:
        while (item := queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
            del item
    finally:
        left.set()
        thread.join()
