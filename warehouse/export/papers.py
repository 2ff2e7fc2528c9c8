"""The texts of an export: data package, list of columns, R script, README."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from warehouse.export.fields import Field, key_of, title_of
from warehouse.export.request import Request, Resource

_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "TINYINT": "integer",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
    "UBIGINT": "integer",
    "DOUBLE": "number",
    "FLOAT": "number",
}

SIMULATED = "The reports are SIMULATED: nothing here says anything about a real drug."

_LIMITS = """\
- FAERS holds voluntary reports. It has no denominator: a reporting share is a share of reports, never how often a \
side effect happens.
- Disproportionality says that a pair is reported more than expected. It proves no cause and compares no risks.
- Reports can be doubled, incomplete and stimulated by the news. docs/methods.md says what was done about it.
- Clinic numbers are incidences among sessions that were watched. Counts too small to be shown are missing \
(`is_suppressed`), and no number here brings them back. Never add or average a kind of evidence with another.
"""


@dataclass(slots=True)
class Contents:
    """What was written for one resource."""

    resource: Resource
    fields: tuple[Field, ...]
    row_count: int = 0
    files: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What a format could not hold, in a sentence each."""
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    """Format to shortened names."""


def data_package(name: str, facts: Mapping[str, Any], contents: Sequence[Contents], sizes: Mapping[str, Any]) -> str:
    """datapackage.json after Frictionless: one tabular resource per CSV."""
    build = facts["build"]
    package = {
        "profile": "tabular-data-package",
        "name": name,
        "title": f"Ketavigil export {name}",
        "description": (SIMULATED + " " if build["is_simulated"] else "")
        + f"Build {build['build_id']}, FAERS {build['first_quarter']} to {build['last_quarter']}.",
        "licenses": [
            {"name": "public-domain", "title": "FAERS data of the FDA are in the public domain; MedDRA terms in them "
             "are the property of its owner."}
        ],
        "sources": [{"title": f"{one['quarter']} {one['file']}, sha256 {one['sha256']}"} for one in facts["zips"]],
        "resources": [_resource(one, sizes[f"data/{one.resource.name}.csv"]) for one in contents],
    }  # fmt: skip
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(contents: Contents, size: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(one) for one in contents.fields], "missingValues": [""]}
    if key := key_of(contents.resource):
        schema["primaryKey"] = list(key)
    return {
        "profile": "tabular-data-resource",
        "name": contents.resource.name,
        "path": f"data/{contents.resource.name}.csv",
        "title": title_of(contents.resource),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size["bytes"],
        "hash": f"sha256:{size['sha256']}",
        "schema": schema,
    }


def _field(one: Field) -> dict[str, Any]:
    kind = "number" if one.kind.startswith("DECIMAL") else _TYPES.get(one.kind, "string")
    constraints: dict[str, Any] = {}
    if one.is_required:
        constraints["required"] = True
    if one.allowed and one.is_text:
        constraints["enum"] = list(one.allowed)
    for name, limit in (("minimum", one.minimum), ("maximum", one.maximum)):
        if limit is not None and kind in {"integer", "number"}:
            constraints[name] = int(limit) if kind == "integer" else limit
    return {
        "name": one.name,
        "type": kind,
        **({"trueValues": ["true"], "falseValues": ["false"]} if kind == "boolean" else {}),
        **({"format": "any"} if kind == "datetime" else {}),
        "description": one.label,
        **({"unit": one.unit} if one.unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def column_list(contents: Sequence[Contents]) -> str:
    """columns.csv: every column of every table, and what it is called in Stata and SAS."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", "column", "type", "unit", "meaning", "allowed_values", "name_in_stata", "name_in_sas"])
    for one in contents:
        for column in one.fields:
            short = [one.names.get(kind, {}).get(column.name, column.name) for kind in ("stata", "sas")]
            allowed = "; ".join(column.allowed)
            writer.writerow(
                [one.resource.name, column.name, column.kind, column.unit or "", column.label, allowed, *short]
            )
    return out.getvalue()


def r_script(contents: Sequence[Contents]) -> str:
    """load.R: reads the CSVs in base R, with types, factor levels, labels and units. It needs no package."""
    names = ", ".join(f'"{one.resource.name}"' for one in contents)
    return f"""\
# Reads this export into data frames with labels and units; base R, no package needed.
# In R: setwd() to this folder, then source("load.R"). Labels: attr(x$ror, "label"), units: attr(x$a, "unit").
columns <- read.csv("columns.csv", colClasses = "character", na.strings = character(0), encoding = "UTF-8")

read_table <- function(name) {{
  here <- columns[columns$table == name, ]
  kinds <- ifelse(here$type == "BOOLEAN", "logical",
    ifelse(here$type %in% c("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE", "FLOAT"), "numeric",
      ifelse(here$type == "DATE", "Date", "character")))
  kinds[kinds == "logical"] <- "character"
  read <- read.csv(file.path("data", paste0(name, ".csv")), colClasses = kinds, na.strings = "",
    encoding = "UTF-8", check.names = FALSE)
  for (at in seq_len(nrow(here))) {{
    column <- here$column[at]
    if (here$type[at] == "BOOLEAN") read[[column]] <- read[[column]] == "true"
    if (here$allowed_values[at] != "") {{
      read[[column]] <- factor(read[[column]], levels = strsplit(here$allowed_values[at], "; ", fixed = TRUE)[[1]])
    }}
    attr(read[[column]], "label") <- here$meaning[at]
    if (here$unit[at] != "") attr(read[[column]], "unit") <- here$unit[at]
  }}
  read
}}

for (name in c({names})) assign(name, read_table(name))
"""


def readme(name: str, request: Request, facts: Mapping[str, Any], contents: Sequence[Contents]) -> str:
    """README.md of the folder."""
    build = facts["build"]
    parts = [f"# {name}"]
    if build["is_simulated"]:
        parts.append(f"**{SIMULATED}**")
    parts.append(
        f"Made by Ketavigil from build `{build['build_id']}` (code `{build['code_version']}`, reference data "
        f"`{build['reference_version']}`): FAERS {build['first_quarter']} to {build['last_quarter']}, "
        f"{build['quarter_count']} quarters, {facts['universe']:,} cases counted."
    )
    parts.append("## Files\n| table | rows | one row is | files |\n|---|---|---|---|")
    parts[-1] += "".join(
        f"\n| `{one.resource.name}` | {one.row_count:,} | {title_of(one.resource)} | {', '.join(one.files)} |"
        for one in contents
    )
    papers = (
        "- `datapackage.json`: Frictionless data package of the CSVs: type, unit, meaning and bounds of every column.\n"
        "- `columns.csv`: the same as a table, with the names in Stata and SAS.\n"
        "- `manifest.json`: the request, versions, SHA-256 of everything that went in and came out.\n"
        "- `readus_pv.md`: the READUS-PV checklist, as far as a build can fill it in."
    )
    parts.append(
        papers + ("\n- `load.R`: reads the CSVs into R, with labels and units." if "r" in request.formats else "")
    )
    notes = [f"- `{one.resource.name}`: {note}" for one in contents for note in one.notes]
    notes.append(
        "- In CSV, text that a spreadsheet would take for a formula has an apostrophe before it; in XLSX such a cell "
        "is marked as text. Null is an empty cell."
    )
    parts.append("## What the formats could not hold\n" + "\n".join(notes))
    queries = [f"```sql\n{one.resource.sql}\n```" for one in contents]
    parts.append("## Queries\n" + "\n".join(queries))
    parts.append("## Limits\n" + _LIMITS)
    parts.append(
        "## How to cite\n"
        f"> Ketavigil, build {build['build_id']} (code {build['code_version']}, reference data "
        f"{build['reference_version']}). Data: US Food and Drug Administration, Adverse Event Reporting System, "
        f"quarterly data files {build['first_quarter']} to {build['last_quarter']}."
        f"{' Simulated reports.' if build['is_simulated'] else ''}\n\n"
        "To make these files again and compare them: `ketavigil export --reproduce manifest.json`."
    )
    return "\n\n".join(parts) + "\n"
