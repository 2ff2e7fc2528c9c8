"""Steps side by side: each starts as soon as what it reads is made, those that most others wait for first."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from graphlib import TopologicalSorter

import duckdb

from warehouse.parts.update import Decision, Maker
from warehouse.plan import Step


def make_all(
    connection: duckdb.DuckDBPyConnection,
    steps: Sequence[Step],
    maker: Maker,
    abreast: int,
    progress: Callable[[str, int, int], None],
) -> list[Decision]:
    """Make the tables of ``steps``, several at a time: much of a build is work that one core does alone.

    Args:
        connection: of the build; every step gets a cursor, which is a connection of its own to the same databases.
        steps: in an order in which each comes after what it reads.
        maker: makes one table. Steps of which it says the same ``lane`` are made one after the other.
        abreast: how many steps run at once.
        progress: called with a table that is begun, its number and how many there are.

    Returns:
        What was done with each table, in the order of ``steps``.
    """
    by_target = {step.target: step for step in steps}
    waiting = TopologicalSorter({name: step.reads & by_target.keys() for name, step in by_target.items()})
    waiting.prepare()
    first = _way_to_the_end(steps)
    ready: list[Step] = []
    running: dict[Future[Decision], Step] = {}
    done: dict[str, Decision] = {}
    begun = 0
    cursors: dict[str, duckdb.DuckDBPyConnection] = {}

    def run(step: Step) -> Decision:
        start = time.perf_counter()
        with connection.cursor() as own:
            cursors[step.target] = own
            try:
                decision = maker.run(step, own)
            finally:
                del cursors[step.target]
        return decision._replace(seconds=time.perf_counter() - start)

    with ThreadPoolExecutor(abreast) as pool:
        while waiting.is_active():
            ready += [by_target[name] for name in waiting.get_ready()]
            ready.sort(key=lambda step: (-first[step.target], step.target))
            while len(running) < abreast and (step := _next(ready, running.values(), maker)) is not None:
                ready.remove(step)
                begun += 1
                progress(step.target, begun, len(steps))
                # Each in the caller's context, which says where the reviewed tables are read from.
                running[pool.submit(copy_context().run, run, step)] = step
            try:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    step = running.pop(future)
                    done[step.target] = future.result()
                    waiting.done(step.target)
            except BaseException:  # what else runs is for nothing now, and may have minutes to go
                for own in list(cursors.values()):
                    own.interrupt()
                raise
    return [done[step.target] for step in steps]


def _next(ready: Sequence[Step], running: Collection[Step], maker: Maker) -> Step | None:
    """The first that may start now."""
    taken = {maker.lane(step) for step in running} - {None}
    return next((step for step in ready if maker.lane(step) not in taken), None)


def _way_to_the_end(steps: Sequence[Step]) -> dict[str, int]:
    """For each table, how many more are made one from the other until the last."""
    ways = {step.target: 0 for step in steps}
    for step in reversed(steps):
        for name in step.reads & ways.keys():
            ways[name] = max(ways[name], ways[step.target] + 1)
    return ways
