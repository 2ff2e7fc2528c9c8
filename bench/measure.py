"""One piece of work in a process of its own: wall and CPU seconds, peak memory, bytes read and written, disk in use.

The parent imports nothing heavy, so that what a child costs is the child's own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_MEMORY_EVERY = 0.1
_DISK_EVERY = 10  # looks at memory for one at the disk


class BenchError(Exception):
    """A measured process failed; its last lines say why."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one run of one piece of work took, start of Python and imports included."""

    wall_seconds: float
    cpu_seconds: float
    """User and system, all threads and child processes."""
    peak_bytes: int
    """Resident memory of the process and its children at its highest."""
    read_bytes: int
    """By system calls, whether they reached a disk or not; pages of mapped files are not in it."""
    written_bytes: int
    peak_disk_bytes: int = 0
    """Files under the watched folder at their most; 0 where none was watched."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What the work says of itself, such as seconds of its parts or bytes of its results."""

    def as_json(self) -> dict[str, object]:
        """For the results file."""
        return asdict(self)


def together(first: Round, second: Round) -> Round:
    """Two rounds, one after the other, as one."""
    return Round(
        wall_seconds=first.wall_seconds + second.wall_seconds,
        cpu_seconds=first.cpu_seconds + second.cpu_seconds,
        peak_bytes=max(first.peak_bytes, second.peak_bytes),
        read_bytes=first.read_bytes + second.read_bytes,
        written_bytes=first.written_bytes + second.written_bytes,
        peak_disk_bytes=max(first.peak_disk_bytes, second.peak_disk_bytes),
        figures={**first.figures, **second.figures},
    )


def measure(work: str, arguments: Mapping[str, str], *, code: Path = ROOT, watch: Path | None = None) -> Round:
    """Run one piece of work of ``bench.child``.

    Args:
        work: its name there.
        arguments: paths and numbers as text.
        code: checkout whose packages the child imports.
        watch: folder whose size is looked at while it runs.

    Raises:
        BenchError: the child failed.
    """
    command = [sys.executable, "-m", "bench.child", work, *(f"{name}={value}" for name, value in arguments.items())]
    environment = {**os.environ, "PYTHONPATH": str(code), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=code, env=environment, stdout=out, stderr=err)
        looker = _Looker(process.pid, watch)
        looker.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        looker.stop()
        out.seek(0)
        err.seek(0)
        if process.returncode:
            tail = err.read().decode(errors="replace").strip().splitlines()[-15:]
            raise BenchError(f"{work} failed with {process.returncode}:\n" + "\n".join(tail))
        told = json.loads(out.read().splitlines()[-1])
    return Round(
        wall_seconds=round(wall, 3),
        cpu_seconds=round(used.ru_utime + used.ru_stime, 3),
        peak_bytes=max(told["peak_bytes"], looker.peak_bytes),
        read_bytes=told["read_bytes"],
        written_bytes=told["written_bytes"],
        peak_disk_bytes=looker.peak_disk_bytes,
        figures=told["figures"],
    )


class _Looker(threading.Thread):
    """Adds up a process and its children now and then: a peak over processes is in no counter of the system."""

    def __init__(self, process: int, watch: Path | None) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = self.peak_disk_bytes = 0
        self._process, self._watch = process, watch
        self._over = threading.Event()

    def run(self) -> None:
        """Look until stopped."""
        looks = 0
        while not self._over.wait(_MEMORY_EVERY):
            tree = _tree(self._process)
            if len(tree) > 1:
                self.peak_bytes = max(self.peak_bytes, sum(map(_resident, tree)))
            if self._watch is not None and looks % _DISK_EVERY == 0:
                self.peak_disk_bytes = max(self.peak_disk_bytes, folder_bytes(self._watch))
            looks += 1

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()


def folder_bytes(folder: Path) -> int:
    """Size of the files under a folder, a file with several names once."""
    sizes: dict[tuple[int, int], int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                found = os.stat(os.path.join(place, name))  # noqa: PTH116, PTH118 - called often
            except FileNotFoundError:
                continue
            sizes[found.st_dev, found.st_ino] = found.st_size
    return sum(sizes.values())


def _tree(process: int) -> list[int]:
    found = [process]
    for number in found:
        try:
            for task in Path(f"/proc/{number}/task").iterdir():
                found.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue  # it has ended
    return found


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
