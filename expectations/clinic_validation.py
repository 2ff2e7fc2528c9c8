"""Validates one clinic batch in memory: counts in DuckDB, Great Expectations' verdicts on the counts, certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

import reference
from expectations.certificate import Result
from expectations.clinic_certificate import ClinicCertificate
from expectations.clinic_rules import breach, clinic_rules
from expectations.judging import judge
from expectations.measure import Measure
from expectations.schema_rules import declared_rules
from vocabulary.tables.clinic import BATCH_TABLES, DOSE_MG_BY_ROUTE, SCALE_MAXIMUM

SUITE = "clinic_batch"
"""Name of the suite in Data Docs."""

_COUNTS = Path(__file__).parent / "clinic_counts"


@dataclass(frozen=True, slots=True)
class ClinicBatchLabel:
    """What a certificate says of a batch, beside the results."""

    clinic_id: str
    batch_id: str
    revision: int
    sha256: str
    is_simulated: bool


def judge_batch(
    tables: Mapping[str, pl.DataFrame],
    declared_rows: Mapping[str, int],
    *,
    unsound: frozenset[str] = frozenset(),
    elsewhere: pl.Series | None = None,
    docs: Path | None = None,
    name: str = "",
    threads: int | None = None,
    memory_limit: str | None = None,
) -> tuple[Result, ...]:
    """Check a batch against every rule that applies.

    Nothing is written but the pages in ``docs``, and these hold counts alone; DuckDB works in memory and never spills.

    Args:
        tables: typed tables, as far as they could be read.
        declared_rows: rows per table as the manifest has them; a table that is not in it is not compared.
        unsound: ``table.column`` of what is not in form: rules that look at it do not apply.
        elsewhere: ids of sessions in other batches of the clinic.
        docs: folder of Data Docs; None writes no page.
        name: ``<clinic_id>~<batch_id>-r<revision>``, for the page.
        threads: threads of DuckDB; None leaves it to DuckDB.
        memory_limit: DuckDB's budget; None leaves it to DuckDB.
    """
    absent = {
        f"{table}.{column}"
        for table, declared in BATCH_TABLES.items()
        for column in declared.column_names
        if table not in tables or column not in tables[table].columns
    }
    rules = clinic_rules()
    applying = [found.rule for found in rules if not found.reads & (unsound | absent)]
    with _in_memory(tables, elsewhere, threads, memory_limit) as connection:
        measures = {measure.identity: measure for measure in _measures(connection, tables, declared_rows)}
        judged = judge(connection, applying, {}, lambda _: measures)
    if docs is not None:
        from expectations.gx.pages import write_index, write_results, write_suite

        write_suite(docs, SUITE, [found.rule for found in rules])
        write_results(docs, SUITE, name, "", judged)
        write_index(docs)
    return tuple(result for _, result in judged)


def certify_batch(
    label: ClinicBatchLabel, tables: Mapping[str, pl.DataFrame], results: tuple[Result, ...]
) -> ClinicCertificate:
    """The certificate of a batch whose form is sound."""
    return ClinicCertificate(
        clinic_id=label.clinic_id,
        batch_id=label.batch_id,
        revision=label.revision,
        staged_fingerprint=label.sha256,
        suite_hash=clinic_suite_hash(),
        is_simulated=label.is_simulated,
        row_counts=tuple((name, len(tables[name])) for name in BATCH_TABLES),
        results=results,
    )


def clinic_suite_hash() -> str:
    """Sixteen hexadecimal digits that change with any rule, limit or way of counting."""
    digest = hashlib.sha256(repr((DOSE_MG_BY_ROUTE, SCALE_MAXIMUM)).encode())
    for found in clinic_rules():
        digest.update(repr(found.rule).encode())
    for path in [*sorted(_COUNTS.glob("*.sql")), Path(__file__)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update(reference.version().encode())
    return digest.hexdigest()[:16]


@contextmanager
def _in_memory(
    tables: Mapping[str, pl.DataFrame], elsewhere: pl.Series | None, threads: int | None, memory_limit: str | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET temp_directory = ''")  # rows of a clinic are never spilled to a disk
        if threads is not None:
            connection.execute(f"SET threads = {threads}")
        if memory_limit is not None:
            connection.execute(f"SET memory_limit = '{memory_limit}'")
        for name, frame in (_whole(tables) | _limits(elsewhere)).items():
            connection.register(name, frame.to_arrow())  # read in place, not copied
        yield connection
    finally:
        connection.close()


def _whole(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Every table with every column: null where a column could not be read, without rows where a table could not."""
    whole: dict[str, pl.DataFrame] = {}
    for name, declared in BATCH_TABLES.items():
        frame = tables.get(name, pl.DataFrame())
        missing = [column for column in declared.columns if column.name not in frame.columns]
        filled = frame.with_columns(pl.lit(None, dtype=column.kind.polars).alias(column.name) for column in missing)
        whole[name] = filled.select(declared.column_names) if name in tables else filled.clear()
    return whole


def _limits(elsewhere: pl.Series | None) -> dict[str, pl.DataFrame]:
    """What the counts compare with."""
    doses = [(route, *limits) for route, limits in DOSE_MG_BY_ROUTE.items()]
    known = pl.Series([], dtype=pl.String) if elsewhere is None else elsewhere
    return {
        "dose_limit": pl.DataFrame(doses, ["route", "minimum", "maximum"], orient="row"),
        "scale_limit": pl.DataFrame({"scale": [*SCALE_MAXIMUM], "maximum": [*SCALE_MAXIMUM.values()]}),
        "side_effect_term": reference.read("side_effect_term").select("side_effect", "term").unique(),
        "elsewhere": pl.DataFrame({"session_id": known}),
    }


def _repeated_keys(frame: pl.DataFrame, key: tuple[str, ...]) -> int:
    """Rows whose key stands in another row already; nulls are alike.

    Rows of one session mostly stand together and in the order of time: then one pass proves that no key repeats, and
    only where that fails are the keys counted.
    """
    if len(key) == 2 and len(frame):
        parent, order = frame[key[0]], frame[key[1]]
        is_next = (parent == parent.shift()).fill_null(False)
        starts = parent.filter(~is_next)
        if starts.n_unique() == len(starts) and bool((order > order.shift()).filter(is_next).all()):
            return 0
    return len(frame) - frame.select(key).n_unique()


def _measures(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame], declared_rows: Mapping[str, int]
) -> Iterator[Measure]:
    whole = _whole(tables)
    for name, table in BATCH_TABLES.items():
        rows = len(tables.get(name, ()))
        difference = abs(rows - declared_rows[name]) if name in declared_rows else None
        yield Measure(name, "row_count_difference", difference)
        yield Measure(name, "column_difference", 0)  # the gate reads the declared columns in the declared types
        yield Measure(name, "repeated_key", _repeated_keys(whole[name], table.key))
        by_column = [rule for rule in declared_rules(table) if rule.column]
        broken = ", ".join(f"count(*) FILTER (WHERE {breach(rule)})" for rule in by_column)
        (counts,) = connection.execute(f"SELECT {broken} FROM {name}").fetchall()
        yield from (Measure(name, rule.name, count) for rule, count in zip(by_column, counts, strict=True))
        cursor = connection.execute((_COUNTS / f"{name}.sql").read_text(encoding="utf-8"))
        names = [column[0] for column in cursor.description or ()]
        (counts,) = cursor.fetchall()
        yield from (Measure(name, count, value) for count, value in zip(names, counts, strict=True))
