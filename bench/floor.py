"""The floor: the smallest chain from zips to counts, against which everything is measured.

It inflates with isal, parses all seven tables with Polars, casts them, and writes zstd Parquet; then DuckDB keeps the
current version of each case and counts a, b, c, d of every suspect substance x term on raw strings. No line is
accounted for, nothing is repaired, validated or matched. Only the column map is shared with the pipeline.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import duckdb
import polars as pl
from isal import isal_zlib

import reference

_MEMBER = re.compile(r"(?:^|/)(?P<table>DEMO|DRUG|REAC|OUTC|RPSR|THER|INDI)(?P<quarter>\d\dQ[1-4])\w*\.TXT$", re.I)

_COUNT = """
CREATE TABLE version AS
SELECT arg_max(report_id, (coalesce(case_version, -1), coalesce(fda_received_date, DATE '1900-01-01'))) AS report_id
FROM read_parquet($demo, union_by_name = true) WHERE case_id IS NOT NULL GROUP BY case_id;
CREATE TABLE drug AS
SELECT DISTINCT report_id, drug FROM read_parquet($drug, union_by_name = true) SEMI JOIN version USING (report_id)
WHERE role IN ('PS', 'SS') AND drug IS NOT NULL;
CREATE TABLE event AS
SELECT DISTINCT report_id, reported_term AS term
FROM read_parquet($reac, union_by_name = true) SEMI JOIN version USING (report_id)
WHERE reported_term IS NOT NULL;
CREATE TABLE pair AS
WITH
together AS (SELECT drug, term, count(*) AS a FROM drug JOIN event USING (report_id) GROUP BY ALL),
exposed AS (SELECT drug, count(*) AS cases FROM drug GROUP BY ALL),
happened AS (SELECT term, count(*) AS cases FROM event GROUP BY ALL),
everyone AS (SELECT count(*) AS cases FROM version)
SELECT drug, term, a, exposed.cases - a AS b, happened.cases - a AS c,
    everyone.cases - exposed.cases - happened.cases + a AS d
FROM together JOIN exposed USING (drug) JOIN happened USING (term) CROSS JOIN everyone;
"""


def parse(source: Path, out: Path) -> None:
    """Turn every zip of a folder into Parquet, one file per table and quarter: ``out/<table>/<quarter>.parquet``."""
    for path in sorted(source.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                member = _MEMBER.search(info.filename)
                if member is not None and info.file_size:
                    table = member["table"].upper()
                    target = out / table.lower() / f"{path.stem[-6:].lower()}.parquet"
                    target.parent.mkdir(parents=True, exist_ok=True)
                    _parse_member(_inflate(path, info), table, target)


def count(parsed: Path) -> int:
    """Count the pairs of what ``parse`` wrote; returns how many there are."""
    files = {table: sorted(map(str, (parsed / table).glob("*.parquet"))) for table in ("demo", "drug", "reac")}
    database = parsed / "floor.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(database) as connection:
        connection.execute("SET preserve_insertion_order = false")
        for statement in filter(str.strip, _COUNT.split(";")):
            given = {name: paths for name, paths in files.items() if f"${name}" in statement}
            connection.execute(statement, given)
        (pairs,) = connection.execute("SELECT count(*) FROM pair").fetchall()[0]
    return int(pairs)


def _inflate(path: Path, info: zipfile.ZipInfo) -> bytes:
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
        file.seek(name + extra, 1)
        packed = file.read(info.compress_size)
    if info.compress_type == zipfile.ZIP_STORED:
        return packed
    text: bytes = isal_zlib.decompress(packed, wbits=-15, bufsize=info.file_size)
    return text


def _parse_member(text: bytes, table: str, target: Path) -> None:
    layout = reference.read("layout").filter(pl.col("faers_table") == table)
    header = text[: text.index(b"\n")].decode("latin-1").strip().strip("$").split("$")
    known = {
        str(source).upper(): (str(column), str(parse))
        for source, column, parse in layout.select("source_column", "column", "parse").iter_rows()
    }
    pairs = [known.get(name.strip().upper(), (name.lower(), "text")) for name in header]
    text_columns: dict[str, type[pl.DataType]] = {name: pl.String for name, _ in pairs}
    # Scanned, not read: as fast, and it needs a third of the memory.
    rows = pl.scan_csv(
        text,
        has_header=False,
        skip_rows=1,
        schema=text_columns,
        separator="$",
        quote_char=None,
        encoding="utf8-lossy",
        extra_columns="ignore",  # lines of the old layouts end with a separator, and damaged ones are short
        missing_columns="insert",
        truncate_ragged_lines=True,
    )
    made = rows.select(_cast(name, parse) for name, parse in pairs)
    if table == "DRUG":
        names = [name for name in ("active_ingredient", "reported_drug_name") if name in dict(pairs)]
        made = made.with_columns(drug=pl.coalesce(names))
    made.sink_parquet(target, compression="zstd", compression_level=1)


def _cast(name: str, parse: str) -> pl.Expr:
    column = pl.col(name)
    if parse == "id":
        return column.cast(pl.Int64, strict=False)
    if parse == "version":
        return column.cast(pl.Int32, strict=False)
    if parse == "number":
        return column.cast(pl.Float64, strict=False)
    if parse == "date":
        return column.str.to_date("%Y%m%d", strict=False)
    return column
