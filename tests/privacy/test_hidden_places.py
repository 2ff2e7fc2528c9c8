"""Numbers, types, metadata, ids and zips that could carry an identifier in a form that looks right."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.privacy.clinic_batches import make, new_id, privacy_places, read_files, read_path


def test_numbers_in_form_that_are_years_dates_or_ages_are_refused():
    for table, column, numbers in [
        ("session", "dose_mg", ["1985"]),
        ("session", "monitored_minutes", ["1985"]),
        ("vital", "heart_rate_bpm", ["2023"]),
        ("scale", "score", ["1999"]),
        ("patient", "age_years", ["91"]),
        ("patient", "age_years", ["1951"]),
        ("session", "day_offset", ["2023", "2023", "2024", "2023"]),
        ("session", "day_offset", ["45058"]),
        ("session", "day_offset", ["20230512"]),
    ]:
        batch = make(9, patients=2, sessions=2)
        for row, number in zip(batch.tables[table], numbers, strict=False):
            row[column] = number
        assert (table, column) in privacy_places(batch.read().findings), (column, numbers)


def test_typed_parquet_columns_hide_nothing():
    batch = make(4, patients=2, sessions=1)
    for table, column, values in [
        ("patient", "age_years", pl.Series([94, 30])),
        ("patient", "age_years", pl.Series([94.0, 30.0])),
        ("session", "day_offset", pl.Series([20230512, 0])),
        ("session", "day_offset", pl.Series(["2023-05-12", "2023-05-13"]).str.to_date()),
        ("session", "day_offset", pl.Series([1683880200000, 0]).cast(pl.Datetime("ms"))),
        ("session", "dose_mg", pl.Series([40.712776, 1.0])),
        ("session", "dose_mg", pl.Series([5551234567.0, 1.0])),
        ("patient", "sex", pl.Series([123456789, 1])),
        ("patient", "sex", pl.Series([b"\xff\xd8\xff", b""])),
        ("patient", "sex", pl.Series(["John Smith", "F"], dtype=pl.Categorical)),
        ("session", "completed", pl.Series([1985, 1])),
        ("session", "patient_id", pl.Series([["a"], ["b"]])),
        ("session", "monitored_minutes", pl.Series([float("nan"), float("inf")])),
    ]:
        files = batch.files()
        content = pl.read_csv(files.pop(f"{table}.csv"), infer_schema=False).with_columns(values.alias(column))
        out = io.BytesIO()
        content.write_parquet(out)
        files[f"{table}.parquet"] = out.getvalue()
        assert (table, column) in privacy_places(read_files(files).findings), (column, values.dtype)


def test_parquet_metadata_is_refused():
    batch = make(4)
    plain = pl.read_parquet(batch.parquet("patient")).to_arrow()
    noted_field = plain.schema.field(0).with_metadata({"note": "John Smith"})
    for table in (
        plain.replace_schema_metadata({"note": "John Smith"}),
        plain.replace_schema_metadata({"pandas": json.dumps({"attributes": {"who": "John Smith"}})}),
        plain.cast(pa.schema([noted_field, *list(plain.schema)[1:]])),
    ):
        files = batch.files("parquet")
        out = io.BytesIO()
        pq.write_table(table, out)
        files["patient.parquet"] = out.getvalue()
        assert ("patient", None) in privacy_places(read_files(files).findings)


def test_ids_that_are_counted_or_disguised_are_refused():
    digits = "bcdfghjklm"
    for disguise in (
        lambda number: f"bbbbbbb{''.join(digits[int(digit)] for digit in f'{number:05d}')}",  # a counter
        lambda number: "".join(digits[int(digit)] for digit in f"2023{number:08d}"),  # a year and a counter
        lambda number: "bcbcbcbcbcbc" if number == 3 else new_id_of(number),
    ):
        batch = make(5, patients=25, sessions=1)
        for number, (patient, session) in enumerate(zip(batch.tables["patient"], batch.tables["session"], strict=True)):
            patient["patient_id"] = session["patient_id"] = disguise(number)
        assert ("patient", "patient_id") in privacy_places(batch.read().findings)


def new_id_of(number: int) -> str:
    return new_id(random.Random(number))


def test_comments_and_odd_fields_of_a_zip_are_refused(tmp_path):
    path = make(1).write_zip(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"John Smith"
    assert read_path(path).findings

    path = make(1).write_zip(tmp_path)
    noted = zipfile.ZipInfo("patient.csv")
    noted.comment = b"John Smith"
    rewrite_first(path, noted)
    assert read_path(path).findings

    path = make(1).write_zip(tmp_path)
    noted = zipfile.ZipInfo("patient.csv")
    noted.extra = b"\x99\x99\x04\x00John"
    rewrite_first(path, noted)
    assert read_path(path).findings


def rewrite_first(path: Path, info: zipfile.ZipInfo) -> None:
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(info if name == info.filename else name, content)


def test_what_a_mac_packs_beside_is_told_and_nothing_else(tmp_path):
    path = make(1).write_zip(tmp_path, inside="batch/")
    with zipfile.ZipFile(path, "a") as archive:
        archive.mkdir("batch")
        archive.writestr("__MACOSX/batch/._patient.csv", b"John Smith")
        archive.writestr("batch/.DS_Store", b"John Smith")
    assert [(found.table, found.column) for found in read_path(path).findings] == [
        ("batch", "file 8"),
        ("batch", "file 9"),
    ]
