"""load.R, run by R itself where there is one."""

from __future__ import annotations

import shutil
import subprocess

import polars as pl
import pytest

from pipeline.exporting import export
from pipeline.home import Home
from pipeline.settings import Settings
from warehouse.export import Request, query_resource

RSCRIPT = shutil.which("Rscript")
SQL = (
    "SELECT side_effect, definition, report_count, reporting_share, meets FROM (SELECT *, report_count > 3 AS meets "
    "FROM mart.side_effect_reporting WHERE exposure = 'ketamine' AND context = 'all' AND route_group = 'all')"
)
WRITE = (
    'source("load.R"); x <- shares;'
    'cat(class(x$meets), class(x$report_count), attr(x$side_effect, "label"), sep = "|");'
    'x$meets <- as.integer(x$meets); write.csv(x, "from_r.csv", row.names = FALSE, na = "")'
)


@pytest.mark.skipif(RSCRIPT is None, reason="R is not installed here")
def test_r_reads_values_types_and_labels(four_quarters, tmp_path):
    place = Home(tmp_path / "home")
    place.builds.mkdir(parents=True)
    (build,) = [one for one in four_quarters.home.builds.glob("*.duckdb") if one.samefile(four_quarters.home.published)]
    for target in (place.builds / build.name, place.published):
        target.hardlink_to(build)
    made = export(place, Settings(), Request((query_resource("shares", SQL),), ("csv", "r")), "in_r")
    told = subprocess.run([RSCRIPT, "-e", WRITE], cwd=made.folder, capture_output=True, text=True, check=True)
    kinds = told.stdout.split("|")
    assert kinds[:2] == ["logical", "numeric"]
    with four_quarters.open() as connection:
        right = connection.sql(SQL).pl()
    found = pl.read_csv(made.folder / "from_r.csv")
    assert found.height == right.height > 50
    assert found["report_count"].to_list() == right["report_count"].to_list()
    assert found["meets"].cast(pl.Boolean).to_list() == right["meets"].to_list()
    assert found["side_effect"].to_list() == right["side_effect"].to_list()
    assert (found["reporting_share"] - right["reporting_share"]).abs().max() < 1e-12
