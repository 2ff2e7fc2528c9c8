"""The Parquet files of one staged table, written by a second thread while the next block is parsed."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow.parquet as parquet

from transforms.staging.tally import Part
from vocabulary.table import Kind, Table

ROWS_PER_GROUP = 250_000

_UNREPEATED = ("source_line", "report_id", "case_id")
"""Columns in which few values come twice: a dictionary would be built in vain."""


class PartWriter:
    """Writes part-00000.parquet, part-00001.parquet ... into one folder; at most one frame waits to be written.

    Arrow's writer instead of Polars': it takes two thirds of the time, since columns can be told apart. Text columns
    carry no minimum and maximum; ids, dates and numbers do.
    """

    def __init__(self, table: Table, folder: Path) -> None:
        self._table, self._folder = table, folder
        self._dictionary = [name for name in table.column_names if name not in _UNREPEATED]
        self._statistics = [column.name for column in table.columns if column.kind is not Kind.TEXT]
        self._parts: list[Part] = []
        self._pending: Future[Part] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parquet")
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, frame: pl.DataFrame) -> None:
        """Hand over the next part; an error in writing the one before is raised here."""
        self._settle()
        self._pending = self._thread.submit(self._write, frame, f"part-{len(self._parts):05d}.parquet")

    def finish(self) -> tuple[Part, ...]:
        """All parts, on disk; a table without rows has one empty part, so that it can be read like any other."""
        self._settle()
        if not self._parts:
            self.write(pl.DataFrame(schema=self._table.polars_schema))
            self._settle()
        return tuple(self._parts)

    def _settle(self) -> None:
        if self._pending is not None:
            self._parts.append(self._pending.result())
            self._pending = None

    def _write(self, frame: pl.DataFrame, name: str) -> Part:
        path = self._folder / name
        parquet.write_table(
            frame.to_arrow(),
            path,
            row_group_size=ROWS_PER_GROUP,
            compression="zstd",
            compression_level=1,
            use_dictionary=self._dictionary,
            write_statistics=self._statistics,
        )
        with path.open("rb") as file:
            return Part(name, hashlib.file_digest(file, "sha256").hexdigest(), len(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
