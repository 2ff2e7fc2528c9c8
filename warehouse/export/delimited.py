"""CSV and Parquet, batch by batch: memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.export.fields import Field
from warehouse.plain_text import FORMULA_STARTS


class CsvFile:
    """UTF-8, comma, quotes where needed, null is empty, full precision; an apostrophe before what begins a formula."""

    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        self._handle = path.open("wb")
        names = pl.DataFrame(schema={field.name: pl.String() for field in fields})
        self._handle.write(names.write_csv().encode())

    def add(self, batch: pl.DataFrame) -> None:
        """Write rows."""
        safe = [_safe(name) for name, kind in batch.schema.items() if kind == pl.String()]
        nested = [_joined(name, kind) for name, kind in batch.schema.items() if kind.is_nested()]
        batch.with_columns(*safe, *nested).write_csv(
            self._handle, include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S"
        )

    def close(self) -> None:
        """Finish the file."""
        self._handle.close()


class ParquetFile:
    """Zstandard; every column carries its words and its unit."""

    def __init__(self, path: Path, fields: Sequence[Field], schema: pa.Schema) -> None:
        described = [
            column.with_metadata({"description": field.label, **({"unit": field.unit} if field.unit else {})})
            for column, field in zip(schema, fields, strict=True)
        ]
        self._schema = pa.schema(described)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def add(self, batch: pa.RecordBatch) -> None:
        """Write rows as one group."""
        self._writer.write_table(pa.Table.from_batches([batch]).cast(self._schema))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def _safe(name: str) -> pl.Expr:
    starts = pl.col(name).str.slice(0, 1).is_in(list(FORMULA_STARTS))
    return pl.when(starts).then(pl.concat_str(pl.lit("'"), pl.col(name))).otherwise(pl.col(name)).alias(name)


def _joined(name: str, kind: pl.DataType) -> pl.Expr:
    """A list as its values, separated by semicolons; anything else nested as JSON."""
    if isinstance(kind, pl.List):
        joined = pl.col(name).cast(pl.List(pl.String())).list.join("; ", ignore_nulls=True)
        return pl.when(joined.str.slice(0, 1).is_in(list(FORMULA_STARTS))).then(
            pl.concat_str(pl.lit("'"), joined)
        ).otherwise(joined).alias(name)  # fmt: skip
    return pl.col(name).struct.json_encode().alias(name)
