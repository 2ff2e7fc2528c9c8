"""The floor counts what it says it counts, and the queries ask for what the marts have."""

from __future__ import annotations

import zipfile

import duckdb
import pytest

from bench import floor
from bench.child import WORK
from bench.measure import BenchError, measure
from bench.queries import MART_QUERIES
from vocabulary.tables import mart

DEMO = (
    "primaryid$caseid$caseversion$fda_dt",
    "11$1$1$20220101",
    "12$1$2$20220201",
    "21$2$1$20220101",
    "31$3$1$20220101",
)
DRUG = (
    "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai",
    "11$1$1$PS$Old$OLD",
    "12$1$1$PS$Ketalar$KETAMINE",
    "12$1$2$SS$Ketalar again$KETAMINE",
    '21$2$1$SS$"Ketalar$KETAMINE',
    "31$3$1$PS$Zoloft$",
    "31$3$2$C$Ketalar$KETAMINE",
)
REAC = (
    "primaryid$caseid$pt$drug_rec_act",
    "12$1$Dissociation$",
    "12$1$Nausea$",
    "21$2$Nausea$",
    "31$3$Nausea$$",
)


@pytest.fixture
def source(tmp_path):
    with zipfile.ZipFile(tmp_path / "faers_ascii_2022q4.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for table, lines in (("DEMO", DEMO), ("DRUG", DRUG), ("REAC", REAC)):
            archive.writestr(f"ascii/{table}22Q4.txt", "\n".join([*lines, ""]))
    return tmp_path


def test_the_floor_counts_pairs_of_current_versions(source, tmp_path):
    out = tmp_path / "out"
    floor.parse(source, out)
    assert floor.count(out) == 3
    with duckdb.connect(out / "floor.duckdb", read_only=True) as connection:
        pairs = connection.execute("SELECT * FROM pair ORDER BY drug, term").fetchall()
    assert pairs == [
        ("KETAMINE", "Dissociation", 1, 1, 0, 1),
        ("KETAMINE", "Nausea", 2, 0, 1, 0),
        ("Zoloft", "Nausea", 1, 0, 2, 0),
    ]


def test_a_piece_of_work_is_measured_in_its_own_process(source, tmp_path):
    one = measure("floor", {"source": str(source), "out": str(tmp_path / "out")})
    assert one.figures["pairs"] == 3
    assert one.wall_seconds > 0
    assert one.cpu_seconds > 0
    assert one.peak_bytes > 10_000_000


def test_failed_work_is_an_error_that_says_why(tmp_path):
    with pytest.raises(BenchError, match="No such file"):
        measure("floor", {"source": str(tmp_path), "out": str(tmp_path / "out")})


def test_every_query_is_one_that_the_marts_can_answer():
    connection = duckdb.connect()
    for table in mart.TABLES:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.schema}")
        connection.execute(table.create_sql)
    names = ("exposure", "comparator", "side_effect", "definition", "role_scope", "substance", "term")
    for query in MART_QUERIES:
        given = {name: "x" for name in names if f"${name}" in query}
        assert connection.execute(query, given).fetchall() in ([], [(0, 0, None)])


def test_every_piece_of_work_says_what_it_does():
    assert all(work.__doc__ for work in WORK.values())
