"""Waits for batches in the drop folder of clinics, in the triggerer: no task and no worker waits with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from pipeline import clinic_entry as entry
from vocabulary.errors import KetavigilError


class ClinicDropTrigger(BaseEventTrigger):
    """One event as soon as settled batches lie in the drop folder, and again where they still lie there much later.

    The event says how many there are. Names in the folder can be identifiers, so none leaves this process.

    Args:
        poke_seconds: wait between two looks.
        again_seconds: after which batches that nobody took are told again: a run may have failed before it took them.
    """

    def __init__(self, poke_seconds: float = 15.0, again_seconds: float = 900.0) -> None:
        super().__init__()
        self.poke_seconds = poke_seconds
        self.again_seconds = again_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where the triggerer finds this class, and with what it makes one."""
        kwargs = {"poke_seconds": self.poke_seconds, "again_seconds": self.again_seconds}
        return "dags.triggers.clinic_drop.ClinicDropTrigger", kwargs

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look, and tell, for ever."""
        told, since = "", 0.0
        while True:
            batches, mark, failed = 0, "", ""
            try:
                batches, mark = await asyncio.to_thread(entry.look_at_drop)
            except KetavigilError as error:
                failed = str(error)
            except OSError as error:  # its own words may quote a name
                failed = type(error).__name__
            now = asyncio.get_running_loop().time()
            if failed and failed != told:
                self.log.error("The drop folder cannot be looked at: %s", failed)
                told = failed
            elif batches and (mark != told or now - since >= self.again_seconds):
                told, since = mark, now
                yield TriggerEvent({"batches": batches})
            elif not failed and not batches:
                told = ""
            await asyncio.sleep(self.poke_seconds)
