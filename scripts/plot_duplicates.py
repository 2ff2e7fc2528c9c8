"""Draws docs/duplicates-curve.svg: precision and recall of pairs over the threshold, on planted truth.

    python scripts/plot_duplicates.py BUILD TRUTH_DUPLICATE.parquet

``BUILD`` is a published file or a build of simulated quarters, the other the truth beside their zips.
"""

from __future__ import annotations

import sys
from pathlib import Path

import altair as alt
import duckdb
import polars as pl

PAGE = Path(__file__).resolve().parents[1] / "docs" / "duplicates-curve.svg"
_CURVE = """
WITH planted AS (
    SELECT one.case_id AS one, other.case_id AS other
    FROM truth AS one JOIN truth AS other ON one.patient = other.patient AND one.case_id < other.case_id
),
pair AS (
    SELECT pair.case_id, other_case_id, probability, planted.one IS NOT NULL AS is_true
    FROM core.report_duplicate_pair AS pair
    LEFT JOIN planted ON pair.case_id = planted.one AND pair.other_case_id = planted.other
),
threshold AS (SELECT unnest([0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999]) AS threshold)

SELECT threshold::DOUBLE AS threshold,
    (count(*) FILTER (is_true) / count(*))::DOUBLE AS precision,
    (count(*) FILTER (is_true) / (SELECT count(*) FROM planted))::DOUBLE AS recall
FROM threshold JOIN pair ON probability >= threshold
GROUP BY threshold ORDER BY threshold
"""


def curve(build: Path, truth: Path) -> pl.DataFrame:
    """Columns threshold, precision, recall; pairs of two cases that count."""
    with duckdb.connect(build, read_only=True) as connection:
        connection.execute(
            "CREATE TEMP TABLE truth AS SELECT truth.* FROM read_parquet($path) AS truth "
            "JOIN core.report USING (case_id)",
            {"path": str(truth)},
        )
        return connection.sql(_CURVE).pl()


def main() -> None:
    """Draw, and print the points."""
    found = curve(Path(sys.argv[1]), Path(sys.argv[2]))
    base = alt.Chart(found).encode(
        x=alt.X("recall", scale=alt.Scale(zero=False), title="recall of planted pairs"),
        y=alt.Y("precision", scale=alt.Scale(zero=False), title="precision of pairs"),
        order="threshold",
    )
    chart = base.mark_line(point=True) + base.mark_text(align="left", dx=6, dy=-6).encode(text="threshold")
    chart.properties(width=520, height=320).save(PAGE)
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main()
