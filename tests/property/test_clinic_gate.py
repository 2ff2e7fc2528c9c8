"""Whatever stands in a cell: it is staged as it was sent and in the form of its column, or the batch is refused."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
from tests.privacy.clinic_batches import make, read_files
from transforms.clinic import read_manifest
from vocabulary.table import Kind
from vocabulary.tables.clinic import BATCH_TABLES, DECIMALS, ID_COLUMNS, ID_LETTERS, REVIEWED_CODES

COLUMNS = [(table, column) for table in BATCH_TABLES.values() for column in table.columns]
CODES = sorted({code for _, column in COLUMNS for code in column.allowed})
TERMS = reference.read("side_effect_term")["term"].unique().sort().to_list()
NEAR = st.one_of(
    st.text(max_size=20),
    st.text("0123456789-./: ", max_size=12),
    st.integers(-20_000, 20_000).map(str),
    st.decimals(-2000, 2000, places=3).map(str),
    st.sampled_from([*CODES, *TERMS, "yes", "no"]),
    st.sampled_from([*CODES, *TERMS]).map(str.upper),
    st.text(ID_LETTERS, min_size=11, max_size=13),
)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
).map(lambda value: json.dumps(value).encode())


def is_in_form(table: str, column, text: str) -> bool:
    """The contract once more, in plain Python: may this text stand in the column, whatever its bounds?"""
    if text == "":
        return column.nullable
    if column.name in ID_COLUMNS:
        return len(text) == 12 and set(text) <= set(ID_LETTERS)
    if (table, column.name) in REVIEWED_CODES:
        name, field = REVIEWED_CODES[table, column.name]
        return text in reference.read(name)[field].to_list()
    if column.kind is Kind.TEXT:
        return text in column.allowed
    if column.kind is Kind.BOOLEAN:
        return text in {"yes", "no"}
    decimals = DECIMALS.get((table, column.name), 0)
    digits = text.removeprefix("-") if not decimals else text
    whole, _, part = digits.partition(".")
    if not (re.fullmatch("[0-9]+", whole) and len(whole) <= 4 and (whole == "0" or whole[0] != "0")):
        return False
    if ("." in digits) != bool(part) or len(part) > decimals or not re.fullmatch("[0-9]*", part) or text == "-0":
        return False
    return not (column.maximum < 1900 <= Decimal(text) <= 2099 and Decimal(text) % 1 == 0) and not (
        column.name == "age_years" and Decimal(text) > 90
    )


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(COLUMNS), NEAR)
def test_a_cell_is_in_form_or_the_batch_is_refused(place, text):
    table, column = place
    if any(ord(letter) < 32 or letter == '"' or 0xD800 <= ord(letter) < 0xE000 for letter in text):
        text = "".join(
            letter for letter in text if ord(letter) >= 32 and letter != '"' and not 0xD800 <= ord(letter) < 0xE000
        )
    batch = make(5, patients=1, sessions=1, readings=1)
    batch.tables[table.name][0][column.name] = text
    read = batch.read()
    told = {finding.column for finding in read.findings if finding.table == table.name}
    rare_id = column.name in ID_COLUMNS and len(set(text)) < 3
    if is_in_form(table.name, column, text) and not rare_id:
        assert column.name not in told, (column.name, text)
        (found,) = read.tables[table.name][column.name].head(1)
        assert same(found, text, column.kind)
    else:
        assert column.name in told, (column.name, text)


def same(found: object, text: str, kind: Kind) -> bool:
    if text == "":
        return found is None
    if kind is Kind.BOOLEAN:
        return found is (text == "yes")
    return found == text if kind is Kind.TEXT else Decimal(str(found)) == Decimal(text)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(BATCH_TABLES)), st.binary(max_size=300))
def test_no_bytes_in_place_of_a_table_pass_or_break_the_reader(table, content):
    files = make(5, patients=1, sessions=1).files()
    for ending in ("csv", "parquet"):
        changed = {name: found for name, found in files.items() if name != f"{table}.csv"} | {
            f"{table}.{ending}": content
        }
        assert read_files(changed).findings


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), JSON))
def test_no_bytes_in_place_of_the_manifest_pass_or_break_the_reader(content):
    manifest, findings = read_manifest(content)
    assert manifest is None
    assert findings


def test_a_table_of_every_parquet_type_is_read_or_refused():
    for kind in (pl.Int8, pl.Int64, pl.UInt8, pl.UInt32, pl.Float32, pl.Float64):
        values = [1, 120]
        batch = make(5, patients=1, sessions=2, readings=1)
        files = batch.files()
        frame = pl.read_csv(files.pop("vital.csv"), infer_schema=False).with_columns(
            pl.Series("minute_offset", values, dtype=kind)
        )
        out = io.BytesIO()
        frame.write_parquet(out)
        files["vital.parquet"] = out.getvalue()
        read = read_files(files)
        assert read.tables["vital"]["minute_offset"].to_list() == values
        assert {finding.rule for finding in read.findings} == {"file_name"}


def test_doses_of_four_bytes_are_those_of_eight():
    for kind in (pl.Float32, pl.Float64):
        files = make(5, patients=1, sessions=2, readings=1).files()
        frame = pl.read_csv(files.pop("session.csv"), infer_schema=False)
        out = io.BytesIO()
        frame.with_columns(pl.Series("dose_mg_per_kg", [0.513, None], dtype=kind)).write_parquet(out)
        read = read_files(files | {"session.parquet": out.getvalue()})
        assert read.tables["session"]["dose_mg_per_kg"].to_list() == [0.513, None]


def test_numbers_of_any_parquet_type_that_are_too_large_are_refused():
    for kind, value in [(pl.Int64, -(2**63)), (pl.UInt64, 2**64 - 1), (pl.Float64, 1e300), (pl.Float32, float("nan"))]:
        files = make(5, patients=1, sessions=2, readings=1).files()
        frame = pl.read_csv(files.pop("vital.csv"), infer_schema=False)
        out = io.BytesIO()
        frame.with_columns(pl.Series("minute_offset", [1, value], dtype=kind)).write_parquet(out)
        files["vital.parquet"] = out.getvalue()
        assert "minute_offset" in {finding.column for finding in read_files(files).findings}, kind
