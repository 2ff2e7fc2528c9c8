"""Everything that the file knows of a case or a report: whether it counts, why not, and all its lines."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from vocabulary.errors import QueryError
from warehouse.asking import Answer, ask

_TABLES = (
    "report_drug",
    "report_reaction",
    "report_outcome",
    "report_source",
    "report_therapy",
    "report_indication",
)


@dataclass(frozen=True, slots=True)
class CaseLines:
    """What became of each sighting of a case, and the lines of the one that counts."""

    case_id: int
    sightings: tuple[str, ...]
    """One sentence each, in the order of the quarters."""
    lines: Answer
    """Grain: line; columns quarter, zip, member, line, part, table, words."""


def find_case(
    connection: duckdb.DuckDBPyConnection, *, case_id: int | None = None, report_id: int | None = None
) -> CaseLines:
    """Look a case up by its number, or by the number of one of its reports.

    Raises:
        QueryError: no file that was loaded holds it.
    """
    asked = f"case {case_id}" if case_id is not None else f"report {report_id}"
    if case_id is None:
        case_id = _case_of(connection, report_id)
    sightings = _sightings(connection, case_id) if case_id is not None else ()
    if case_id is None or not sightings:
        raise QueryError(
            f"No {asked} in the quarters of this file. It may be of another quarter, or on a line that was rejected: "
            "FROM meta.rejected_line."
        )
    return CaseLines(case_id, sightings, ask(connection, _lines_sql(case_id)))


def _case_of(connection: duckdb.DuckDBPyConnection, report_id: int | None) -> int | None:
    rows = connection.execute(
        "SELECT case_id FROM core.report WHERE report_id = $1 UNION ALL "
        "SELECT case_id FROM core.report_exclusion WHERE report_id = $1 AND case_id IS NOT NULL",
        [report_id],
    ).fetchall()
    return int(rows[0][0]) if rows else None


def _sightings(connection: duckdb.DuckDBPyConnection, case_id: int) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT quarter, report_id, case_version, source_line, NULL AS reason, is_in_universe FROM core.report "
        "WHERE case_id = $1 UNION ALL SELECT quarter, report_id, case_version, source_line, reason, NULL "
        "FROM core.report_exclusion WHERE case_id = $1 ORDER BY quarter, source_line",
        [case_id],
    ).fetchall()
    return tuple(
        f"{quarter}, report {report_id}, version {'unknown' if version is None else version}, line {line}: "
        + _what_became(reason, is_counted)
        for quarter, report_id, version, line, reason, is_counted in rows
    )


def _what_became(reason: str | None, is_counted: bool | None) -> str:
    if reason is not None:
        return f"does not count, {reason}"
    if is_counted:
        return "the current version, counted"
    return "the current version, but without an eligible drug or a reaction term: not counted in any measure"


def _lines_sql(case_id: int) -> str:
    words = {
        "report_drug": "concat_ws(' ', held.role, (SELECT coalesce(name.reported_drug_name, name.active_ingredient) "
        "FROM core.drug_name AS name WHERE name.drug_name_id = held.drug_name_id))",
        "report_reaction": "held.reported_term",
        "report_outcome": "held.outcome",
        "report_source": "held.source_type",
        "report_therapy": "concat_ws(' ', held.start_date, 'to', held.end_date)",
        "report_indication": "held.reported_indication",
    }
    parts = [
        "SELECT 0 AS place, 'report' AS table_name, source_line, source_part, "
        f"concat_ws(' ', sex, age_years, occurrence_country) AS words FROM core.report WHERE case_id = {case_id}"
    ]
    parts += [
        f"SELECT {place} AS place, '{name}' AS table_name, held.source_line, held.source_part, {words[name]} AS words "
        f"FROM core.{name} AS held WHERE held.case_id = {case_id}"
        for place, name in enumerate(_TABLES, start=1)
    ]
    return f"""
        SELECT
            report.quarter, zip.file_name AS zip, account.source_member AS member, held.source_line AS line,
            held.source_part AS part, held.table_name AS "table", held.words
        FROM ({" UNION ALL ".join(parts)}) AS held
        CROSS JOIN (SELECT quarter FROM core.report WHERE case_id = {case_id}) AS report
        LEFT JOIN meta.line_account AS account
            ON report.quarter = account.quarter AND held.table_name = account.table_name
        LEFT JOIN meta.source_file AS zip ON report.quarter = zip.quarter AND zip.is_in_build
        ORDER BY held.place, held.source_line, held.source_part
    """
