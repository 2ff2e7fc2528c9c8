"""Exports are read by the programs of researchers, say what they hold, and come out the same byte for byte."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from dataclasses import replace

import frictionless
import openpyxl
import pandas as pd
import polars as pl
import pyreadstat
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.exporting import export, reproduce
from pipeline.home import Home
from pipeline.settings import Settings
from vocabulary.errors import QueryError
from warehouse.export import FORMATS, Request, mart_resources, query_resource
from warehouse.export.readus import AUTHOR

TRICKY = (
    "SELECT '=1+1' AS formula, '-x' AS minus, chr(9) || 'tab' AS tab, 'a,\"b\"' AS quoted, 'Größe ✓' AS letters, "
    "-1.5::DOUBLE AS number, NULL::VARCHAR AS nothing, true AS flag, DATE '2022-10-03' AS day, [1, 2] AS several, "
    "true AS a_flag_with_a_name_of_32_letters, "
    "a_column_with_a_name_that_is_far_too_long_for_stata, a_column_with_a_name_that_is_far_too_long_for_sas, "
    "repeat('ä', 1500) AS long_text FROM (SELECT 1 AS a_column_with_a_name_that_is_far_too_long_for_stata, "
    "2 AS a_column_with_a_name_that_is_far_too_long_for_sas)"
)


@pytest.fixture(scope="module")
def home(four_quarters, tmp_path_factory):
    """The published file in a home of its own, so that exports do not lie in the shared one."""
    place = Home(tmp_path_factory.mktemp("exports"))
    place.builds.mkdir(parents=True)
    (build,) = [path for path in four_quarters.home.builds.glob("*.duckdb")
                if path.samefile(four_quarters.home.published)]  # fmt: skip
    for target in (place.builds / build.name, place.published):
        os.link(build, target)
    return place


@pytest.fixture(scope="module")
def request_of_all():
    marts = mart_resources(["mart.side_effect_robustness", "sex_comparison", "signal_change", "evidence"])
    views = mart_resources(["side_effects_of_ketamine"])
    return Request((*marts, *views, query_resource("tricky", TRICKY)), FORMATS)


@pytest.fixture(scope="module")
def made(home, request_of_all):
    return export(home, Settings(), request_of_all, "paper")


def truth(four_quarters, sql):
    with four_quarters.open() as connection:
        return connection.sql(sql).pl()


NAMES = ("side_effect_robustness", "sex_comparison", "side_effects_of_ketamine")


def same_numbers(found, right, columns):
    """Values read by pandas are those of the published file; text and numbers, missing ones too."""
    assert len(found) == right.height
    for name, column in columns.items():
        told = right[name]
        if told.dtype.is_numeric() or told.dtype == pl.Boolean():
            numbers = pd.to_numeric(found[column].astype("object").map({"true": 1, "false": 0}).fillna(found[column]))
            expected = told.cast(pl.Float64()).to_numpy()
            pd.testing.assert_series_equal(
                pd.Series(numbers, dtype="float64").reset_index(drop=True), pd.Series(expected), check_names=False
            )
        else:
            assert [value or None for value in found[column].fillna("")] == [value or None for value in told.to_list()]


@pytest.mark.parametrize("name", NAMES)
def test_csv_and_parquet_are_read_by_pandas(four_quarters, made, request_of_all, name):
    (resource,) = [one for one in request_of_all.resources if one.name == name]
    right = truth(four_quarters, resource.sql)
    columns = {column: column for column in right.columns}
    same_numbers(pd.read_csv(made.folder / "data" / f"{name}.csv", dtype=object, keep_default_na=False,
                             na_values=[""]), right, columns)  # fmt: skip
    parquet = made.folder / "data" / f"{name}.parquet"
    assert pl.read_parquet(parquet).equals(right)
    same_numbers(pd.read_parquet(parquet), right, columns)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("form", "ending"), [("stata", "dta"), ("sas", "xpt")])
def test_stata_and_sas_files_are_read_with_labels(four_quarters, made, request_of_all, name, form, ending):
    (resource,) = [one for one in request_of_all.resources if one.name == name]
    right = truth(four_quarters, resource.sql)
    read = pyreadstat.read_dta if form == "stata" else pyreadstat.read_xport
    frame, described = read(made.folder / "data" / f"{name}.{ending}")
    listed = {
        row["column"]: row for row in csv.DictReader((made.folder / "columns.csv").open()) if row["table"] == name
    }
    columns = {column: listed[column][f"name_in_{form}"] for column in right.columns}
    assert list(frame.columns) == list(columns.values())
    same_numbers(frame, right, columns)
    labels = described.column_names_to_labels
    for column, short in columns.items():
        assert len(short) <= (32 if form == "stata" else 8)
        words = listed[column]["meaning"]
        assert labels[short].startswith((words[:12], column[:20]))
    if form == "stata" and "meets_ror" in columns:
        assert described.variable_value_labels["meets_ror"] == {0: "no", 1: "yes"}


@pytest.mark.parametrize("name", NAMES)
def test_workbooks_are_read_by_openpyxl(four_quarters, made, request_of_all, name):
    (resource,) = [one for one in request_of_all.resources if one.name == name]
    right = truth(four_quarters, resource.sql)
    book = openpyxl.load_workbook(made.folder / "data" / f"{name}.xlsx", read_only=True)
    assert book.sheetnames == ["about", "columns", name[:31]]
    rows = list(book[name[:31]].iter_rows(values_only=True))
    assert list(rows[0]) == right.columns
    frame = pd.DataFrame(rows[1:], columns=right.columns, dtype=object)
    frame = frame.map(lambda value: str(value).lower() if isinstance(value, bool) else value)
    same_numbers(frame, right, {column: column for column in right.columns})
    meanings = {row[0]: row[3] for row in book["columns"].iter_rows(min_row=2, values_only=True)}
    assert set(meanings) == set(right.columns)
    book.close()


def test_the_data_package_is_valid(made):
    report = frictionless.validate(str(made.folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]
    package = json.loads((made.folder / "datapackage.json").read_text())
    by_name = {resource["name"]: resource for resource in package["resources"]}
    fields = {field["name"]: field for field in by_name["sex_comparison"]["schema"]["fields"]}
    assert fields["a"]["type"] == "integer"
    assert fields["a"]["unit"] == "cases"
    assert fields["definition"]["constraints"]["enum"] == ["single_term", "label_style", "broad"]
    assert by_name["sex_comparison"]["schema"]["primaryKey"] == ["exposure", "side_effect", "definition"]


def test_what_begins_a_formula_is_made_safe(made):
    (row,) = csv.DictReader((made.folder / "data" / "tricky.csv").open(newline=""))
    assert (row["formula"], row["minus"], row["tab"]) == ("'=1+1", "'-x", "'\ttab")
    assert (row["number"], row["nothing"], row["flag"], row["day"]) == ("-1.5", "", "true", "2022-10-03")
    assert (row["quoted"], row["letters"], row["several"]) == ('a,"b"', "Größe ✓", "1; 2")
    sheet = openpyxl.load_workbook(made.folder / "data" / "tricky.xlsx")["tricky"]
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    for name, text in (("formula", "=1+1"), ("minus", "-x")):
        assert (cells[name].value, cells[name].data_type, bool(cells[name].quotePrefix)) == (text, "s", True)
    assert pl.read_parquet(made.folder / "data" / "tricky.parquet")["formula"][0] == "=1+1"


def test_limits_of_stata_and_sas_are_kept_and_told(made):
    notes = "\n".join(made.notes)
    assert "tricky: SAS: 1 texts of long_text were cut." in notes
    assert "tricky: Stata: 1 texts of long_text were cut." in notes
    for ending, size, read in (("dta", 2045, pyreadstat.read_dta), ("xpt", 200, pyreadstat.read_xport)):
        frame, _ = read(made.folder / "data" / f"tricky.{ending}")
        assert len(set(frame.columns)) == 14
        (text,) = frame[next(name for name in frame.columns if name.startswith("long_t"))]
        assert len(text.encode()) <= size
        assert set(text) == {"ä"}
    assert "were cut" in (made.folder / "README.md").read_text()


def test_the_manifest_names_everything_that_went_in_and_came_out(four_quarters, made):
    told = json.loads((made.folder / "manifest.json").read_text())
    files = {path.relative_to(made.folder).as_posix(): path for path in made.folder.rglob("*") if path.is_file()}
    assert {one["path"] for one in told["outputs"]} == set(files) - {"manifest.json"}
    for one in told["outputs"]:
        assert hashlib.sha256(files[one["path"]].read_bytes()).hexdigest() == one["sha256"]
    inputs = {one["file"]: one["sha256"] for one in told["inputs"]}
    assert inputs["ketavigil.duckdb"] == hashlib.sha256(four_quarters.home.published.read_bytes()).hexdigest()
    for path in four_quarters.source.glob("*.zip"):
        assert inputs[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
    build = truth(four_quarters, "SELECT build_id, code_version, reference_version FROM meta.build").row(0, named=True)
    assert {name: told["build"][name] for name in build} == build
    assert [one["sql"] for one in told["request"]["resources"]][-1] == TRICKY
    assert str(made.folder) not in json.dumps(told)


def test_the_checklist_has_every_item_and_marks_the_authors(made):
    page = (made.folder / "readus_pv.md").read_text()
    items = [line.split("|")[2].strip() for line in page.splitlines() if line.startswith(("| T", "| I", "| M", "| R",
                                                                                         "| D"))]  # fmt: skip
    assert len(items) == len(set(items)) == 32
    assert f"| Declarations | 14a | Funding | **{AUTHOR}** |" in page
    assert "quarters" in page
    assert "SIMULATED" in page
    assert "SIMULATED" in (made.folder / "README.md").read_text()


def test_the_same_request_gives_the_same_bytes(home, made, request_of_all):
    before = {path.name: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()}
    for path in made.folder.rglob("*"):
        os.utime(path, (1, 1))
    again = export(home, Settings(threads=2), request_of_all, "paper")
    after = {path.name: path.read_bytes() for path in again.folder.rglob("*") if path.is_file()}
    assert {name for name in before if before[name] != after.get(name)} == set()
    assert set(before) == set(after)
    assert [path.name for path in (home.root / "exports").iterdir()] == ["paper"]


def test_reproduce_says_whether_it_is_the_same(home, tmp_path):
    made = export(home, Settings(), Request(mart_resources(["sex_comparison"]), FORMATS), "small")
    manifest = made.folder / "manifest.json"
    assert reproduce(home, Settings(), manifest).is_same
    changed = tmp_path / "moved"
    shutil.copytree(made.folder, changed)
    told = json.loads((changed / "manifest.json").read_text())
    table = next(one for one in told["outputs"] if one["path"] == "data/sex_comparison.csv")
    table["sha256"] = "0" * 64
    (changed / "manifest.json").write_text(json.dumps(told))
    (changed / "README.md").write_text("mended by hand")
    found = reproduce(home, Settings(), changed / "manifest.json")
    assert found.differing == ("data/sex_comparison.csv",)
    assert found.changed_since == ("README.md", "data/sex_comparison.csv")
    run = CliRunner()
    same, other = (
        run.invoke(app, ["export", "--reproduce", str(path), "--home", str(home.root)])
        for path in (manifest, changed / "manifest.json")
    )
    assert (same.exit_code, other.exit_code) == (0, 3)
    assert "The same: " in same.stderr
    assert "Differs: data/sex_comparison.csv" in other.stderr
    shutil.rmtree(made.folder)


def test_a_build_that_is_gone_and_a_file_that_is_no_manifest_are_told(home, made, tmp_path):
    told = json.loads((made.folder / "manifest.json").read_text())
    for build_id in ("0123456789abcdef", "../../etc/passwd"):
        told["build"]["build_id"] = build_id
        (tmp_path / "manifest.json").write_text(json.dumps(told))
        with pytest.raises(QueryError, match="is not kept"):
            reproduce(home, Settings(), tmp_path / "manifest.json")
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(QueryError, match="no manifest"):
        reproduce(home, Settings(), tmp_path / "other.json")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["core.report"], "exported by --query"),
        (["core.clinic_session"], "Rows of clinic patients are never exported"),
        (["clinic.core.clinic_patient"], "Rows of clinic patients are never exported"),
        (["nothing"], "There are: mart.side_effect_reporting"),
        (["evidence", "mart.evidence"], "Name each mart once"),
        ([], "Name each mart once"),
    ],
)
def test_tables_that_cannot_be_exported(names, words):
    with pytest.raises(QueryError, match=words):
        Request(mart_resources(names), ("csv",))


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT random()", "random gives another answer every time"),
        ("SELECT now() AS now", "now gives another answer"),
        ("FROM core.report USING SAMPLE 10", "gives another answer"),
        ("DELETE FROM core.report", "This is DELETE"),
        ("SELECT 1; SELECT 2", "One statement"),
        ("EXPLAIN SELECT 1", "one SELECT"),
    ],
)
def test_queries_that_cannot_be_exported(sql, words):
    with pytest.raises(QueryError, match=words):
        query_resource("answer", sql)
    assert query_resource("answer", "SELECT 'now' AS word -- random").sql


def test_a_failed_export_leaves_the_last_one(home, made):
    before = (made.folder / "manifest.json").read_bytes()
    for sql, words in (
        ("FROM '/etc/hostname.csv'", "the published file alone|does not exist"),
        (f"FROM read_text('{__file__}')", "published file alone"),
        ("SELECT 1 AS a, 2 AS A", "same name"),
    ):
        with pytest.raises(QueryError, match=words):
            export(home, Settings(), Request((query_resource("answer", sql),), ("csv",)), "paper")
    assert (made.folder / "manifest.json").read_bytes() == before
    for name in ("../up", "a/b", "", ".hidden", "x."):
        with pytest.raises(QueryError, match="name of an export"):
            export(home, Settings(), Request(mart_resources(["evidence"]), ("csv",)), name)


def test_a_table_that_is_too_long_for_a_sheet_is_left_out_and_told(home, monkeypatch):
    monkeypatch.setattr("warehouse.export.workbook.MOST_ROWS", 100)
    long = Request((query_resource("long", "SELECT range AS n FROM range(101)"),), ("csv", "xlsx"))
    made = export(home, Settings(), long, "long")
    assert made.notes == ("long: no XLSX: 101 rows, and a sheet holds 100. Narrow it with --query.",)
    assert [path.name for path in (made.folder / "data").iterdir()] == ["long.csv"]
    shutil.rmtree(made.folder)


def test_a_request_survives_its_manifest(request_of_all):
    assert Request.from_json(json.loads(json.dumps(request_of_all.as_json))) == request_of_all
    assert replace(request_of_all, formats=("csv",)).digest != request_of_all.digest
