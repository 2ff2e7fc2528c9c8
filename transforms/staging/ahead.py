"""Read one block ahead, so that the next one inflates while this one is parsed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from queue import SimpleQueue
from threading import Semaphore, Thread
from types import TracebackType
from typing import Self


class ReadAhead:
    """The same blocks, each fetched by a second thread while the one before is in use.

    The thread starts at once and never holds more than one block. An error of the source is raised where its block
    would have come. Used as a context: leaving it early ends the thread.
    """

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks
        self._room = Semaphore(1)
        self._left = False
        self._ready: SimpleQueue[bytes | BaseException | None] = SimpleQueue()
        self._thread = Thread(target=self._fetch, name="read-ahead", daemon=True)
        self._thread.start()

    @classmethod
    def over(cls, blocks: Iterable[bytes]) -> ReadAhead:
        """Read ahead, unless the blocks already are."""
        return blocks if isinstance(blocks, ReadAhead) else cls(blocks)

    def _fetch(self) -> None:
        try:
            blocks = iter(self._blocks)
            while True:
                self._room.acquire()
                if self._left:
                    return
                block = next(blocks, None)
                self._ready.put(block)
                if block is None:
                    return
                # Not kept here while the consumer works on it.
                del block
        except BaseException as error:
            self._ready.put(error)

    def __iter__(self) -> Iterator[bytes]:
        while (item := self._ready.get()) is not None:
            self._room.release()
            if isinstance(item, BaseException):
                raise item
            yield item
            del item

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left = True
        self._room.release()
        self._thread.join()
