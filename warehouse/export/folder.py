"""Writes one export: the tables in every format asked for, then the papers about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from vocabulary.errors import QueryError
from warehouse.asking import ask_in_batches, open_alone
from warehouse.export import packages, workbook
from warehouse.export.delimited import CsvFile, ParquetFile
from warehouse.export.facts import facts_of, sha256, software
from warehouse.export.fields import fields_of, reads, title_of
from warehouse.export.papers import SIMULATED, Contents, column_list, data_package, r_script, readme
from warehouse.export.readus import readus_page
from warehouse.export.request import Request, Resource

_BATCH = 100_000


@dataclass(frozen=True, slots=True)
class Export:
    """What was written."""

    folder: Path
    manifest: dict[str, Any]
    notes: tuple[str, ...]
    """What a format could not hold."""


def write_export(
    published: Path,
    request: Request,
    name: str,
    folder: Path,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    memory_limit: str | None = None,
) -> Export:
    """Write an export into ``folder``, which must be empty. The same request on the same build gives the same bytes.

    Raises:
        QueryError: a query fails, or names a column twice.
        BuildError: there is no published file.
    """
    data = folder / "data"
    data.mkdir(parents=True)
    # One thread: a query that does not say in which order it wants its rows has them in the same one every time.
    with open_alone(published, memory_limit=memory_limit, threads=1) as connection:
        facts = facts_of(connection)
        contents = []
        for number, resource in enumerate(request.resources, start=1):
            progress(resource.name, number, len(request.resources))
            contents.append(_write_resource(connection, resource, request.formats, data, facts))
    outputs = _sizes(folder)
    papers = {
        "README.md": readme(name, request, facts, contents),
        "datapackage.json": data_package(name, facts, contents, outputs),
        "columns.csv": column_list(contents),
        "readus_pv.md": readus_page(facts, _tables(request), software()),
        **({"load.R": r_script(contents)} if "r" in request.formats else {}),
    }
    for file, text in papers.items():
        (folder / file).write_text(text, encoding="utf-8")
    manifest = _manifest(name, request, facts, contents, published, _sizes(folder))
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return Export(folder, manifest, tuple(f"{one.resource.name}: {note}" for one in contents for note in one.notes))


def _write_resource(
    connection: duckdb.DuckDBPyConnection, resource: Resource, formats: Sequence[str], data: Path, facts: dict[str, Any]
) -> Contents:
    columns, types, reader = ask_in_batches(connection, resource.sql, _BATCH)
    if len(set(map(str.lower, columns))) < len(columns):
        raise QueryError("Two columns of the query have the same name, which most formats do not allow. Rename one.")
    fields = fields_of(resource, columns, types)
    contents = Contents(resource, fields)
    path = {
        form: data / f"{resource.name}.{ending}"
        for form, ending in (("csv", "csv"), ("parquet", "parquet"), ("xlsx", "xlsx"), ("stata", "dta"), ("sas", "xpt"))
    }
    table = CsvFile(path["csv"], fields)
    columnar = ParquetFile(path["parquet"], fields, reader.schema) if "parquet" in formats else None
    sheets = workbook.WorkbookFile(path["xlsx"], resource.name, fields, _about(resource, facts)) if (
        "xlsx" in formats) else None  # fmt: skip
    kept: list[pl.DataFrame] | None = [] if {"stata", "sas"} & set(formats) else None
    for batch in reader:
        frame = pl.DataFrame(pl.from_arrow(batch))
        contents.row_count += frame.height
        table.add(frame)
        if columnar is not None:
            columnar.add(batch)
        if sheets is not None and contents.row_count <= workbook.MOST_ROWS:
            sheets.add(frame)
        if kept is not None and contents.row_count <= packages.MOST_ROWS:
            kept.append(frame)
    table.close()
    contents.files.append(path["csv"].name)
    if columnar is not None:
        columnar.close()
        contents.files.append(path["parquet"].name)
    if sheets is not None:
        _finish_sheets(sheets, path["xlsx"], contents)
    if kept is not None:
        _write_packages(kept, path, formats, contents, reader.schema)
    return contents


def _finish_sheets(sheets: workbook.WorkbookFile, path: Path, contents: Contents) -> None:
    sheets.close()
    if contents.row_count > workbook.MOST_ROWS:
        path.unlink()
        contents.notes.append(
            f"no XLSX: {contents.row_count:,} rows, and a sheet holds {workbook.MOST_ROWS:,}. Narrow it with --query."
        )
        return
    contents.files.append(path.name)
    if sheets.shortened:
        contents.notes.append(f"XLSX: {sheets.shortened:,} texts were cut at {workbook.LONGEST_TEXT:,} characters.")


def _write_packages(
    kept: list[pl.DataFrame], path: dict[str, Path], formats: Sequence[str], contents: Contents, schema: pa.Schema
) -> None:
    if contents.row_count > packages.MOST_ROWS:
        contents.notes.append(
            f"no Stata or SAS file: {contents.row_count:,} rows, and these are written up to {packages.MOST_ROWS:,}."
        )
        return
    frame = pl.concat(kept) if kept else pl.DataFrame(pl.from_arrow(schema.empty_table()))
    title = title_of(contents.resource)
    for form in ("sas", "stata"):
        if form not in formats:
            continue
        if form == "stata":
            written = packages.write_stata(path[form], frame, contents.fields, title)
        else:
            written = packages.write_sas(path[form], frame, contents.fields, contents.resource.name)
        contents.files.append(path[form].name)
        contents.names[form] = dict(written.names)
        words = form.upper() if form == "sas" else "Stata"
        if written.names:
            contents.notes.append(f"{words}: {len(written.names)} column names are shortened, see columns.csv.")
        if written.cut_labels:
            contents.notes.append(
                f"{words}: labels that do not fit: {len(written.cut_labels)}. columns.csv has them whole."
            )
        contents.notes += [
            f"{words}: {count:,} texts of {name} were cut." for name, count in sorted(written.cut_texts.items())
        ]


def _about(resource: Resource, facts: dict[str, Any]) -> list[tuple[str, str]]:
    build = facts["build"]
    return [
        ("table", resource.name),
        ("one row is", title_of(resource)),
        ("build", f"{build['build_id']}, FAERS {build['first_quarter']} to {build['last_quarter']}"),
        *([("mind", SIMULATED)] if build["is_simulated"] else []),
        ("limits", "A share of FAERS reports is never an incidence; see README.md."),
        ("query", resource.sql),
    ]


def _tables(request: Request) -> list[str]:
    return sorted({name for resource in request.resources for name in reads(resource)})


def _sizes(folder: Path) -> dict[str, dict[str, Any]]:
    """Path in the folder to size and hash, sorted."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {
        path.relative_to(folder).as_posix(): {"sha256": sha256(path), "bytes": path.stat().st_size} for path in files
    }


def _manifest(
    name: str,
    request: Request,
    facts: dict[str, Any],
    contents: Sequence[Contents],
    published: Path,
    outputs: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    return {
        "kind": "ketavigil export",
        "name": name,
        "request": request.as_json,
        "build": facts["build"],
        "software": software(),
        "inputs": [
            {"what": "published file", "file": published.name, "sha256": sha256(published),
             "bytes": published.stat().st_size},
            *({"what": "FDA file", **one} for one in facts["zips"]),
        ],
        "outputs": [{"path": path, **size} for path, size in outputs.items()],
        "rows": {one.resource.name: one.row_count for one in contents},
        "notes": [f"{one.resource.name}: {note}" for one in contents for note in one.notes],
    }  # fmt: skip
