"""The Reporter for a terminal: one line with a bar while a step works, one line for what should stay."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from pipeline.json_log import is_json, say_json


class Terminal:
    """Shows progress on standard error, so that standard output carries results alone."""

    def __init__(self) -> None:
        self._is_json = is_json()
        self.console = Console(stderr=True, quiet=self._is_json)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[detail]}"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=None, detail="", visible=False)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def step(self, what: str) -> None:
        """Show the step that starts; off a terminal, print its name."""
        if self._is_json:
            say_json("step_started", step=what)
            return
        if not self.console.is_terminal:
            self.console.print(what, highlight=False, markup=False)
        self._progress.reset(self._task, description=what, total=None, detail="", visible=True)

    def advance(self, done: int, total: int | None, what: str = "") -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=done, total=total, detail=what)

    def note(self, text: str) -> None:
        """Print a line."""
        if self._is_json:
            say_json(text)
            return
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """Print a line that stands out."""
        if self._is_json:
            say_json(text, "warning")
            return
        self.console.print(Text.assemble(("warning ", "yellow"), text), soft_wrap=True)
